"""What is asked of a register, and what comes back."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.utils.translation import gettext_noop as N_

from .facts import Facts

# kind -> its name. The first six are asked of people by identity number.
KINDS = {
    "identity": N_("身份登记"),
    "insurance": N_("社会保险"),
    "pension": N_("养老待遇"),
    "schooling": N_("学籍"),
    "employment": N_("就业登记"),
    "subsidies": N_("外地培训补贴"),
    "hours": N_("同一时段情况"),
    "face": N_("人脸比对"),
    "message": N_("短信"),
}
OF_PEOPLE = ("identity", "insurance", "pension", "schooling", "employment", "subsidies")

KNOWN = "known"
NOT_FOUND = "not_found"
UNAVAILABLE = "unavailable"
NOT_CONNECTED = "not_connected"
STATUSES = {
    KNOWN: N_("已查到"),
    NOT_FOUND: N_("查无记录"),
    UNAVAILABLE: N_("未能核对"),
    NOT_CONNECTED: N_("未接入"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked; ``key`` finds its answer again, ``told`` is what the register is given."""

    key: str
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one register said of one question.

    ``as_of`` is the day its records stand at, ``raw`` the facts as they came (kept to explain a decision),
    ``problem`` why it is unavailable, for the operator and never for a page.
    """

    status: str
    source: str = ""
    as_of: date | None = None
    facts: Facts | None = None
    raw: Mapping[str, Any] | None = None
    problem: str = ""

    @property
    def is_known(self) -> bool:
        return self.status == KNOWN


class Register(Protocol):
    """One outside register. ``ask`` answers every question and never raises."""

    def ask(self, kind: str, questions: Sequence[Question], *, reason: str) -> dict[str, Answer]: ...


def about(id_number: str, name: str = "") -> Question:
    """Ask about a person; with a name, whether it belongs to the number."""
    return Question(id_number, {"id_number": id_number} | ({"name": name} if name else {}))


def at_hours(key: str, id_number: str, since: datetime, until: datetime) -> Question:
    """Ask where a person was between two instants."""
    told = {"id_number": id_number, "since": since.isoformat(), "until": until.isoformat()}
    return Question(key, told)


def of_faces(key: str, photo: bytes, reference: bytes) -> Question:
    """Ask how alike two photographs are."""
    told = {
        "photo": base64.b64encode(photo).decode(),
        "reference": base64.b64encode(reference).decode(),
    }
    return Question(key, told)


def of_face(key: str, photo: bytes, id_number: str) -> Question:
    """Ask how alike a photograph is to the one the register holds for an identity number."""
    return Question(key, {"photo": base64.b64encode(photo).decode(), "id_number": id_number})


def by_message(key: str, phone: str, text: str) -> Question:
    """Ask for a text message to be sent; the same key is sent once, however often it is asked."""
    return Question(key, {"phone": phone, "text": text})
