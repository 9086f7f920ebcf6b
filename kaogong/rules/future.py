"""Days that must have come by the day judged: a birth or a certificate from the future is no fact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from kaogong.rules.errors import FactsMalformed

if TYPE_CHECKING:
    import polars as pl

    from kaogong.rules.facts import Facts

# Other days may well lie ahead: a class or a contract that runs on, a job found after the certificate.
PAST_ON = {
    "birth_on": "出生日期",
    "graduated_on": "毕业日期",
    "discharged_on": "退役日期",
    "hired_on": "录用日期",
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
