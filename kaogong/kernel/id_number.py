"""Citizen identity numbers (GB 11643): read, checked, masked and, for synthetic people, made."""

import re
from dataclasses import dataclass
from datetime import date

from kaogong.kernel.errors import Malformed
from kaogong.kernel.writing import compact

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
EARLIEST_BIRTH = date(1900, 1, 1)
MARKS_BEFORE = "'’‘`"  # left in front by spreadsheets to force text
_NEW_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_OLD_SHAPE = re.compile(r"[0-9]{15}")

MALE, FEMALE = "男", "女"
UPGRADED = "upgraded"
NOTES = {UPGRADED: "15位旧身份证号码，已换算为18位，请核对出生年份"}


class IdNumberWrong(Malformed):
    """身份证号码不正确。"""

    problem = "wrong"


class IdNumberMissing(IdNumberWrong):
    """身份证号码没有填写。"""

    problem = "missing"


class IdNumberLength(IdNumberWrong):
    """身份证号码应为18位，这里有{length}位。"""

    problem = "length"


class IdNumberLetters(IdNumberWrong):
    """身份证号码只能是数字，只有最后一位可以是X。"""

    problem = "letters"


class IdNumberDate(IdNumberWrong):
    """身份证号码第7至14位不是可能的出生日期。"""

    problem = "date"


class IdNumberFuture(IdNumberWrong):
    """身份证号码里的出生日期还没有到。"""

    problem = "future"


class IdNumberChecksum(IdNumberWrong):
    """身份证号码校验码不对，请核对是否录错一位。"""

    problem = "checksum"


_WRONGS = (
    IdNumberMissing,
    IdNumberLength,
    IdNumberLetters,
    IdNumberDate,
    IdNumberFuture,
    IdNumberChecksum,
)
PROBLEMS: dict[str, type[IdNumberWrong]] = {wrong.problem: wrong for wrong in _WRONGS}


@dataclass(frozen=True, slots=True)
class IdNumber:
    """One valid 18-character number, as written on the card."""

    value: str

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return f"IdNumber({self.masked})"  # a full number must not reach a log by accident

    @classmethod
    def parse(cls, text: str | None, on: date) -> "IdNumber":
        """Read a number as people write it, or raise the named problem; ``on`` is the day it is read."""
        return cls.parse_with_notes(text, on)[0]

    @classmethod
    def parse_with_notes(cls, text: str | None, on: date) -> tuple["IdNumber", tuple[str, ...]]:
        """Read a number and tell, by the codes of NOTES, what a person should look at."""
        written = tidy_id_number(text)
        if not written:
            raise IdNumberMissing()
        if len(written) == 15 and _OLD_SHAPE.fullmatch(written):
            number = cls.from_old(written)
            _born_on(number.value, on)
            return number, (UPGRADED,)
        if len(written) not in (15, 18):
            raise IdNumberLength(length=len(written))
        if _NEW_SHAPE.fullmatch(written) is None:
            raise IdNumberLetters()
        _born_on(written, on)
        if check_character(written[:17]) != written[17]:
            raise IdNumberChecksum()
        return cls(written), ()

    @classmethod
    def from_old(cls, digits: str) -> "IdNumber":
        """Upgrade an old 15-digit number: the century was always 19, the check character is new."""
        body = f"{digits[:6]}19{digits[6:]}"
        return cls(body + check_character(body))

    @property
    def region_code(self) -> str:
        """Where the number was first given: not where the person lives, and maybe a code of the past."""
        return self.value[:6]

    @property
    def born_on(self) -> date:
        return date(int(self.value[6:10]), int(self.value[10:12]), int(self.value[12:14]))

    @property
    def sex(self) -> str:
        return MALE if int(self.value[16]) % 2 else FEMALE

    @property
    def masked(self) -> str:
        return mask_id_number(self.value)

    def age_on(self, day: date) -> int:
        """Full years of age on the day."""
        return age_on(self.born_on, day)


def tidy_id_number(text: str | None) -> str:
    """Return the number without blanks, spreadsheet marks and full-width forms, X in upper case."""
    return compact(text).lstrip(MARKS_BEFORE).replace("x", "X")


def check_character(body: str) -> str:
    """Compute the 18th character from the first 17 (ISO 7064 MOD 11-2)."""
    return CHECK_CHARACTERS[
        sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11
    ]


def mask_id_number(value: str) -> str:
    """370211********1234: first six and last four stay; anything of another length is hidden whole."""
    return f"{value[:6]}********{value[14:]}" if len(value) == 18 else "*" * len(value)


def age_on(born_on: date, day: date) -> int:
    """Full years lived on the day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def make_id_number(region_code: str, born_on: date, sequence: int, sex: str) -> IdNumber:
    """Make a valid number for a synthetic person, the ``sequence``-th (0–499) of one place, day and sex."""
    if not 0 <= sequence < 500:
        raise ValueError("sequence must be 0-499")
    body = f"{region_code}{born_on:%Y%m%d}{sequence * 2 + (sex == MALE):03d}"
    return IdNumber(body + check_character(body))


def refusal(problem: str, value: str) -> IdNumberWrong:
    """Return the exception that says the problem code of a columnar check in words."""
    return IdNumberLength(length=len(value)) if problem == IdNumberLength.problem else PROBLEMS[problem]()


def _born_on(written: str, on: date) -> date:
    try:
        born_on = date(int(written[6:10]), int(written[10:12]), int(written[12:14]))
    except ValueError:
        raise IdNumberDate() from None
    if born_on < EARLIEST_BIRTH:
        raise IdNumberDate()
    if born_on > on:
        raise IdNumberFuture()
    return born_on
