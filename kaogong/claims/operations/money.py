"""The claim's money in the fund: set aside, given back, owed. One reservation per claim."""

from datetime import datetime

from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from kaogong.funds.operations import PaymentOrder
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor, system_for
from kaogong.people import queries as people
from kaogong.vouchers import operations as vouchers

from .. import queries
from ..models import Claim, ClaimLine


def reserve(claim: Claim, *, by: Actor, at: datetime) -> None:
    """Set the claim's whole amount aside in the year's fund of its programme, or BudgetExceeded."""
    scheme = queries.scheme(claim.region_code[:6], claim.scheme_code, claim.event_on)
    funds.reserve_for_claim(
        claim.number,
        region_code=claim.region_code,
        programme=scheme.fund_programme,
        year=claim.year,
        amount_fen=claim.amount_fen,
        event_on=claim.event_on,
        by=by,
        at=at,
    )
    claim.fund_code = fund_queries.reservation(claim.number).fund.code
    claim.save(update_fields=["fund_code"])


def redeem_vouchers(lines: list[ClaimLine], *, by: Actor, at: datetime) -> None:
    """Redeem the vouchers the approved lines rest on; their worth is free for the claim to set aside."""
    paid = {
        line.enrolment_id: (line.reference, line.amount_fen)
        for line in lines
        if line.status == "approved" and line.enrolment_id is not None and line.amount_fen
    }
    vouchers.redeem_vouchers(paid, by=by, at=at)


def void(claim: Claim, line: ClaimLine, *, by: Actor, at: datetime) -> None:
    """Give the money set aside for one line back to the budget, once; its voucher, if any, is spent."""
    vouchers.forfeit_voucher(line.reference, by=by, at=at)
    funds.void_for_claim(claim.number, amount_fen=line.total_fen, key=line.reference, by=by, at=at)


def queue(claim: Claim, *, by: Actor, at: datetime) -> None:
    """Owe what is due for the cleared lines that nothing holds back and that is not owed yet.

    Whoever paid first gets the training subsidies of the claim in one sum; a living allowance goes to each
    person. Without a usable bank account, or while it is being changed, nothing is lost: the line waits
    (``lines_without_bank_account``).
    """
    cleared = list(queries.lines(claim.pk).filter(status="cleared"))
    over = queries.holds_of_lines(cleared)
    cleared = [line for line in cleared if line.pk not in over]
    ids = {line.person_id for line in cleared}
    accounts = people.bank_accounts_of(ids - queries.payees_changing("person", ids))
    orders = _allowances(claim, cleared, accounts)
    if claim.payer_mode != "person":
        orders += _training_in_one_sum(claim, cleared)
    else:
        orders += _training_to_persons(claim, cleared, accounts)
    if orders:
        funds.queue_payments(claim.number, orders, by=by, at=at)
        ClaimLine.objects.bulk_update(cleared, ["training_payment", "allowance_payment"])


def _allowances(claim: Claim, lines: list[ClaimLine], accounts) -> list[PaymentOrder]:
    orders = []
    for line in lines:
        if line.allowance_fen and not line.allowance_payment and line.person_id in accounts:
            line.allowance_payment = _fresh(f"{line.reference}/L")
            orders.append(
                _to_person(claim, line, line.allowance_payment, line.allowance_fen, accounts, "生活费补贴")
            )
    return orders


def _training_to_persons(claim: Claim, lines: list[ClaimLine], accounts) -> list[PaymentOrder]:
    orders = []
    for line in lines:
        if line.amount_fen and not line.training_payment and line.person_id in accounts:
            line.training_payment = _fresh(f"{line.reference}/T")
            orders.append(
                _to_person(claim, line, line.training_payment, line.amount_fen, accounts, "培训补贴")
            )
    return orders


def _training_in_one_sum(claim: Claim, lines: list[ClaimLine]) -> list[PaymentOrder]:
    due = [line for line in lines if line.amount_fen and not line.training_payment]
    payee = claim.payee_institution
    account = institutions.bank_account_of(payee.pk)
    if not due or account is None or queries.changing_account("institution", payee.pk) is not None:
        return []
    reference = _fresh(f"{claim.number}/T")
    for line in due:
        line.training_payment = reference
    return [
        PaymentOrder(
            reference=reference,
            payee_kind="institution",
            payee_id=payee.pk,
            payee_name=payee.name,
            bank_name=account.bank_name,
            bank_account=account.account,
            bank_account_holder=account.holder,
            amount_fen=sum(line.amount_fen for line in due),
            purpose=f"{'用工补贴' if claim.month else '培训补贴'} {claim.number}",
        )
    ]


def _to_person(
    claim: Claim, line: ClaimLine, reference: str, amount_fen: int, accounts, purpose: str
) -> PaymentOrder:
    account = accounts[line.person_id]
    return PaymentOrder(
        reference=reference,
        payee_kind="person",
        payee_id=line.person_id,
        payee_name=line.person.name,
        bank_name=account.bank_name,
        bank_account=account.account,
        bank_account_holder=account.holder,
        amount_fen=amount_fen,
        purpose=f"{purpose} {claim.number}",
    )


def _fresh(stem: str) -> str:
    """A payment reference never used: a sum cancelled and owed anew is another payment."""
    return f"{stem}{fund_queries.payments_for(stem).filter(replaces__isnull=True).count() + 1}"


def whereabouts(line: ClaimLine) -> frozenset[str]:
    """Where the money of a cleared line stands: waiting (not owed), queue, batch, bank."""
    standing = queries.payments_of(line.claim)
    words = {"queued": "queue", "batched": "batch", "in_transit": "bank", "paid": "bank", "failed": "bank",
             "returned": "bank", "cancelled": "waiting", "stopped": "waiting", "voided": "waiting"}  # fmt: skip
    return frozenset(
        words[standing[reference].status] if reference else "waiting"
        for reference in queries.payments_due(line).values()
    )


def take_back(claim: Claim, line: ClaimLine, *, by: Actor, at: datetime, reason: str) -> None:
    """Cancel the queued payments a cleared line has part in and give its own money back to the budget.

    Others who shared a cancelled payment are owed anew by the next ``queue``.
    """
    standing = queries.payments_of(claim)
    cancelled = {reference for reference in (line.training_payment, line.allowance_payment) if reference}
    for reference in sorted(cancelled):
        if standing[reference].status != "queued":
            continue  # cancelled before: its money stands set aside already
        # Whoever may stop a line may stop its payment: the right to prepare payments is not asked for.
        funds.cancel_payment(standing[reference].pk, by=system_for(by), at=at, reason=reason)
    for other in queries.lines(claim.pk).filter(status="cleared"):
        if other.training_payment in cancelled:
            other.training_payment = ""
        if other.allowance_payment in cancelled:
            other.allowance_payment = ""
        other.save(update_fields=["training_payment", "allowance_payment"])
    line.training_payment = line.allowance_payment = ""
    void(claim, line, by=by, at=at)
