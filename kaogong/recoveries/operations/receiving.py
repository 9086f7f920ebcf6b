"""What comes back: receipts, set-offs with consent, receipts put right, money given back to the budget."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import WrongState
from kaogong.kernel.money import split_by_shares, yuan
from kaogong.kernel.writing import tidy
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from kaogong.trail.operations import begin, move, next_number, require_may, require_move

from .. import queries
from ..models import PlannedInstalment, Recoupment, RecoupmentReceipt
from ..states import RECEIPT, RECOUPMENT
from .ending import ended
from .posting import tell
from .refusals import (
    BankReferenceTaken,
    ConsentMissing,
    InterestTooLarge,
    OffsetNotReversible,
    PaymentOfAnother,
    PlanWrong,
    ReceiptTooLarge,
    ReceiptWrong,
)


@transaction.atomic
def plan_recoupment(
    recoupment_id: int, plan: Sequence[tuple[date, int]], *, by: Actor, at: datetime, reason: str = ""
) -> Recoupment:
    """Agree by when which sums come back: (day, fen), together what is still owed. A newer plan replaces it.

    The last day of the plan becomes the deadline; interest runs as the rule says after that day.
    """
    recoupment = queries.recoupment_for_update(recoupment_id, by=by)
    require_move(recoupment, RECOUPMENT.move("plan"), RECOUPMENT, by=by, reason=reason)
    left, total = queries.left_fen(recoupment.pk), sum(fen for _day, fen in plan)
    days = [day for day, _fen in plan]
    if (
        total != left
        or not plan
        or any(fen <= 0 for _day, fen in plan)
        or len(set(days)) != len(days)
        or min(days) < timezone.localdate(at)
    ):
        raise PlanWrong(sum=yuan(total), left=yuan(left))
    standing = queries.instalments(recoupment.pk)
    version = standing[0].version + 1 if standing else 1
    PlannedInstalment.objects.bulk_create(
        PlannedInstalment(recoupment=recoupment, version=version, due_on=day, amount_fen=fen)
        for day, fen in sorted(plan)
    )
    recoupment.due_on = max(days)
    recoupment.save(update_fields=["due_on"])
    move(
        recoupment, "plan", by=by, at=at, reason=reason, instalments=len(days),
        due_on=recoupment.due_on.isoformat(),
    )  # fmt: skip
    return recoupment


@transaction.atomic
def note_receipt(
    recoupment_id: int,
    *,
    amount_fen: int,
    bank_reference: str,
    received_on: date,
    by: Actor,
    at: datetime,
    interest_fen: int = 0,
    reason: str = "",
) -> RecoupmentReceipt:
    """Note one line of the bank as principal and interest of a recoupment; each bank line once.

    More than is owed is refused by name. With the last fen the recoupment is over.
    """
    recoupment = _taking_in(recoupment_id, by=by)
    reference = tidy(bank_reference).upper()
    today = timezone.localdate(at)
    if (
        not reference
        or min(amount_fen, interest_fen) < 0
        or amount_fen + interest_fen == 0
        or not recoupment.served_on <= received_on <= today
    ):
        raise ReceiptWrong()
    earlier = RecoupmentReceipt.objects.filter(bank_reference=reference).exclude(status="reversed").first()
    if earlier is not None:
        raise BankReferenceTaken(reference=reference, number=earlier.number)
    shares = _divided(recoupment, amount_fen)
    receipt = _keep(
        recoupment, shares, kind="bank", amount_fen=amount_fen, interest_fen=interest_fen,
        received_on=received_on, bank_reference=reference, by=by, at=at, reason=reason,
    )  # fmt: skip
    due = queries.interest(recoupment, received_on)  # with this receipt: its own day bears none
    if interest_fen and due.received_fen > due.fen:
        raise InterestTooLarge(
            number=recoupment.number,
            on=received_on,
            left=yuan(max(0, due.fen - due.received_fen + interest_fen)),
            wanted=yuan(interest_fen),
        )
    _go_on(recoupment, received_on, by=by, at=at, receipt=receipt)
    return receipt


@transaction.atomic
def offset_payment(
    recoupment_id: int,
    payment_id: int,
    *,
    amount_fen: int,
    consent_document: str,
    consented_on: date,
    consented_by: str,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> RecoupmentReceipt:
    """Set a payment the same debtor waits for against what they owe, with their recorded consent only."""
    require_may(by, Permission.OFFSET_PAYMENT, "抵扣")
    recoupment = _taking_in(recoupment_id, by=by)
    document, who = tidy(consent_document)[:200], tidy(consented_by)[:100]
    if not document or not who or consented_on > timezone.localdate(at):
        raise ConsentMissing()
    payment = fund_queries.payment_for_update(payment_id, by)
    if (payment.institution_id, payment.person_id) != (recoupment.institution_id, recoupment.person_id):
        raise PaymentOfAnother(
            reference=payment.reference, payee=payment.payee_name, debtor=recoupment.debtor_name
        )
    if amount_fen <= 0:
        raise ReceiptWrong()
    shares = _divided(recoupment, amount_fen)
    settled = funds.offset_payment(
        payment.pk, amount_fen=amount_fen, against=recoupment.number, by=by, at=at,
        reason=reason or f"{recoupment.number} {document}",
    )  # fmt: skip
    today = timezone.localdate(at)
    receipt = _keep(
        recoupment, shares, kind="offset", amount_fen=amount_fen, interest_fen=0, received_on=today,
        bank_reference=settled.reference, payment=settled, consent_document=document,
        consented_on=consented_on, consented_by=who, by=by, at=at, reason=reason,
    )  # fmt: skip
    _go_on(recoupment, today, by=by, at=at, receipt=receipt)
    return receipt


def _taking_in(recoupment_id: int, *, by: Actor) -> Recoupment:
    recoupment = queries.recoupment_for_update(recoupment_id, by=by)
    require_move(recoupment, RECOUPMENT.move("pay"), RECOUPMENT, by=by, reason="")
    return recoupment


def _divided(recoupment: Recoupment, amount_fen: int) -> dict[str, int]:
    """The sum among what each part and source still lacks; ReceiptTooLarge when there is less."""
    left = queries.left_by_part(recoupment.pk)
    if amount_fen > sum(left.values()):
        raise ReceiptTooLarge(
            number=recoupment.number, left=yuan(sum(left.values())), wanted=yuan(amount_fen)
        )
    if not amount_fen:
        return {}
    return {key: fen for key, fen in split_by_shares(amount_fen, left).items() if fen}


def _keep(
    recoupment: Recoupment, shares: Mapping[str, int], *, by: Actor, at: datetime, reason: str, **fields
) -> RecoupmentReceipt:
    receipt = RecoupmentReceipt.objects.create(
        number=next_number(RecoupmentReceipt, f"TK-{timezone.localdate(at).year}-"),
        recoupment=recoupment,
        region_code=recoupment.region_code,
        shares=shares,
        noted_at=at,
        **fields,
    )
    begin(
        receipt, "noted", by=by, at=at, reason=reason, recoupment=recoupment.number,
        amount_fen=receipt.amount_fen, interest_fen=receipt.interest_fen, kind=receipt.kind,
        bank_reference=receipt.bank_reference,
    )  # fmt: skip
    tell(recoupment, "recover", shares, receipt.number, by=by, at=at)
    return receipt


def _go_on(recoupment: Recoupment, on: date, *, by: Actor, at: datetime, receipt: RecoupmentReceipt) -> None:
    """Over when principal and interest are back, else paying."""
    told = {"receipt": receipt.number, "amount_fen": receipt.total_fen}
    if queries.left_fen(recoupment.pk) or queries.interest(recoupment, on).left_fen:
        move(recoupment, "pay", by=by, at=at, **told)
        return
    move(recoupment, "settle", by=by, at=at, **told)
    ended(recoupment, "已追回", by=by, at=at)


@transaction.atomic
def reverse_receipt(receipt_id: int, *, by: Actor, at: datetime, reason: str) -> RecoupmentReceipt:
    """Answer a receipt noted wrongly by its opposite, as another person; what was over is owed again."""
    receipt, recoupment = _receipt_for_update(receipt_id, by=by)
    require_move(receipt, RECEIPT.move("reverse"), RECEIPT, by=by, reason=reason)
    if receipt.kind == "offset":
        raise OffsetNotReversible(number=receipt.number)
    if recoupment.status not in ("paying", "recovered"):
        raise WrongState(state=RECOUPMENT.label(recoupment.status), label=RECEIPT.move("reverse").label)
    move(receipt, "reverse", by=by, at=at, reason=reason, recoupment=recoupment.number)
    for part in {key.split(":")[0] for key in receipt.shares}:
        entry = ledger_queries.entry_by_key(f"recover:{receipt.number}:{part}")
        # Whoever may reverse a receipt may reverse its entry: the right to set budgets is not asked for.
        ledger.reverse(entry.pk, by=by.may_also(Permission.SET_BUDGET), at=at, reason=reason)
    if recoupment.status == "recovered":
        recoupment.ended_at = None
        recoupment.save(update_fields=["ended_at"])
        move(recoupment, "reopen", by=by, at=at, reason=reason, receipt=receipt.number)
    return receipt


@transaction.atomic
def give_back_receipt(receipt_id: int, *, by: Actor, at: datetime, reason: str = "") -> RecoupmentReceipt:
    """Let money that came back be used again, in the budget of the year and source it was paid from."""
    receipt, recoupment = _receipt_for_update(receipt_id, by=by)
    move(receipt, "give_back", by=by, at=at, reason=reason, recoupment=recoupment.number)
    tell(recoupment, "give_back", receipt.shares, receipt.number, by=by, at=at)
    return receipt


def _receipt_for_update(receipt_id: int, *, by: Actor) -> tuple[RecoupmentReceipt, Recoupment]:
    """Its recoupment locked first, as everywhere; then the receipt."""
    found = queries.receipt(receipt_id, by=by)
    recoupment = queries.recoupment_for_update(found.recoupment_id, by=by)
    return RecoupmentReceipt.objects.select_for_update(of=("self",)).get(pk=found.pk), recoupment
