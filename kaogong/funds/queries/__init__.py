"""Reading funds: what is left, what is owed, what was sent, what came back."""

from .bank_returns import bank_return, bank_return_with, bank_returns, return_lines
from .budgets import BoardRow, fund, fund_board, funds, reservation_for_update, share_for
from .payments import (
    SharedAccount,
    awaiting_bank,
    batch,
    batch_for_update,
    batches,
    holders_differing,
    payment,
    payment_for_update,
    payments,
    payments_answered_for_update,
    payments_for,
    payments_for_update,
    payments_of_batch_for_update,
    shared_accounts,
    shared_accounts_among,
)

__all__ = [
    "BoardRow",
    "SharedAccount",
    "awaiting_bank",
    "bank_return",
    "bank_return_with",
    "bank_returns",
    "batch",
    "batch_for_update",
    "batches",
    "fund",
    "fund_board",
    "funds",
    "holders_differing",
    "payment",
    "payment_for_update",
    "payments",
    "payments_answered_for_update",
    "payments_for",
    "payments_for_update",
    "payments_of_batch_for_update",
    "reservation_for_update",
    "return_lines",
    "share_for",
    "shared_accounts",
    "shared_accounts_among",
]
