"""Funds, payments, batches and bank returns, one module for each noun."""

from .bank_return import BankReturn, BankReturnLine
from .budget import Fund, FundShare, Reservation
from .payment import ACCOUNT_PURPOSE, Payment, PaymentBatch

__all__ = [
    "ACCOUNT_PURPOSE",
    "BankReturn",
    "BankReturnLine",
    "Fund",
    "FundShare",
    "Payment",
    "PaymentBatch",
    "Reservation",
]
