"""What was counted once of a snapshot is not counted again: its files never change.

Answers are kept in memory and, while a snapshot is not frozen, beside its files, so that another process finds
them and the next refresh can answer the same questions before anybody asks. Of a frozen one only its facts count.
"""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from pathlib import Path

from kaogong.indicators.counting import Broken, Counted, break_down, count_one
from kaogong.indicators.together import Asked, count_together
from kaogong.kernel.period import Period

from ..models import Snapshot
from .fetching import folder_of

MOST = 20_000
ANSWERS = "answers"
_found: OrderedDict[tuple[str, Asked], Counted | Broken] = OrderedDict()
_lock = threading.Lock()


def answer(snapshot: Snapshot, question: Asked) -> Counted | Broken:
    """The answer to a question, counted only where nobody has asked it of this snapshot before."""
    known = _known(snapshot, question)
    if known is not None:
        return known
    found = counted(folder_of(snapshot), question)
    _keep_new(snapshot, question, found)
    return found


def answer_ahead(snapshot: Snapshot, questions: Iterable[Asked]) -> None:
    """Count together what of these nobody has asked yet; a question that would be refused is left for its asker."""
    new = [one for one in dict.fromkeys(questions) if _known(snapshot, one) is None]
    for question, found in count_together(new, folder_of(snapshot)).items():
        _keep_new(snapshot, question, found)


def _known(snapshot: Snapshot, question: Asked) -> Counted | Broken | None:
    with _lock:
        if (snapshot.digest, question) in _found:
            _found.move_to_end((snapshot.digest, question))
            return _found[snapshot.digest, question]
    known = _read(folder_of(snapshot), question) if snapshot.status == "taken" else None
    if known is not None:
        _remember(snapshot, question, known)
    return known


def _keep_new(snapshot: Snapshot, question: Asked, found: Counted | Broken) -> None:
    if snapshot.status == "taken":
        keep(folder_of(snapshot), question, found)
    _remember(snapshot, question, found)


def _remember(snapshot: Snapshot, question: Asked, found: Counted | Broken) -> None:
    with _lock:
        _found[snapshot.digest, question] = found
        while len(_found) > MOST:
            _found.popitem(last=False)


def counted(folder: Path, question: Asked) -> Counted | Broken:
    """Count it from the files of that folder."""
    asked = {"region": question.region, "period": question.period, "where": dict(question.where)}
    if question.dimension:
        return break_down(question.code, folder, dimension=question.dimension, **asked)
    return count_one(question.code, folder, **asked)


def keep(folder: Path, question: Asked, found: Counted | Broken) -> None:
    """Put an answer beside the files; where that is not possible it is only not kept."""
    try:
        home = folder / ANSWERS
        home.mkdir(exist_ok=True)
        told = json.dumps({"question": asdict(question), "answer": asdict(found)}, default=str)
        name = _file_of(question)
        half = home / f"{name}.{threading.get_ident()}.part"
        half.write_text(told, encoding="utf-8")
        half.replace(home / name)
    except OSError:
        return


def asked_lately(folder: Path, seconds: float) -> Iterator[Asked]:
    """Questions answered or looked up of that snapshot in so many seconds, the latest first."""
    now, found = time.time(), []
    for path in (folder / ANSWERS).glob("*.json"):
        stat = path.stat()
        if now - max(stat.st_mtime, stat.st_atime) <= seconds:
            found.append((stat.st_mtime, path))
    for _when, path in sorted(found, reverse=True):
        told = _told(path)
        if told is not None and "period" in told["question"]:
            yield _question(told["question"])


def _file_of(question: Asked) -> str:
    """The file its answer is kept in."""
    told = json.dumps(asdict(question), ensure_ascii=False, default=str)
    return sha256(told.encode()).hexdigest()[:32] + ".json"


def _question(told: dict) -> Asked:
    """A question as its answer's file tells it."""
    start, end = told["period"]["start"], told["period"]["end"]
    period = Period(date.fromisoformat(start), end and date.fromisoformat(end))
    where = tuple((name, code) for name, code in told["where"])
    return Asked(told["code"], told["region"], period, where, told["dimension"])


def _read(folder: Path, question: Asked) -> Counted | Broken | None:
    told = _told(folder / ANSWERS / _file_of(question))
    if told is None:
        return None
    found = told["answer"]
    if not question.dimension:
        return Counted(**found)
    rows = tuple((key, Counted(**part)) for key, part in found["rows"])
    return Broken(rows, Counted(**found["total"]), found["why"])


def _told(path: Path) -> dict | None:
    """What an answer's file says; one that cannot be read is as if it were not there."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
