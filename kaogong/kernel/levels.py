"""Skill levels of the 新八级工 system, in their order."""

from dataclasses import dataclass
from functools import total_ordering

from kaogong.kernel.errors import Malformed
from kaogong.kernel.writing import compact


@total_ordering
@dataclass(frozen=True, slots=True)
class SkillLevel:
    """One level; a greater level is a higher one. Codes 5–1 are those printed on certificates."""

    code: str
    name: str
    grade: str
    rank: int

    @property
    def label(self) -> str:
        """五级/初级工; levels outside the five have only their name."""
        return f"{self.grade}/{self.name}" if self.grade else self.name

    def __lt__(self, other: "SkillLevel") -> bool:
        return self.rank < other.rank


APPRENTICE = SkillLevel("6", "学徒工", "", 0)
JUNIOR = SkillLevel("5", "初级工", "五级", 1)
INTERMEDIATE = SkillLevel("4", "中级工", "四级", 2)
SENIOR = SkillLevel("3", "高级工", "三级", 3)
TECHNICIAN = SkillLevel("2", "技师", "二级", 4)
SENIOR_TECHNICIAN = SkillLevel("1", "高级技师", "一级", 5)
SPECIAL_TECHNICIAN = SkillLevel("T", "特级技师", "", 6)
CHIEF_TECHNICIAN = SkillLevel("S", "首席技师", "", 7)

LEVELS = (
    APPRENTICE,
    JUNIOR,
    INTERMEDIATE,
    SENIOR,
    TECHNICIAN,
    SENIOR_TECHNICIAN,
    SPECIAL_TECHNICIAN,
    CHIEF_TECHNICIAN,
)
NATIONAL_FIVE = LEVELS[1:6]
HIGHLY_SKILLED = LEVELS[3:]
CHOICES = [(level.code, level.label) for level in LEVELS]

_BY_CODE = {level.code: level for level in LEVELS}
_SYNONYMS = {
    word: level for level in LEVELS for word in (level.code, level.name, level.grade, level.label) if word
}
_SYNONYMS |= {f"{level.code}级": level for level in NATIONAL_FIVE}
_SYNONYMS |= {f"{level.name}/{level.grade}": level for level in NATIONAL_FIVE}
_SYNONYMS |= {f"{level.name}({level.grade})": level for level in NATIONAL_FIVE}
_SYNONYMS |= {f"{level.grade}({level.name})": level for level in NATIONAL_FIVE}
_SYNONYMS |= {"学徒": APPRENTICE, "初级": JUNIOR, "中级": INTERMEDIATE, "高级": SENIOR}
_SYNONYMS |= {f"{level.grade[0]}级工": level for level in NATIONAL_FIVE}
_BRACKETS = str.maketrans(
    {"（": "(", "）": ")", "／": "/", "、": "/", "Ⅴ": "五", "Ⅳ": "四", "Ⅲ": "三", "Ⅱ": "二", "Ⅰ": "一"}
)


def level_of(code: str) -> SkillLevel:
    """Return the level of a stored code, or raise Malformed."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise Malformed(field="技能等级", value=code, problem="没有这个等级代码") from None


def parse_level(text: str) -> SkillLevel:
    """Read a level as people write it (五级/初级工 · 高级工（三级） · 3级 · 技师), or raise Malformed."""
    try:
        return _SYNONYMS[compact(text).translate(_BRACKETS)]
    except KeyError:
        raise Malformed(field="技能等级", value=text, problem="应为五级/初级工至一级/高级技师等") from None


def is_higher(code: str, than: str) -> bool:
    """Say whether the first level code stands above the second."""
    return level_of(code) > level_of(than)
