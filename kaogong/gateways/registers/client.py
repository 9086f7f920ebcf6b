"""The client of a real register: JSON over HTTP, in batches, with a deadline; it answers and never raises."""

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from .facts import Unreadable, read_facts
from .words import KNOWN, NOT_FOUND, UNAVAILABLE, Answer, Question

LARGEST_ANSWER = 64 * 2**20
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PASSING = (408, 425, 429, 500, 502, 503, 504)  # worth another attempt

# (address, kind) -> the monotonic second until which a register that failed is left alone.
_resting: dict[tuple[str, str], float] = {}
_resting_lock = threading.Lock()


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """A redirection would carry the credential to a stranger."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        return None


_open = urllib.request.build_opener(_NoDetour).open


class _Failed(Exception):
    """One request that brought no answer; ``again`` when another attempt may."""

    def __init__(self, problem: str, *, again: bool) -> None:
        super().__init__(problem)
        self.again = again


@dataclass(frozen=True, slots=True)
class RegisterClient:
    """One register at one address. After a failure it is left alone for ``rest`` seconds, so no page waits twice."""

    address: str
    credential: str = ""
    timeout: float = 5.0
    attempts: int = 2
    at_once: int = 500
    rest: float = 30.0

    def ask(self, kind: str, questions: Sequence[Question], *, reason: str) -> dict[str, Answer]:
        """Ask in batches; once one batch has failed for good the others are not tried."""
        answers: dict[str, Answer] = {}
        problem = self._out_of_order(kind)
        for start in range(0, len(questions), self.at_once):
            part = questions[start : start + self.at_once]
            if not problem:
                try:
                    answers |= self._batch(kind, part, reason)
                    continue
                except _Failed as failed:
                    problem = str(failed)
                    with _resting_lock:
                        _resting[self.address, kind] = time.monotonic() + self.rest
            gone = Answer(UNAVAILABLE, problem=problem)
            answers |= {question.key: gone for question in part}
        return answers

    def _out_of_order(self, kind: str) -> str:
        parts = urlsplit(self.address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            return "the address is not https"
        with _resting_lock:
            until = _resting.get((self.address, kind), 0)
        return "failed a moment ago" if time.monotonic() < until else ""

    def _batch(self, kind: str, part: Sequence[Question], reason: str) -> dict[str, Answer]:
        asked = [{"key": question.key, **question.told} for question in part]
        # The same number on every attempt: a message is not sent twice because its receipt was lost.
        body = {"request": uuid.uuid4().hex, "reason": reason, "asked": asked}
        for attempt in range(self.attempts):
            if attempt:
                time.sleep(0.1 * 2**attempt)
            try:
                return self._read(kind, part, self._post(kind, body))
            except _Failed as failed:
                if not failed.again or attempt == self.attempts - 1:
                    raise
        raise _Failed("no attempt was allowed", again=False)

    def _post(self, kind: str, body: dict) -> bytes:
        headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
        if self.credential:
            headers["Authorization"] = f"Bearer {self.credential}"
        data = json.dumps(body, ensure_ascii=False).encode()
        request = urllib.request.Request(  # noqa: S310 - https, or this very machine
            f"{self.address.rstrip('/')}/{kind}", data, headers, method="POST"
        )
        try:
            with _open(request, timeout=self.timeout) as answer:
                told = answer.read(LARGEST_ANSWER + 1)
        except urllib.error.HTTPError as refusal:
            refusal.close()
            raise _Failed(f"HTTP {refusal.code}", again=refusal.code in _PASSING) from None
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise _Failed(f"{type(problem).__name__}: {problem}", again=True) from None
        if len(told) > LARGEST_ANSWER:
            raise _Failed("the answer is too long", again=False)
        return told

    def _read(self, kind: str, part: Sequence[Question], told: bytes) -> dict[str, Answer]:
        try:
            page = json.loads(told)
            source, as_of = str(page["source"])[:60], date.fromisoformat(page["as_of"])
            found = dict(page["answers"])
        except (ValueError, KeyError, TypeError) as problem:
            raise _Failed(f"unreadable: {problem}", again=False) from None
        return {q.key: self._one(kind, found, q.key, source, as_of) for q in part}

    @staticmethod
    def _one(kind: str, found: dict, key: str, source: str, as_of: date) -> Answer:
        if key not in found:
            return Answer(UNAVAILABLE, source, as_of, problem="left unanswered")
        if found[key] is None:
            return Answer(NOT_FOUND, source, as_of)
        try:
            return Answer(KNOWN, source, as_of, read_facts(kind, found[key]), found[key])
        except Unreadable as problem:
            return Answer(UNAVAILABLE, source, as_of, problem=str(problem))


def forget_failures() -> None:
    """Try registers again at once that failed a moment ago."""
    with _resting_lock:
        _resting.clear()
