"""Funds, payments, batches and bank returns, one module for each noun."""

from .bank_return import BankReturn, BankReturnLine
from .bank_work import BankWork
from .batch_terms import BatchTerms
from .budget import Fund, Reservation
from .budget_paper import BudgetVersion, CarryOver, SurchargeEntry, Transfer
from .payment import ACCOUNT_PURPOSE, Payment, PaymentBatch
from .reconciliation import (
    BankStatement,
    FundAccount,
    MatchPart,
    Reconciliation,
    StatementLine,
    StatementMatch,
)
from .waterfall import Waterfall, WaterfallPreview

__all__ = [
    "ACCOUNT_PURPOSE",
    "BankReturn",
    "BankReturnLine",
    "BankStatement",
    "BankWork",
    "BatchTerms",
    "BudgetVersion",
    "CarryOver",
    "Fund",
    "FundAccount",
    "MatchPart",
    "Payment",
    "PaymentBatch",
    "Reconciliation",
    "Reservation",
    "StatementLine",
    "StatementMatch",
    "SurchargeEntry",
    "Transfer",
    "Waterfall",
    "WaterfallPreview",
]
