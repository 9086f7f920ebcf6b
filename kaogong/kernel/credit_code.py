"""Unified social credit codes (GB 32100) with the organisation code inside (GB 11714)."""

from dataclasses import dataclass

from kaogong.kernel.errors import Malformed
from kaogong.kernel.writing import compact

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {symbol: place for place, symbol in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_INNER_VALUE = {symbol: place for place, symbol in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}

AUTHORITIES = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监管",
    "A": "军队编制",
    "N": "农业农村",
    "Y": "其他",
}
KINDS = {
    "11": "机关",
    "12": "事业单位",
    "13": "编办直接管理机构编制的群众团体",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
}


class CreditCodeWrong(Malformed):
    """统一社会信用代码不正确。"""


class CreditCodeMissing(CreditCodeWrong):
    """统一社会信用代码没有填写。"""


class CreditCodeLength(CreditCodeWrong):
    """统一社会信用代码应为18位，这里有{length}位。"""


class CreditCodeSymbol(CreditCodeWrong):
    """统一社会信用代码里不会出现“{symbol}”，请核对是否把数字看成了字母（没有I、O、Z、S、V）。"""


class CreditCodeAuthority(CreditCodeWrong):
    """统一社会信用代码第1位“{symbol}”不是登记管理部门代码。"""


class CreditCodeRegion(CreditCodeWrong):
    """统一社会信用代码第3至8位应为登记机关的行政区划数字。"""


class CreditCodeChecksum(CreditCodeWrong):
    """统一社会信用代码校验码不对，请核对是否录错一位。"""


class CreditCodeOrganisation(CreditCodeWrong):
    """统一社会信用代码中第9至17位的组织机构代码校验不对，请核对原证。"""


@dataclass(frozen=True, slots=True)
class CreditCode:
    """One valid code; ``kind`` is its first two symbols (91 enterprise, 52 private school…)."""

    value: str

    def __str__(self) -> str:
        return self.value

    @classmethod
    def parse(cls, text: str | None) -> "CreditCode":
        """Read a code as people write it, or raise the named problem."""
        written = compact(text).upper()
        if not written:
            raise CreditCodeMissing()
        if len(written) != 18:
            raise CreditCodeLength(length=len(written))
        stranger = next((symbol for symbol in written if symbol not in _VALUE), None)
        if stranger is not None:
            raise CreditCodeSymbol(symbol=stranger)
        if written[0] not in AUTHORITIES:
            raise CreditCodeAuthority(symbol=written[0])
        if not written[2:8].isdigit():
            raise CreditCodeRegion()
        if check_symbol(written[:17]) != written[17]:
            raise CreditCodeChecksum()
        if organisation_check_symbol(written[8:16]) != written[16]:
            raise CreditCodeOrganisation()
        return cls(written)

    @property
    def kind(self) -> str:
        return self.value[:2]

    @property
    def kind_label(self) -> str:
        return KINDS.get(self.kind, f"{AUTHORITIES[self.value[0]]}部门登记的其他组织")

    @property
    def region_code(self) -> str:
        """Where the body is registered."""
        return self.value[2:8]

    @property
    def organisation_code(self) -> str:
        return self.value[8:17]


def check_symbol(body: str) -> str:
    """Compute the 18th symbol from the first 17 (MOD 31-3)."""
    total = sum(weight * _VALUE[symbol] for weight, symbol in zip(_WEIGHTS, body, strict=True))
    return ALPHABET[-total % 31]


def organisation_check_symbol(body: str) -> str:
    """Compute the ninth symbol of an organisation code from its first eight."""
    total = sum(weight * _INNER_VALUE[symbol] for weight, symbol in zip(_INNER_WEIGHTS, body, strict=True))
    return "0123456789X"[-total % 11]


def make_credit_code(kind: str, region_code: str, serial: int) -> CreditCode:
    """Make a valid code for a synthetic body; ``serial`` must be below 31 to the eighth power."""
    symbols = []
    for _ in range(8):
        serial, place = divmod(serial, 31)
        symbols.append(ALPHABET[place])
    organisation = "".join(reversed(symbols))
    body = f"{kind}{region_code}{organisation}{organisation_check_symbol(organisation)}"
    return CreditCode(body + check_symbol(body))
