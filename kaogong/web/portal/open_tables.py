"""Tables of figures anybody may take along: what is published, and what stays hidden because too few stand behind it.

Tables are told up to the last quarter that is over, so that two readings a day apart do not show who came in
between; and what a quarter added is no smaller than what stands in a table, so that two quarters' readings do not.
What a reading earlier in the year hid stays hidden in the later ones: shown then, it would give away its neighbour
by the earlier total.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kaogong.catalog import queries as catalog
from kaogong.indicators.suppression import K, suppress_list
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.period import Period, add_months
from kaogong.statistics import queries as statistics
from kaogong.web.parts import figures, figures_checks
from kaogong.web.parts import figures_period as periods
from kaogong.web.parts import figures_register as register

LICENCE = _("可以自由查看、转载和加工使用，请注明来源和数据截至日期；不得试图从数据中识别个人。")
YEARS = 3


@dataclass(frozen=True, slots=True)
class Dataset:
    """One figure by one dimension. ``counts`` is the indicator that says how many stand behind a cell."""

    slug: str
    code: str
    dimension: str
    counts: str = ""

    @property
    def indicator(self) -> register.Indicator:
        return register.indicator_named(self.code)

    @property
    def title(self) -> str:
        return gettext("{name}，按{dimension}").format(
            name=register.name_of(self.indicator), dimension=register.dimension_label(self.dimension)
        )


DATASETS = {
    one.slug: one
    for one in (
        Dataset("training-by-district", "training.person_times", "region"),
        Dataset("training-by-programme", "training.person_times", "programme"),
        Dataset("training-by-quarter", "training.person_times", "quarter"),
        Dataset("training-by-level", "training.person_times", "level"),
        Dataset("training-by-group", "training.person_times", "group"),
        Dataset("people-by-sex", "training.persons", "sex"),
        Dataset("people-by-age", "training.persons", "age"),
        Dataset("certificates-by-kind", "certificate.issued", "kind"),
        Dataset("certificates-by-level", "certificate.issued", "level"),
        Dataset("certificates-by-occupation", "certificate.issued", "occupation"),
        Dataset("money-by-programme", "money.paid", "programme", "money.payments"),
        Dataset("money-by-source", "money.paid", "source", "money.payments"),
    )
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of a published table; ``value`` None where it is hidden or not known."""

    code: str
    label: str
    value: int | None
    shown: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A published table with all a reader needs to use it rightly."""

    dataset: Dataset
    span: periods.Span
    region_code: str
    as_of: datetime | None
    rows: tuple[Cell, ...]
    total: Cell
    why: str
    contradictions: tuple[str, ...] = ()

    @property
    def hidden(self) -> int:
        return sum(one.hidden for one in (*self.rows, self.total))


def dataset_named(slug: str) -> Dataset:
    """One dataset, or NotFound."""
    if slug not in DATASETS:
        raise NotFound()
    return DATASETS[slug]


def span_of(year: int, today: date) -> periods.Span | None:
    """The part of a year that is told: all of one that is over, of this one the quarters that are."""
    if year < today.year:
        return periods.year(year)
    over = (today.month - 1) // 3 * 3
    if not over:
        return None
    return periods.between(date(year, 1, 1), Period(date(year, 1, 1), date(year, over + 1, 1)).last)


def years_told(today: date) -> list[periods.Span]:
    """The stretches there are tables of, newest first."""
    found = (span_of(today.year - back, today) for back in range(YEARS + 1))
    return [span for span in found if span is not None]


def table(dataset: Dataset, span: periods.Span) -> Told:
    """The table of this installation's region, small cells hidden and those that would give them away."""
    region_code = settings.REGION_CODE[:6]
    asks = {
        "by": system_actor(region_code=region_code),
        "region_code": region_code,
        "dimension": dataset.dimension,
    }
    found = statistics.breakdown(dataset.code, period=span.period, **asks)
    hidden, withheld = _hidden(dataset, span, asks, found)
    unit = dataset.indicator.unit
    rows = tuple(
        _cell(code, label, figure.value, unit, hidden=withheld or code in hidden)
        for code, label, figure in found.rows
    )
    total = _cell("", gettext("合计"), found.total.value, unit, hidden=withheld)
    said = figures_checks.of_table(
        dataset.indicator, dataset.dimension, found.total.value, [one.value for _c, _l, one in found.rows]
    )
    if said and any(cell.hidden for cell in (*rows, total)):
        said = [gettext("这张表里有互相矛盾的数，正在核对。")]  # the sentences would tell what is hidden
    return Told(dataset, span, region_code, found.total.as_of, rows, total, found.why, tuple(said))


def _hidden(dataset: Dataset, span: periods.Span, asks: dict, found) -> tuple[set[str], bool]:
    """The rows hidden in this reading, with those of each reading of the year before it; and whether all are."""
    hidden: set[str] = set()
    withheld = False
    ends = [one.end for one in quarters_of(span.period)]
    for end in ends:
        upto = Period(span.period.start, end)
        read = found if end == ends[-1] else statistics.breakdown(dataset.code, period=upto, **asks)
        fewest, fewest_in_all = _behind(dataset, upto, asks, read)
        told = suppress_list(fewest, hidden_before=hidden)
        withheld = told.withheld or 0 < fewest_in_all < K
        if not withheld:
            hidden |= {code for code, value in told.cells.items() if value is None}
    return hidden, withheld


def _behind(dataset: Dataset, span: Period, asks: dict, found) -> tuple[dict[str, int], int]:
    """How many stand behind each row and the total: the fewest of any quarter that was told by itself before."""
    code = dataset.counts or dataset.code
    whole = statistics.breakdown(code, period=span, **asks) if dataset.counts else found
    pieces = [_counts(whole)]
    if dataset.dimension not in figures.TIMES:
        pieces += [_counts(statistics.breakdown(code, period=one, **asks)) for one in quarters_of(span)]
    fewest = {}
    for row, _label, figure in found.rows:
        counts = [piece[row] for piece in pieces if piece.get(row)]
        fewest[row] = _fewest(counts) if counts or not figure.value else 1
    return fewest, _fewest([piece[None] for piece in pieces if piece.get(None)])


def _counts(broken) -> dict[str | None, int]:
    """The rows' counts by code, the total's under None."""
    return {code: figure.value or 0 for code, _label, figure in broken.rows} | {None: broken.total.value or 0}


def _fewest(counts: list[int]) -> int:
    """The whole, unless one part of it is too small to be told."""
    small = [count for count in counts if 0 < count < K]
    return min(small) if small else max(counts, default=0)


def quarters_of(span: Period) -> list[Period]:
    """The quarters of a stretch that begins with a year."""
    found, start = [], span.start
    while start < span.end:
        found.append(Period(start, min(add_months(start, 3), span.end)))
        start = add_months(start, 3)
    return found


def _cell(code: str, label: str, value: int | None, unit: str, *, hidden: bool) -> Cell:
    if hidden:
        return Cell(code, label, None, gettext("隐去"), True)
    return Cell(code, label, value, figures.written(value, unit), False)


def rule_words() -> str:
    """How small cells are hidden, in words."""
    return gettext(
        "不足 {k} 的数隐去；能由合计推算出它的数，以及某一季度只有少数几个的数，也一并隐去。"
    ).format(k=K)


def as_json(told: Told) -> dict[str, Any]:
    """The table for programs, with its definition, terms and dates."""
    one = told.dataset.indicator
    last = told.span.period.last
    return {
        "dataset": told.dataset.slug,
        "title": told.dataset.title,
        "indicator": one.code,
        "definition": register.definition_of(one),
        "unit": register.unit_of(one),
        "owner": register.owner_of(one),
        "region": {"code": told.region_code, "name": catalog.region_name(told.region_code)},
        "period": {"start": told.span.period.start.isoformat(), "last": last.isoformat()},
        "as_of": told.as_of.isoformat() if told.as_of else None,
        "licence": gettext(LICENCE),
        "hiding": rule_words(),
        "dimension": {
            "code": told.dataset.dimension,
            "name": register.dimension_label(told.dataset.dimension),
        },
        "adds_up": not told.why,
        "note": told.why,
        "contradictions": list(told.contradictions),
        "rows": [_plain(cell, one.unit) for cell in told.rows],
        "total": _plain(told.total, one.unit),
    }


def _plain(cell: Cell, unit: str) -> dict[str, Any]:
    return {
        "code": cell.code,
        "label": cell.label,
        "value": figures.plain(cell.value, unit),
        "hidden": cell.hidden,
    }


def as_lines(told: Told) -> list[list[Any]]:
    """The table for spreadsheets: headings, rows, total, then what it means and may be used for."""
    one = told.dataset.indicator
    name = f"{register.name_of(one)}（{figures.unit_words(one.unit) or register.unit_of(one)}）"
    cells = [[cell.code, cell.label, _number(cell, one.unit)] for cell in (*told.rows, told.total)]
    notes = [
        (gettext("指标口径"), register.definition_of(one)),
        (gettext("区域"), catalog.region_name(told.region_code)),
        (gettext("时间"), told.span.label),
        (gettext("数据截至"), told.as_of.isoformat() if told.as_of else ""),
        (gettext("隐去规则"), rule_words()),
        (gettext("使用条款"), gettext(LICENCE)),
        *((gettext("矛盾"), said) for said in told.contradictions),
    ]
    return [
        [gettext("代码"), register.dimension_label(told.dataset.dimension), name],
        *cells,
        [],
        *[["", label, words] for label, words in notes],
    ]


def _number(cell: Cell, unit: str):
    return cell.shown if cell.hidden else figures.plain(cell.value, unit)
