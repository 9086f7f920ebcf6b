"""Reading wage surveys and guides."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_noop as _

from kaogong.access.queries import in_reach
from kaogong.demand.models import PAY_FORMS, WageGuide, WageGuideCell, WageGuideForm, WageLine
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode

from .conduct import CellSizes
from .quartiles import Cell, Paid, cell_of, why_hidden

HIDDEN = {"few_firms": _("企业太少"), "few_people": _("人数太少"), "one_firm": _("一家企业占比过高")}


def cells_of_round(round_id: int, sizes: CellSizes) -> dict[tuple[str, str, str], Cell]:
    """Every sequence × occupation × level of a round's answers, with why it is hidden where it is."""
    groups: dict[tuple[str, str, str], list[Paid]] = defaultdict(list)
    rows = WageLine.objects.filter(
        reply__round_id=round_id, reply__status="submitted", revision=F("reply__revision")
    ).values_list("sequence", "occupation_code", "level_code", "reply__credit_code", "people", "yearly_fen")
    for sequence, occupation, level, firm, people, yearly in rows:
        groups[sequence, occupation, level].append(Paid(firm, people, yearly))
    return {place: cell_of(paid, sizes) for place, paid in sorted(groups.items())}


@dataclass(frozen=True, slots=True)
class FormUsed:
    """How many people of how many firms are paid one way, or why that is not shown."""

    firms: int | None
    people: int | None
    hidden_because: str = ""


def forms_of_round(round_id: int, sizes: CellSizes) -> dict[tuple[str, str], FormUsed]:
    """Each sequence × form of pay (年薪制, 股权制, 期权制) of a round's answers that anybody uses.

    The same sizes hold as for a wage: few firms, few people or one firm that prevails hide the number.
    """
    people: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    names = [f"{form}_people" for form, _name in PAY_FORMS]
    rows = WageLine.objects.filter(
        reply__round_id=round_id, reply__status="submitted", revision=F("reply__revision")
    ).values_list("sequence", "reply__credit_code", *names)
    for sequence, firm, *counts in rows:
        for (form, _name), count in zip(PAY_FORMS, counts, strict=True):
            if count:
                people[sequence, form][firm] += count
    return {place: _form_used(firms, sizes) for place, firms in sorted(people.items())}


def _form_used(firms: Counter[str], sizes: CellSizes) -> FormUsed:
    because = why_hidden(firms, sizes)
    return FormUsed(None, None, because) if because else FormUsed(len(firms), firms.total())


def wage_guides(by: Actor) -> QuerySet[WageGuide]:
    """Guides in reach, latest first, each with ``shown`` and ``hidden`` cells."""
    rows = in_reach(WageGuide.objects.select_related("round"), by, organisation=None)
    return _counted(rows).order_by("-id")


def wage_guide(guide_id: int, *, by: Actor) -> WageGuide:
    """One guide in reach, or NotFound."""
    found = wage_guides(by).filter(pk=guide_id).first()
    if found is None:
        raise NotFound()
    return found


def wage_guide_for_update(guide_id: int, *, by: Actor) -> WageGuide:
    """The same, locked."""
    rows = in_reach(WageGuide.objects.all(), by, organisation=None)
    found = rows.select_for_update().filter(pk=guide_id).first()
    if found is None:
        raise NotFound()
    return found


def public_wage_guides(region_code: str) -> QuerySet[WageGuide]:
    """Published guides of a region for anyone, latest first."""
    rows = WageGuide.objects.filter(
        status="published", region_code__startswith=RegionCode(region_code).prefix
    )
    return _counted(rows.select_related("round")).order_by("-published_at", "-id")


def public_wage_guide(guide_id: int) -> WageGuide:
    """One published guide; NotFound for any other."""
    found = _counted(WageGuide.objects.select_related("round")).filter(pk=guide_id, status="published")
    if (guide := found.first()) is None:
        raise NotFound()
    return guide


def cells_of_guide(guide_id: int) -> QuerySet[WageGuideCell]:
    """The cells of one guide in order."""
    return WageGuideCell.objects.filter(guide_id=guide_id).order_by(
        "sequence", "occupation_code", "-level_code"
    )


def forms_of_guide(guide_id: int) -> list[WageGuideForm]:
    """How many are paid by the year, in shares, in options, by sequence, in the order of the paper."""
    order = [form for form, _name in PAY_FORMS]
    rows = WageGuideForm.objects.filter(guide_id=guide_id).order_by("sequence")
    return sorted(rows, key=lambda one: (one.sequence, order.index(one.form)))


def _counted(rows: QuerySet[WageGuide]) -> QuerySet[WageGuide]:
    return rows.annotate(
        shown=Count("cells", filter=Q(cells__hidden_because="")),
        hidden=Count("cells", filter=~Q(cells__hidden_because="") & Q(cells__isnull=False)),
    )
