"""Reading assessments of units: rounds, units with their standing points, objections; adding points up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from kaogong import rules
from kaogong.access.queries import in_reach
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.reference import read_departments
from kaogong.kernel.region_code import RegionCode
from kaogong.planning.models import (
    AssessedUnit,
    DutyItem,
    PlanSubmission,
    SupervisionNotice,
    Target,
    UnitAssessment,
    UnitObjection,
    UnitScore,
)
from kaogong.rules.conduct import Conduct, nearest_conduct

from .units import department_of, is_unit, units_of_region

SEEN_BY_UNITS = ("told", "confirmed", "published")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that may be assessed: ``has`` says whether the year knows anything of it."""

    kind: str
    region_code: str
    department: str
    name: str
    has: bool

    @property
    def key(self) -> str:
        return f"{self.region_code}:{self.department}"


def assessment_conduct(region_code: str, on: date) -> Conduct:
    """The criteria, grades and terms of a place as the rulebook holds them on the day."""
    return nearest_conduct(rules.load(), region_code, "unit_assessment", on)


def is_run_by(assessment: UnitAssessment, by: Actor) -> bool:
    """Whether the actor's bureau runs the assessment, and is not one of its units."""
    if by.role == "system":
        return True
    own = bool(by.region_code) and not by.own_unit
    return own and RegionCode(by.region_code).covers(assessment.region_code)


def unit_assessments(by: Actor) -> QuerySet[UnitAssessment]:
    """Assessments of the actor's own region, and those one's own unit is told of; the latest year first."""
    rows = UnitAssessment.objects.annotate(units_count=Count("units")).order_by("-year", "region_code", "-id")
    if by.role == "system":
        return rows
    told = assessed_units(by).filter(assessment__status__in=SEEN_BY_UNITS)
    found = Q(pk__in=told.order_by().values("assessment_id"))
    if not by.own_unit and by.region_code and by.organisation_id is None and by.person_id is None:
        found |= Q(region_code__startswith=RegionCode(by.region_code).prefix)
    return rows.filter(found)


def unit_assessment(assessment_id: int, *, by: Actor) -> UnitAssessment:
    """One of them, or NotFound."""
    return _only(unit_assessments(by).filter(pk=assessment_id))


def unit_assessment_for_update(assessment_id: int, *, by: Actor) -> UnitAssessment:
    """One that the actor's own bureau runs, locked."""
    rows = in_reach(UnitAssessment.objects.all(), by, organisation=None)
    return _only(rows.select_for_update(of=("self",)).filter(pk=assessment_id))


def assessed_units(by: Actor, assessment_id: int | None = None) -> QuerySet[AssessedUnit]:
    """Units in reach with the points that stand, the best first; a unit sees its own."""
    rows = in_reach(
        AssessedUnit.objects.select_related("assessment"), by, organisation=None, department="department"
    )
    if assessment_id is not None:
        rows = rows.filter(assessment_id=assessment_id)
    scores = UnitScore.objects.defer("paper").order_by("id")
    return rows.prefetch_related(Prefetch("scores", scores)).order_by("kind", "rank", "id")


def assessed_unit(unit_id: int, *, by: Actor) -> AssessedUnit:
    """One unit in reach; its own account sees it once it is told, its bureau from the beginning."""
    found = _only(assessed_units(by).filter(pk=unit_id))
    if found.assessment.status not in SEEN_BY_UNITS and not is_run_by(found.assessment, by):
        raise NotFound()
    return found


def board(assessment: UnitAssessment) -> list[AssessedUnit]:
    """What is told of a published assessment to all its units: names with place or grade, no points' grounds."""
    if assessment.status != "published":
        return []
    return list(assessment.units.order_by("kind", "rank", "id"))


def standing_scores(unit: AssessedUnit) -> dict[str, UnitScore]:
    """Criterion → the latest score of a unit fetched with its scores."""
    return {score.criterion_code: score for score in unit.scores.all()}


def unit_score_paper(score_id: int, *, by: Actor) -> UnitScore:
    """One score with its paper, of a unit in sight; NotFound where there is none."""
    found = _only(UnitScore.objects.exclude(paper_title="").filter(pk=score_id))
    assessed_unit(found.unit_id, by=by)
    return found


def objections(by: Actor, assessment_id: int | None = None) -> QuerySet[UnitObjection]:
    """Objections in reach, those waiting first, the oldest first."""
    rows = UnitObjection.objects.select_related("unit__assessment").defer("paper")
    rows = in_reach(rows, by, organisation=None, department="unit__department")
    if assessment_id is not None:
        rows = rows.filter(unit__assessment_id=assessment_id)
    return rows.order_by("answered_at", "id")


def objections_waiting(by: Actor) -> QuerySet[UnitObjection]:
    """Objections that wait for an answer of the actor's own bureau."""
    rows = objections(by).filter(status="received")
    if by.role == "system":
        return rows
    return rows.filter(unit__assessment__region_code__startswith=RegionCode(by.region_code).prefix)


def objection(objection_id: int, *, by: Actor) -> UnitObjection:
    """One objection in reach, or NotFound."""
    return _only(objections(by).filter(pk=objection_id))


def objection_for_update(objection_id: int, *, by: Actor) -> UnitObjection:
    """The same, locked."""
    return _only(objections(by).select_for_update(of=("self",)).filter(pk=objection_id))


def objection_paper(objection_id: int, *, by: Actor) -> UnitObjection:
    """One objection with its paper; NotFound where there is none."""
    return _only(objections(by).defer(None).filter(pk=objection_id).exclude(paper_title=""))


def assessments_to_confirm(by: Actor, today: date) -> QuerySet[UnitAssessment]:
    """Assessments of the actor's own bureau whose term of hearing is over and nobody has confirmed."""
    rows = in_reach(UnitAssessment.objects.all(), by, organisation=None)
    waiting = UnitObjection.objects.filter(status="received").values("unit__assessment_id")
    return rows.filter(status="told", object_until__lt=today).exclude(pk__in=waiting).order_by("year", "id")


def told_units(by: Actor, today: date) -> QuerySet[AssessedUnit]:
    """Units the actor speaks for whose points are told and may still be objected to."""
    rows = in_reach(
        AssessedUnit.objects.select_related("assessment"), by, organisation=None, department="department"
    )
    if by.region_code and not by.own_unit:
        rows = rows.exclude(assessment__region_code__startswith=RegionCode(by.region_code).prefix)
    return rows.filter(assessment__status="told", assessment__object_until__gte=today).order_by("id")


def total_of(criteria: Iterable[Mapping[str, Any]], scores: Mapping[str, UnitScore]) -> tuple[int, int]:
    """(total in hundredths of a point of a hundred, the weight that applies): what is excluded is left out.

    The points of the criteria that apply, brought to a hundred by the weight they could have earned.
    """
    weight = points = 0
    for criterion in criteria:
        score = scores.get(criterion["code"])
        if score is None or not score.is_excluded:
            weight += criterion["weight"]
            points += score.points if score is not None else 0
    return (points * 100 // weight if weight else 0), weight


def ranks(totals: Mapping[int, int]) -> dict[int, int]:
    """Each key's place by its total, equal totals in one place."""
    return {key: 1 + sum(other > total for other in totals.values()) for key, total in totals.items()}


def missing_points(assessment: UnitAssessment, units: Iterable[AssessedUnit]) -> dict[str, list[str]]:
    """Criterion → names of units without points on it; only those with any."""
    found: dict[str, list[str]] = {}
    for unit in units:
        there = standing_scores(unit)
        for criterion in assessment.criteria:
            if criterion["code"] not in there:
                found.setdefault(criterion["code"], []).append(unit.name)
    return found


def candidates(region_code: str, year: int) -> list[Candidate]:
    """Districts under a region, departments and other units of its own level, with whether the year knows them."""
    under = [row for row in catalog.regions_under(region_code) if len(row.code) == 6 and row.code[4:] != "00"]
    begins, over = date(year, 1, 1), date(year + 1, 1, 1)
    found = []
    if region_code[4:6] == "00":
        busy = set(
            Target.objects.filter(starts_on__lt=over, ends_on__gt=begins).values_list(
                "region_code", flat=True
            )
        ) | set(
            PlanSubmission.objects.filter(plan__year=year, plan__region_code=region_code).values_list(
                "region_code", flat=True
            )
        )
        found = [
            Candidate("district", row.code, "", row.name, row.code in busy)
            for row in under
            if row.code.startswith(region_code[:4])
        ]
    departments, others = _busy_units(region_code, year, begins, over)
    found += [
        Candidate("department", region_code, row.code, row.short_name, row.code in departments)
        for row in read_departments()
    ]
    return found + [
        Candidate("unit", region_code, name, name, name in others) for name in units_of_region(region_code)
    ]


def _busy_units(region_code: str, year: int, begins: date, over: date) -> tuple[set[str], set[str]]:
    """Codes of departments and names of other units that the year knows something of."""
    asked = PlanSubmission.objects.filter(region_code=region_code, plan__year__in=(year, year + 1))
    busy = set(asked.values_list("department", flat=True))
    targets = Target.objects.filter(region_code=region_code, starts_on__lt=over, ends_on__gt=begins)
    duties = DutyItem.objects.filter(region_code=region_code, due_on__gte=begins, due_on__lt=over)
    notices = SupervisionNotice.objects.filter(region_code=region_code, issued_on__year=year)
    named = [
        *targets.values_list("owner", flat=True),
        *duties.values_list("lead_unit", flat=True),
        *notices.values_list("unit", flat=True),
    ]
    return (busy | {department_of(unit) for unit in named}) - {""}, set(filter(is_unit, {*busy, *named}))


def _only(rows: QuerySet):
    found = rows.first()
    if found is None:
        raise NotFound()
    return found
