"""Which registers this installation is connected to (KAOGONG_REGISTERS), and asking several at once."""

import logging
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings

from .client import RegisterClient
from .facts_file import FactsFile
from .words import KINDS, NOT_CONNECTED, UNAVAILABLE, Answer, Question, Register

log = logging.getLogger(__name__)
FACTS = "facts:"


def register(kind: str) -> Register | None:
    """The register connected for this kind, or None."""
    address = _addresses(settings.REGISTERS).get(kind, "")
    if not address:
        return None
    if address.startswith(FACTS):
        return FactsFile(address.removeprefix(FACTS))
    own = os.environ.get(f"KAOGONG_REGISTERS_CREDENTIAL_{kind.upper()}", "")
    return RegisterClient(
        address,
        credential=own or settings.REGISTERS_CREDENTIAL,
        timeout=settings.REGISTERS_TIMEOUT,
        attempts=settings.REGISTERS_ATTEMPTS,
        at_once=settings.REGISTERS_AT_ONCE,
    )


def connected() -> frozenset[str]:
    """The kinds of register this installation is connected to."""
    return frozenset(_addresses(settings.REGISTERS))


def ask(kind: str, questions: Sequence[Question], *, reason: str) -> dict[str, Answer]:
    """Ask one register; every question has an answer, be it 未接入 or 未能核对."""
    found = register(kind)
    if found is None:
        return {question.key: Answer(NOT_CONNECTED) for question in questions}
    if not questions:
        return {}
    try:
        answers = found.ask(kind, questions, reason=reason)
    except Exception as problem:  # a page must not fall with a register
        log.exception("register %s failed", kind)
        answers = {q.key: Answer(UNAVAILABLE, problem=repr(problem)) for q in questions}
    down = sum(answer.status == UNAVAILABLE for answer in answers.values())
    if down:
        first = next(answer.problem for answer in answers.values() if answer.status == UNAVAILABLE)
        log.warning("register %s: %s of %s unanswered: %s", kind, down, len(questions), first)
    return answers


def ask_many(asked: Mapping[str, Sequence[Question]], *, reason: str) -> dict[str, dict[str, Answer]]:
    """Ask several registers at the same time: the wait is that of the slowest."""
    kinds = list(asked)
    if not kinds:
        return {}
    with ThreadPoolExecutor(max_workers=len(kinds), thread_name_prefix="register") as pool:
        told = pool.map(lambda kind: ask(kind, asked[kind], reason=reason), kinds)
        return dict(zip(kinds, told, strict=True))


def _addresses(text: str) -> dict[str, str]:
    """``https://one.for.all`` or ``identity=https://…,insurance=https://…`` or ``facts:/path.json``.

    A file of facts that is not there (yet) connects nothing.
    """
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        kind, sign, address = part.partition("=")
        if sign and kind in KINDS:
            found[kind] = address
        else:
            found = dict.fromkeys(KINDS, part) | found
    return {kind: address for kind, address in found.items() if _is_there(address)}


def _is_there(address: str) -> bool:
    return not address.startswith(FACTS) or Path(address.removeprefix(FACTS)).exists()
