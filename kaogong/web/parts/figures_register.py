"""The register of indicators as pages tell it: names, definitions, owners, papers and dimensions in words."""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kaogong.claims.queries import rulebook
from kaogong.indicators.facts import FACTS
from kaogong.indicators.register import (
    ALWAYS,
    STOCK,
    TIMES,
    Indicator,
    IndicatorUnknown,
    indicator_of,
    indicators,
    versions_of,
)
from kaogong.kernel.errors import NotFound
from kaogong.kernel.reference import read_departments, reference_dir
from kaogong.web.parts.policy import cited

__all__ = ["TIMES", "Indicator", "versions_of"]

_TIMES = {"month": _("月份"), "quarter": _("季度"), "year": _("年度")}
_KINDS = {"stated": _("由文件公布或填报"), "derived": _("由两个指标相除")}


@dataclass(frozen=True, slots=True)
class Cited:
    """One line of a paper an indicator answers to: how it is cited, and where the bureau reads it."""

    words: str
    document: str
    url: str


def every_indicator() -> tuple[Indicator, ...]:
    """All of them, newest versions, in the order they are written."""
    return indicators()


def indicator_named(code: str, on: date | None = None) -> Indicator:
    """One of them; NotFound where there is none of that code."""
    try:
        return indicator_of(code, on)
    except IndicatorUnknown:
        raise NotFound() from None


def name_of(indicator: Indicator) -> str:
    return gettext(indicator.name)


def unit_of(indicator: Indicator) -> str:
    return gettext(indicator.unit)


def definition_of(indicator: Indicator) -> str:
    """The 口径 in words."""
    return gettext(indicator.meaning)


def fact_key(indicator: Indicator) -> str:
    """What it is counted from: a fact's name, "stated" or "derived"."""
    if indicator.fact is not None:
        return indicator.fact.name
    return "derived" if indicator.is_derived else "stated"


def fact_label(key: str) -> str:
    return gettext(FACTS[key].label if key in FACTS else _KINDS[key])


def owner_of(indicator: Indicator) -> str:
    """The department that answers for the figure."""
    return gettext(_departments().get(indicator.owner, indicator.owner))


def time_words(indicator: Indicator) -> str:
    """Event or stock, in words."""
    return (
        gettext("时点数：期末那一天有多少")
        if indicator.time == STOCK
        else gettext("时期数：这段时间里发生了多少")
    )


def day_words(indicator: Indicator) -> str:
    """Which day decides the period it counts in."""
    if indicator.fact is None or not indicator.on:
        return ""
    return gettext(indicator.fact.column(indicator.on).label)


def dimensions_of(indicator: Indicator) -> tuple[str, ...]:
    """What it may be broken down by: its columns, and time where something happens in it."""
    return (*indicator.dimensions, *TIMES) if indicator.fact is not None else indicator.dimensions


def dimension_label(name: str) -> str:
    if name in _TIMES:
        return gettext(_TIMES[name])
    for fact in FACTS.values():
        for column in fact.columns:
            if column.name == name:
                return gettext(column.label)
    return name


def papers_of(indicator: Indicator) -> list[Cited]:
    """The lines of papers it answers to, of the papers the rulebook holds."""
    found = []
    for clause in indicator.clauses:
        number, _mark, line = clause.partition(":")
        document = _papers().get(number)
        if document is None:
            continue
        reference = f"{document}#L{line}" if line else document
        url = reverse("bureau:rulebook:document", args=[document])
        found.append(Cited(cited(reference), document, url))
    return found


def since_words(version: Indicator) -> str:
    """From when a version of the definition holds."""
    if version.since == ALWAYS:
        return gettext("一直使用")
    return gettext("{day} 起").format(day=version.since.isoformat())


def tests_of(indicator: Indicator) -> list[tuple[str, str]]:
    """The tests that name it: (file, test), as they are collected when the product is built."""
    return [tuple(test.split("::", 1)) for test in _tests().get(indicator.code, [])]


@lru_cache(maxsize=1)
def _tests() -> dict[str, list[str]]:
    return json.loads((reference_dir() / "indicator_tests.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _departments() -> dict[str, str]:
    return {one.code: one.name for one in read_departments()}


def _papers() -> dict[str, str]:
    """Number of the source text (003) → number of the paper."""
    return {one.source.partition("_")[0]: one.number for one in rulebook().documents.values()}
