"""What layers above planning tell of the units assessed: whether a district's quarterly returns were in time."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from kaogong.kernel.working_days import add_working_days
from kaogong.planning import queries
from kaogong.returns import queries as returns
from kaogong.trail import queries as trail


def returns_in_time(assessment, units, *, by, at: datetime) -> dict[int, dict[str, queries.UnitMeasure]]:
    """Unit → its returns measure; nothing where the place says no term, and nothing for departments."""
    today = timezone.localdate(at)
    said = queries.assessment_conduct(assessment.region_code, today).value("return_days")
    districts = [unit for unit in units if unit.kind == "district"]
    if said is None or said.value is None or not districts:
        return {}
    due = [(quarter, day) for quarter, day in _quarters(assessment.year, int(said.value)) if day < today]
    rows = list(
        returns.period_returns(by).filter(
            kind="quarterly", revision=0, region_code__in=[unit.region_code for unit in districts],
            starts_on__year=assessment.year,
        ).exclude(status="discarded")
    )  # fmt: skip
    frozen = trail.latest_entries("period_return", [row.pk for row in rows], ["period_return.frozen"])
    there = {(row.region_code, row.starts_on): row for row in rows}
    found = {}
    for unit in districts:
        told = []
        for quarter, day in due:
            row = there.get((unit.region_code, quarter))
            entry = frozen.get(str(row.pk)) if row else None
            name = f"{quarter.year}年第{(quarter.month + 2) // 3}季度季报"
            told.append((row.pk if row else 0, name, day, timezone.localdate(entry.at) if entry else None))
        found[unit.pk] = {"returns": queries.returns_measure(told)}
    return found


def _quarters(year: int, days: int) -> list[tuple[date, date]]:
    """The first day of each quarter and the day its return is due."""
    starts = [date(year, month, 1) for month in (1, 4, 7, 10)]
    ends = [*starts[1:], date(year + 1, 1, 1)]
    return [
        (start, add_working_days(end - timedelta(days=1), days))
        for start, end in zip(starts, ends, strict=True)
    ]
