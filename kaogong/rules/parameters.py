"""Dated figures of a region that are not a subsidy: a share to be kept to, with its clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kaogong.rules.errors import ParameterUnknown, Problem
from kaogong.rules.located import Located, lineage
from kaogong.rules.terms import Resolved

if TYPE_CHECKING:
    from kaogong.rules.rulebook import Rulebook

_ESSENTIAL = ("id", "label", "label_en", "bound", "by", "values")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One share a paper sets, as it stands on a day: at least, or at most, so many per cent of a whole."""

    code: str
    rule_id: str
    label: str
    label_en: str
    bound: str
    by: str
    words: str
    value: Resolved

    def is_kept(self, part_fen: int | None, whole_fen: int | None) -> bool | None:
        """Whether a part keeps to the share of its whole; None while a figure or the share is unknown."""
        if part_fen is None or whole_fen is None or self.value.value is None:
            return None
        had, due = part_fen * 100, whole_fen * self.value.value
        return had >= due if self.bound == "at_least" else had <= due

    def bound_fen(self, whole_fen: int) -> int | None:
        """The smallest part that is enough, or the largest that is allowed, in whole fen; None while unset."""
        if self.value.value is None:
            return None
        due = whole_fen * self.value.value
        return -(-due // 100) if self.bound == "at_least" else due // 100


def parameter_in_force(book: Rulebook, region_code: str, code: str, on: date) -> Parameter:
    """The parameter as the nearest region says it, with the value in force on the day."""
    regions = book._content["regions"]
    layers = [
        (place, regions[place].get("parameters", {}).get(code, {})) for place in book.lineage(region_code)
    ]
    value = book._value(code, [(place, said["values"]) for place, said in layers if "values" in said], on)
    if value is None:
        raise ParameterUnknown(region=regions[region_code]["label"], on=on.isoformat(), parameter=code)
    nearest = {name: text for _, said in reversed(layers) for name, text in said.items()}
    return Parameter(
        code=code,
        rule_id=nearest["id"],
        label=nearest["label"],
        label_en=nearest["label_en"],
        bound=nearest["bound"],
        by=nearest["by"],
        words=nearest.get("quote") or book.document(nearest["by"]).text,
        value=value,
    )


def completeness(files: Mapping[str, Located], regions: Mapping[str, Located]) -> Iterator[Problem]:
    """What a region's parameter still lacks after everything it inherits, and folders without a region."""
    for region, file in files.items():
        if region not in regions:
            yield file.problem((), f"文件夹“{region}”里缺少 region.yaml")
            continue
        for code in file.content["parameters"]:
            said = [
                files[place].content["parameters"].get(code, {})
                for place in lineage(region, regions)
                if place in files
            ]
            for name in _ESSENTIAL:
                if not any(name in layer for layer in said):
                    yield file.problem(
                        ("parameters", code), f"参数“{code}”缺少 {name}（本区和上级区划都没有写）"
                    )
