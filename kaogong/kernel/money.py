"""Money: always whole fen inside, yuan only at the edge where people read and write it."""

import re
from collections.abc import Mapping

from kaogong.kernel.errors import Malformed
from kaogong.kernel.writing import compact

_AMOUNT = re.compile(r"(-?)(?:¥|RMB)?(-?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?(元|万元)?")
MOST_FEN = 10**15  # 10 万亿元: beyond any budget here, and whole in every cell, chart and column it reaches
LONGEST = 40
_MARKS = str.maketrans({"￥": "¥", "，": ",", "．": ".", "－": "-", "−": "-", "圆": "元"})


class AmountUnclear(Malformed):
    """金额“{value}”不正确：应为元，至多两位小数，例如1,234.56。"""


class AmountBeyond(Malformed):
    """金额“{value}”太大，请核对单位是元还是万元。"""


def yuan_plain(fen: int) -> str:
    """Write an amount as 1,234.56."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02d}"


def yuan(fen: int) -> str:
    """Write an amount as ¥1,234.56 (negative: -¥1,234.56)."""
    return f"-¥{yuan_plain(-fen)}" if fen < 0 else f"¥{yuan_plain(fen)}"


def ten_thousand_yuan(fen: int, places: int = 2) -> str:
    """Write an amount in 万元, rounded half away from zero: 111.20万元."""
    unit = 10**places
    rounded = (abs(fen) * unit * 2 + 1_000_000) // 2_000_000
    whole, rest = divmod(rounded, unit)
    sign = "-" if fen < 0 and rounded else ""
    return f"{sign}{whole:,}.{rest:0{places}d}万元" if places else f"{sign}{whole:,}万元"


def parse_yuan(text: str) -> int:
    """Read an amount a person typed (1,234.5 · ￥１２３ · 500元 · 2.5万元) as fen, or raise AmountUnclear."""
    written = compact(text).translate(_MARKS)
    match = _AMOUNT.fullmatch(written) if len(written) <= LONGEST else None
    if match is None or (match[1] and match[2]):
        raise AmountUnclear(value=text[:LONGEST])
    fen = int(match[3].replace(",", "")) * 100 + int((match[4] or "").ljust(2, "0"))
    if match[5] == "万元":
        fen *= 10_000
    if fen > MOST_FEN:
        raise AmountBeyond(value=text)
    return -fen if match[1] or match[2] else fen


def split_by_shares(fen: int, shares: Mapping[str, int]) -> dict[str, int]:
    """Split an amount by weights (e.g. permille per source) so that the parts sum to it exactly.

    Largest remainder; a tie goes to the source named first.
    """
    total = sum(shares.values())
    if total <= 0 or min(shares.values()) < 0:
        raise Malformed(field="分担比例", value=dict(shares), problem="各项不能为负，合计须大于零")
    sign, amount = (-1, -fen) if fen < 0 else (1, fen)
    parts = {name: amount * weight // total for name, weight in shares.items()}
    by_remainder = sorted(shares, key=lambda name: -(amount * shares[name] % total))
    for name in by_remainder[: amount - sum(parts.values())]:
        parts[name] += 1
    return {name: sign * part for name, part in parts.items()}
