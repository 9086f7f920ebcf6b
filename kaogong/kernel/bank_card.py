"""Personal bank card numbers (Luhn). Companies' settlement accounts are other numbers, not checked here."""

from dataclasses import dataclass

from kaogong.kernel.errors import Malformed
from kaogong.kernel.writing import compact, mask_digits


class BankCardWrong(Malformed):
    """银行卡号不正确。"""

    form_field = "account"


class BankCardMissing(BankCardWrong):
    """银行卡号没有填写。"""


class BankCardDigits(BankCardWrong):
    """银行卡号只能是数字。"""


class BankCardLength(BankCardWrong):
    """银行卡号应为15至19位，这里有{length}位。"""


class BankCardChecksum(BankCardWrong):
    """银行卡号校验不对，请核对是否录错一位。"""


@dataclass(frozen=True, slots=True)
class BankCard:
    """One card number that passes the Luhn check."""

    value: str

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return f"BankCard({self.masked})"

    @classmethod
    def parse(cls, text: str | None) -> "BankCard":
        """Read a card number as people write it (blanks, hyphens), or raise the named problem."""
        written = compact(text).replace("-", "").lstrip("'’‘`")
        if not written:
            raise BankCardMissing()
        if not (written.isascii() and written.isdigit()):
            raise BankCardDigits()
        if not 15 <= len(written) <= 19:
            raise BankCardLength(length=len(written))
        if luhn_digit(written[:-1]) != written[-1] or not written.strip("0"):
            raise BankCardChecksum()
        return cls(written)

    @property
    def masked(self) -> str:
        return mask_digits(self.value, head=4, tail=4)


def luhn_digit(body: str) -> str:
    """Compute the last digit of a card from those before it."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def make_bank_card(issuer: str, serial: int, length: int = 19) -> BankCard:
    """Make a card number of an issuer prefix for a synthetic person."""
    body = issuer + str(serial).zfill(length - 1 - len(issuer))
    if len(body) != length - 1:
        raise ValueError("serial does not fit")
    return BankCard(body + luhn_digit(body))
