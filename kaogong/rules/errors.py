"""What judging and loading refuse, by name."""

from dataclasses import dataclass

from kaogong.kernel.errors import NotFound, Refused


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a rulebook file: where it stands and what was expected there."""

    file: str
    line: int
    expected: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行：{self.expected}"


class RulebookMalformed(Refused):
    """政策规则库有误：{file} 第 {line} 行：{expected}（共 {count} 处）。"""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        first = self.problems[0]
        super().__init__(file=first.file, line=first.line, expected=first.expected, count=len(self.problems))


class RegionUnknown(NotFound):
    """政策规则库中没有区划“{region}”。"""


class SchemeUnknown(NotFound):
    """{region} 在 {on} 没有施行中的补贴项目“{scheme}”。"""


class ParameterUnknown(NotFound):
    """{region} 在 {on} 没有施行中的参数“{parameter}”。"""


class ConductUnknown(NotFound):
    """{region} 没有写“{topic}”的办理要求“{name}”。"""


class DocumentUnknown(NotFound):
    """政策规则库中没有文件或条款“{reference}”。"""


class NumberUnknown(Refused):
    """这一项目没有可改的数值“{key}”。"""


class FactsMalformed(Refused):
    """事实“{field}”不正确：{problem}。"""


class NotWaivable(Refused):
    """规则“{rule}”不能例外批准。"""
