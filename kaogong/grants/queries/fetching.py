"""Grants in an actor's reach, and what belongs to each."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound

from ..models import Grant, GrantAppeal, GrantDecision, GrantFact, GrantList, GrantPaper, Instalment
from ..states import DETERMINED, ENTITLED

_WITH = ("institution", "person", "grant_list")


def grants(by: Actor, *, status: str = "", text: str = "") -> QuerySet[Grant]:
    """Grants in reach, newest first; a person sees those they applied for, the bureau no drafts.

    A body sees its own and those of the people on a month's list it filed.
    """
    rows = Grant.objects.select_related(*_WITH, "grant_list__institution").order_by("-id")
    if by.role != "system" and by.person_id is None and by.organisation_id is not None:
        own = Q(institution_id=by.organisation_id)
        rows = rows.filter(own | Q(institution=None, grant_list__institution_id=by.organisation_id))
    else:
        rows = in_reach(rows, by, person="person_id")
    rows = rows.defer(
        "institution__bank_account", "person__id_number", "person__bank_account", "grant_list__content",
        "grant_list__institution__bank_account",
    )  # fmt: skip
    if by.person_id is not None:
        rows = rows.filter(institution__isnull=True)
    elif by.organisation_id is None and by.role != "system":
        rows = rows.exclude(status="drafted")
    if status:
        rows = rows.filter(status=status)
    if wanted := text.strip():
        rows = rows.filter(
            Q(number__istartswith=wanted)
            | Q(institution__name__icontains=wanted)
            | Q(person__name__startswith=wanted)
        )
    return rows


def grants_to_show(by: Actor) -> QuerySet[Grant]:
    """Those an applicant's own page lists: of a list's people only the ones sent back to who filed it."""
    rows = grants(by)
    if by.organisation_id is None:
        return rows
    return rows.filter(Q(institution__isnull=False) | Q(status="returned"))


def grant(grant_id: int, *, by: Actor) -> Grant:
    """One grant in reach, or NotFound."""
    return _one(grants(by).filter(pk=grant_id))


def grant_for_update(grant_id: int, *, by: Actor) -> Grant:
    """The same grant, locked until the transaction ends."""
    return _one(grants(by).select_for_update(of=("self",), no_key=True).filter(pk=grant_id))


def lock_grants(grant_ids: Iterable[int]) -> dict[int, Grant]:
    """These grants by id, locked in one order until the transaction ends."""
    rows = Grant.objects.select_for_update(of=("self",), no_key=True).select_related(*_WITH)
    return {row.pk: row for row in rows.filter(pk__in=sorted(set(grant_ids))).order_by("pk")}


def grants_awaiting(by: Actor, *statuses: str) -> QuerySet[Grant]:
    """Grants at these steps, the longest waiting first."""
    return grants(by).filter(status__in=statuses).order_by("submitted_at", "id")


def grants_of_notice(notice_id: int) -> QuerySet[Grant]:
    """The grants one notice publishes."""
    return Grant.objects.filter(published_notice_id=notice_id).select_related(*_WITH).order_by("id")


def status_counts(by: Actor) -> dict[str, int]:
    """How many grants in reach stand at each status."""
    return dict(grants(by).order_by().values_list("status").annotate(Count("id")).order_by("status"))


def facts_told(grant_id: int) -> dict[str, GrantFact]:
    """Of each fact the word that stands: the bureau's before the applicant's, the latest of each."""
    return facts_told_of([grant_id]).get(grant_id, {})


def facts_told_of(grant_ids: Iterable[int]) -> dict[int, dict[str, GrantFact]]:
    """The same of many grants, in one query."""
    found: dict[int, dict[str, GrantFact]] = {}
    for row in GrantFact.objects.filter(grant_id__in=list(grant_ids)).order_by("id"):
        standing = found.setdefault(row.grant_id, {})
        earlier = standing.get(row.fact)
        outranked = earlier is not None and earlier.is_determined and not row.is_determined
        if not outranked and (row.is_determined or row.fact not in DETERMINED):
            standing[row.fact] = row
    return found


def papers(grant_id: int) -> QuerySet[GrantPaper]:
    """What was handed in, without the files themselves."""
    return GrantPaper.objects.filter(grant_id=grant_id).defer("content").order_by("kind", "id")


def paper(paper_id: int, *, by: Actor) -> GrantPaper:
    """One file of a grant in reach, or NotFound."""
    found = GrantPaper.objects.filter(pk=paper_id).first()
    if found is None:
        raise NotFound()
    grant(found.grant_id, by=by)
    return found


def decisions(grant_id: int) -> QuerySet[GrantDecision]:
    """How the grant was judged, the latest first."""
    return GrantDecision.objects.filter(grant_id=grant_id).order_by("-version")


def decision(grant_id: int, version: int | None = None) -> GrantDecision | None:
    """The latest decision, or the one of this number."""
    rows = decisions(grant_id)
    return rows.filter(version=version).first() if version else rows.first()


def instalments(grant_id: int) -> QuerySet[Instalment]:
    """The sums of one grant in order."""
    return (
        Instalment.objects.filter(grant_id=grant_id).select_related("grant", "decision").order_by("sequence")
    )


def money_fen(grant_id: int) -> int:
    """What is set aside, on its way or paid for one grant."""
    rows = Instalment.objects.filter(grant_id=grant_id, status__in=ENTITLED)
    return rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0


def instalments_due(on: date) -> QuerySet[Instalment]:
    """Sums of running grants whose day has come and that nobody judged yet."""
    rows = Instalment.objects.filter(status="planned", due_on__lte=on, grant__status="cleared")
    return rows.order_by("due_on", "id")


def instalments_waiting(by: Actor) -> QuerySet[Instalment]:
    """Sums that stand still, with what each waits for."""
    rows = Instalment.objects.exclude(waits_for="").filter(status__in=("planned", "reserved"))
    rows = in_reach(rows, by, region="grant__region_code", organisation="grant__institution_id")
    return rows.select_related("grant__institution", "grant__person").order_by("due_on", "id")


def appeals(by: Actor, *, status: str = "") -> QuerySet[GrantAppeal]:
    """Appeals in reach, the one to be answered first first."""
    rows = GrantAppeal.objects.select_related("grant__institution", "grant__person")
    rows = in_reach(rows, by, organisation="grant__institution_id", person="grant__person_id")
    rows = rows.order_by("answer_by", "id")
    return rows.filter(status=status) if status else rows


def appeal(appeal_id: int, *, by: Actor) -> GrantAppeal:
    """One appeal in reach, or NotFound."""
    return _one(appeals(by).filter(pk=appeal_id))


def appeals_of(grant_id: int) -> QuerySet[GrantAppeal]:
    """The appeals against the refusal of one grant, oldest first."""
    return GrantAppeal.objects.filter(grant_id=grant_id).order_by("id")


def grant_lists(by: Actor) -> QuerySet[GrantList]:
    """Sheets handed in, newest first."""
    rows = GrantList.objects.select_related("institution", "training_class").defer("content")
    rows = in_reach(rows, by)
    return rows.order_by("-id")


def grant_list(list_id: int, *, by: Actor) -> GrantList:
    """One sheet in reach, or NotFound."""
    return _one(grant_lists(by).filter(pk=list_id))


def _one(rows: QuerySet):
    found = rows.first()
    if found is None:
        raise NotFound()
    return found
