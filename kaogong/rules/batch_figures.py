"""The figures of ``measures.measure`` as expressions over a frame of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from kaogong.rules import facts
from kaogong.rules.columns import Column, Mask, Words, taken

_FULL_MONTHS = {
    "contract_months": ("contract_started_on", "contract_ended_on"),
    "months_since_hired": ("hired_on", "on"),
    "months_since_discharged": ("discharged_on", "on"),
    "months_since_graduated": ("graduated_on", "on"),
    "months_to_employment": ("class_ended_on", "employed_on"),
}
_PLACES = {f"{place}_here": f"{place}_region_code" for place in ("household", "residence", "job")}
SOURCES: dict[str, tuple[str, ...]] = {
    **_FULL_MONTHS,
    **{figure: (place, "serving_region_code") for figure, place in _PLACES.items()},
    "age": ("age_on_event", "birth_on", "on"),
    "provider_recognised": ("provider_recognised_on_day",),
    "hours_in_person": ("hours_attended", "hours_online"),
    "hours_counted": ("hours_counted", "hours_attended"),
    "hours_unproven": ("hours_unproven", "hours_attended"),
    "short_days": ("short_days", "hours_attended"),
    "within_contract": ("contract_started_on", "contract_ended_on", "on"),
}


def facts_behind(figures: frozenset[str]) -> frozenset[str]:
    """The facts (and ``on``) that the figures are worked out from."""
    return frozenset(fact for figure in figures for fact in SOURCES.get(figure, (figure,)))


class Figures:
    """The figures of a frame by name; ``tallies`` gives those of the history."""

    def __init__(
        self,
        columns: Sequence[str],
        words: Mapping[str, Sequence[str]],
        occupations: Sequence[str],
        groups: dict[str, int] | None,
        tallies: Mapping[str, pl.Expr] | None = None,
    ) -> None:
        self._columns = frozenset(columns)
        self._words = words
        self._occupations = occupations
        self._groups = groups  # None where groups are lists
        self._tallies = tallies or {}

    def with_tallies(self, tallies: Mapping[str, pl.Expr]) -> Figures:
        return Figures(tuple(self._columns), self._words, self._occupations, self._groups, tallies)

    def __getattr__(self, name: str) -> Column:
        if name in self._tallies:
            return Column(self._tallies[name])
        if name in _PLACES:
            return Column(self._within(_PLACES[name]))
        if name in _FULL_MONTHS:
            return Column(full_months(*(self._of(day).expr for day in _FULL_MONTHS[name])))
        match name:
            case "age":
                return Column(self._age())
            case "provider_recognised":
                return self._of("provider_recognised_on_day")
            case "hours_in_person":
                return (self._of("hours_attended") - self._of("hours_online")).greatest(0)
            case "hours_counted" | "hours_unproven" | "short_days":
                attended = self._of("hours_attended").expr
                by_marks = attended if name == "hours_counted" else pl.when(attended.is_not_null()).then(0)
                return Column(pl.coalesce(self._of(name).expr, by_marks))
            case "within_contract":
                starts, ends, on = (
                    self._of(day).expr for day in ("contract_started_on", "contract_ended_on", "on")
                )
                known = starts.is_not_null() & ends.is_not_null()
                return Column(pl.when(known).then((starts <= on) & (on < ends)))
        return self._of(name)

    def _of(self, name: str) -> Column:
        """A fact as it is; a column that is not there is unknown throughout."""
        if name == "on":
            return Column(pl.col("on"))
        given = name in self._columns
        if name in facts.WORDS:
            is_occupation = name.endswith("occupation_code")
            words = self._words.get(name, self._occupations if is_occupation else ())
            return Words(pl.col(name) if given else pl.lit(None, dtype=pl.UInt32), words)
        if name == "groups" and (not given or self._groups is not None):
            return Mask(pl.col(name) if given else pl.lit(None, dtype=pl.UInt64), self._groups or {})
        if given:
            return Column(pl.col(name))
        dtype = pl.Date if name in facts.DAYS else pl.Boolean if name in facts.FLAGS else pl.Int64
        return Column(pl.lit(None, dtype=dtype))

    def _age(self) -> pl.Expr:
        said, born = self._of("age_on_event").expr, "birth_on" in self._columns
        if not born:
            return said
        years = full_years(pl.col("birth_on"), pl.col("on"))
        return pl.coalesce(said.cast(pl.Int64), years) if "age_on_event" in self._columns else years

    def _within(self, name: str) -> pl.Expr:
        """Whether a place lies in the serving region, for every pair of them."""
        if not {name, "serving_region_code"} <= self._columns:
            return pl.lit(None, dtype=pl.Boolean)
        places, serving = self._words[name], self._words["serving_region_code"]
        significant = [_significant(code) for code in serving]
        if len(serving) == 1:
            inside = Words(pl.col(name), places).is_in([p for p in places if p.startswith(significant[0])])
            return pl.when(pl.col("serving_region_code").is_not_null()).then(inside.expr)
        pair = pl.col("serving_region_code").cast(pl.UInt32) * len(places) + pl.col(name).cast(pl.UInt32)
        return taken(pair, [place.startswith(start) for start in significant for place in places], pl.Boolean)


def _significant(region: str) -> str:
    while region.endswith("00"):
        region = region[:-2]
    return region


def full_months(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Completed months, as ``measures.full_months`` counts them."""
    months = (end.dt.year() - start.dt.year()).cast(pl.Int64) * 12
    months = months + end.dt.month().cast(pl.Int64) - start.dt.month().cast(pl.Int64)
    return months - (end.dt.day() < start.dt.day()).cast(pl.Int64)


def full_years(birth_on: pl.Expr, on: pl.Expr) -> pl.Expr:
    """Completed years of age, as ``measures.full_years`` counts them."""
    in_year = [day.dt.month().cast(pl.Int64) * 32 + day.dt.day().cast(pl.Int64) for day in (on, birth_on)]
    return (on.dt.year() - birth_on.dt.year()).cast(pl.Int64) - (in_year[0] < in_year[1]).cast(pl.Int64)
