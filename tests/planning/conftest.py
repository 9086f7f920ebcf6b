"""What the tests of planning share: figures that say what they are told, and people who act."""

from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace

import pytest

from kaogong.kernel.actor import Actor
from kaogong.planning.queries import measured
from tests.factories import an_actor


@dataclass
class Stated:
    """Figures as told: a function of code, region and last day; (code, dimension) → values by key."""

    value: object = lambda code, region, day: None
    parts: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    asked: list[tuple] = field(default_factory=list)

    def series(self, code, *, by, region_code, periods, where=None, snapshot=None):
        self.asked.append((code, region_code, where))
        return [
            SimpleNamespace(value=self.value(code, region_code, period.last), snapshot=7, note="")
            for period in periods
        ]

    def breakdown(self, code, *, by, region_code, period, dimension, where=None, snapshot=None):
        found = self.parts.get((code, dimension), {})
        rows = [(key, key, SimpleNamespace(value=value)) for key, value in found.items()]
        return SimpleNamespace(
            rows=rows, total=SimpleNamespace(value=sum(found.values()), snapshot=7), adds_up=True, why=""
        )


@pytest.fixture
def stated(monkeypatch) -> Stated:
    """Figures counted from nothing but what the test says."""
    figures = Stated()
    monkeypatch.setattr(measured, "statistics", figures)
    return figures


@pytest.fixture
def clerk() -> Actor:
    return an_actor("bureau_clerk")


@pytest.fixture
def reviewer() -> Actor:
    return an_actor("reviewer")


@pytest.fixture
def city_clerk() -> Actor:
    return an_actor("bureau_clerk", region_code="370200")


@pytest.fixture
def city_reviewer() -> Actor:
    return an_actor("reviewer", region_code="370200")


def evenly(a_year: int):
    """A figure that grows by the same each day of its year, nothing lost to rounding up."""

    def value(_code: str, _region: str, day: date) -> int:
        return a_year * day.timetuple().tm_yday // 365

    return value
