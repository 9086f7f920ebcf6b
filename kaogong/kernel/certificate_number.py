"""Certificate kinds, and the 22-character number of 职业技能等级证书."""

import re
from dataclasses import dataclass
from enum import StrEnum

from kaogong.kernel.errors import Malformed
from kaogong.kernel.writing import compact


class CertificateKind(StrEnum):
    """What a certificate attests. The first five trigger the training subsidy.

    特种作业操作证书 is one of those five and also one of the two operating permits: one paper, one kind.
    """

    QUALIFICATION = "qualification"
    SKILL_LEVEL = "skill_level"
    SPECIAL_ABILITY = "special_ability"
    SPECIAL_OPERATION = "special_operation"
    TRAINING_COMPLETION = "training_completion"
    SPECIAL_EQUIPMENT = "special_equipment"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def has_level(self) -> bool:
        """Whether a certificate of this kind names a skill level."""
        return self in (CertificateKind.QUALIFICATION, CertificateKind.SKILL_LEVEL)


_LABELS = {
    CertificateKind.QUALIFICATION: "职业资格证书",
    CertificateKind.SKILL_LEVEL: "职业技能等级证书",
    CertificateKind.SPECIAL_ABILITY: "专项职业能力证书",
    CertificateKind.SPECIAL_OPERATION: "特种作业操作证书",
    CertificateKind.TRAINING_COMPLETION: "培训合格证书",
    CertificateKind.SPECIAL_EQUIPMENT: "特种设备作业人员操作证",
}
TRIGGERING_KINDS = tuple(CertificateKind)[:5]
OPERATING_PERMITS = (CertificateKind.SPECIAL_OPERATION, CertificateKind.SPECIAL_EQUIPMENT)

EMPLOYER, SOCIAL_BODY = "Y", "S"
FILED_WITH_PROVINCE = "0000"
_SHAPE = re.compile(r"([YS])([0-9]{4})([0-9]{2})([0-9]{6})([0-9]{2})([1-5])([0-9]{6})")


class CertificateNumberWrong(Malformed):
    """职业技能等级证书编号不正确。"""


class CertificateNumberLength(CertificateNumberWrong):
    """职业技能等级证书编号应为22位，这里有{length}位。"""


class CertificateNumberShape(CertificateNumberWrong):
    """职业技能等级证书编号应以Y或S开头，其余为数字，第16位为等级1至5。"""


class CertificateNumberSerial(CertificateNumberWrong):
    """职业技能等级证书编号的流水号应在000001至999999之间。"""


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    """The parts of one number. It carries no check digit, so only its shape can be verified."""

    assessor: str
    body_code: str
    province_code: str
    site_code: str
    year: str
    level_code: str
    serial: int

    def __post_init__(self) -> None:
        if not 1 <= self.serial <= 999_999:
            raise CertificateNumberSerial()
        if _SHAPE.fullmatch(self.value) is None:
            raise CertificateNumberShape()

    @classmethod
    def compose(
        cls,
        *,
        assessor: str,
        province_code: str,
        site_code: str,
        year: int,
        level_code: str,
        serial: int,
        body_code: str = FILED_WITH_PROVINCE,
    ) -> "CertificateNumber":
        """Put a number together; ``year`` in full, ``body_code`` only for bodies filed with the ministry."""
        return cls(assessor, body_code, province_code, site_code, f"{year % 100:02d}", level_code, serial)

    @classmethod
    def parse(cls, text: str | None) -> "CertificateNumber":
        """Take a number apart, or raise the named problem."""
        written = compact(text).upper()
        if len(written) != 22:
            raise CertificateNumberLength(length=len(written))
        match = _SHAPE.fullmatch(written)
        if match is None:
            raise CertificateNumberShape()
        *parts, serial = match.groups()
        return cls(*parts, int(serial))

    @property
    def value(self) -> str:
        return (
            f"{self.assessor}{self.body_code}{self.province_code}{self.site_code}"
            f"{self.year}{self.level_code}{self.serial:06d}"
        )

    @property
    def assessor_label(self) -> str:
        return "用人单位" if self.assessor == EMPLOYER else "社会培训评价组织"

    def __str__(self) -> str:
        return self.value
