"""Performance of bases and studios, and schools' reports of their surplus."""

from datetime import date

from django.db.models import QuerySet

from kaogong import rules
from kaogong.access.queries import in_reach
from kaogong.claims.queries import rulebook
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.rules.conduct import ConductTable, nearest_conduct
from kaogong.rules.errors import ParameterUnknown
from kaogong.training import queries as training

from ..models import PerformanceReview, SurplusReport
from .asking import TOPIC


def criteria(region_code: str, on: date) -> ConductTable:
    """The dated criteria of performance; without rows where no paper gives any."""
    return nearest_conduct(rulebook(), region_code, TOPIC, on).table("criteria")


def performance_reviews(by: Actor) -> QuerySet[PerformanceReview]:
    """Reviews in reach, the latest year first."""
    rows = in_reach(PerformanceReview.objects.select_related("institution"), by)
    return rows.defer("institution__bank_account").order_by("-year", "-id")


def performance_review(review_id: int, *, by: Actor) -> PerformanceReview:
    """One review in reach, or NotFound."""
    found = performance_reviews(by).filter(pk=review_id).first()
    if found is None:
        raise NotFound()
    return found


def performance_review_for_update(review_id: int, *, by: Actor) -> PerformanceReview:
    """The same review, locked until the transaction ends."""
    rows = performance_reviews(by).select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=review_id).first()
    if found is None:
        raise NotFound()
    return found


def confirmed_score(institution_id: int, on: date) -> int | None:
    """The last confirmed score of a body on a day, of that year or the one before; None without one."""
    rows = PerformanceReview.objects.filter(
        institution_id=institution_id, status="confirmed", confirmed_on__lte=on, year__gte=on.year - 1
    )
    return rows.order_by("-year", "-id").values_list("total", flat=True).first()


def surplus_reports(by: Actor) -> QuerySet[SurplusReport]:
    """Reports in reach, of each school and year the last; the latest year first."""
    rows = in_reach(SurplusReport.objects.select_related("institution"), by)
    last = rows.order_by("institution_id", "year", "-version").distinct("institution_id", "year")
    return (
        SurplusReport.objects.filter(pk__in=last.values("pk"))
        .select_related("institution")
        .defer("institution__bank_account")
        .order_by("-year", "institution__name")
    )


def surplus_share(region_code: str, year: int) -> int | None:
    """The percent of a surplus that is to reach teachers, as in force at the year's end; None while unset."""
    on = date(year, 12, 31)
    for code in (region_code[:6], region_code[:4] + "00", region_code[:2] + "0000"):
        try:
            return rulebook().at(code, on).parameter("surplus_for_teachers").value.value
        except (rules.RegionUnknown, ParameterUnknown):
            continue
    return None


def teaching_of_year(institution_id: int, year: int) -> tuple[int, int]:
    """Hundredths of hours taught in a year by the timetable, and by how many teachers."""
    hours = training.teaching_hours(institution_id, date(year, 1, 1), date(year + 1, 1, 1))
    return sum(found.hours for found in hours.values()), len(hours)
