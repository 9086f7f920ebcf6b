"""A stand-in for every register that reads a file of synthetic facts, for demonstrations and tests.

It is held to the same contract as the real client (tests/gateways/test_registers.py), so it cannot drift.
"""

import hashlib
import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from kaogong.kernel.writing import tidy_name

from .facts import Unreadable, read_facts
from .words import KNOWN, NOT_FOUND, UNAVAILABLE, Answer, Question


class FactsFile:
    """The registers of one file: {"source", "as_of", "<kind>": {identity number: facts}, …}."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def ask(self, kind: str, questions: Sequence[Question], *, reason: str) -> dict[str, Answer]:
        """Answer every question from the file; a file that cannot be read is an unavailable register."""
        try:
            kept = _read(self.path, self.path.stat().st_mtime_ns)
            source, as_of = str(kept["source"]), date.fromisoformat(kept["as_of"])
        except (OSError, KeyError, TypeError, ValueError) as problem:
            gone = Answer(UNAVAILABLE, problem=f"{self.path}: {problem}")
            return {question.key: gone for question in questions}
        return {question.key: self._answer(kept, kind, question, source, as_of) for question in questions}

    def _answer(self, kept: dict, kind: str, question: Question, source: str, as_of: date) -> Answer:
        if kind not in kept and kind != "message":
            return Answer(UNAVAILABLE, source, as_of, problem=f"{kind} is not in {self.path}")
        try:
            told = facts_for(kept, kind, question.told)
            if told is None:
                return Answer(NOT_FOUND, source, as_of)
            return Answer(KNOWN, source, as_of, read_facts(kind, told), told)
        except Unreadable as problem:
            return Answer(UNAVAILABLE, source, as_of, problem=str(problem))


def facts_for(kept: Mapping[str, Any], kind: str, told: Mapping[str, Any]) -> dict | None:
    """What the file's facts say of one question, in JSON; None when they say nothing."""
    if kind == "face":
        return _likeness(kept["face"], told)
    if kind == "message":
        return {"reference": hashlib.sha256(f"{told['phone']} {told['text']}".encode()).hexdigest()[:16]}
    found = kept[kind].get(told["id_number"])
    if found is None:
        return None
    if kind == "identity":
        name = told.get("name")
        same = tidy_name(name) == tidy_name(found["name"]) if name else None
        return {"name_matches": same, "died_on": found.get("died_on")}
    if kind == "hours":
        since, until = (datetime.fromisoformat(told[end]) for end in ("since", "until"))
        meets = [
            row
            for row in found
            if datetime.fromisoformat(row["since"]) < until and since < datetime.fromisoformat(row["until"])
        ]
        return {"found": meets}
    return found


def _likeness(pairs: Sequence[Mapping], told: Mapping[str, Any]) -> dict | None:
    """Identical pictures are the same face; others only as the file says, by their digests or identity number."""
    photo = hashlib.sha256(b64decode(told["photo"])).hexdigest()
    if "id_number" in told:
        known = (pair for pair in pairs if pair.get("id_number") == told["id_number"])
        return next(({"percent": pair["percent"]} for pair in known if pair["photo"] == photo), None)
    reference = hashlib.sha256(b64decode(told["reference"])).hexdigest()
    if photo == reference:
        return {"percent": 100}
    for pair in pairs:
        if {pair["photo"], pair.get("reference")} == {photo, reference}:
            return {"percent": pair["percent"]}
    return None


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))
