"""A figure and its table told on a page: rows with their links, the sentence they say, chart and map."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from kaogong.statistics import queries as statistics
from kaogong.web.bureau.figure_question import Question
from kaogong.web.parts import figures, figures_charts, figures_map
from kaogong.web.parts import figures_period as periods
from kaogong.web.parts import figures_register as register


@dataclass(frozen=True, slots=True)
class Total:
    """One figure as a page shows it; ``words`` with its unit, ``value`` without."""

    words: str
    value: str
    numerator: str = ""
    denominator: str = ""
    parts: str = ""
    change: str = ""
    before: str = ""
    note: str = ""
    url: str = ""
    sources: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``figure`` is what it was made of."""

    code: str
    label: str
    figure: Any
    words: str
    numerator: str
    denominator: str
    part: str
    before: str
    before_value: int | None
    rows_url: str
    narrow_url: str


def figure_of(question: Question, by, *, span: periods.Span | None = None):
    """The figure a question asks, or the same of another stretch of time."""
    return statistics.figure(
        question.code,
        by=by,
        region_code=question.region_code,
        period=(span or question.span).period,
        where=question.conditions or None,
        snapshot=question.snapshot,
    )


def breakdown_of(question: Question, by, *, span: periods.Span | None = None):
    """The figure by the question's dimension."""
    return statistics.breakdown(
        question.code,
        by=by,
        region_code=question.region_code,
        period=(span or question.span).period,
        dimension=question.dimension,
        where=question.conditions or None,
        snapshot=question.snapshot,
    )


def told_total(question: Question, figure, before, *, opens: bool) -> Total:
    """The figure in words, with what it is a share of and how it stood a year before."""
    unit = question.indicator.unit
    parts = ""
    if figure.denominator is not None:
        parts = gettext("{numerator} ÷ {denominator}").format(
            numerator=number(figure.numerator, question), denominator=number(figure.denominator)
        )
    return Total(
        words=figures.told(figure.value, unit),
        value=figures.written(figure.value, unit),
        numerator=number(figure.numerator, question),
        denominator=number(figure.denominator),
        parts=parts,
        change=figures.change(figure.value, before.value, unit) if before else "",
        before=figures.written(before.value, unit) if before else "",
        note=figure.note or "",
        url=question.rows_url() if opens and figure.value is not None and may_open(question) else "",
        sources=sources_of(figure),
    )


def sources_of(figure) -> tuple[tuple[str, str, str], ...]:
    """What papers said of the figure's parts (name, value, paper), each with its page and the file, if kept."""
    return tuple(
        (
            gettext("{name} {value}，{source}").format(
                name=register.name_of(one), value=figures.told(stated.value, one.unit), source=source
            ),
            reverse("bureau:stated_figures:detail", args=[stated.pk]),
            reverse("bureau:stated_figures:paper", args=[stated.pk]) if hasattr(stated, "paper") else "",
        )
        for stated, source in zip(figure.stated, figure.sources, strict=True)
        for one in (register.indicator_named(stated.indicator_code),)
    )


def may_open(question: Question) -> bool:
    """Whether there are rows behind the figure; a figure stated by a paper has none."""
    return not question.indicator.is_stated


def number(value: int | None, question: Question | None = None) -> str:
    """A numerator or denominator; what is divided among so many is written in the figure's own unit."""
    if question is not None and question.indicator.percent is False:
        return figures.written(value, question.indicator.unit)
    return "—" if value is None else f"{value:,}"


def told_rows(question: Question, found, before: dict[str, Any]) -> list[Row]:
    """The lines of the table, in the breakdown's order."""
    unit = question.indicator.unit
    opens = may_open(question)
    narrow_by = question.next_dimension()
    rows = []
    for code, label, figure in found.rows:
        inside = question.narrowed(code)
        narrows = question.is_narrowable(code) and inside != question
        then = before.get(code)
        rows.append(
            Row(
                code=code,
                label=label,
                figure=figure,
                words=figures.written(figure.value, unit),
                numerator=number(figure.numerator, question),
                denominator=number(figure.denominator),
                part=figures.part_of(figure.value, found.total.value) if found.adds_up else "",
                before=figures.written(then.value, unit) if then else "—",
                before_value=then.value if then else None,
                rows_url=inside.rows_url() if opens and figure.value and inside != question else "",
                narrow_url=inside.url(by=narrow_by) if narrows else "",
            )
        )
    return rows


def a_year_before(question: Question, by, today) -> tuple[Any, dict[str, Any]]:
    """The same of the year before, up to the same day: the total, and where the table is by time its rows."""
    span = question.span.up_to(today).a_year_before()
    if question.indicator.fact is None:
        return None, {}
    if question.dimension not in figures.TIMES:
        return figure_of(question, by, span=span), {}
    found = breakdown_of(question, by, span=span)
    return found.total, {_a_year_later(code): figure for code, _label, figure in found.rows}


def _a_year_later(code: str) -> str:
    """The same month, quarter or year one later, as tables name it."""
    year = code[:4]
    return f"{int(year) + 1}{code[4:]}" if year.isdigit() else code


def drawing(question: Question, rows: list[Row], found) -> dict[str, Any]:
    """The sentence, and the map or chart that shows it."""
    unit = question.indicator.unit
    pairs = [(row.label, row.figure.value) for row in rows]
    said = figures.finding(
        register.name_of(question.indicator),
        pairs,
        unit=unit,
        dimension=question.dimension,
        adds_up=found.adds_up,
    )
    drawn = None
    if question.dimension == "region":
        narrow = question.next_dimension()
        drawn = figures_map.shaded(
            question.region_code,
            {row.code: row.figure.value for row in rows},
            unit=unit,
            opens=lambda code: question.narrowed(code).url(by=_inside(question, code, narrow)),
        )
    option = None
    if drawn is None:
        option = figures_charts.option(
            pairs,
            unit=unit,
            dimension=question.dimension,
            before=[row.before_value for row in rows],
            names=(question.span.label, gettext("上年同期")),
        )
    return {
        "finding": said,
        "map": drawn,
        "option": option,
        "size": figures_charts.height_class(len(rows), question.dimension),
    }


def _inside(question: Question, code: str, narrow: str) -> str:
    """A city opens to its districts, a district to the next dimension."""
    return "region" if code.endswith("00") else narrow
