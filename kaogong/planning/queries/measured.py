"""What was counted of targets and plans: the one place that asks for figures."""

from dataclasses import dataclass
from datetime import date, timedelta

from kaogong.kernel.actor import Actor
from kaogong.kernel.period import Period, add_months
from kaogong.statistics import queries as statistics

MONTHLY_UP_TO = 24  # months; longer periods are followed by quarter


@dataclass(frozen=True, slots=True)
class Read:
    """One count: the latest value, the course up to it, last year's course, and the facts they rest on."""

    value: int | None
    points: tuple[tuple[date, int | None], ...]
    earlier: tuple[tuple[date, int | None], ...]
    snapshot: str
    note: str


def steps(period: Period) -> list[date]:
    """The last day of each month of a period, of each quarter where it is longer than two years."""
    months = (
        1
        if (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
        <= (MONTHLY_UP_TO)
        else 3
    )
    days, day = [], period.start
    while day < period.end:
        day = min(add_months(day.replace(day=1), months), period.end)
        days.append(day - timedelta(days=1))
    return days


def read(
    indicator_code: str, *, region_code: str, period: Period, where: dict[str, str], on: date, by: Actor
) -> Read:
    """Count one indicator along a period up to a day, and along the same days a year before where it is yearly."""
    days = [day for day in steps(period) if day < on]
    if len(days) < len(steps(period)):
        days.append(min(on, period.last))
    asked = [Period.from_days(period.start, day) for day in days if day >= period.start]
    found = statistics.series(
        indicator_code, by=by, region_code=region_code, periods=asked, where=where or None
    )
    earlier: tuple[tuple[date, int | None], ...] = ()
    if period.days in (365, 366):
        before = Period(add_months(period.start, -12), period.start)
        ends = steps(before)
        spans = [Period.from_days(before.start, day) for day in ends]
        counted = statistics.series(
            indicator_code, by=by, region_code=region_code, periods=spans, where=where or None
        )
        earlier = tuple((day, figure.value) for day, figure in zip(ends, counted, strict=True))
    last = found[-1] if found else None
    return Read(
        value=last.value if last else None,
        points=tuple((span.last, figure.value) for span, figure in zip(asked, found, strict=True)),
        earlier=earlier,
        snapshot=str(last.snapshot or "") if last else "",
        note=str(last.note or "")[:300] if last else "",
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """Done by each code of a dimension; ``why`` sums differ where they do; the facts it rests on."""

    rows: dict[str, int | None]
    why: str
    snapshot: str


def done_by(
    indicator_code: str,
    dimension: str,
    *,
    region_code: str,
    period: Period,
    by: Actor,
    where: dict[str, str] | None = None,
) -> Counted:
    """Count one indicator by each code of a dimension within a period."""
    found = statistics.breakdown(
        indicator_code,
        by=by,
        region_code=region_code,
        period=period,
        dimension=dimension,
        where=where or None,
    )
    rows = {code: figure.value for code, _label, figure in found.rows}
    return Counted(rows, "" if found.adds_up else found.why, str(found.total.snapshot or ""))
