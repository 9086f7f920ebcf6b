"""What a page of figures asks: an indicator, of a region and a stretch of time, by something, under conditions.

All of it stands in the address, so that a page can be sent to somebody who sees the same.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode, is_region_code
from kaogong.statistics import queries as statistics
from kaogong.web.parts import figures_period as periods
from kaogong.web.parts.figures import TIMES
from kaogong.web.parts.figures_register import Indicator, dimension_label, dimensions_of, indicator_named

LONGEST = 40  # letters of a code in the address


@dataclass(frozen=True, slots=True)
class Question:
    """One question; ``where`` is (dimension, code) pairs, ``snapshot`` is the number of one, None for the newest."""

    indicator: Indicator
    region_code: str
    span: periods.Span
    dimension: str = ""
    where: tuple[tuple[str, str], ...] = ()
    snapshot: int | None = None

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def conditions(self) -> dict[str, str]:
        return dict(self.where)

    def query(self, **more: Any) -> str:
        """The same question, as the end of an address."""
        said = {
            "region": self.region_code,
            "period": self.span.key,
            "by": self.dimension,
            **self.conditions,
            "snapshot": self.snapshot,
        } | more
        return urlencode({name: value for name, value in said.items() if value not in ("", None)})

    def url(self, name: str = "table", **more: Any) -> str:
        """The page that answers it."""
        return f"{reverse(f'bureau:figures:{name}', args=[self.code])}?{self.query(**more)}"

    def rows_url(self, part: str = "") -> str:
        """Where the rows behind the figure stand."""
        return self.url("rows", by="", part=part)

    def narrowed(self, code: str) -> "Question":
        """The question about one row of the table: that district, that month, that value."""
        if self.dimension == "region":
            return replace(self, region_code=code) if is_region_code(code) else self
        if self.dimension in TIMES:
            span = periods.span_named(code)
            return replace(self, span=span) if span else self
        kept = tuple(pair for pair in self.where if pair[0] != self.dimension)
        return replace(self, where=(*kept, (self.dimension, code)))

    def next_dimension(self) -> str:
        """By what a row of this table is looked at next: the first dimension not fixed yet."""
        fixed = {self.dimension, *self.conditions}
        return next((one for one in offered(self) if one not in fixed and one not in TIMES), "month")

    def is_narrowable(self, code: str) -> bool:
        """Whether a row can become a question of its own."""
        if self.dimension == "region":
            return is_region_code(code) and code != self.region_code
        return bool(code) if self.dimension in TIMES else True


def asked(request: HttpRequest, code: str) -> Question:
    """The question of the address. An unknown indicator, region, period or dimension is not found."""
    indicator = indicator_named(code)
    region_code = request.GET.get("region", "") or home_region(request.actor)
    if not covers(request.actor, region_code):
        raise NotFound()
    span = periods.span_named(request.GET.get("period", "") or str(request.today.year))
    if span is None:
        raise NotFound()
    known = dimensions_of(indicator)
    dimension = request.GET.get("by", "")
    if dimension and dimension not in known:
        raise NotFound()
    where = tuple(
        (name, request.GET[name][:LONGEST])
        for name in known
        if name in request.GET and name not in TIMES and name != "region"
    )
    number = request.GET.get("snapshot", "")
    if number and not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound()
    span = told_span(indicator, span, request.today)
    question = Question(indicator, region_code, span, dimension, where, int(number) if number else None)
    return question if dimension else replace(question, dimension=first_dimension(question))


def told_span(indicator: Indicator, span: periods.Span, today: date) -> periods.Span:
    """What is counted is told up to today: what is planned for the rest of the year has not happened.

    What a paper states holds for the whole stretch it names.
    """
    sides = (indicator,)
    if indicator.is_derived:
        measure = indicator.measure(None)
        sides = (indicator_named(measure.numerator), indicator_named(measure.denominator))
    return span if any(one.fact is None for one in sides) else span.so_far(today)


def offered(question: Question) -> tuple[str, ...]:
    """The dimensions that tell this question's figure apart."""
    region = RegionCode(question.region_code)
    named = [
        name
        for name in dimensions_of(question.indicator)
        if not (name == "region" and region.depth >= 3) and name not in question.conditions
    ]
    return tuple(named)


def first_dimension(question: Question) -> str:
    """Where nothing is chosen: by district, else by month."""
    known = offered(question)
    # A paper's figure of a district is told by nothing: its table is the district alone.
    return next((one for one in ("region", "month", *known) if one in known), "region")


def home_region(by: Actor) -> str:
    """The region an actor's figures are of: six digits, the district of a sub-district."""
    return by.region_code[:6]


def covers(by: Actor, region_code: str) -> bool:
    """Whether the actor's reach holds the region."""
    home = home_region(by)
    return bool(home) and is_region_code(region_code) and RegionCode(home).covers(region_code)


def region_choices(by: Actor) -> list[tuple[str, str, int]]:
    """(code, name, steps below the actor's own) of every region in reach that figures are told of."""
    home = home_region(by)
    if not home:
        return []
    own = RegionCode(home).depth
    found = [(home, catalog.region_name(home), 0)]
    under = catalog.regions_under(home).filter(level__lte=3).values_list("code", "name", "level")
    return found + [(code, name, level - own) for code, name, level in under]


def filters(request: HttpRequest, question: Question) -> dict[str, Any]:
    """The pickers above a figure."""
    spans = periods.choices(request.today)
    known = {span.key for _label, group in spans for span in group}
    return {
        "regions": region_choices(request.actor),
        "periods": spans,
        "own_period": None if question.span.key in known else question.span,
        "dimensions": [(name, dimension_label(name)) for name in offered(question)],
    }


def place_words(question: Question) -> str:
    """The region and time in words."""
    return gettext("{region}，{period}").format(
        region=catalog.region_name(question.region_code), period=question.span.label
    )


def conditions(question: Question) -> list[dict[str, str]]:
    """What the figure is limited to, each with the address without it."""
    return [
        {
            "label": dimension_label(name),
            "value": statistics.labels_of(name, [code])[code],
            "without": question.url(**{name: ""}),
        }
        for name, code in question.where
    ]
