"""The bank account a row of any table is paid on: sealed, with a blind index, a masked form and a holder.

The table has the columns of ``COLUMNS``; ``bank_account`` is a SealedTextField, whose purpose binds both
ciphertext and index.
"""

from dataclasses import dataclass

from django.db.models import Model, QuerySet

from kaogong.kernel.writing import mask_digits, tidy

from .sealing import blind_index

COLUMNS = ("bank_name", "bank_account", "bank_account_index", "bank_account_masked", "bank_account_holder")


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where one person or body is paid, in clear."""

    bank_name: str
    account: str
    masked: str
    holder: str

    def __repr__(self) -> str:
        return f"BankAccount({self.masked})"


def keep_bank_account(row: Model, *, bank_name: str, account: str, holder: str) -> None:
    """Put an account, already checked and written in digits alone, into the row; all its columns at once."""
    row.bank_name = tidy(bank_name)
    row.bank_account = account
    row.bank_account_index = blind_index(account, _purpose(type(row)))
    row.bank_account_masked = mask_digits(account, head=4, tail=4)
    row.bank_account_holder = holder
    row.save(update_fields=list(COLUMNS))


def bank_accounts(rows: QuerySet) -> dict[int, BankAccount]:
    """Row id → its account in clear; rows without one are left out."""
    found = rows.filter(bank_account_index__isnull=False).order_by()
    told = found.values_list("pk", "bank_name", "bank_account", "bank_account_masked", "bank_account_holder")
    return {pk: BankAccount(*account) for pk, *account in told}


def on_account(rows: QuerySet, account: str) -> QuerySet:
    """The rows paid on this account."""
    return rows.filter(bank_account_index=blind_index(account, _purpose(rows.model)))


def _purpose(model: type[Model]) -> str:
    return model._meta.get_field("bank_account").purpose
