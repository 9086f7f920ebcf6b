"""Administrative division codes: six digits of GB/T 2260, nine with the sub-district."""

import re
from dataclasses import dataclass

from kaogong.kernel.errors import Malformed
from kaogong.kernel.writing import compact

_SHAPE = re.compile(r"(?:[0-9]{6}|[0-9]{9})")
NATION = "000000"


@dataclass(frozen=True, slots=True, order=True)
class RegionCode:
    """A well-shaped code; whether such a place exists is for the catalogue to say."""

    value: str

    def __post_init__(self) -> None:
        if not is_region_code(self.value):
            raise Malformed(field="行政区划代码", value=self.value, problem="应为6位或9位数字")

    def __str__(self) -> str:
        return self.value

    @classmethod
    def parse(cls, text: str) -> "RegionCode":
        """Read a code as typed; a twelve-digit statistical code loses its trailing zeros."""
        digits = compact(text)
        if len(digits) == 12 and digits.endswith("000"):
            digits = digits[:9]
        if len(digits) == 9 and digits.endswith("000"):
            digits = digits[:6]
        return cls(digits)

    @property
    def prefix(self) -> str:
        """The digits every code inside begins with: 370000 → 37, 370200 → 3702, 370211 → 370211."""
        if len(self.value) == 9:
            return self.value
        if self.value == NATION:
            return ""
        if self.value.endswith("0000"):
            return self.value[:2]
        if self.value.endswith("00"):
            return self.value[:4]
        return self.value

    @property
    def depth(self) -> int:
        """0 nation, 1 province, 2 city, 3 county, 4 sub-district."""
        return {0: 0, 2: 1, 4: 2, 6: 3, 9: 4}[len(self.prefix)]

    def covers(self, other: "RegionCode | str") -> bool:
        """Say whether the other region is this one or lies inside it."""
        other = other if isinstance(other, RegionCode) else RegionCode(other)
        return other.value.startswith(self.prefix) and (self.depth <= other.depth)

    def meets(self, other: "RegionCode | str") -> bool:
        """Say whether one of the two regions is the other or lies inside it."""
        other = other if isinstance(other, RegionCode) else RegionCode(other)
        return self.covers(other) or other.covers(self)

    def parents(self) -> tuple["RegionCode", ...]:
        """The regions this one lies in by the shape of its code, nearest first, without the nation."""
        prefix = self.prefix
        steps = [prefix[:length].ljust(6, "0") for length in (6, 4, 2) if length < len(prefix)]
        return tuple(RegionCode(step) for step in steps)


def is_region_code(text: str) -> bool:
    """Say whether the text has the shape of a division code of some level."""
    if _SHAPE.fullmatch(text) is None:
        return False
    if text[:6] == NATION:
        return text == NATION
    if text[:2] < "11" or text[:2] > "82":
        return False
    if text[2:4] == "00" and text[4:6] != "00":
        return False
    return len(text) == 6 or (text[4:6] != "00" or text[2:4] != "00")
