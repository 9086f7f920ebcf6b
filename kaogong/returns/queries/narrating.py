"""Sentences drafted from figures, and expanding placeholders somebody typed into a text."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import yaml
from django.utils.translation import gettext

from kaogong.kernel.reference import reference_dir

from .figures import indicator_named
from .placeholders import MARK, Placed, Problem, Unreadable, read
from .shown import change_words, shown

NOT_KNOWN = "（没有数据）"  # a dash would read as part of the sentence


@cache
def drafts(kind: str) -> tuple[str, ...]:
    """The shipped sentences of one kind, their placeholders still open."""
    told = yaml.safe_load((reference_dir() / "returns" / "narratives.yaml").read_text(encoding="utf-8"))
    return tuple(told[kind])


def asked_by(texts: Sequence[str]) -> list[Placed]:
    """The figures the sentences ask for."""
    return [
        Placed("", read(text, indicator=indicator_named)) for words in texts for text in MARK.findall(words)
    ]


def problems_in(texts: Sequence[str]) -> list[Problem]:
    """What in a typed text cannot be read, paragraph by paragraph."""
    found = []
    for number, words in enumerate(texts, start=1):
        place = gettext("第{n}段").format(n=number)
        for text in MARK.findall(words):
            try:
                asked = read(text, indicator=indicator_named)
            except Unreadable as fault:
                found.append(Problem(place, f"{{{{ {text} }}}}", str(fault)))
                continue
            if asked.kind not in ("figure", "change", "fact"):
                found.append(Problem(place, f"{{{{ {text} }}}}", gettext("不能写在文字里")))
    return found


def expanded(
    texts: Sequence[str], cells: Mapping[str, Mapping[str, Any]], facts: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """The sentences with their figures, and the keys of the cells in the order they were used."""
    used: list[str] = []

    def words(match) -> str:
        asked = read(match.group(1), indicator=indicator_named)
        if asked.kind == "fact":
            return facts.get(asked.what, "")
        used.append(asked.key)
        cell = cells[asked.key]
        if asked.kind == "change":
            now, before = (cells[key] for key in cell["of"])
            return change_words(now["value"], before["value"], now["unit"])
        return (
            shown(cell["value"], cell["unit"], asked.scale).text if cell["value"] is not None else NOT_KNOWN
        )

    return [MARK.sub(words, text) for text in texts], used
