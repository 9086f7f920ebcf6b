"""What a region's dated conduct says of recognition and evaluation."""

from datetime import date

from kaogong import rules
from kaogong.kernel.working_days import add_working_days
from kaogong.rules.conduct import Conduct, nearest_conduct


def conduct_of(region_code: str, topic: str, on: date) -> Conduct:
    """The topic as the rulebook holds it on the day; a place without a file has its city's or province's."""
    return nearest_conduct(rules.load(), region_code, topic, on)


def value_of(conduct: Conduct, name: str) -> int | None:
    """A whole number of the conduct; None while nothing gives one."""
    found = conduct.value(name)
    return None if found is None or found.value is None else int(found.value)


def deadline(conduct: Conduct, name: str, start: date) -> date | None:
    """So many working days after the day as the conduct says; None while no term is set."""
    days = value_of(conduct, name)
    return None if days is None else add_working_days(start, days)
