"""The rail: groups of links, each with the count of what waits there."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the rail. ``count`` is asked at most twice a minute per account."""

    label: str
    url_name: str
    may: str = ""
    count: Callable[[], int] | None = None


@dataclass(frozen=True, slots=True)
class ShownLink:
    label: str
    url: str
    is_here: bool
    count: int | None


def shown(groups: list[tuple[str, list[Link]]], request) -> list[tuple[str, list[ShownLink]]]:
    """The groups this actor may see, the longest matching address marked as here."""
    links = [
        (group, link, reverse(link.url_name))
        for group, items in groups
        for link in items
        if not link.may or request.actor.may(link.may)
    ]
    here = max((url for _, _, url in links if request.path.startswith(url)), key=len, default="")
    result: dict[str, list[ShownLink]] = {}
    for group, link, url in links:
        count = None
        if link.count is not None:
            key = f"rail:{link.url_name}:{request.actor.account_id}"
            count = cache.get(key)
            if count is None:
                count = link.count()
                cache.set(key, count, 30)
        result.setdefault(group, []).append(ShownLink(link.label, url, url == here, count))
    return list(result.items())
