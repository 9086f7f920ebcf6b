"""Every figure a return asks for, counted from one snapshot, kept as cells that say where they come from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import translation

from kaogong.catalog import queries as catalog
from kaogong.departments import queries as departments
from kaogong.departments.models import DepartmentSum
from kaogong.indicators.register import indicator_of, indicators
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.period import Period, add_months
from kaogong.statistics import queries as statistics

from .placeholders import BESIDE, DIMENSIONS, SPAN_LABELS, Placed, Placeholder
from .shown import MONEY, change_value, change_words, unit_words, with_unit

_EARLIER = {"period": "year_earlier", "year_to_date": "year_to_date_earlier"}
REPEAT_AT_MOST = 300
NOT_SAID = "没有填写"  # the row of records that do not say which


class TooManyRows(Refused):
    """按“{dimension}”展开有{count}行，超过{limit}行，报表放不下。请换一个维度，或在统计页导出明细。"""


def indicator_named(text: str) -> str | None:
    """An indicator's code by its code or its Chinese name; None when there is none."""
    return next((one.code for one in indicators() if text in (one.code, one.name)), None)


def period_of(kind: str, starts_on: date) -> Period:
    """The quarter or the year that begins on that day."""
    return Period(starts_on, add_months(starts_on, 3 if kind == "quarterly" else 12))


def period_name(kind: str, period: Period) -> str:
    """2026年第三季度, 2026年, or the days of any other stretch."""
    if kind == "yearly":
        return f"{period.start.year}年"
    if kind == "quarterly":
        return f"{period.start.year}年第{'一二三四'[(period.start.month - 1) // 3]}季度"
    return f"{_day(period.start)}至{_day(period.last)}"


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def span_period(span: str, kind: str, period: Period) -> Period:
    """The days one of the words of ``SPANS`` means for a return of this period."""
    months = 3 if kind == "quarterly" else 12
    if span == "period":
        return period
    if span == "previous":
        if kind == "stretch":
            return Period(period.start - (period.end - period.start), period.start)
        return Period(add_months(period.start, -months), period.start)
    if span == "year_to_date":
        return Period(date(period.last.year, 1, 1), period.end)
    if span == "year_earlier":
        return _year_back(period)
    return _year_back(Period(date(period.last.year, 1, 1), period.end))


def _year_back(period: Period) -> Period:
    return Period(add_months(period.start, -12), add_months(period.end, -12))


@dataclass
class Gathered:
    """Cells by key, and for each dimension its rows (code, label) in order."""

    cells: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Counting:
    """Whose figures, of where and when, from which snapshot."""

    by: Actor
    region_code: str
    kind: str
    period: Period
    snapshot: int

    @translation.override("zh-hans")
    def gather(self, placed: Iterable[Placed]) -> Gathered:
        """Count everything asked for, each figure once."""
        placed = list(placed)
        self._count_ahead(placed)
        gathered = Gathered()
        rows: dict[str, dict[str, str]] = {}
        for one in placed:
            asked = one.placeholder
            if asked.kind == "each":
                rows.setdefault(asked.dimension, {})
            if asked.kind == "chart" or (one.row and asked.kind in ("figure", "change")):
                self._by_rows(asked, asked.dimension or one.row, gathered, rows)
            elif asked.kind in ("figure", "change"):
                self._one(asked, gathered)
        for dimension, found in rows.items():
            gathered.rows[dimension] = self._ordered(dimension, found)
        for one in placed:
            if one.row and one.placeholder.kind in ("figure", "change"):
                for code, _label in gathered.rows.get(one.row, []):
                    self._none_there(one.placeholder.within(one.row, code), gathered)
        _name_rows(gathered)
        return gathered

    def _count_ahead(self, placed: Iterable[Placed]) -> None:
        """Have everything asked for counted together, which is many times quicker than one by one."""
        wanted = []
        for one in placed:
            asked = one.placeholder
            if asked.kind not in ("figure", "change", "chart") or asked.part == BESIDE:
                continue
            dimension = asked.dimension or one.row if asked.kind == "chart" else one.row
            plain = _plain(asked)
            for half in (plain, _earlier(plain)) if asked.kind == "change" else (plain,):
                wanted.append((half.what, self._days(half), dict(half.where) or None, dimension))
        statistics.count_ahead(wanted, by=self.by, region_code=self.region_code, snapshot=self.snapshot)

    def one(self, asked: Placeholder) -> dict[str, Any]:
        """One figure by itself."""
        gathered = Gathered()
        self._one(asked, gathered)
        return gathered.cells[asked.key]

    def _one(self, asked: Placeholder, gathered: Gathered) -> None:
        if asked.key in gathered.cells:
            return
        if asked.kind == "change":
            self._change(asked, gathered)
            return
        if asked.part == BESIDE:
            gathered.cells[asked.key] = self._beside(asked)
            return
        figure = statistics.figure(
            asked.what, by=self.by, region_code=self.region_code, period=self._days(asked),
            where=dict(asked.where) or None, snapshot=self.snapshot,
        )  # fmt: skip
        gathered.cells[asked.key] = self._cell(asked, figure)

    def _beside(self, asked: Placeholder) -> dict[str, Any]:
        """What departments state as sums of the same days and place, as it stood when the snapshot was frozen."""
        rows = departments.sums_beside(
            asked.what, by=self.by, region_code=self.region_code, period=self._days(asked),
            where=dict(asked.where) or None,
            known_at=statistics.snapshot(self.snapshot, by=self.by).frozen_at,
        )  # fmt: skip
        unit = indicator_of(asked.what).unit
        cell = self._told(asked, sum(row.times for row in rows), None, None, unit, _stated_by(rows))
        return cell | {"name": f"{cell['name']}（部门只报合计，不在统计数内）"}

    def _by_rows(self, asked: Placeholder, dimension: str, gathered: Gathered, rows: dict) -> None:
        """One breakdown for all rows; a change is made of two."""
        if asked.kind == "change":
            plain = _plain(asked)
            for half in (plain, _earlier(plain)):
                self._by_rows(half, dimension, gathered, rows)
            for code in list(rows.get(dimension, {})):
                self._change(asked.within(dimension, code), gathered)
            return
        parts = statistics.breakdown(
            asked.what, by=self.by, region_code=self.region_code, period=self._days(asked),
            dimension=dimension, where=dict(asked.where) or None, snapshot=self.snapshot,
        )  # fmt: skip
        if len(parts.rows) > REPEAT_AT_MOST:
            raise TooManyRows(dimension=dimension, count=len(parts.rows), limit=REPEAT_AT_MOST)
        known = rows.setdefault(dimension, {})
        for code, label, figure in parts.rows:
            known.setdefault(code, label if code else NOT_SAID)
            within = (
                asked.within(dimension, code)
                if asked.kind != "chart"
                else _plain(asked).within(dimension, code)
            )
            gathered.cells[within.key] = self._cell(within, figure)

    def _change(self, asked: Placeholder, gathered: Gathered) -> None:
        plain = _plain(asked)
        now, before = plain, _earlier(plain)
        for half in (now, before):
            self._one(half, gathered)
        cell, earlier = gathered.cells[now.key], gathered.cells[before.key]
        gathered.cells[asked.key] = cell | {
            "key": asked.key,
            "unit": "%",
            "value": change_value(cell["value"], earlier["value"], cell["unit"]),
            "words": change_words(cell["value"], earlier["value"], cell["unit"]),
            "of": [now.key, before.key],
            "numerator": None, "denominator": None,
        }  # fmt: skip

    def _none_there(self, asked: Placeholder, gathered: Gathered) -> None:
        """A row the breakdown does not name: nothing happened there, which for a share is no number."""
        if asked.key in gathered.cells:
            return
        if asked.kind == "change":
            self._change(asked, gathered)
            return
        unit = indicator_of(asked.what).unit
        unknown = indicator_of(asked.what).percent is not None or indicator_of(asked.what).is_stated
        gathered.cells[asked.key] = self._told(asked, None if unknown else 0, None, None, unit, "")

    def _ordered(self, dimension: str, found: dict[str, str]) -> list[tuple[str, str]]:
        if dimension != "region":
            return list(found.items())
        below = {one.code: one.name for one in catalog.regions_under(self.region_code)} if found else {}
        inside = {code: name for code, name in below.items() if code in found}
        return sorted((inside | found).items())

    def _cell(self, asked: Placeholder, figure: Any) -> dict[str, Any]:
        value = figure.value if asked.part == "value" else getattr(figure, asked.part)
        unit = figure.unit if asked.part == "value" else ""
        return self._told(asked, value, figure.numerator, figure.denominator, unit, str(figure.note or ""))

    def _told(self, asked, value, numerator, denominator, unit, note) -> dict[str, Any]:
        days = self._days(asked)
        return {
            "key": asked.key, "indicator": asked.what, "name": indicator_of(asked.what).name, "unit": unit,
            "span": asked.span, "starts_on": days.start.isoformat(), "ends_on": days.last.isoformat(),
            "where": dict(asked.where), "part": asked.part, "value": value, "numerator": numerator,
            "denominator": denominator, "note": note, "places": [],
        }  # fmt: skip

    def _days(self, asked: Placeholder) -> Period:
        return span_period(asked.span, self.kind, self.period)


def _stated_by(rows: Iterable[DepartmentSum]) -> str:
    """Which department stated what in which sheet, so that whoever reads the sum knows where it comes from."""
    sheets: dict[int, list] = {}
    for row in rows:
        sheets.setdefault(row.sheet_id, []).append(row)
    said = [
        f"{departments.department_name(some[0].sheet.department_code)}合计表“{some[0].sheet.filename}”"
        f"（{some[0].sheet.from_on}至{some[0].sheet.to_on}）{sum(row.times for row in some):,}人次"
        for some in sheets.values()
    ]
    return "；".join(said) or "没有部门报送合计数"


def _name_rows(gathered: Gathered) -> None:
    """Each cell of a row says what its row is called."""
    named = {dimension: dict(rows) for dimension, rows in gathered.rows.items()}
    for cell in gathered.cells.values():
        labels = {
            name: named[name][code] for name, code in cell["where"].items() if code in named.get(name, {})
        }
        if labels:
            cell["labels"] = labels


def _plain(asked: Placeholder) -> Placeholder:
    return Placeholder(asked.text, "figure", asked.what, asked.span, asked.where, asked.part)


def _earlier(plain: Placeholder) -> Placeholder:
    return Placeholder(
        plain.text, "figure", plain.what, _EARLIER.get(plain.span, "year_earlier"), plain.where, plain.part
    )


def label_of(cell: dict[str, Any]) -> str:
    """A cell in words: name, days, narrowing."""
    words = [cell["name"], SPAN_LABELS[cell["span"]]]
    words += where_words(cell)
    return " · ".join(words) + (" · 同比" if cell.get("of") else "")


def where_words(cell: dict[str, Any]) -> list[str]:
    """What a cell is narrowed to: the row's name, or the condition as a template writes it."""
    labels = cell.get("labels", {})
    return [
        labels.get(name) or f"{DIMENSIONS[name][0] if name in DIMENSIONS else name}={code}"
        for name, code in sorted(cell["where"].items())
    ]


def beside_lines(cells: Iterable[dict[str, Any]]) -> list[str]:
    """Every sum of departments that a return prints, with who stated it."""
    told = [cell for cell in cells if cell["part"] == BESIDE and cell["places"]]
    return [f"{label_of(cell)} {value_words(cell)}：{cell['note']}。" for cell in told]


def value_words(cell: dict[str, Any]) -> str:
    """A cell's value with its unit; a change in its own words."""
    return cell["words"] if cell.get("of") else with_unit(cell["value"], cell["unit"])


def periods_over(kind: str, today: date, count: int) -> list[date]:
    """The first days of the latest periods that are over, the newest first."""
    months = 3 if kind == "quarterly" else 12
    current = date(today.year, (today.month - 1) // 3 * 3 + 1 if kind == "quarterly" else 1, 1)
    return [add_months(current, -months * step) for step in range(1, count + 1)]


@dataclass(frozen=True, slots=True)
class Named:
    """An indicator as a sentence names it: its name, how it is scaled, the unit that follows the number."""

    name: str
    scale: str
    unit: str


def unit_after(code: str) -> Named:
    """How a sentence writes one indicator's figure; money in 万元."""
    found = indicator_of(code)
    if found.unit in MONEY and found.percent is None:
        return Named(found.name, " | 万元", "万元")
    return Named(found.name, "", unit_words(found.unit))
