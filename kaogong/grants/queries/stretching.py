"""The sums a grant is paid in: one, or one for each year or month of its contract."""

from dataclasses import dataclass
from datetime import date, timedelta

from kaogong.claims.queries import last_day
from kaogong.kernel.period import add_months
from kaogong.rules import Facts

from ..models import Grant


@dataclass(frozen=True, slots=True)
class Stretch:
    """One part of a term: from, to (its last day), and the day its sum is due."""

    starts_on: date
    ends_on: date | None
    due_on: date


def parts_of(grant: Grant, facts: Facts) -> list[Stretch]:
    """The sums a grant is paid in: the one month of a list, or every part of its term."""
    if grant.month is not None:
        return [Stretch(grant.month, last_day(grant.month), grant.event_on)]
    return stretches(grant.rhythm, facts, grant.event_on)


def stretches(rhythm: str, facts: Facts, event_on: date) -> list[Stretch]:
    """Every part of the term that is not over on the day; one without a term for a single sum.

    Without a contract the class is the term. A part is due on its first day; the one that runs already is
    due on the day of the application. The contract's last day is the day before ``contract_ended_on``.
    """
    if rhythm == "once":
        return [Stretch(event_on, None, event_on)]
    starts_on, ends_on = facts.contract_started_on, facts.contract_ended_on
    if starts_on is None and ends_on is None and facts.class_ended_on is not None:
        starts_on, ends_on = facts.class_started_on, facts.class_ended_on + timedelta(days=1)
    if starts_on is None or ends_on is None:
        return []
    months = 12 if rhythm == "yearly" else 1
    found, nth, begins = [], 0, starts_on
    while begins < ends_on:
        nth += 1
        following = add_months(starts_on, nth * months)
        if following > event_on:
            last = min(following, ends_on) - timedelta(days=1)
            found.append(Stretch(begins, last, max(begins, event_on)))
        begins = following
    return found
