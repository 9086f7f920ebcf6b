"""The shortage index: pure sums over the numbers of one occupation in one district.

demand = weight_now × needed now + weight_year × needed within twelve months
supply = weight_certified × certificates of twelve months + weight_pipeline × people in classes
         + weight_holders × certificate holders
index  = (demand − supply) ÷ demand, nothing below 0; unknown where nobody is needed or a weight is unset.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

WEIGHTS = ("now", "year", "certified", "pipeline", "holders")


@dataclass(frozen=True, slots=True)
class Working:
    """The numbers of one occupation in one district, in people."""

    needed_now: int = 0
    needed_in_year: int = 0
    certified: int = 0
    pipeline: int = 0
    holders: int = 0


@dataclass(frozen=True, slots=True)
class Weighed:
    """Demand and supply in hundredths of a person, and the index in thousandths (None: unknown)."""

    demand: int | None
    supply: int | None
    index_permille: int | None

    @property
    def gap(self) -> int | None:
        """Demand less supply, in hundredths of a person; below 0 where there are more than needed."""
        return None if self.demand is None or self.supply is None else self.demand - self.supply


def weigh(working: Working, weights: Mapping[str, int | None]) -> Weighed:
    """Demand, supply and index of one working; all None while a weight is unset."""
    if any(weights.get(name) is None for name in WEIGHTS):
        return Weighed(None, None, None)
    demand = weights["now"] * working.needed_now + weights["year"] * working.needed_in_year
    supply = (
        weights["certified"] * working.certified
        + weights["pipeline"] * working.pipeline
        + weights["holders"] * working.holders
    )
    index = max(0, 1000 * (demand - supply) // demand) if demand > 0 else None
    return Weighed(demand, supply, index)


def needed_now(surveyed: Mapping[str, int], listed: Mapping[str, int]) -> int:
    """How many are needed now: of an employer both asked and listed the larger number counts, never both."""
    return sum(max(surveyed.get(name, 0), listed.get(name, 0)) for name in {*surveyed, *listed})


def added(workings: Iterable[Working]) -> Working:
    """The sum of several districts, number by number."""
    workings = list(workings)
    return Working(*(sum(getattr(one, name) for one in workings) for name in Working.__slots__))
