"""An instalment's money in the fund: set aside, given back, owed. One reservation for each instalment."""

from datetime import datetime

from django.utils import timezone

from kaogong.claims.queries import changing_account, rulebook
from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from kaogong.funds.operations import PaymentOrder
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor, system_for
from kaogong.kernel.errors import Refused
from kaogong.people import queries as people
from kaogong.trail.operations import move

from .. import queries
from ..models import Grant, GrantDecision, Instalment
from ..queries.digests import grant_decision_digest

NO_ACCOUNT = "没有可用的银行账户"
CHANGING_ACCOUNT = "收款账户正在变更"
HELD = "暂缓支付"


class InstalmentOnItsWay(Refused):
    """{instalment}的款项已编入批次或已送银行，不能停拨；请先解散批次，或在到账后追回。"""


def reserve(
    grant: Grant, instalment: Instalment, decision: GrantDecision, *, by: Actor, at: datetime
) -> None:
    """Set the decided sum aside in this year's fund of its programme, or FundMissing or BudgetExceeded."""
    programme = decision.decision["fund_programme"]
    year = timezone.localdate(at).year
    funds.reserve_for_claim(
        instalment.reference, region_code=grant.region_code, programme=programme, year=year,
        amount_fen=decision.amount_fen, by=by, at=at,
    )  # fmt: skip
    instalment.fund_code = fund_queries.share_for(grant.region_code, programme, year).fund.code
    instalment.decision, instalment.amount_fen, instalment.waits_for = decision, decision.amount_fen, ""
    instalment.save(update_fields=["fund_code", "decision", "amount_fen", "waits_for"])
    move(
        instalment, "reserve", by=system_for(by), at=at, amount_fen=decision.amount_fen,
        decision=grant_decision_digest(decision.pk),
    )  # fmt: skip
    recount(grant)


def recount(grant: Grant) -> None:
    """Make the grant's amount the sum of its instalments with money again."""
    grant.amount_fen = queries.money_fen(grant.pk)
    grant.save(update_fields=["amount_fen"])


def queue(grant: Grant, *, by: Actor, at: datetime) -> list[Instalment]:
    """Owe what is set aside for a cleared grant, unless something holds it or its payee has no account."""
    if grant.status != "cleared":
        return []
    rows = list(queries.instalments(grant.pk).filter(status="reserved"))
    order = _payee(grant)
    holds = queries.holds_of_grants([grant]).get(grant.pk)
    owed = []
    for instalment in rows:
        waits_for = f"{HELD}：{holds[0].reason}"[:300] if holds else _account_wanting(grant, order)
        if instalment.waits_for != waits_for:
            instalment.waits_for = waits_for
            instalment.save(update_fields=["waits_for"])
        if not waits_for:
            _owe(grant, instalment, order, by=by, at=at)
            owed.append(instalment)
    return owed


def _account_wanting(grant: Grant, payee: dict | None) -> str:
    """Why the payee of a grant cannot be paid now; "" where nothing is wanting."""
    if payee is None:
        return NO_ACCOUNT
    return CHANGING_ACCOUNT if changing_account(payee["payee_kind"], payee["payee_id"]) else ""


def _payee(grant: Grant) -> dict | None:
    """Whom a grant is paid to and into which account; None without one."""
    if grant.institution_id is not None:
        account = institutions.bank_account_of(grant.institution_id)
        kind, payee_id, name = "institution", grant.institution_id, grant.institution.name
    else:
        account = people.bank_accounts_of([grant.person_id]).get(grant.person_id)
        kind, payee_id, name = "person", grant.person_id, grant.person.name
    if account is None:
        return None
    return {
        "payee_kind": kind,
        "payee_id": payee_id,
        "payee_name": name,
        "bank_name": account.bank_name,
        "bank_account": account.account,
        "bank_account_holder": account.holder,
    }


def _owe(grant: Grant, instalment: Instalment, payee: dict, *, by: Actor, at: datetime) -> None:
    stem = f"{instalment.reference}/P"
    nth = fund_queries.payments_for(stem).filter(replaces__isnull=True).count() + 1
    label = rulebook().scheme_labels[grant.scheme_code][0]
    order = PaymentOrder(
        reference=f"{stem}{nth}",
        amount_fen=instalment.amount_fen,
        purpose=f"{label} {instalment.reference}"[:100],
        **payee,
    )
    funds.queue_payments(instalment.reference, [order], by=by, at=at)
    instalment.payment = order.reference
    instalment.save(update_fields=["payment"])
    move(instalment, "queue", by=system_for(by), at=at, payment=order.reference)


def stop(grant: Grant, instalment: Instalment, *, by: Actor, at: datetime, reason: str) -> None:
    """Stop one sum not yet with the bank and give its money back to the budget."""
    if instalment.status == "queued":
        payment = queries.payment_of(instalment)
        if payment is None or payment.status != "queued":
            raise InstalmentOnItsWay(instalment=instalment.reference)
        funds.cancel_payment(payment.pk, by=system_for(by), at=at, reason=reason)
    with_money = instalment.status in ("reserved", "queued")
    move(instalment, "stop", by=system_for(by), at=at, reason=reason)
    if with_money:
        funds.void_for_claim(
            instalment.reference, amount_fen=instalment.amount_fen, key=instalment.reference, reason=reason,
            by=by, at=at,
        )  # fmt: skip
        recount(grant)


def give_up(grant: Grant, instalment: Instalment, *, by: Actor, at: datetime, reason: str) -> None:
    """Stop one sum whose payment was voided: its money stands set aside and goes back to the budget."""
    move(instalment, "stop", by=system_for(by), at=at, reason=reason)
    funds.void_for_claim(
        instalment.reference, amount_fen=instalment.amount_fen, key=instalment.reference, reason=reason,
        by=system_for(by), at=at,
    )  # fmt: skip
    recount(grant)
