"""Reading vacancy lists."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from kaogong.access.queries import in_reach
from kaogong.demand.models import Vacancy, VacancyList
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode

from .conduct import number


def vacancy_lists(by: Actor) -> QuerySet[VacancyList]:
    """Lists in reach, latest first, each with ``rows_kept``, ``repeated`` and ``wanted``."""
    rows = in_reach(VacancyList.objects.all(), by, organisation=None)
    own = Q(vacancies__duplicate_of__isnull=True, vacancies__isnull=False)
    return rows.annotate(
        rows_kept=Count("vacancies", filter=own),
        repeated=Count("vacancies", filter=Q(vacancies__duplicate_of__isnull=False)),
        wanted=Sum("vacancies__head_count", filter=own, default=0),
    ).order_by("-as_of", "-id")


def vacancy_list(list_id: int, *, by: Actor) -> VacancyList:
    """One list in reach, or NotFound."""
    found = vacancy_lists(by).filter(pk=list_id).first()
    if found is None:
        raise NotFound()
    return found


def vacancy_list_for_update(list_id: int, *, by: Actor) -> VacancyList:
    """The same, locked."""
    rows = in_reach(VacancyList.objects.all(), by, organisation=None)
    found = rows.select_for_update().filter(pk=list_id).first()
    if found is None:
        raise NotFound()
    return found


def vacancies_of(list_id: int) -> QuerySet[Vacancy]:
    """The lines of one list as they stood in the file, repeated ones with what they repeat."""
    rows = Vacancy.objects.filter(vacancy_list_id=list_id).select_related("duplicate_of__vacancy_list")
    return rows.order_by("row_number")


def vacancies_counted(region_code: str, on: date, *, since: date | None = None) -> QuerySet[Vacancy]:
    """Lines that count as open on the day: of lists recent enough (or as of a day since), none told twice."""
    days = number("vacancy_days", region_code, on) if since is None else (on - since).days + 1
    if days is None:
        return Vacancy.objects.none()
    rows = Vacancy.objects.filter(
        vacancy_list__status="taken",
        vacancy_list__as_of__lte=on,
        vacancy_list__as_of__gt=on - timedelta(days=days),
        region_code__startswith=RegionCode(region_code).prefix,
    )
    if since is None:
        return rows.filter(duplicate_of__isnull=True)
    # what was told before the stretch and again in it is open in it too: its first telling in it counts
    again = rows.filter(duplicate_of=OuterRef("duplicate_of")).order_by("pk").values("pk")
    before = Q(duplicate_of__vacancy_list__as_of__lt=since, pk=Subquery(again[:1]))
    return rows.filter(Q(duplicate_of__isnull=True) | before)


def earlier_vacancies(employers: Iterable[str], region_code: str, on: date) -> list[Vacancy]:
    """Lines told before of the same employers that still count, oldest first."""
    rows = vacancies_counted(region_code, on).filter(employer__in=list(employers))
    return list(rows.select_related("vacancy_list").order_by("pk"))
