"""Changing the account a payee is paid on: asked for with proof, decided by another, paid on after a cooling."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kaogong.access.bank_accounts import account_columns, require_own_name, settlement_account
from kaogong.access.permissions import Permission
from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from kaogong.funds.models import Payment
from kaogong.funds.states import UNPAID
from kaogong.institutions import operations as institution_operations
from kaogong.institutions import queries as institutions
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor, system_for
from kaogong.kernel.bank_card import BankCard
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused
from kaogong.people import operations as people_operations
from kaogong.people import queries as people
from kaogong.people.models import Person
from kaogong.trail.operations import begin, move, record, require_may, require_move

from .. import queries
from ..models import AccountChange, Claim
from ..states import ACCOUNT_CHANGE
from . import money
from .case_papers import Upload, keep_papers


class AccountNotOnFile(Refused):
    """{payee}还没有登记收款账户，请直接登记，不用申请变更。"""


class AccountUnchanged(Refused):
    """这就是现在登记的账户{account}，没有变化。"""

    form_field = "account"


class AccountBankMissing(Refused):
    """请填写开户银行。"""

    form_field = "bank_name"


class AccountChangeUnderWay(Refused):
    """{payee}已有一份账户变更申请正在办理（改为{account}），请先等待结果，或撤回后重新提出。"""


class AccountProofMissing(Refused):
    """请上传证明材料：银行卡（或存折）照片、开户证明或银行出具的变更证明，至少一份。"""

    form_field = "papers"


class AccountStillCooling(Refused):
    """冷静期到{day}为止，现在还不能改付到新账户。"""


class PaymentsStandInBatch(Refused):
    """该收款人还有付款在批次{batches}中，付到原账户。请先解散批次，变更才能生效。"""


class AccountsChanging(Refused):
    """有{count}笔付款的收款账户正在变更，不能{label}：{payments}。其余付款可以照常办理。"""


@transaction.atomic
def ask_account_change(
    payee_kind: str,
    payee_id: int,
    *,
    bank_name: str,
    account: str,
    reason: str,
    papers: Sequence[Upload],
    by: Actor,
    at: datetime,
    holder: str = "",
    returned_payment: str = "",
) -> AccountChange:
    """Ask that a person or institution be paid on another account; nothing more is paid on the one on file.

    The number is checked for its form, the holder must be the payee, and somebody else decides on the proof.
    ``returned_payment`` names the payment the bank sent back, where that is why.
    """
    require_may(by, Permission.ASK_ACCOUNT_CHANGE, "申请变更账户")
    queries.lock_claims(_claims_paying(payee_kind, payee_id))
    payee = _payee_for_update(payee_kind, payee_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label="申请变更账户")
    if payee.bank_account_index is None:
        raise AccountNotOnFile(payee=payee.name)
    if not bank_name.strip():
        raise AccountBankMissing()
    number = _number(payee_kind, account)
    holder = require_own_name(holder, payee.name)
    if _is_on_file(payee, number):
        raise AccountUnchanged(account=payee.bank_account_masked)
    under_way = queries.changing_account(payee_kind, payee_id)
    if under_way is not None:
        raise AccountChangeUnderWay(payee=payee.name, account=under_way.bank_account_masked)
    if not papers:
        raise AccountProofMissing()
    change = AccountChange.objects.create(
        **{payee_kind: payee},
        **account_columns(AccountChange, bank_name=bank_name, account=number, holder=holder),
        region_code=payee.region_code,
        replaces_bank=payee.bank_name,
        replaces_masked=payee.bank_account_masked,
        returned_payment=returned_payment,
        asked_at=at,
        asked_by=by.name,
    )
    kept = keep_papers(change, papers, by=by, at=at)
    # A release under way is waited for: what it sent is named, one that comes later sees the change.
    batched = queries.payments_of_payee(change).filter(status="batched").values_list("batch_id", flat=True)
    fund_queries.batches_for_update(batched)
    gone = [row.reference for row in queries.payments_of_payee(change).filter(status="in_transit")]
    begin(
        change, "asked", by=by, at=at, reason=reason, account=change.bank_account_masked,
        replaces=change.replaces_masked, papers=len(kept), gone=gone, payment=returned_payment,
    )  # fmt: skip
    return change


@transaction.atomic
def ask_account_change_again(
    change_id: int, *, reason: str, by: Actor, at: datetime, papers: Sequence[Upload] = ()
) -> AccountChange:
    """Answer a returned change with what was asked for; it waits for a decision again."""
    change = queries.account_change_for_update(change_id, by=by)
    require_move(change, ACCOUNT_CHANGE.move("ask_again"), ACCOUNT_CHANGE, by=by, reason=reason)
    kept = keep_papers(change, papers, by=by, at=at)
    move(change, "ask_again", by=by, at=at, reason=reason, papers=len(kept))
    return change


@transaction.atomic
def withdraw_account_change(change_id: int, *, by: Actor, at: datetime, reason: str) -> AccountChange:
    """Take a change back before it is in force; what waited is owed on the account that was on file all along."""
    change = queries.account_change(change_id, by=by)
    claims = queries.lock_claims(_claims_of(change))
    change = queries.account_change_for_update(change_id, by=by)
    move(change, "withdraw", by=by, at=at, reason=reason)
    _owe_what_waited(claims, by=by, at=at)
    return change


@transaction.atomic
def return_account_change(change_id: int, *, by: Actor, at: datetime, reason: str) -> AccountChange:
    """Send a change back to who asked, with what is missing; payments wait on until it is answered or withdrawn."""
    change = queries.account_change_for_update(change_id, by=by)
    require_move(change, ACCOUNT_CHANGE.move("return"), ACCOUNT_CHANGE, by=by, reason=reason)
    _decide(change, reason, by=by, at=at)
    move(change, "return", by=by, at=at, reason=reason)
    return change


@transaction.atomic
def approve_account_change(change_id: int, *, by: Actor, at: datetime, reason: str = "") -> AccountChange:
    """Accept the proof: the new account is paid on once the region's cooling is over, at once where none is set.

    Whoever else is paid on the account is named in the trail, as the page told before.
    """
    claims = queries.lock_claims(_claims_of(queries.account_change(change_id, by=by)))
    change = queries.account_change_for_update(change_id, by=by)
    require_move(change, ACCOUNT_CHANGE.move("approve"), ACCOUNT_CHANGE, by=by, reason=reason)
    payee = change.person or change.institution
    require_own_name(change.bank_account_holder, payee.name)
    today = timezone.localdate(at)
    change.cooling_days = queries.cooling_days(change.region_code, today)
    change.pays_from = today + timedelta(days=change.cooling_days or 0)
    _decide(change, reason, by=by, at=at)
    shared = len(queries.others_on_account(change))
    move(
        change, "approve", by=by, at=at, reason=reason, pays_from=str(change.pays_from),
        cooling_days=change.cooling_days, shared=shared,
    )  # fmt: skip
    if change.pays_from <= today and not _batches(change):
        _carry_out(change, claims, by=by, at=at)
    return change


@transaction.atomic
def put_account_change_in_force(change_id: int, *, by: Actor, at: datetime) -> AccountChange:
    """Once the cooling is over: the new account is on file, and what waited or came back is owed on it."""
    claims = queries.lock_claims(_claims_of(queries.account_change(change_id, by=by)))
    change = queries.account_change_for_update(change_id, by=by)
    require_move(change, ACCOUNT_CHANGE.move("take_effect"), ACCOUNT_CHANGE, by=by, reason="")
    if timezone.localdate(at) < change.pays_from:
        raise AccountStillCooling(day=change.pays_from)
    batches = _batches(change)
    if batches:
        raise PaymentsStandInBatch(batches="、".join(batches))
    _carry_out(change, claims, by=by, at=at)
    return change


@transaction.atomic
def correct_returned_payment(
    payment_id: int,
    *,
    bank_name: str,
    account: str,
    reason: str,
    by: Actor,
    at: datetime,
    holder: str = "",
    papers: Sequence[Upload] = (),
) -> Payment | AccountChange:
    """Answer a payment the bank sent back: paid anew at once on the account on file, else a change is asked for.

    A payee without an account on file registers the first one. Another account than the one on file is a change
    like any other, with proof and cooling; the payment is made anew when it is in force.
    """
    require_may(by, Permission.CORRECT_BANK_ACCOUNT, "更正账户重付")
    payment = fund_queries.payment(payment_id, by)
    kind, payee_id = payment.payee_kind, payment.payee_id
    if not payment.is_unpaid:
        move(payment, "replace", by=by, at=at, reason=reason)  # refused by name
    payee = _payee_for_update(kind, payee_id, by=by)
    number = _number(kind, account)
    holder = require_own_name(holder, payee.name)
    if payee.bank_account_index is not None and not _is_on_file(payee, number):
        return ask_account_change(
            kind, payee_id, bank_name=bank_name, account=account, holder=holder, reason=reason or "付款被银行退回",
            papers=papers, returned_payment=payment.reference, by=by, at=at,
        )  # fmt: skip
    if not bank_name.strip():
        raise AccountBankMissing()
    under_way = queries.changing_account(kind, payee_id)
    if under_way is not None:
        raise AccountChangeUnderWay(payee=payee.name, account=under_way.bank_account_masked)
    _put_on_file(kind, payee_id, bank_name, number, holder, by=by, at=at, reason=reason)
    return funds.correct_bank_account(
        payment.pk, bank_name=bank_name, bank_account=number, bank_account_holder=holder, reason=reason,
        by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def reveal_changed_account(change_id: int, *, by: Actor, at: datetime, reason: str) -> str:
    """The number asked for in clear, to be held against the proof; who looked and why is kept in the trail."""
    require_may(by, Permission.UNMASK_PERSON, "查看完整账号")
    change = queries.account_change_for_update(change_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label="查看完整账号")
    record("account_change.looked", change, by=by, at=at, reason=reason, field="bank_account")
    return change.bank_account


def require_not_changing(rows: QuerySet[Payment], label: str) -> None:
    """Refuse by name every payment whose payee's account is being changed."""
    over = queries.payments_changing(rows)
    if over:
        raise AccountsChanging(count=len(over), label=label, payments="；".join(told_changing(over)[:10]))


def told_changing(over: dict[int, AccountChange]) -> list[str]:
    """Each payment by its reference and at which step the change stands."""
    references = queries.payment_references(over)
    return [f"{references[pk]}（收款账户变更{ACCOUNT_CHANGE.label(over[pk].status)}）" for pk in sorted(over)]


def owe_on_accounts_in_force(rows: QuerySet[Payment], *, by: Actor, at: datetime) -> None:
    """Redirect those of the queued payments whose payee was given another account in the meantime."""
    system = system_for(by).may_also(Permission.CORRECT_BANK_ACCOUNT)
    for payment, change in queries.payments_on_former_accounts(rows.filter(status="queued")):
        _again(payment, change, by=system, at=at)


def _carry_out(change: AccountChange, claims: dict[int, Claim], *, by: Actor, at: datetime) -> None:
    """Put the account on file, owe anew on it what waited on the old one or came back, and tell the trail."""
    system = system_for(by)
    _put_on_file(
        change.payee_kind, change.payee_id, change.bank_name, change.bank_account, change.bank_account_holder,
        by=system, at=at, reason="账户变更生效",
    )  # fmt: skip
    move(change, "take_effect", by=system, at=at)
    may_replace = system.may_also(Permission.CORRECT_BANK_ACCOUNT)
    for payment in queries.payments_of_payee(change).filter(status__in=("queued", *UNPAID)):
        _again(payment, change, by=may_replace, at=at)
    _owe_what_waited(claims, by=by, at=at)


def _again(payment: Payment, change: AccountChange, *, by: Actor, at: datetime) -> Payment:
    """The same sum on the account in force: one that waits is redirected, one that came back is paid anew."""
    again = funds.redirect_payment if payment.status == "queued" else funds.correct_bank_account
    return again(
        payment.pk, bank_name=change.bank_name, bank_account=change.bank_account,
        bank_account_holder=change.bank_account_holder, by=by, at=at, reason="账户变更生效",
    )  # fmt: skip


def _owe_what_waited(claims: dict[int, Claim], *, by: Actor, at: datetime) -> None:
    for claim in claims.values():
        if claim.status == "cleared":
            money.queue(claim, by=by, at=at)


def _decide(change: AccountChange, reason: str, *, by: Actor, at: datetime) -> None:
    change.decided_at, change.decided_by, change.answer = at, by.name, reason.strip()[:300]
    change.save(update_fields=["decided_at", "decided_by", "answer", "cooling_days", "pays_from"])


def _put_on_file(
    kind: str,
    payee_id: int,
    bank_name: str,
    number: str,
    holder: str,
    *,
    by: Actor,
    at: datetime,
    reason: str,
) -> None:
    told = {"bank_name": bank_name, "account": number, "holder": holder, "by": by, "at": at, "reason": reason}
    if kind == "person":
        people_operations.set_bank_account(payee_id, **told)
    else:
        institution_operations.set_institution_bank_account(payee_id, **told)


def _payee_for_update(kind: str, payee_id: int, *, by: Actor) -> Person | Institution:
    if kind == "person":
        return people.person_for_update(payee_id, by=by)
    if kind == "institution":
        return institutions.institution_for_update(payee_id, by=by)
    raise NotFound()


def _number(kind: str, account: str) -> str:
    return BankCard.parse(account).value if kind == "person" else settlement_account(account)


def _is_on_file(payee: Person | Institution, number: str) -> bool:
    row = type(payee).objects.only("bank_account").get(pk=payee.pk)
    return row.bank_account == number


def _batches(change: AccountChange) -> list[str]:
    rows = queries.payments_of_payee(change).filter(status="batched")
    return sorted({row.batch.number for row in rows})


def _claims_of(change: AccountChange) -> QuerySet:
    return _claims_paying(change.payee_kind, change.payee_id)


def _claims_paying(kind: str, payee_id: int) -> QuerySet:
    """Cleared claims of which a sum may go to the payee."""
    rows = Claim.objects.filter(status="cleared").order_by()
    if kind == "person":
        return rows.filter(lines__person_id=payee_id).values_list("pk", flat=True)
    own = rows.filter(institution_id=payee_id) | rows.filter(employer_id=payee_id)
    return own.values_list("pk", flat=True)
