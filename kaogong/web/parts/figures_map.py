"""A map shaded by a figure: a few classes from light to dark, their limits in the legend, the value on each place.

Lightness alone tells the classes apart, so grey print and every eye read them; no figure is hatched.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .figures import written
from .maps import Outline, map_of

CLASSES = 5
NONE = "none"
_BELOW = 32  # how far the figure stands under the name


@dataclass(frozen=True, slots=True)
class Place:
    """One district in the drawing: its outline, class (0 lightest), figure and where it opens."""

    outline: Outline
    shade: str
    value: str
    url: str
    label_y: int
    value_y: int


@dataclass(frozen=True, slots=True)
class Shaded:
    """A map ready to draw, with its legend (shade, words)."""

    height: int
    places: tuple[Place, ...]
    others: tuple[Outline, ...]
    legend: tuple[tuple[str, str], ...]
    has_none: bool


def limits(values: list[int], classes: int = CLASSES) -> list[int]:
    """The lower limits of the classes: equal numbers of districts in each, no class empty, fewer for few values."""
    distinct = sorted(set(values))
    if len(distinct) <= classes:
        return distinct
    ranked = sorted(values)
    found = [ranked[len(ranked) * step // classes] for step in range(classes)]
    return sorted(set(found))


def class_of(value: int, lower: list[int]) -> int:
    """Which class a value falls in."""
    return max((place for place, limit in enumerate(lower) if value >= limit), default=0)


def shaded(
    region_code: str,
    values: Mapping[str, int | None],
    *,
    unit: str,
    opens: Callable[[str], str] = lambda _code: "",
) -> Shaded | None:
    """The region's map shaded by the figure of each district; None where there is nothing to tell apart."""
    drawn = map_of(region_code)
    own = [one for one in drawn.outlines if one.is_own and one.code in values] if drawn else []
    is_one = drawn is not None and sum(one.is_own for one in drawn.outlines) < 2
    if drawn is None or is_one or all(values[one.code] is None for one in own):
        return None
    known = [values[one.code] for one in own if values[one.code] is not None]
    lower = limits(known)
    mine = [one for one in drawn.outlines if one.is_own]
    places = tuple(
        Place(
            one,
            NONE if values.get(one.code) is None else shade(class_of(values[one.code], lower), len(lower)),
            "" if values.get(one.code) is None else written(values[one.code], unit),
            opens(one.code),
            one.label_y - 6,
            one.label_y + _BELOW,
        )
        for one in mine
    )
    legend = tuple(
        (shade(place, len(lower)), _range(found, unit)) for place, found in enumerate(_classes(known, lower))
    )
    others = tuple(one for one in drawn.outlines if not one.is_own)
    return Shaded(drawn.height, places, others, legend, any(one.shade == NONE for one in places))


def shade(place: int, classes: int) -> str:
    """The stylesheet's class of a shade; few classes are spread over the whole range."""
    return "2" if classes < 2 else str(round(place * (CLASSES - 1) / (classes - 1)))


def _classes(values: list[int], lower: list[int]) -> list[list[int]]:
    ends = [*lower[1:], None]
    return [
        [one for one in values if one >= start and (end is None or one < end)]
        for start, end in zip(lower, ends, strict=True)
    ]


def _range(found: list[int], unit: str) -> str:
    low, high = written(min(found), unit), written(max(found), unit)
    return low if low == high else f"{low} – {high}"
