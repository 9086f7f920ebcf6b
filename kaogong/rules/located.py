"""YAML read strictly, with the line of every value, so that each mistake can be pointed at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

from kaogong.rules.errors import Problem

Path = tuple[str | int, ...]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 30
_INTEGER = re.compile(r"^-?(0|[1-9]\d{0,17})$")


class Located:
    """One file's content in JSON words (dates and decimals stay text) and the line of each path in it."""

    def __init__(self, file: str, content: Any, lines: dict[Path, int]) -> None:
        self.file = file
        self.content = content
        self._lines = lines

    def line(self, path: Path) -> int:
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def problem(self, path: Path, expected: str) -> Problem:
        return Problem(self.file, self.line(path), expected)


def lineage(region: str, regions: Mapping[str, Located]) -> list[str]:
    """The region, then each one it inherits from, by their files."""
    found: list[str] = []
    while region in regions:
        found.append(region)
        region = regions[region].content.get("inherits", "")
    return found


def is_day(text: str) -> bool:
    """Whether the text names a day that there is."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def read(file: str, raw: bytes) -> Located | Problem:
    """A file's content, or the first thing that makes it unreadable."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Problem(file, raw[: error.start].count(b"\n") + 1, "应为 UTF-8 编码的文字")
    try:
        return _build(file, text)
    except _Misread as error:
        return Problem(file, error.line, error.expected)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return Problem(
            file, mark.line + 1 if mark else 1, f"不是正确的 YAML：{error.problem or error.context}"
        )
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1 if isinstance(error.position, int) else 1
        return Problem(file, line, "含有不允许的控制字符")
    except yaml.YAMLError as error:
        return Problem(file, 1, f"不是正确的 YAML：{error}")


class _Misread(Exception):
    def __init__(self, line: int, expected: str) -> None:
        self.line, self.expected = line, expected


def _build(file: str, text: str) -> Located:
    lines: dict[Path, int] = {}
    stack: list[tuple[Any, Path]] = []
    keys: list[str | None] = []
    result: list[Any] = []
    documents = 0

    def place(value: Any, line: int) -> Path:
        if not stack:
            result.append(value)
            lines[()] = line
            return ()
        holder, path = stack[-1]
        if isinstance(holder, list):
            here = (*path, len(holder))
            holder.append(value)
        else:
            key = keys[-1]
            here = (*path, key)
            holder[key] = value
            keys[-1] = None
        lines.setdefault(here, line)
        return here

    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Misread(line, "不支持 & 和 * 引用，请直接写出")
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _Misread(line, "一个文件只写一份内容（去掉 ---）")
        awaiting_key = bool(stack) and isinstance(stack[-1][0], dict) and keys[-1] is None
        if isinstance(event, yaml.ScalarEvent):
            if event.tag not in (None, "", "!"):
                raise _Misread(line, "不支持 ! 标签")
            if awaiting_key:
                holder, path = stack[-1]
                if event.value in holder:
                    raise _Misread(line, f"“{event.value}”写了两次")
                keys[-1] = event.value
                lines[(*path, event.value)] = line
            else:
                place(_scalar(event), line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if event.tag not in (None, "", "!"):
                raise _Misread(line, "不支持 ! 标签")
            if awaiting_key:
                raise _Misread(line, "名称应为一个词")
            if len(stack) >= _DEEPEST:
                raise _Misread(line, "层次过深")
            holder: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            stack.append((holder, place(holder, line)))
            keys.append(None)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            stack.pop()
            keys.pop()
    return Located(file, result[0] if result else None, lines)


def _scalar(event: yaml.ScalarEvent) -> Any:
    value = event.value
    if event.style not in (None, ""):
        return value
    if value in ("", "~", "null"):
        return None
    if value in ("true", "false"):
        return value == "true"
    return int(value) if _INTEGER.match(value) else value
