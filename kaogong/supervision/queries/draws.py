"""Reading draws: what stands to be drawn from, what was frozen, what came out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kaogong.access.queries import in_reach
from kaogong.institutions import queries as institutions
from kaogong.institutions.models import Institution
from kaogong.kernel import drawing
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode
from kaogong.supervision.models import Draw, DrawInspector, DrawObject, Inspection, SeedParty
from kaogong.training import queries as training

ALL = "all"
STRATIFIERS = {
    "": _("不分层"),
    "kind": _("机构类型"),
    "scheme": _("补贴项目（仅班次）"),
    "occupation": _("职业大类（仅班次）"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One class or provider that stands to be drawn on a day."""

    reference: str
    title: str
    stratum: str
    institution: Institution
    class_id: int | None
    is_inspected: bool


def draws(by: Actor) -> QuerySet[Draw]:
    """Draws in reach, latest first, each with ``object_count`` and ``drawn_count``."""
    rows = in_reach(Draw.objects.all(), by, organisation=None).annotate(
        object_count=Count("objects_frozen", filter=Q(objects_frozen__excluded_because=""), distinct=True),
        drawn_count=Count("objects_frozen__inspection", distinct=True),
    )
    return rows.order_by("-id")


def draw(draw_id: int, *, by: Actor) -> Draw:
    """One draw in reach; NotFound otherwise."""
    found = draws(by).filter(pk=draw_id).first()
    if found is None:
        raise NotFound()
    return found


def draw_for_update(draw_id: int, *, by: Actor) -> Draw:
    """The same, locked."""
    rows = in_reach(Draw.objects.all(), by, organisation=None)
    found = rows.select_for_update().filter(pk=draw_id).first()
    if found is None:
        raise NotFound()
    return found


def public_draws(region_code: str) -> QuerySet[Draw]:
    """Draws whose digest has been before the public, also those made void later, latest first."""
    rows = Draw.objects.filter(
        region_code__startswith=RegionCode(region_code).prefix, committed_at__isnull=False
    )
    return rows.order_by("-id")


def public_draw(draw_id: int, region_code: str) -> Draw:
    """One of them; NotFound otherwise."""
    found = public_draws(region_code).filter(pk=draw_id).first()
    if found is None:
        raise NotFound()
    return found


def candidates(kind: str, stratify_by: str, *, on: date, by: Actor) -> list[Standing]:
    """Classes now running, or providers recognised on the day, in the actor's region."""
    if kind == "class":
        rows = training.training_classes(by, status="running").defer("institution__bank_account")
        seen = set(_live().filter(training_class__isnull=False).values_list("training_class_id", flat=True))
        found = [
            Standing(
                one.number,
                one.title,
                _class_stratum(one, stratify_by),
                one.institution,
                one.pk,
                one.pk in seen,
            )
            for one in rows
        ]
    else:
        seen = set(_live().filter(training_class__isnull=True).values_list("institution_id", flat=True))
        found = [
            Standing(
                one.credit_code,
                one.name,
                one.kind if stratify_by == "kind" else ALL,
                one,
                None,
                one.pk in seen,
            )
            for one in institutions.recognised_providers(by.region_code, on)
        ]
    return sorted(found, key=lambda one: one.reference)


def _live() -> QuerySet[Inspection]:
    return Inspection.objects.exclude(status="cancelled")


def _class_stratum(one, stratify_by: str) -> str:
    if stratify_by == "kind":
        return one.institution.kind
    if stratify_by == "scheme":
        return one.scheme_code
    return one.occupation_code.partition("-")[0] if stratify_by == "occupation" else ALL


def frozen_rows(draw_id: int) -> QuerySet[DrawObject]:
    """The objects of the roster by number."""
    rows = DrawObject.objects.filter(draw_id=draw_id).select_related("institution")
    return rows.defer("institution__bank_account").order_by("reference")


def parties(draw_id: int) -> QuerySet[SeedParty]:
    """Who brings a seed, in the order they came."""
    return SeedParty.objects.filter(draw_id=draw_id).order_by("id")


def party_of(draw_id: int, by: Actor) -> SeedParty | None:
    """The actor's own part in a draw."""
    return parties(draw_id).filter(account_id=by.account_id).first() if by.account_id else None


def roster_of(draw: Draw) -> drawing.Roster:
    """The frozen roster in the words of the drawing."""
    people = DrawInspector.objects.filter(draw=draw).select_related("inspector")
    return roster_from(draw, frozen_rows(draw.pk), people)


def roster_from(draw: Draw, objects: Iterable[DrawObject], people: Iterable[DrawInspector]) -> drawing.Roster:
    """The same from its rows."""
    rows = list(objects)
    return drawing.Roster(
        number=draw.number,
        purpose=draw.purpose,
        inspectors_per_object=draw.inspectors_per_object,
        quotas=draw.quotas,
        objects=tuple(
            drawing.Candidate(row.reference, row.title, row.stratum, row.institution.credit_code)
            for row in rows
            if not row.excluded_because
        ),
        inspectors=tuple(
            drawing.Inspector(row.inspector.number, row.masked_name, frozenset(row.conflicts))
            for row in people
        ),
        excluded={row.reference: row.excluded_because for row in rows if row.excluded_because},
    )


def roster_file(draw: Draw) -> str:
    """The roster as the file whose SHA-256 is published."""
    return "".join(f"{line}\n" for line in drawing.roster_lines(roster_of(draw)))


def drawn_rows(draw_id: int) -> QuerySet[Inspection]:
    """What was drawn, with whom was sent, in the order of the draw."""
    rows = Inspection.objects.filter(draw_object__draw_id=draw_id).select_related("draw_object")
    return rows.prefetch_related("assignments__inspector").order_by("number")


def draw_package(draw: Draw) -> Mapping[str, object]:
    """Everything needed to make a draw again: the roster, the seeds and the result on record."""
    roster = roster_of(draw)
    told = [
        {
            "name": party.name,
            "commitment": party.commitment,
            "seed": party.seed,
            "salt": party.salt,
            "committed_at": party.committed_at.isoformat(),
            "revealed_at": party.revealed_at.isoformat() if party.revealed_at else "",
        }
        for party in parties(draw.pk)
    ]
    drawn = [
        drawing.Drawn(
            row.draw_object.reference,
            row.draw_object.stratum,
            drawing.rank_of(draw.seed, row.draw_object.reference),
            tuple(sorted(sent.inspector.number for sent in row.assignments.all())),
        )
        for row in drawn_rows(draw.pk)
    ]
    package = drawing.package(drawing.roster_lines(roster), told, draw.seed, drawn)
    # The digests on record, so that a row changed in the database shows as a difference.
    return package | {"roster_digest": draw.roster_digest, "result_digest": draw.result_digest}
