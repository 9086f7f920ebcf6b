"""Days that must have come by the day judged: a birth or a certificate from the future is no fact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from kaogong.rules.errors import FactsMalformed

if TYPE_CHECKING:
    import polars as pl

    from kaogong.rules.facts import Facts

# Claims are judged on the day of the certificate, often long after it. Somebody hired, discharged or graduated in
# between has a day later than the one judged, and that is no mistake: the rules on these days refuse it with their
# clause, and schemes that do not ask for it are not held up. A class, a contract or a job may lie ahead anyway.
PAST_ON = {
    "birth_on": "出生日期",
    "certificate_issued_on": "发证日期",
}


def refuse_future(facts: Facts, on: date) -> None:
    """Raise FactsMalformed, naming the first fact whose day comes after the day judged."""
    for name, label in PAST_ON.items():
        day = getattr(facts, name)
        if day is not None and day > on:
            raise _from_the_future(name, label, day, on)


def refuse_future_rows(frame: pl.DataFrame, on: str = "on", columns: Iterable[str] = PAST_ON) -> None:
    """The same for a whole frame of claims, column by column; a column that is not there is unknown."""
    import polars as pl

    for name in columns:
        if name not in frame.columns:
            continue
        late = frame.filter(pl.col(name) > pl.col(on)).select(name, on).head(1)
        if late.height:
            raise _from_the_future(name, PAST_ON[name], *late.row(0))


def _from_the_future(name: str, label: str, day: date, on: date) -> FactsMalformed:
    return FactsMalformed(field=name, problem=f"{label} {day} 晚于判断的日子 {on}")
