"""What the review of a rulebook says: remarks, each with its kind, its place and one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kaogong.rules.located import Located, Path

ERROR, WARNING, NOTE = "error", "warning", "note"
SEVERITIES = {ERROR: "错误", WARNING: "提醒", NOTE: "说明"}


class RemarkKind(NamedTuple):
    """How grave remarks of one kind are, and the heading they stand under."""

    severity: str
    heading: str


KINDS = {
    "never_applies": RemarkKind(ERROR, "谁也不会符合的条件"),
    "never_pays": RemarkKind(ERROR, "永远付不出的补贴"),
    "invented": RemarkKind(ERROR, "示例标准用在了真实的区"),
    "same_thing": RemarkKind(WARNING, "可能重复支付的项目"),
    "no_rate": RemarkKind(WARNING, "标准表缺项"),
    "pays_zero": RemarkKind(WARNING, "金额为零"),
    "no_conditions": RemarkKind(WARNING, "没有任何条件"),
    "gap": RemarkKind(WARNING, "日期空档"),
    "returns": RemarkKind(WARNING, "旧值再次生效"),
    "expired": RemarkKind(WARNING, "文件已失效仍在使用"),
    "begins_later": RemarkKind(NOTE, "晚于项目起日的数值"),
    "unset": RemarkKind(NOTE, "没有公布的数值"),
    "unverified": RemarkKind(NOTE, "待核实的数值"),
    "illustrative": RemarkKind(NOTE, "示例标准"),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark: ``line`` is 0 where no file stands behind the rulebook."""

    kind: str
    file: str
    line: int
    text: str
    region: str
    scheme: str

    @property
    def severity(self) -> str:
        return KINDS[self.kind].severity

    @property
    def subject(self) -> tuple[object, ...]:
        """What it is about: of two remarks on one subject the second adds nothing."""
        if self.kind == "same_thing":
            return self.kind, self.text
        if self.kind in ("no_rate", "never_pays", "pays_zero"):
            return self.kind, self.file, self.line
        return self.kind, self.file, self.line, self.text

    @property
    def place(self) -> str:
        return f"{self.file} 第 {self.line} 行" if self.line else self.file

    def to_dict(self) -> dict[str, Any]:
        return {
            "severity": self.severity,
            "kind": self.kind,
            "file": self.file,
            "line": self.line,
            "text": self.text,
            "region": self.region,
            "scheme": self.scheme,
        }


class Places:
    """Where a region's words about a scheme stand; payments are named by their code, not their number."""

    def __init__(self, files: Mapping[str, Located]) -> None:
        self._files = files

    def of(self, region: str, scheme: str, path: Path = ()) -> tuple[str, int]:
        """The file and line of a path in a scheme's file; line 0 where there is no such file."""
        name = f"{region}/{scheme}.yaml"
        file = self._files.get(name)
        if file is None:
            return name, 0
        if path[:1] == ("components",) and len(path) > 1:
            codes = [part["code"] for part in file.content.get("components", [])]
            path = ("components", codes.index(path[1]), *path[2:]) if path[1] in codes else ("components",)
        return name, file.line(path)

    def remark(self, kind: str, region: str, scheme: str, path: Path, text: str) -> Remark:
        return Remark(kind, *self.of(region, scheme, path), text, region, scheme)
