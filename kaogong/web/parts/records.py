"""The page of one thing: what it is and its state, what may be done, its facts in sections, its story."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from kaogong.kernel.actor import Actor
from kaogong.trail.operations import moves_open_to


@dataclass(frozen=True, slots=True)
class Act:
    """One button: a link to a form, or a post that may ask for a reason first."""

    label: str
    url: str
    is_link: bool = False
    is_primary: bool = False
    needs_reason: bool = False
    confirm: str = ""
    dialog_id: str = ""

    @property
    def asks(self) -> bool:
        return bool(self.needs_reason or self.confirm)


@dataclass(frozen=True, slots=True)
class Section:
    """One card: facts (label, value), a text, a table, or what to say when it is empty."""

    dom_id: str
    title: str
    facts: Sequence[tuple[str, object]] = ()
    text: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[object]] = ()
    empty: str = ""
    hint: str = ""
    acts: Sequence[Act] = field(default_factory=tuple)

    @property
    def headings(self) -> list[tuple[str, bool]]:
        """Each heading, and whether its column holds figures, which stand to the right."""
        columns = zip(*self.rows, strict=True)
        return [(word, _holds_figures(column)) for word, column in zip(self.head, columns, strict=True)]

    @property
    def cells(self) -> list[list[tuple[str, object, bool, bool]]]:
        """Each row with the heading of every cell, which a phone shows beside it, whether it stays on one line,
        and whether its column holds figures."""
        headings = self.headings
        return [
            [
                (word, cell, _is_short(cell), is_figure)
                for (word, is_figure), cell in zip(headings, row, strict=True)
            ]
            for row in self.rows
        ]


_TAGS = re.compile(r"<[^>]*>")


# A sum, or a number with its unit; long numbers without a comma are somebody's number, not a figure.
_FIGURE = re.compile(r"[-+−]?¥?(\d{1,5}|\d{1,3}(,\d{3})+)(\.\d+)?[^\d\s·:：（(]{0,4}")


def _holds_figures(column: Iterable[object]) -> bool:
    """Whether a column is of figures: at least one, and else only dashes."""
    said = [_TAGS.sub("", str(cell)).strip() for cell in column if cell not in (None, "", "—")]
    return any(said) and all(_FIGURE.fullmatch(words) for words in said)


def _is_short(cell: object) -> bool:
    """A number, a day, a sum, a word or two: not to be broken."""
    words = _TAGS.sub("", str(cell))
    return (
        isinstance(cell, date)
        or len(words) <= 6
        or (len(words) <= 18 and words.isascii())
        or words.startswith("¥")
    )


def link(text: object, url: str) -> str:
    """A cell or fact that opens a page."""
    return format_html('<a href="{}">{}</a>', url, text)


def acts_of(
    thing,
    namespace: str,
    by: Actor,
    *,
    forms: Iterable[str] = (),
    without: Iterable[str] = (),
    primary: str = "",
) -> list[Act]:
    """The moves open to the actor: those in ``forms`` open their form, the others are posted at once."""
    forms, without = set(forms), set(without)
    return [
        Act(
            label=gettext(move.label),
            url=reverse(f"{namespace}:{move.verb}", args=[thing.pk]),
            is_link=move.verb in forms,
            is_primary=move.verb == primary,
            needs_reason=move.reason,
            confirm=gettext(move.confirm) if move.confirm else "",
            dialog_id=f"ask-{move.verb}-{thing.pk}",
        )
        for move in moves_open_to(thing, by)
        if move.verb not in without
    ]
