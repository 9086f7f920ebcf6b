"""The only writes of vouchers: issued from a list, bound to a class, redeemed, expired, withdrawn."""

from .binding import (
    EnrolmentHasVoucher,
    VoucherExpired,
    VoucherNotForClass,
    VoucherNumberMistyped,
    VoucherOfAnother,
    VoucherUnknown,
    VoucherUsed,
    bind_voucher,
    unbind_voucher,
)
from .ending import expire_vouchers, forfeit_voucher, redeem_vouchers, withdraw_voucher
from .issuing import (
    NobodyListed,
    NoVouchersInScheme,
    Terms,
    VoucherHeldAlready,
    VoucherListUnclear,
    VoucherTermsUnclear,
    discard_vouchers,
    draft_vouchers,
    issue_vouchers,
)

__all__ = [
    "EnrolmentHasVoucher",
    "NoVouchersInScheme",
    "NobodyListed",
    "Terms",
    "VoucherExpired",
    "VoucherHeldAlready",
    "VoucherListUnclear",
    "VoucherNotForClass",
    "VoucherNumberMistyped",
    "VoucherOfAnother",
    "VoucherTermsUnclear",
    "VoucherUnknown",
    "VoucherUsed",
    "bind_voucher",
    "discard_vouchers",
    "draft_vouchers",
    "expire_vouchers",
    "forfeit_voucher",
    "issue_vouchers",
    "redeem_vouchers",
    "unbind_voucher",
    "withdraw_voucher",
]
