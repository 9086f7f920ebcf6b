"""The measures again, in plain Python over rows as dictionaries: what DuckDB and Spark are held against."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kaogong.kernel.period import Period, add_months

Row = dict
GRADED = ("qualification", "skill_level")
HIGH, TOP = ("3", "2", "1", "T", "S"), ("2", "1", "T", "S")
SKILLED = ("5", "4", *HIGH)


@dataclass(frozen=True)
class Plain:
    """Rows where a condition holds, by their day, and what is counted of them."""

    fact: str
    where: Callable[[Row], bool]
    on: str = ""
    of: str = ""  # "" rows, "person" or "provider" different ones, else the sum of a column
    stock: bool = False

    def count(self, rows: Iterable[Row], period: Period) -> int:
        day = self.on or {"training": "ends_on", "certificate": "issued_on", "payment": "paid_on"}.get(
            self.fact, "ends_on"
        )
        held = [
            row
            for row in rows
            if self.where(row)
            and row[day] is not None
            and row[day] < period.end
            and (self.stock or row[day] >= period.start)
        ]
        if not self.of:
            return len(held)
        if self.of in ("person", "provider"):
            return len({row[self.of] for row in held} - {None})
        return sum(row[self.of] for row in held)


def _level(*levels: str) -> Plain:
    return Plain(
        "certificate",
        lambda row: row["stands"] and row["kind"] in GRADED and row["level"] in levels,
        of="person",
        stock=True,
    )


COUNTED = Plain("training", lambda row: row["counted"])
PEOPLE = Plain("training", lambda row: row["counted"], of="person")
DONE = Plain("training", lambda row: row["counted"] and row["finished"])
MADE_IT = Plain("training", lambda row: row["counted"] and row["finished"] and row["certified"])
PAID = Plain("payment", lambda row: row["amount_fen"] != 0, of="amount_fen")
STANDS = Plain("class", lambda row: row["approved"] and not row["cancelled"], on="starts_on", stock=True)
OVER = Plain(
    "class",
    lambda row: row["approved"] and not row["cancelled"] and row["starts_on"] is not None,
    on="ends_on",
    stock=True,
)

# code -> (numerator: added and taken away, denominator, hundredths of a percent)
FIGURES: dict[str, tuple[tuple[Plain, ...], Plain | None, bool]] = {
    "training.person_times": ((COUNTED,), None, False),
    "training.persons": ((PEOPLE,), None, False),
    "training.enrolled": ((Plain("training", COUNTED.where, on="starts_on"),), None, False),
    "training.certified_persons": (
        (Plain("training", lambda row: row["counted"] and row["certified"], of="person"),), None, False,
    ),
    "training.certified_share": ((MADE_IT,), DONE, True),
    "training.hours": ((Plain("training", COUNTED.where, of="hours_attended"),), None, False),
    "certificate.high_new": (
        (
            Plain(
                "certificate",
                lambda row: row["stands"] and row["high"] and row["kind"] in GRADED and row["steps_from"] not in HIGH,
            ),
        ), None, False,
    ),
    "certificate.persons": ((Plain("certificate", lambda row: row["stands"], of="person"),), None, False),
    "talent.skilled": ((_level(*SKILLED),), None, False),
    "talent.high": ((_level(*HIGH),), None, False),
    "talent.senior": ((_level(*HIGH), _level(*TOP)), None, False),
    "talent.high_share_of_skilled": ((_level(*HIGH),), _level(*SKILLED), True),
    "money.paid": ((PAID,), None, False),
    "money.payees": (
        (Plain("payment", lambda row: row["amount_fen"] > 0 and row["provider"] != "", of="provider"),), None, False,
    ),
    "money.per_person_time": ((PAID,), COUNTED, False),
    "class.running": ((STANDS, OVER), None, False),
}  # fmt: skip


def figure(code: str, facts: dict[str, list[Row]], period: Period) -> tuple[int, int | None, int | None]:
    """Numerator, denominator and value of a figure over the rows of each fact."""
    above, below, percent = FIGURES[code]
    numerator = above[0].count(facts[above[0].fact], period)
    numerator -= sum(plain.count(facts[plain.fact], period) for plain in above[1:])
    if below is None:
        return numerator, None, numerator
    denominator = below.count(facts[below.fact], period)
    if denominator == 0:
        return numerator, denominator, None
    return numerator, denominator, rounded(Fraction(numerator * (10_000 if percent else 1), denominator))


def rounded(number: Fraction) -> int:
    """Half away from zero."""
    whole = int(abs(number) + Fraction(1, 2))
    return whole if number >= 0 else -whole


def periods(grain: str, first: date, last: date) -> list[Period]:
    """Every month, quarter or year from the first day's to the last day's."""
    size = {"month": 1, "quarter": 3, "year": 12}[grain]
    start, found = date(first.year, (first.month - 1) // size * size + 1, 1), []
    while start <= last:
        found.append(Period(start, add_months(start, size)))
        start = add_months(start, size)
    return found
