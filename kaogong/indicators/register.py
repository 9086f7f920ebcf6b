"""The register of indicators: each one short function, its docstring the 口径 that pages show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kaogong.indicators.facts import FACTS, Fact
from kaogong.indicators.measures import DISTINCT, Amount, Measure, Ratio, Share, Stated, Term
from kaogong.kernel.errors import Refused

if TYPE_CHECKING:
    from ibis.expr.types import Table

EVENT, STOCK = "event", "stock"
TIMES = ("month", "quarter", "year")
HUNDREDTHS = ("元", "%", "学时")  # units whose values are kept in hundredths
ALWAYS = date(1949, 10, 1)


class IndicatorUnknown(Refused):
    """没有指标“{code}”。请在指标目录中查看可用的指标。"""


class DimensionUnfit(Refused):
    """指标“{name}”不能按“{dimension}”分组。"""


def N_(sentence: str) -> str:
    return sentence


PEOPLE_REPEAT = N_("同一人可能出现在不同分组中，合计只算一次，因此各组之和可以大于合计。")
THINGS_REPEAT = N_("同一对象可能出现在不同分组中，合计只算一次，因此各组之和可以大于合计。")
SHARES_DO_NOT_ADD = N_("比例和人均数由各组自己的分子、分母算出，不能相加。")
STOCK_IN_TIME = N_("这是期末时点数，不同时点不能相加。")
STATED_NOT_SPLIT = N_("这个数由文件公布，没有分组数据。")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One version of a figure's definition."""

    code: str
    name: str
    unit: str
    define: Callable[..., Measure]
    fact: Fact | None = None
    on: str = ""
    time: str = EVENT
    dimensions: tuple[str, ...] = ()
    owner: str = "hrss"
    clauses: tuple[str, ...] = ()
    since: date = ALWAYS
    part_of: str = ""  # an indicator this one can never exceed
    persons_of: str = ""  # the person-times these people came

    @property
    def meaning(self) -> str:
        """The 口径: the first paragraph of the function's docstring, on one line."""
        return " ".join((self.define.__doc__ or "").split("\n\n")[0].split())

    @property
    def scale(self) -> int:
        """How many of the kept whole number make one of the unit."""
        return 100 if self.unit in HUNDREDTHS else 1

    @property
    def is_stated(self) -> bool:
        return self.fact is None and isinstance(self.measure(None), Stated)

    @property
    def is_derived(self) -> bool:
        """Made of two other indicators."""
        return self.fact is None and isinstance(self.measure(None), Ratio)

    def measure(self, table: Table | None) -> Measure:
        return self.define(table) if self.fact else self.define()

    def amounts(self, table: Table) -> tuple[Amount, Amount | None]:
        """Numerator and denominator; a plain figure has only the first."""
        measure = self.measure(table)
        if isinstance(measure, Share):
            return measure.numerator, measure.denominator
        return measure, None  # type: ignore[return-value]

    @property
    def percent(self) -> bool | None:
        """True of a share, False of so much for each, None of a plain figure."""
        measure = self.measure(self.unbound) if self.fact else self.define()
        return measure.percent if isinstance(measure, Share | Ratio) else None

    @property
    def unbound(self) -> Table:
        """The fact's columns, bound to no data."""
        return unbound(self.fact) if self.fact else None

    def terms(self, table: Table) -> Iterator[Term]:
        for amount in self.amounts(table):
            if amount is not None:
                yield from (term for _, term in amount.signed())

    def why_not_adding(self, dimension: str) -> str:
        """Why the parts by that dimension do not sum to the total; "" where they do."""
        if self.fact is None:
            return SHARES_DO_NOT_ADD if self.is_derived else STATED_NOT_SPLIT
        if self.percent is not None:
            return SHARES_DO_NOT_ADD
        if self.time == STOCK and dimension in TIMES:
            return STOCK_IN_TIME
        repeating = [term.column for term in self.terms(self.unbound) if term.kind == DISTINCT]
        if not repeating or dimension in repeating:
            return ""
        return PEOPLE_REPEAT if "person" in repeating else THINGS_REPEAT


_KINDS = {"code": "string", "text": "string", "flag": "boolean", "day": "date"}
_tables: dict[str, Any] = {}
_register: dict[str, list[Indicator]] = {}


def unbound(fact: Fact) -> Table:
    """A table of the fact's columns that knows no data; definitions are read from it, and SQL is written."""
    if fact.name not in _tables:
        import ibis

        columns = {one.name: _KINDS.get(one.kind, "int64") for one in fact.columns}
        _tables[fact.name] = ibis.table(columns, name=fact.name)
    return _tables[fact.name]


def indicator(
    code: str,
    *,
    name: str,
    unit: str,
    fact: str = "",
    on: str = "",
    time: str = EVENT,
    dimensions: tuple[str, ...] | None = None,
    owner: str = "hrss",
    clauses: tuple[str, ...] = (),
    since: date = ALWAYS,
    part_of: str = "",
    persons_of: str = "",
) -> Callable[[Callable[..., Measure]], Callable[..., Measure]]:
    """Register the function as the definition of ``code`` from ``since`` on."""

    def keep(define: Callable[..., Measure]) -> Callable[..., Measure]:
        rows = FACTS[fact] if fact else None
        by = dimensions if dimensions is not None else rows.dimensions if rows else ("region",)
        one = Indicator(code, name, unit, define, rows, on or (rows.on if rows else ""), time, by, owner, clauses,
                        since, part_of, persons_of)  # fmt: skip
        versions = _register.setdefault(code, [])
        if any(other.since == since for other in versions):
            raise ValueError(f"{code} is defined twice since {since}")
        versions.append(one)
        versions.sort(key=lambda version: version.since)
        return define

    return keep


def versions_of(code: str) -> tuple[Indicator, ...]:
    """Every version of an indicator, oldest first; raises IndicatorUnknown."""
    _load()
    if code not in _register:
        raise IndicatorUnknown(code=code)
    return tuple(_register[code])


def indicator_of(code: str, on: date | None = None) -> Indicator:
    """The version in force on that day, the newest unless a day is given."""
    versions = versions_of(code)
    if on is None:
        return versions[-1]
    return next((one for one in reversed(versions) if one.since <= on), versions[0])


def indicators(fact: str | None = None) -> tuple[Indicator, ...]:
    """The newest version of every indicator, or of those of one fact, in the order they are written."""
    _load()
    every = (versions[-1] for versions in _register.values())
    return tuple(one for one in every if fact is None or (one.fact is not None and one.fact.name == fact))


def _load() -> None:
    import kaogong.indicators.definitions  # noqa: F401  (registers)
