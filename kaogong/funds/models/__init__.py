"""Funds, payments, batches and bank returns, one module for each noun."""

from .bank_return import BankReturn, BankReturnLine
from .batch_terms import BatchTerms
from .budget import Fund, Reservation
from .budget_paper import BudgetVersion, CarryOver, SurchargeEntry, Transfer
from .payment import ACCOUNT_PURPOSE, Payment, PaymentBatch
from .waterfall import Waterfall, WaterfallPreview

__all__ = [
    "ACCOUNT_PURPOSE",
    "BankReturn",
    "BankReturnLine",
    "BatchTerms",
    "BudgetVersion",
    "CarryOver",
    "Fund",
    "Payment",
    "PaymentBatch",
    "Reservation",
    "SurchargeEntry",
    "Transfer",
    "Waterfall",
    "WaterfallPreview",
]
