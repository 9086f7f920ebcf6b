"""Who paid the training fee first, in words."""

from django.utils.translation import gettext

from kaogong.kernel.money import yuan
from kaogong.training.queries import Fee


def fee_words(fee: Fee | None) -> str:
    """Payer, sum, day and receipt; what is missing is said."""
    if fee is None:
        return gettext("未登记")
    words = [
        fee.payer,
        yuan(fee.amount_fen) if fee.amount_fen else gettext("金额未填"),
        str(fee.paid_on) if fee.paid_on else gettext("日期未填"),
        gettext("票据 {number}").format(number=fee.receipt_number)
        if fee.receipt_number
        else gettext("票据号未填"),
    ]
    return gettext("，").join(words)
