"""The weakest link: four questions, each answered by its best support under its lowest limit. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .settings import LINKS, Strength


@dataclass(frozen=True, slots=True)
class Link:
    """One question's answer: its points, the support that gave them and the limits that held them down."""

    points: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighed:
    """How far presence is proven: as far as its weakest link."""

    score: int
    weakest: str
    links: Mapping[str, Link]


def weigh(codes: Iterable[str], strengths: Mapping[str, Strength]) -> Weighed:
    """Weigh what is known of one person at one session.

    The order of the codes is of no consequence; one more support never lowers the score, one more limit never
    raises it. A link without support has no points.
    """
    known = sorted((strengths[code] for code in set(codes) if code in strengths), key=lambda s: s.code)
    links = {}
    for link in LINKS:
        here = [one for one in known if one.link == link]
        best = max((one for one in here if not one.limits), key=lambda one: one.points, default=None)
        if best is None:
            links[link] = Link(0, tuple(one.code for one in here))
            continue
        limits = [one for one in here if one.limits and one.points < best.points]
        points = min([best.points, *(one.points for one in limits)])
        links[link] = Link(points, (best.code, *(one.code for one in limits)))
    weakest = min(LINKS, key=lambda link: links[link].points)
    return Weighed(links[weakest].points, weakest, links)
