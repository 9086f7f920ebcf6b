"""Reading yearly evaluations, and turning a measured figure into points."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode

from ..models import SOURCES, Contract, Evaluation, EvaluationRound, GradeAppeal, Score

SCORE_SOURCES = SOURCES


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure an upper layer measured of one body: the value, of how many, and how it reads.

    ``value`` is None when there is nothing to measure: then the criterion stays open for a person.
    """

    value: Decimal | None
    of: int
    story: str


# What an upper layer passes in: institution id → measure → figure.
Measures = Mapping[int, Mapping[str, Measured]]


def points_of(criterion: Mapping[str, Any], value: Decimal) -> int:
    """Hundredths of a point: nothing at ``nothing_at``, the whole weight at ``full_at``, in proportion between."""
    low, high = Decimal(str(criterion["nothing_at"])), Decimal(str(criterion["full_at"]))
    share = (value - low) / (high - low)
    share = min(max(share, Decimal(0)), Decimal(1))
    return int((share * criterion["weight"] * 100).quantize(Decimal(1), ROUND_HALF_UP))


def grade_of(grades: Iterable[Mapping[str, Any]], total: int) -> Mapping[str, Any]:
    """The highest grade whose line the total (in hundredths) reaches; the lowest grade otherwise."""
    ordered = sorted(grades, key=lambda grade: -grade["at_least"])
    return next((grade for grade in ordered if total >= grade["at_least"] * 100), ordered[-1])


def evaluation_rounds(by: Actor) -> QuerySet[EvaluationRound]:
    """Rounds in reach, the latest year first."""
    return (
        in_reach(EvaluationRound.objects.all(), by, organisation="evaluations__institution_id")
        .annotate(providers=Count("evaluations", distinct=True))
        .order_by("-year", "region_code")
    )


def evaluation_round(round_id: int, *, by: Actor) -> EvaluationRound:
    """One round in reach; NotFound otherwise."""
    found = evaluation_rounds(by).select_related("notice").filter(pk=round_id).first()
    if found is None:
        raise NotFound()
    return found


def evaluation_round_for_update(round_id: int, *, by: Actor) -> EvaluationRound:
    """The same, locked, for the bureau only."""
    rows = in_reach(EvaluationRound.objects.all(), by, organisation=None)
    found = rows.select_for_update().filter(pk=round_id).first()
    if found is None:
        raise NotFound()
    return found


def evaluations(round_id: int, by: Actor) -> QuerySet[Evaluation]:
    """Every provider of a round in reach with its scores, the highest total first."""
    rows = in_reach(Evaluation.objects.filter(round_id=round_id), by, region="round__region_code")
    return (
        rows.select_related("institution", "round", "appeal")
        .defer("institution__bank_account")
        .prefetch_related(Prefetch("scores", Score.objects.order_by("criterion_code")))
        .order_by("-total", "institution__name")
    )


def evaluation(evaluation_id: int, *, by: Actor) -> Evaluation:
    """One provider's evaluation in reach; its own body sees it once it is published."""
    rows = in_reach(Evaluation.objects.all(), by, region="round__region_code")
    if by.organisation_id is not None:
        rows = rows.filter(round__status__in=["published", "final"])
    found = (
        rows.select_related("institution", "round", "appeal")
        .defer("institution__bank_account")
        .filter(pk=evaluation_id)
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def scores(evaluation_id: int) -> QuerySet[Score]:
    return Score.objects.filter(evaluation_id=evaluation_id).order_by("criterion_code")


def grades_of(institution_id: int) -> QuerySet[Evaluation]:
    """Published and final grades of one body, the latest year first (its history)."""
    rows = Evaluation.objects.filter(
        institution_id=institution_id, round__status__in=["published", "final"]
    ).exclude(grade_code="")
    return rows.select_related("round", "appeal").order_by("-round__year")


def final_grades(institution_ids: Iterable[int]) -> dict[int, Evaluation]:
    """Institution id → its latest final grade."""
    rows = (
        Evaluation.objects.filter(institution_id__in=list(institution_ids), round__status="final")
        .exclude(grade_code="")
        .select_related("round")
        .order_by("institution_id", "-round__year")
        .distinct("institution_id")
    )
    return {row.institution_id: row for row in rows}


def graded(region_code: str, grade_code: str) -> QuerySet:
    """Ids of bodies whose latest final grade in a region is this one."""
    latest = (
        Evaluation.objects.filter(
            round__status="final", round__region_code__startswith=RegionCode(region_code).prefix
        )
        .exclude(grade_code="")
        .order_by("institution_id", "-round__year")
        .distinct("institution_id")
    )
    return Evaluation.objects.filter(pk__in=latest.values("pk"), grade_code=grade_code).values(
        "institution_id"
    )


def grades_known(region_code: str) -> list[tuple[str, str]]:
    """Code and label of every final grade somebody in the region holds, by code."""
    prefix = RegionCode(region_code).prefix
    rows = Evaluation.objects.filter(round__status="final", round__region_code__startswith=prefix)
    return sorted(set(rows.exclude(grade_code="").values_list("grade_code", "grade_label")))


def grade_appeals(by: Actor) -> QuerySet[GradeAppeal]:
    """Appeals in reach, those unanswered first, the earliest deadline first."""
    return (
        in_reach(GradeAppeal.objects.all(), by)
        .select_related("institution", "evaluation__round")
        .defer("institution__bank_account")
        .order_by("answered_at", "answer_by_on", "id")
    )


def grade_appeals_waiting(by: Actor) -> QuerySet[GradeAppeal]:
    return in_reach(GradeAppeal.objects.filter(status="received"), by)


def grade_appeal(appeal_id: int, *, by: Actor) -> GradeAppeal:
    """One appeal in reach; NotFound otherwise."""
    found = grade_appeals(by).filter(pk=appeal_id).first()
    if found is None:
        raise NotFound()
    return found


def missing_scores(round_id: int, criteria: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Criterion code → how many providers of the round have no points for it; only those with any."""
    codes = [criterion["code"] for criterion in criteria]
    asked = {code: Count("scores", filter=Q(scores__criterion_code=code)) for code in codes}
    rows = Evaluation.objects.filter(round_id=round_id).annotate(
        **{f"has_{code}": count for code, count in asked.items()}
    )
    found = {code: rows.filter(**{f"has_{code}": 0}).count() for code in codes}
    return {code: n for code, n in found.items() if n}


def appeals_unanswered(round_id: int) -> int:
    """How many appeals of a round wait for an answer."""
    return GradeAppeal.objects.filter(evaluation__round_id=round_id, status="received").count()


def recognised_in_year(region_code: str, year: int) -> list[int]:
    """Ids of providers of the region that held a contract in force on some day of the year."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    rows = Contract.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=first),
        recognised_at__isnull=False,
        starts_on__lt=after,
        ends_on__gt=first,
        region_code__startswith=RegionCode(region_code).prefix,
    )
    return sorted(set(rows.values_list("institution_id", flat=True)))
