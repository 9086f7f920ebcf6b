"""What the product itself measured of providers in a year, as the yearly evaluation asks for it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from kaogong.assessment.models import ExamResult
from kaogong.institutions.queries import Measured
from kaogong.outcomes import queries as outcomes
from kaogong.supervision.models import Complaint, Finding, Inspection
from kaogong.training.models import Attendance

_TENTH = Decimal("0.1")
_PRESENT = ("P", "T", "E")


def measures_of_year(institution_ids: Iterable[int], year: int) -> dict[int, dict[str, Measured]]:
    """Institution id → measure → figure of the year; a figure of nothing is None and says so."""
    ids = list(institution_ids)
    since, until = date(year, 1, 1), date(year + 1, 1, 1)
    passed, attended = _pass_rates(ids, since, until), _attendance(ids, since, until)
    working, rated = outcomes.settled_in(ids, since, until), outcomes.overall_scores_in(ids, since, until)
    found, complained = _findings(ids, since, until), _complaints(ids, since, until)
    return {
        pk: {
            "pass_rate": _percent(passed.get(pk), "{of}人次参加考核，{n}人次合格", "没有考核"),
            "attendance": _percent(attended.get(pk), "{of}个考勤记录，{n}个到课", "没有考勤"),
            "findings": _each(found.get(pk)),
            "complaints": _complaint_count(complained.get(pk, 0)),
            "employment": _percent(working.get(pk), "{of}人次回访有结果，{n}人次就业", "没有就业回访的结果"),
            "satisfaction": _satisfied(rated.get(pk)),
        }
        for pk in ids
    }


def _percent(pair: tuple[int, int] | None, story: str, nothing: str) -> Measured:
    n, of = pair or (0, 0)
    if not of:
        return Measured(None, 0, nothing)
    return Measured((Decimal(n) * 100 / of).quantize(_TENTH), of, story.format(n=n, of=of))


def _each(pair: tuple[int, int] | None) -> Measured:
    problems, inspections = pair or (0, 0)
    if not inspections:
        return Measured(None, 0, "没有检查过")
    value = (Decimal(problems) / inspections).quantize(_TENTH)
    return Measured(value, inspections, f"检查{inspections}次，发现{problems}个问题")


def _complaint_count(upheld: int) -> Measured:
    return Measured(Decimal(upheld), upheld, f"属实或部分属实的投诉{upheld}件")


def _satisfied(pair: tuple[int, int] | None) -> Measured:
    total, answers = pair or (0, 0)
    if not answers:
        return Measured(None, 0, "没有有效的满意度问卷")
    average = (Decimal(total) / answers).quantize(_TENTH)
    return Measured(average, answers, f"{answers}份有效问卷，总体评价平均{average}分")


def _pass_rates(ids: list[int], since: date, until: date) -> dict[int, tuple[int, int]]:
    rows = (
        ExamResult.objects.filter(
            exam__training_class__institution_id__in=ids,
            exam__assessed_on__gte=since,
            exam__assessed_on__lt=until,
            passed__isnull=False,
        )
        .order_by()
        .values_list("exam__training_class__institution_id")
        .annotate(n=Count("pk", filter=Q(passed=True)), of=Count("pk"))
    )
    return {pk: (n, of) for pk, n, of in rows}


def _attendance(ids: list[int], since: date, until: date) -> dict[int, tuple[int, int]]:
    rows = (
        Attendance.objects.filter(
            session__training_class__institution_id__in=ids,
            session__on__gte=since,
            session__on__lt=until,
            session__cancelled=False,
        )
        .order_by()
        .values_list("session__training_class__institution_id")
        .annotate(n=Count("pk", filter=Q(mark__in=_PRESENT)), of=Count("pk"))
    )
    return {pk: (n, of) for pk, n, of in rows}


def _findings(ids: list[int], since: date, until: date) -> dict[int, tuple[int, int]]:
    held = Q(institution_id__in=ids, inspected_on__gte=since, inspected_on__lt=until)
    inspections = dict(
        Inspection.objects.filter(held).order_by().values_list("institution_id").annotate(n=Count("pk"))
    )
    problems = dict(
        Finding.objects.filter(inspection__in=Inspection.objects.filter(held))
        .order_by()
        .values_list("inspection__institution_id")
        .annotate(n=Count("pk"))
    )
    return {pk: (problems.get(pk, 0), n) for pk, n in inspections.items()}


def _complaints(ids: list[int], since: date, until: date) -> dict[int, int]:
    rows = Complaint.objects.filter(
        accused_id__in=ids,
        received_at__date__gte=since,
        received_at__date__lt=until,
        outcome__in=["upheld", "partly"],
    )
    return dict(rows.order_by().values_list("accused_id").annotate(n=Count("pk")))
