"""What a region says of complaints, cases and sanctions on a day; nothing where no paper says it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kaogong.claims.queries import rulebook
from kaogong.rules.conduct import Conduct, ConductTable, conduct_said


def conduct(topic: str, region_code: str, on: date) -> Conduct | None:
    """The topic as the region conducts it, a township as its county; None where no region above says anything."""
    return conduct_said(rulebook(), region_code, topic, on)


def days_of(topic: str, name: str, region_code: str, on: date) -> int | None:
    """A number of working days by name; None while unset."""
    found = conduct(topic, region_code, on)
    value = found.value(name) if found else None
    return value.value if value else None


def table_of(topic: str, name: str, region_code: str, on: date) -> ConductTable | None:
    """A table by name; None where no region above names it."""
    found = conduct(topic, region_code, on)
    return found.table(name) if found else None


def criteria(region_code: str, on: date) -> tuple[Mapping[str, Any], ...]:
    """What is to be answered before a case is graded."""
    found = table_of("cases", "criteria", region_code, on)
    return found.rows if found else ()


def ladder(region_code: str, on: date) -> tuple[Mapping[str, Any], ...]:
    """The steps of the region, mildest first; none where no paper gives them."""
    found = table_of("sanctions", "ladder", region_code, on)
    return found.rows if found else ()
