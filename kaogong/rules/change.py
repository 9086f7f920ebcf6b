"""A proposed change of policy: pieces of rulebook files laid over the rulebook in use, checked like any other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kaogong.rules import checking, loading, located
from kaogong.rules.errors import Problem, RulebookMalformed
from kaogong.rules.located import Located
from kaogong.rules.rulebook import Rulebook

_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_PLACE = re.compile(r"^(groups\.yaml|documents/[\w-]+\.yaml|\d{6}/[a-z_]+\.yaml)$")
_KNOWN = ("title", "why", "period", "files")
_PROVENANCE = ("by", "source", "illustrative", "unset")
_NAMED_BY = ("code", "id")  # items of a list that bear one of these are merged one by one
_LARGEST = 1_000_000


@dataclass(frozen=True)
class Change:
    """A proposed change as written: why, the claims to try it on (None: the caller's), the file pieces."""

    title: str
    why: str
    starts_on: date | None
    ends_on: date | None
    said: Located

    @property
    def files(self) -> dict[str, Any]:
        return self.said.content["files"]

    @property
    def begins_on(self) -> date | None:
        """The first day on which any number of the change is in force; None when it changes none."""
        return min((date.fromisoformat(day) for day in _days(self.files)), default=None)


def read_change(raw: bytes, file: str = "CHANGE.yaml") -> Change:
    """A change read from YAML; every mistake of its frame is located. Its pieces are checked by changed()."""
    if len(raw) > _LARGEST:
        raise RulebookMalformed([Problem(file, 1, "文件过大（应在 1 MB 以内）")])
    said = located.read(file, raw)
    if isinstance(said, Problem):
        raise RulebookMalformed([said])
    problems = list(_frame_problems(said))
    if problems:
        raise RulebookMalformed(problems)
    period = said.content.get("period") or {}
    starts, ends = (date.fromisoformat(period[end]) if end in period else None for end in ("from", "until"))
    return Change(said.content["title"], said.content.get("why") or "", starts, ends, said)


def changed(change: Change, root: str | Path | None = None) -> Rulebook:
    """The rulebook in ``root`` (default: the one shipped) with the change laid over it, checked whole.

    A dated entry is replaced as a whole; one that names no paper, source or note is taken as proposed and
    to be verified. Whatever is wrong is located in the change, by line.
    """
    loading.load(root)  # a faulty rulebook is no fault of the change
    folder = Path(root).resolve() if root else loading.shipped_folder()
    files = dict(_read_files(folder))
    touched = {}
    for name in change.files:
        touched[name] = _merged(files.get(name), change, name)
    files |= touched
    problems = [
        problem for name, file in touched.items() for problem in loading.shape_problems(file, _kind(name))
    ]
    if not problems:
        problems = [_told_in(change, problem) for problem in checking.problems(files)]
    if problems:
        raise RulebookMalformed(problems)
    return Rulebook(loading.assemble(files))


def _kind(name: str) -> str:
    return loading.kind_of(name)


def _read_files(folder: Path) -> Iterator[tuple[str, Located]]:
    for path in sorted(folder.rglob("*.yaml")):
        relative = path.relative_to(folder)
        if "cases" not in relative.parts:
            file = located.read(relative.as_posix(), path.read_bytes())
            if isinstance(file, Located):
                yield relative.as_posix(), file


def _told_in(change: Change, problem: Problem) -> Problem:
    """A mistake that shows in a file the change does not touch is the change's too."""
    if problem.file == change.said.file:
        return problem
    words = f"改动后 {problem.file} 第 {problem.line} 行有误：{problem.expected}"
    return change.said.problem(("files",), words)


def _frame_problems(said: Located) -> Iterator[Problem]:
    content = said.content
    if not isinstance(content, dict):
        yield said.problem((), "应为“名称: 值”的一组：title、why、period、files")
        return
    for name in content:
        if name not in _KNOWN:
            yield said.problem((name,), f"没有“{name}”这一项；可用：{'、'.join(_KNOWN)}")
    if not isinstance(content.get("title"), str) or not content["title"].strip():
        yield said.problem(("title",), "应写明 title（改动的名称，文字）")
    if not isinstance(content.get("why") or "", str):
        yield said.problem(("why",), "why 应为文字")
    if "period" in content:
        yield from _period_problems(said, content["period"])
    files = content.get("files")
    if not isinstance(files, dict) or not files:
        yield said.problem(("files",), "应写明 files：规则库文件 → 改动的内容，至少一个")
        return
    for name, piece in files.items():
        if not _PLACE.match(name):
            expected = f"没有“{name}”这样的规则库文件；应形如 370211/employment_training.yaml"
            yield said.problem(("files", name), expected)
        elif not isinstance(piece, dict) or not piece:
            yield said.problem(("files", name), "应为“名称: 值”的一组，写法与规则库文件相同")


def _period_problems(said: Located, period: Any) -> Iterator[Problem]:
    if not isinstance(period, dict) or set(period) != {"from", "until"}:
        yield said.problem(
            ("period",), "period 应写成 {from: 2025-01-01, until: 2026-01-01}（until 当天不含）"
        )
        return
    for end in ("from", "until"):
        if not _is_day(period[end]):
            yield said.problem(("period", end), f"应为一个日期，如 2025-01-01，现为 {period[end]!s:.40}")
            return
    if period["until"] <= period["from"]:
        yield said.problem(("period", "until"), "止日应晚于起日")


def _is_day(text: Any) -> bool:
    if not isinstance(text, str) or not _DAY.match(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _days(said: Any) -> Iterator[str]:
    if isinstance(said, dict):
        for key, value in said.items():
            if _is_day(key):
                yield key
            yield from _days(value)
    elif isinstance(said, list):
        for value in said:
            yield from _days(value)


def _merged(old: Located | None, change: Change, name: str) -> Located:
    """One file with its piece laid over it; the lines known are those of the change."""
    lines: dict[located.Path, int] = {}
    here: located.Path = ("files", name)
    layer = _Layer(change, lines)
    content = layer.over(old.content if old else None, change.files[name], (), here)
    return Located(change.said.file, content, lines)


class _Layer:
    """Lays one value over another and remembers where in the change each part of the result stands."""

    def __init__(self, change: Change, lines: dict[located.Path, int]) -> None:
        self.change, self.lines = change, lines

    def over(self, old: Any, new: Any, to: located.Path, of: located.Path) -> Any:
        self.lines[to] = self.change.said.line(of)
        if to and _is_day(to[-1]) and isinstance(new, dict):
            return self._entry(new, to, of)
        if isinstance(new, dict):
            return self._mapping(old if isinstance(old, dict) else {}, new, to, of)
        if isinstance(new, list):
            return self._list(old if isinstance(old, list) else [], new, to, of)
        return new

    def _mapping(self, old: dict, new: dict, to: located.Path, of: located.Path) -> dict:
        if new.get("left_out"):
            old = {}
        result = {name: value for name, value in old.items() if name != "left_out"}
        for name, value in new.items():
            result[name] = self.over(old.get(name), value, (*to, name), (*of, name))
        return result

    def _list(self, old: list, new: list, to: located.Path, of: located.Path) -> list:
        name = next((name for name in _NAMED_BY if all(_bears(item, name) for item in [*old, *new])), None)
        result = list(old) if name else []
        for index, item in enumerate(new):
            place = next((i for i, had in enumerate(result) if name and had[name] == item[name]), len(result))
            before = result[place] if place < len(result) else None
            merged = self.over(before, item, (*to, place), (*of, index))
            result[place : place + 1] = [merged]
        return result

    def _entry(self, new: dict, to: located.Path, of: located.Path) -> dict:
        """A dated entry stands as it is written; without a provenance it is a proposal."""
        result = self._mapping({}, new, to, of)
        if not any(name in result for name in _PROVENANCE):
            result |= {"verified": False, "source": f"拟议：{self.change.title}"}
        return result


def _bears(item: Any, name: str) -> bool:
    return isinstance(item, dict) and isinstance(item.get(name), str)
