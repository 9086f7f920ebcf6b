"""The bank's word for one line: paid, failed, come back, or none of them for sure."""

PAID = "paid"
FAILED = "failed"
RETURNED = "returned"
FOREIGN = "金额的币种是{currency}，不是人民币"
_PAID_WORDS = frozenset(
    {
        "成功",
        "已入账",
        "已支付",
        "S",
        "Y",
        "0000",
        "00",
        "SUCCESS",
        "ACSC",
        "ACCC",
        "BOOK",
    }  # the last: ISO 20022
)
_FAILED_WORDS = frozenset({"失败", "F", "N", "FAIL", "FAILED", "RJCT", "CANC"})
_RETURNED_WORDS = frozenset({"退汇", "已退汇", "退回", "已退回", "退票", "已退票", "RTRN"})
_BEFORE = ("交易", "处理", "代发", "入账", "付款", "支付")  # 交易成功, 代发失败 …


def outcome_of(result: str | None) -> str | None:
    """Read the bank's word for one line as PAID, FAILED or RETURNED (what left came back); None when unsure."""
    word = "".join((result or "").split()).upper()
    word = next((word.removeprefix(lead) for lead in _BEFORE if word.startswith(lead)), word)
    if word in _PAID_WORDS:
        return PAID
    if word in _FAILED_WORDS:
        return FAILED
    if word in _RETURNED_WORDS:
        return RETURNED
    return None


_OURS = ("人民币", "CNY", "RMB")
_OTHERS_BY_NUMBER = frozenset(
    {"036", "124", "344", "392", "410", "446", "643", "702", "756", "826", "840", "978"}
)


def is_foreign(currency: str | None) -> bool:
    """Whether a cell names another currency than ours. A bank's own number for ours says nothing; ISO 4217's does."""
    word = "".join((currency or "").split()).upper()
    if word.isdigit():
        return word in _OTHERS_BY_NUMBER
    return word not in ("", "元", "本币") and not any(ours in word for ours in _OURS)
