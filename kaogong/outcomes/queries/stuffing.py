"""Which answers look as if they had not been given one by one by the learners themselves."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .conduct import Settings

DEVICE, ADDRESS, TOGETHER = "device", "address", "together"


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as the guard sees it: never whose it is or what it says."""

    key: int
    device: bytes
    address: bytes
    at: datetime


def suspicious(answers: Iterable[Given], settings: Settings) -> dict[int, list[str]]:
    """Answer → why it is set aside: too many from one device, a burst from one address, all within minutes.

    A whole group is set aside, not only what is above the limit: nobody can say which of them was honest.
    A person may restore it with a reason.
    """
    given = sorted(answers, key=lambda one: (one.at, one.key))
    why: dict[int, list[str]] = defaultdict(list)
    if settings.same_device_most is not None:
        for group in _grouped(given, "device"):
            if len(group) > settings.same_device_most:
                _mark(why, group, DEVICE)
    if settings.burst_answers is not None and settings.burst_minutes is not None:
        span = timedelta(minutes=settings.burst_minutes)
        for group in _grouped(given, "address"):
            _mark(why, _bursts(group, settings.burst_answers, span), ADDRESS)
        if len(given) >= settings.burst_answers and given[-1].at - given[0].at <= span:
            _mark(why, given, TOGETHER)
    return dict(why)


def _grouped(given: Sequence[Given], name: str) -> Iterable[list[Given]]:
    groups: dict[Hashable, list[Given]] = defaultdict(list)
    for one in given:
        groups[getattr(one, name)].append(one)
    return groups.values()


def _bursts(group: Sequence[Given], least: int, span: timedelta) -> list[Given]:
    """Those that belong to a run of at least so many within the span."""
    found: dict[int, Given] = {}
    first = 0
    for last, one in enumerate(group):
        while one.at - group[first].at > span:
            first += 1
        if last - first + 1 >= least:
            found |= {member.key: member for member in group[first : last + 1]}
    return list(found.values())


def _mark(why: dict[int, list[str]], group: Iterable[Given], reason: str) -> None:
    for one in group:
        why[one.key].append(reason)
