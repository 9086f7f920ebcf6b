"""What a detector says: a kind, whom it concerns, how grave, the rows it rests on, and what to ask."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple


class Severity(StrEnum):
    """How grave a sign is: a notice to keep in mind, serious enough to ask, severe enough to hold money."""

    NOTICE = "notice"
    SERIOUS = "serious"
    SEVERE = "severe"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Family(StrEnum):
    """The kinds of fraud auditors tell apart."""

    PEOPLE = "people"  # fake people
    CONTENT = "content"  # fake content
    PROJECT = "project"  # fake projects
    RING = "ring"  # people who share what is one person's own


class Say(NamedTuple):
    """The same sentence in Chinese and in English, with {figures} open."""

    zh: str
    en: str

    def filled(self, figures: dict[str, Any], english: bool = False) -> str:
        """The sentence with its figures."""
        words = {name: in_words(value, english) for name, value in figures.items()}
        return (self.en if english else self.zh).format(**words)


@dataclass(frozen=True)
class Finding:
    """One sign found. It accuses nobody: it says what is odd, how that could be innocent, and what to ask.

    ``institutions``, ``classes``, ``people``, ``trainers`` are keys of the frames: whom the sign concerns.
    ``figures`` fill the sentences; ``rows`` are the evidence, one dict of frame keys and values each, at most
    as many as the detector's settings say; ``rows_in_all`` counts all of them.
    """

    kind: str  # the detector's name
    severity: Severity
    institutions: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    trainers: tuple[int, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)
    rows: tuple[dict[str, Any], ...] = ()
    rows_in_all: int = 0
    mark: str = ""  # what tells two findings of one subject apart: an account, a picture, a pair of classes

    @property
    def subject(self) -> str:
        """Whom it is about, as a word: the same sign of the same subject has the same ``key`` every night."""
        if self.trainers:
            return f"trainer:{min(self.trainers)}"
        if len(self.classes) == 1:
            return f"class:{self.classes[0]}"
        if self.people:
            return f"people:{min(self.people)}"
        if self.classes:
            return f"classes:{min(self.classes)}"
        return f"institution:{min(self.institutions)}"

    @property
    def key(self) -> str:
        """A stable name of this sign of this subject, for keeping one row however often it is found."""
        return "/".join(filter(None, (self.kind, self.subject, self.mark)))

    @property
    def digest(self) -> str:
        """SHA-256 of everything it says: changes when a later look finds more, or less."""
        told = {
            "key": self.key,
            "severity": self.severity.value,
            "institutions": self.institutions,
            "classes": self.classes,
            "people": self.people,
            "figures": self.figures,
            "rows": self.rows,
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

    def plain_figures(self) -> dict[str, Any]:
        """The figures as JSON words."""
        return {name: plain(value) for name, value in self.figures.items()}

    def plain_rows(self) -> list[dict[str, Any]]:
        """The evidence as JSON words."""
        return [{name: plain(value) for name, value in row.items()} for row in self.rows]


def plain(value: Any) -> Any:
    """A value as a JSON word."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


# Coded figures, and codes in evidence, as readers see them.
WORDS = {
    "theory": Say("理论", "theory"),
    "practice": Say("实操", "practice"),
    "account": Say("银行账户", "bank account"),
    "phone": Say("手机号", "phone number"),
    "device": Say("签到手机", "check-in phone"),
    "portrait": Say("人像照片", "portrait"),
    "address": Say("住址", "address"),
    "work": Say("上班", "at work"),
    "hospital": Say("住院", "in hospital"),
    "exam": Say("考试", "in an exam"),
    "class": Say("其他班上课", "in another class"),
}


def in_words(value: Any, english: bool = False) -> str:
    """A figure as a reader wants it."""
    if isinstance(value, list | tuple):
        return (", " if english else "、").join(in_words(one, english) for one in value)
    if value in WORDS:
        return WORDS[value][1 if english else 0]
    if value is None:
        return "unknown" if english else "未知"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)
