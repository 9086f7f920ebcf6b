"""How demand is weighed and wages are published in a region, from its dated data."""

from dataclasses import dataclass
from datetime import date

from kaogong import rules
from kaogong.rules.conduct import Conduct, ConductValue, conduct_said

TOPIC = "demand"


@dataclass(frozen=True, slots=True)
class CellSizes:
    """What a wage needs before it is published; None where the region says nothing, and then none is."""

    least_firms: int | None
    least_people: int | None
    most_share: int | None

    @property
    def are_set(self) -> bool:
        return None not in (self.least_firms, self.least_people, self.most_share)


def number(name: str, region_code: str, on: date) -> int | None:
    """One number of the topic; None where the region says nothing."""
    found = said(name, region_code, on)
    return found.value if found is not None else None


def said(name: str, region_code: str, on: date) -> ConductValue | None:
    """One value with its source; None where nobody wrote it."""
    conduct = _conduct(region_code, on)
    return conduct.values.get(name) if conduct else None


def leading_chains(region_code: str, on: date) -> dict[str, str]:
    """The leading industries a paper of the region names: code → name."""
    conduct = _conduct(region_code, on)
    table = conduct.tables.get("leading_chains") if conduct else None
    return {row["code"]: row["label"] for row in table.rows} if table else {}


def cell_sizes(region_code: str, on: date) -> CellSizes:
    """The least firms and people of a published wage, and the largest share of one firm."""
    return CellSizes(*(number(name, region_code, on) for name in CellSizes.__slots__))


def _conduct(region_code: str, on: date) -> Conduct | None:
    return conduct_said(rules.load(), region_code, TOPIC, on)
