"""Where a target will end if things go on as they did: pure arithmetic over month-by-month points.

The method in words. The course so far is read at the end of each month. Each month is expected to bring its share of
the whole: the share it brought last year where last year is known (its shape), else the same as every other month.
The pace is what came so far divided by the shares so far; the forecast is what came plus the pace times the shares
still to come. How far the months strayed from the pace gives the spread; the 80 % interval grows with the months
still to come, and more when few months are known.
An unfinished month is left out of the pace. What is only counted up cannot fall below what came already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import sqrt

from kaogong.kernel.period import Period

Z_80 = 1.2816  # 80 of 100 lie within this many standard deviations
LEAST_MONTHS = 3
NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected on the last day, between ``low`` and ``high`` in four cases of five."""

    value: int
    low: int
    high: int
    shaped: bool  # by last year's shape, not a straight line
    months_known: int
    months_ahead: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one target is on one day."""

    value: int
    done: int | None
    straight: int  # what a straight line from nothing to the target expects by now
    shaped: int | None  # what last year's shape expects by now
    behind: int | None  # hundredths of a percent of the target behind the straight line; negative when ahead
    reached: bool | None
    forecast: Forecast | None

    @property
    def share(self) -> int | None:
        """Done of the target, in hundredths of a percent."""
        return None if self.done is None or not self.value else self.done * 10_000 // self.value


def elapsed(period: Period, on: date) -> tuple[int, int]:
    """Days of the period over at the end of the day, and all its days."""
    whole = period.days or 1
    return min(max((on - period.start).days + 1, 0), whole), whole


def straight_line(value: int, period: Period, on: date) -> int:
    """What a straight line from nothing on the eve of the period to the value on its last day says of a day."""
    days, whole = elapsed(period, on)
    return value * days // whole


def shaped_line(value: int, earlier: Sequence[int | None], at: int, part: Fraction = NOTHING) -> int | None:
    """What the year before says: the value times the share it had reached after ``at`` points and part of the next.

    None while the year before is not wholly known.
    """
    known = list(earlier)
    if not known or any(point is None for point in known) or not known[-1] or not 0 <= at <= len(known):
        return None
    reached = Fraction(known[at - 1] if at else 0)
    if part and at < len(known):
        reached += (known[at] - reached) * part
    return int(value * reached / known[-1])


def is_reached(done: int | None, value: int, direction: str) -> bool | None:
    """Whether the figure is where the target wants it; None while nobody knows the figure."""
    if done is None:
        return None
    return done >= value if direction == "at_least" else done <= value


def forecast(
    points: Sequence[int | None],
    months: int,
    *,
    earlier: Sequence[int | None] = (),
    falls: bool = False,
    ceiling: int | None = None,
) -> Forecast | None:
    """Forecast the last of ``months`` points from the first known ones; None with fewer than three.

    ``earlier`` are last year's points for its shape; ``falls``: the figure may go down (a stock, a share).
    """
    known = [point for point in points if point is not None]
    if len(known) < LEAST_MONTHS or len(known) != len(points) or len(known) > months:
        return None
    shares, shaped = _shares(earlier, months)
    came = [known[0] if not falls else 0, *(b - a for a, b in pairwise(known))]
    weights = shares[: len(known)]
    if falls:  # a stock is compared with where it began, not with nothing
        came, weights = came[1:], weights[1:]
    so_far, ahead = sum(weights), shares[len(known) :]
    if so_far <= 0:
        return None
    pace = sum(came) / so_far
    value = known[-1] + pace * sum(ahead)
    strays = [got - pace * share for got, share in zip(came, weights, strict=True)]
    spread = sqrt(sum(stray**2 for stray in strays) / max(len(strays) - 1, 1))
    left = len(ahead)
    half = Z_80 * spread * sqrt(left + left**2 / len(strays))
    low, high = round(value - half), round(value + half)
    if not falls:
        low = max(low, known[-1])
    if ceiling is not None:
        value, high = min(value, ceiling), min(high, ceiling)
    middle = max(round(value), 0)
    return Forecast(middle, min(max(low, 0), middle), max(high, middle), shaped, len(known), left)


def progress(
    value: int,
    period: Period,
    on: date,
    *,
    points: Sequence[int | None],
    months: int,
    direction: str = "at_least",
    earlier: Sequence[int | None] = (),
    stock: bool = False,
    is_share: bool = False,
    complete: int | None = None,
    part: Fraction = NOTHING,
) -> Progress:
    """Everything said of one target on one day. ``points`` are the month ends so far, the last one today's.

    Only the first ``complete`` points stand for whole months, and ``part`` of the next is over: an unfinished
    month is no measure of the pace, but what it brought already stands.
    """
    done = points[-1] if points else None
    complete = len(points) if complete is None else complete
    ahead = forecast(
        points[:complete], months, earlier=earlier, falls=stock, ceiling=10_000 if is_share else None
    )
    if ahead is not None and done is not None and not stock:
        ahead = replace(
            ahead, value=max(ahead.value, done), low=max(ahead.low, done), high=max(ahead.high, done)
        )
    line = value if stock else straight_line(value, period, on)
    behind = None
    if done is not None and value and direction == "at_least":
        behind = (line - done) * 10_000 // value
    return Progress(
        value=value,
        done=done,
        straight=line,
        shaped=None if stock else shaped_line(value, earlier, complete, part),
        behind=behind,
        reached=is_reached(done, value, direction),
        forecast=ahead,
    )


def _shares(earlier: Sequence[int | None], months: int) -> tuple[list[float], bool]:
    """Each month's share of the whole: last year's where all its points are known and it grew, else alike."""
    known = list(earlier)
    if len(known) == months and all(point is not None for point in known) and known[-1]:
        steps = [known[0], *(b - a for a, b in pairwise(known))]
        if all(step >= 0 for step in steps):
            return [step / known[-1] for step in steps], True
    return [1 / months] * months, False


def in_words(value: int | None, unit: str) -> str:
    """A figure as people read it: shares from hundredths of a percent, money from fen."""
    if value is None:
        return "—"
    if unit == "%":
        return f"{value / 100:.2f}%".replace(".00%", "%")
    if unit == "元":
        return f"{value / 100:,.2f}元"
    return f"{value:,}{unit}"
