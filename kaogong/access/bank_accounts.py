"""The bank account a row of any table is paid on: sealed, with a blind index, a masked form and a holder.

The table has the columns of ``COLUMNS``; ``bank_account`` is a SealedTextField, whose purpose binds both
ciphertext and index.
"""

from dataclasses import dataclass

from django.db.models import Model, QuerySet

from kaogong.kernel.errors import Refused
from kaogong.kernel.writing import compact, mask_digits, tidy, tidy_name

from .sealing import blind_index

COLUMNS = ("bank_name", "bank_account", "bank_account_index", "bank_account_masked", "bank_account_holder")


class HolderDiffers(Refused):
    """户名“{holder}”与登记的名称“{name}”不一致。补贴只付到收款人自己名下的账户：姓名或名称改过的，请先更正登记；不是自己的账户，请换成自己的。"""

    form_field = "holder"


class AccountOnFile(Refused):
    """已经登记了收款账户{account}，不能直接改写。请提出变更申请并附证明，经审核后生效。"""

    form_field = "account"


class AccountNumberWrong(Refused):
    """银行账号应为8至32位数字，不能是重复或连续的占位号码，请核对。"""

    form_field = "account"


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
    columns = account_columns(type(row), bank_name=bank_name, account=account, holder=holder)
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=list(columns))


def account_columns(model: type[Model], *, bank_name: str, account: str, holder: str) -> dict[str, object]:
    """What the columns of ``COLUMNS`` hold of an account already checked."""
    return {
        "bank_name": tidy(bank_name),
        "bank_account": account,
        "bank_account_index": blind_index(account, _purpose(model)),
        "bank_account_masked": mask_digits(account, head=4, tail=4),
        "bank_account_holder": holder,
    }


def settlement_account(text: str) -> str:
    """The number of a company's settlement account in digits alone, or AccountNumberWrong."""
    digits = compact(text).replace("-", "").lstrip("'’‘`")
    is_number = digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 32
    if not is_number or len(set(digits)) == 1 or digits in "0123456789" * 4:
        raise AccountNumberWrong()
    return digits


def require_own_name(holder: str, name: str) -> str:
    """The holder as it is kept ("" is the payee), or HolderDiffers: money goes to nobody else's account."""
    holder = tidy_name(holder) or name
    if _name_alone(holder) != _name_alone(name):
        raise HolderDiffers(holder=holder, name=name)
    return holder


def _name_alone(name: str) -> str:
    """A name without what people write now this way, now that: blanks and the width of brackets."""
    return compact(tidy_name(name)).replace("（", "(").replace("）", ")")


def require_first_account(row: Model, account: str) -> None:
    """Refuse to overwrite another account that is on file: that is a change, to be asked for and decided."""
    index = row.bank_account_index
    if index is not None and bytes(index) != blind_index(account, _purpose(type(row))):
        raise AccountOnFile(account=row.bank_account_masked)


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
