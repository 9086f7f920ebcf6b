"""A sponsor's money spent: asked for one use by one person, approved by another, paid through the bank as all money."""

from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.claims.queries import changing_account
from kaogong.funds import operations as funds
from kaogong.funds.operations import PaymentOrder
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor, system_for
from kaogong.kernel.errors import Refused, WrongState
from kaogong.kernel.money import yuan
from kaogong.kernel.writing import tidy
from kaogong.people import queries as people
from kaogong.trail.operations import begin, move, require_may, require_move

from ..models import SponsoredSpending, Sponsorship
from ..queries.sponsored import (
    payments_of_spendings,
    spending,
    spending_of_payment,
    spendings,
    sponsorship_for_update,
    standing_of,
)
from ..states import SPENDING, SPONSORSHIP
from .projects import DocumentMissing, EntryIncomplete
from .sponsoring import UseNotAgreed


class SponsoredShort(Refused):
    """“{use}”可用的赞助资金只有{left}（含待批准的支出），不够支出{wanted}。"""


class PayeeUnclear(Refused):
    """请写明付给哪个单位或哪个人，只能写一个；退还余款只付给赞助方。"""


class SpendingAccountWanting(Refused):
    """{payee}没有可用的银行账户，或正在变更账户，现在不能批准；请先在收款账户里登记。"""


class SpendingOnItsWay(Refused):
    """支出{spending}的款项已编入批次、已送银行或已到账，不能不再支付。"""


@transaction.atomic
def ask_spending(
    sponsorship_id: int,
    *,
    use: str,
    amount_fen: int,
    what: str,
    document: str,
    by: Actor,
    at: datetime,
    institution_id: int | None = None,
    person_id: int | None = None,
) -> SponsoredSpending:
    """Ask for one sum of a sponsor's money for one use its agreement lists; whatever is not listed is refused."""
    require_may(by, Permission.KEEP_SPONSORSHIPS, "申请支出")
    found = _running(sponsorship_id, "申请支出", by=by)
    if (institution_id is None) == (person_id is None):
        raise PayeeUnclear()
    if institution_id is not None:
        institutions.institution(institution_id, by=by)
    else:
        people.person(person_id, by=by)
    return _ask(
        found, use, amount_fen, what, document, kind="spend", institution_id=institution_id, person_id=person_id,
        by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def ask_give_back(
    sponsorship_id: int, *, document: str, by: Actor, at: datetime, what: str = ""
) -> list[SponsoredSpending]:
    """Ask that all that is free be given back to the sponsor, one sum for each use."""
    require_may(by, Permission.KEEP_SPONSORSHIPS, "退还余款")
    found = _running(sponsorship_id, "退还余款", by=by)
    asked = _asked(found, by)
    rest = [(row.use.name, row.left_fen - asked.get(row.use.pk, 0)) for row in standing_of(found)]
    made = [
        _ask(
            found, use, fen, what or "退还赞助余款", document, kind="give_back", institution_id=found.sponsor_id,
            person_id=None, by=by, at=at,
        )
        for use, fen in rest
        if fen > 0
    ]  # fmt: skip
    if not made:
        raise EntryIncomplete(what="可退还的余款（现在没有）")
    return made


def _ask(
    found: Sponsorship,
    use: str,
    amount_fen: int,
    what: str,
    document: str,
    *,
    kind: str,
    institution_id: int | None,
    person_id: int | None,
    by: Actor,
    at: datetime,
) -> SponsoredSpending:
    rows = {row.use.name: row for row in standing_of(found)}
    row = rows.get(use)
    if row is None:
        raise UseNotAgreed(sponsorship=found.number, use=use, uses="、".join(rows))
    if not what.strip() or amount_fen <= 0:
        raise EntryIncomplete(what="事由和金额")
    if not document.strip():
        raise DocumentMissing()
    left = row.left_fen - _asked(found, by).get(row.use.pk, 0)
    if amount_fen > left:
        raise SponsoredShort(use=use, left=yuan(left), wanted=yuan(amount_fen))
    nth = SponsoredSpending.objects.filter(sponsorship=found).count() + 1
    made = SponsoredSpending.objects.create(
        reference=f"{found.number}/{nth:03d}", sponsorship=found, use=row.use, kind=kind,
        institution_id=institution_id, person_id=person_id, amount_fen=amount_fen, what=tidy(what)[:80],
        document=tidy(document)[:200], asked_at=at,
    )  # fmt: skip
    begin(made, "asked", by=by, at=at, **_said(made))
    return made


def _asked(found: Sponsorship, by: Actor) -> dict[int, int]:
    """Use → what is asked for and not decided."""
    sums: dict[int, int] = {}
    for use_id, fen in spendings(by, sponsorship_id=found.pk, status="asked").values_list(
        "use_id", "amount_fen"
    ):
        sums[use_id] = sums.get(use_id, 0) + fen
    return sums


def _said(row: SponsoredSpending) -> dict[str, object]:
    """What the trail keeps of a sum, so that one changed later shows."""
    return {
        "kind": row.kind, "use": row.use.name, "amount_fen": row.amount_fen,
        "payee": ["institution", row.institution_id] if row.institution_id else ["person", row.person_id],
    }  # fmt: skip


@transaction.atomic
def approve_spending(spending_id: int, *, by: Actor, at: datetime, reason: str = "") -> SponsoredSpending:
    """Approve a sum another person asked for: set aside from its agreement's fund, and owed to its payee."""
    require_may(by, Permission.DECIDE_SPONSORSHIP, "批准支出")
    row = _locked(spending_id, "批准支出", by=by)
    require_move(row, SPENDING.move("approve"), SPENDING, by=by, reason=reason)
    payee = _payee(row)
    found = row.sponsorship
    funds.reserve_sponsored(
        row.reference, fund=found.fund, use=row.use.name, amount_fen=row.amount_fen, by=by, at=at
    )
    order = PaymentOrder(
        reference=f"{row.reference}/P1", amount_fen=row.amount_fen, purpose=f"{row.what} {row.reference}"[:100],
        **payee,
    )  # fmt: skip
    funds.queue_payments(row.reference, [order], by=by, at=at)
    row.payment, row.decided_at = order.reference, at
    row.save(update_fields=["payment", "decided_at"])
    move(row, "approve", by=by, at=at, reason=reason, payment=order.reference, **_said(row))
    return row


@transaction.atomic
def refuse_spending(spending_id: int, *, by: Actor, at: datetime, reason: str) -> SponsoredSpending:
    """Refuse a sum with the reason; its money stays free."""
    require_may(by, Permission.DECIDE_SPONSORSHIP, "不批准支出")
    row = _locked(spending_id, "不批准支出", by=by)
    move(row, "refuse", by=by, at=at, reason=reason)
    row.decided_at = at
    row.save(update_fields=["decided_at"])
    return row


@transaction.atomic
def withdraw_spending(spending_id: int, *, by: Actor, at: datetime, reason: str) -> SponsoredSpending:
    """Take back a sum not decided yet."""
    require_may(by, Permission.KEEP_SPONSORSHIPS, "撤回支出")
    row = _locked(spending_id, "撤回支出", by=by)
    move(row, "withdraw", by=by, at=at, reason=reason)
    return row


@transaction.atomic
def drop_spending(spending_id: int, *, by: Actor, at: datetime, reason: str) -> SponsoredSpending:
    """Pay an approved sum no more, while no batch holds it or once the bank gave it back: its money is free again."""
    require_may(by, Permission.PREPARE_PAYMENT, "不再支付")
    row = _locked(spending_id, "不再支付", by=by)
    require_move(row, SPENDING.move("drop"), SPENDING, by=by, reason=reason)
    payment = payments_of_spendings([row]).get(row.payment)
    if payment is not None and payment.status == "queued":
        funds.cancel_payment(payment.pk, by=system_for(by), at=at, reason=reason)
    elif payment is not None and payment.status in ("failed", "returned"):
        funds.void_payment(payment.pk, by=by, at=at, reason=reason)
    else:
        raise SpendingOnItsWay(spending=row.reference)
    funds.void_for_claim(
        row.reference, amount_fen=row.amount_fen, key=row.reference, reason=reason, by=system_for(by), at=at
    )
    move(row, "drop", by=by, at=at, reason=reason)
    return row


def _running(sponsorship_id: int, label: str, *, by: Actor) -> Sponsorship:
    found = sponsorship_for_update(sponsorship_id, by=by)
    if found.status != "confirmed":
        raise WrongState(state=SPONSORSHIP.label(found.status), label=label)
    return found


def _locked(spending_id: int, label: str, *, by: Actor) -> SponsoredSpending:
    """One sum with its agreement locked: two decisions about one agreement's money wait for each other."""
    found = _running(spending(spending_id, by=by).sponsorship_id, label, by=by)
    row = spending(spending_id, by=by)
    row.sponsorship = found
    return row


def _payee(row: SponsoredSpending) -> dict[str, object]:
    """Whom a sum is paid to and into which account; refused by name where there is none to pay into."""
    if row.institution_id is not None:
        kind, payee_id = "institution", row.institution_id
        account = institutions.bank_account_of(payee_id)
    else:
        kind, payee_id = "person", row.person_id
        account = people.bank_accounts_of([payee_id]).get(payee_id)
    if account is None or changing_account(kind, payee_id):
        raise SpendingAccountWanting(payee=row.payee_name)
    return {
        "payee_kind": kind, "payee_id": payee_id, "payee_name": row.payee_name, "bank_name": account.bank_name,
        "bank_account": account.account, "bank_account_holder": account.holder,
    }  # fmt: skip


def give_up_of(first: str, *, by: Actor, at: datetime, reason: str) -> bool:
    """Drop the sum a payment of this first reference was for; False where it was for something else."""
    row = spending_of_payment(first)
    if row is None:
        return False
    drop_spending(row.pk, by=by, at=at, reason=reason)
    return True
