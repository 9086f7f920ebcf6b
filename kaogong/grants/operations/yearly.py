"""Once a year: a body's performance by the dated criteria, a school's report of its surplus."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.trail.operations import begin, move, record, require_may

from .. import queries
from ..models import PerformanceReview, SurplusReport


class CriteriaMissing(Refused):
    """{region}没有绩效评价标准，不能评分。"""


class PointsWrong(Refused):
    """“{criterion}”应打0到{weight}分，并写明依据。"""


class ReviewedAlready(Refused):
    """{institution}{year}年度已经评过分。"""


class YearNotOver(Refused):
    """{year}年度还没有结束，不能填报。"""


class SurplusImpossible(Refused):
    """用于教师劳动报酬的数额不能超过培训收入。"""


@transaction.atomic
def score_performance(
    institution_id: int,
    *,
    year: int,
    scores: Mapping[str, tuple[int, str]],
    by: Actor,
    at: datetime,
    reason: str = "",
) -> PerformanceReview:
    """Score a body's year, every criterion with its ground; it counts once another person confirms it."""
    require_may(by, Permission.SCORE_PERFORMANCE, "绩效评分")
    institution = institutions.institution_for_update(institution_id, by=by)
    today = timezone.localdate(at)
    table = queries.criteria(institution.region_code, today)
    if not table.rows:
        raise CriteriaMissing(region=institution.region_code)
    if (
        PerformanceReview.objects.filter(institution=institution, year=year)
        .exclude(status="withdrawn")
        .exists()
    ):
        raise ReviewedAlready(institution=institution.name, year=year)
    kept = {}
    for row in table.rows:
        points, ground = scores.get(row["code"], (-1, ""))
        if not 0 <= points <= row["weight"] or not ground.strip():
            raise PointsWrong(criterion=row["label"], weight=row["weight"])
        kept[row["code"]] = {"points": points, "ground": ground.strip()[:300]}
    review = PerformanceReview.objects.create(
        institution=institution,
        region_code=institution.region_code,
        year=year,
        scores=kept,
        criteria=[dict(row) for row in table.rows],
        total=sum(one["points"] for one in kept.values()),
        illustrative=table.illustrative,
        scored_at=at,
    )
    begin(review, "scored", by=by, at=at, reason=reason, total=review.total)
    return review


@transaction.atomic
def confirm_performance(review_id: int, *, by: Actor, at: datetime, reason: str = "") -> PerformanceReview:
    """Confirm a score somebody else gave: from then on grants by score are judged on it."""
    review = queries.performance_review_for_update(review_id, by=by)
    review.confirmed_on = timezone.localdate(at)
    review.save(update_fields=["confirmed_on"])  # a refused move undoes it
    move(review, "confirm", by=by, at=at, reason=reason)
    return review


@transaction.atomic
def withdraw_performance(review_id: int, *, by: Actor, at: datetime, reason: str) -> PerformanceReview:
    """Take back a score nobody confirmed; the year may be scored anew."""
    review = queries.performance_review_for_update(review_id, by=by)
    move(review, "withdraw", by=by, at=at, reason=reason)
    return review


@transaction.atomic
def file_surplus_report(
    *, year: int, income_fen: int, cost_fen: int, teachers_fen: int, by: Actor, at: datetime
) -> SurplusReport:
    """A school reports its year's surplus from training and what of it its teachers got; filed again it is corrected.

    Hours come from the timetable; the share is the one in force at the year's end. Nothing is paid by it.
    """
    require_may(by, Permission.FILE_SURPLUS, "填报收入结余")
    if by.organisation_id is None:
        raise NotFound()
    institution = institutions.institution_for_update(by.organisation_id, by=by)
    if year >= timezone.localdate(at).year:
        raise YearNotOver(year=year)
    if teachers_fen > income_fen:
        raise SurplusImpossible()
    hours, teachers = queries.teaching_of_year(institution.pk, year)
    report = SurplusReport.objects.create(
        institution=institution,
        region_code=institution.region_code,
        year=year,
        version=SurplusReport.objects.filter(institution=institution, year=year).count() + 1,
        income_fen=income_fen,
        cost_fen=cost_fen,
        teachers_fen=teachers_fen,
        teacher_hours=hours,
        teachers=teachers,
        share_percent=queries.surplus_share(institution.region_code, year),
        filed_at=at,
    )
    record("surplus.reported", report, by=by, at=at, subject_kind="surplus", year=year)
    return report
