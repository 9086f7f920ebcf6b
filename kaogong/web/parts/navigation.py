"""The rail: groups of links, each with the count of what waits there."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

Waiting = QuerySet | tuple[QuerySet, ...] | int

FITS = 20  # so many lines stand in a rail without folding


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the rail. ``waiting`` is counted at most twice a minute per account.

    ``also`` names pages at other addresses that belong to this line.
    """

    label: str
    url_name: str
    may: str = ""
    waiting: Callable[[], Waiting] | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownLink:
    label: str
    url: str
    is_here: bool
    count: int | None


class ShownGroup(list[ShownLink]):
    """The lines of one group; a long rail folds those that do not hold the page one is on."""

    folds = False

    @property
    def is_here(self) -> bool:
        return any(link.is_here for link in self)

    @property
    def count(self) -> int:
        return sum(link.count or 0 for link in self)


def shown(groups: list[tuple[str, list[Link]]], request) -> list[tuple[str, ShownGroup]]:
    """The groups this actor may see, the longest matching address marked as here.

    A door's home is every address's beginning: it is here only on its own page.
    """
    links = [
        (group, link, reverse(link.url_name))
        for group, items in groups
        for link in items
        if not link.may or request.actor.may(link.may)
    ]
    matching = [
        (beginning, url)
        for _, link, url in links
        for beginning in (url, *(reverse(name) for name in link.also))
        if request.path == beginning
        or (request.path.startswith(beginning) and not link.url_name.endswith(":home"))
    ]
    here = max(matching, key=lambda found: len(found[0]), default=("", ""))[1]
    counts = _counts([link for _, link, _ in links if link.waiting is not None], request.actor.account_id)
    result: dict[str, ShownGroup] = {}
    for group, link, url in links:
        lines = result.setdefault(group, ShownGroup())
        lines.append(ShownLink(link.label, url, url == here, counts.get(link.url_name)))
        lines.folds = bool(group) and len(links) > FITS
    return list(result.items())


def _counts(links: list[Link], account_id) -> dict[str, int]:
    """How many wait behind each link; those not remembered are counted by one query."""
    keys = {f"rail:{link.url_name}:{account_id}": link for link in links}
    known = cache.get_many(keys)
    asked = {key: link.waiting() for key, link in keys.items() if key not in known}
    if asked:
        counted = dict(zip(asked, count_together(list(asked.values())), strict=True))
        cache.set_many(counted, 30)
        known |= counted
    return {keys[key].url_name: count for key, count in known.items()}


def count_together(waiting: list[Waiting]) -> list[int]:
    """The size of each, all asked in one round trip; several of one entry are added up."""
    counts = [0] * len(waiting)
    selects, values, places = [], [], []
    for place, asked in enumerate(waiting):
        if isinstance(asked, int):
            counts[place] = asked
            continue
        for queryset in asked if isinstance(asked, tuple) else (asked,):
            try:
                sql, parameters = queryset.order_by().values("pk").query.sql_with_params()
            except EmptyResultSet:
                continue
            # the statement is the ORM's own, its values stay parameters
            selects.append(f"(SELECT count(*) FROM ({sql}) waiting_{len(selects)})")  # noqa: S608
            values.extend(parameters)
            places.append(place)
    if selects:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(selects), values)
            for place, size in zip(places, cursor.fetchone(), strict=True):
                counts[place] += size
    return counts
