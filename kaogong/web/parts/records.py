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
    def cells(self) -> list[list[tuple[str, object, bool]]]:
        """Each row with the heading of every cell, which a phone shows beside it, and whether it stays on one line."""
        return [
            [(word, cell, _is_short(cell)) for word, cell in zip(self.head, row, strict=True)]
            for row in self.rows
        ]


_TAGS = re.compile(r"<[^>]*>")


def _is_short(cell: object) -> bool:
    """A number, a day, a sum: not to be broken."""
    words = _TAGS.sub("", str(cell))
    return isinstance(cell, date) or (len(words) <= 18 and words.isascii()) or words.startswith("¥")


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
