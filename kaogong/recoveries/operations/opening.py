"""From what was found to a notice served: opened by one person, approved by another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.claims.models import ClaimLine
from kaogong.funds import queries as funds
from kaogong.funds.models import Payment
from kaogong.funds.states import PAYMENT
from kaogong.kernel.actor import Actor
from kaogong.kernel.money import split_by_shares, yuan
from kaogong.kernel.working_days import add_working_days
from kaogong.kernel.writing import tidy
from kaogong.people import operations as people
from kaogong.trail.operations import begin, move, next_number, require_may, require_move

from .. import queries
from ..models import Recoupment, RecoupmentPart, RecoveryLead
from ..states import CAUSES, LEAD, RECOUPMENT
from .posting import tell, whole
from .refusals import (
    BeyondExcess,
    DeadlineFixed,
    DeadlinePast,
    DebtorsDiffer,
    LeadGone,
    LeadOfAnother,
    LeadTaken,
    LineAskedAlready,
    MoreThanPaid,
    NothingToAskBack,
    PaymentNotPaid,
    RecoupmentIncomplete,
    ServingIncomplete,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """So much of one payment, for one line of a claim where it is known."""

    payment_id: int
    amount_fen: int
    line_reference: str = ""


@transaction.atomic
def open_recoupment(
    asked: Sequence[Asked],
    *,
    cause: str,
    clause: str,
    facts: str,
    by: Actor,
    at: datetime,
    lead_ids: Sequence[int] = (),
    reason: str = "",
) -> Recoupment:
    """Ask money really paid back from whoever received it; joins what was found so that it is asked once.

    Nothing moves in the fund before another person approves it.
    """
    require_may(by, Permission.OPEN_RECOUPMENT, RECOUPMENT.move("open").label)
    clause, facts = tidy(clause)[:300], facts.strip()
    if cause not in CAUSES or not clause or not facts:
        raise RecoupmentIncomplete()
    if not asked or any(one.amount_fen <= 0 for one in asked):
        raise NothingToAskBack()
    leads = _leads(lead_ids, by)
    # In one order, so that two people asking for the same payments wait for each other.
    payments = {pk: funds.payment_for_update(pk, by) for pk in sorted({one.payment_id for one in asked})}
    first = next(iter(payments.values()))
    if len({(one.payee_kind, one.payee_id) for one in payments.values()}) > 1:
        raise DebtorsDiffer(names="、".join(sorted({one.payee_name for one in payments.values()})))
    for lead in leads:
        if (lead.institution_id, lead.person_id) != (first.institution_id, first.person_id):
            raise LeadOfAnother(line=str(lead), name=lead.debtor_name)
    recoupment = Recoupment.objects.create(
        number=next_number(Recoupment, f"ZH-{timezone.localdate(at).year}-"),
        cause=cause,
        institution_id=first.institution_id,
        person_id=first.person_id,
        debtor_name=first.payee_name,
        region_code=first.region_code,
        amount_fen=sum(one.amount_fen for one in asked),
        clause=clause,
        facts=facts,
        opened_at=at,
    )
    for payment in payments.values():
        _ask_back(recoupment, payment, [one for one in asked if one.payment_id == payment.pk])
    begin(
        recoupment, "opened", by=by, at=at, reason=reason, amount_fen=recoupment.amount_fen, cause=cause,
        payments=[one.reference for one in payments.values()],
    )  # fmt: skip
    for lead in leads:
        lead.recoupment = recoupment
        lead.save(update_fields=["recoupment"])
        move(lead, "take", by=by, at=at, recoupment=recoupment.number)
    return recoupment


def _leads(lead_ids: Sequence[int], by: Actor) -> list[RecoveryLead]:
    leads = [queries.lead_for_update(pk, by=by) for pk in sorted(set(lead_ids))]
    for lead in leads:
        if lead.status == "taken":
            raise LeadTaken(line=str(lead), number=lead.recoupment.number)
        if lead.status in ("dismissed", "lapsed"):
            raise LeadGone(line=str(lead), state=LEAD.label(lead.status))
    return leads


def _ask_back(recoupment: Recoupment, payment: Payment, asked: list[Asked]) -> None:
    """Keep the parts of one locked payment, each with its sources; never more than was paid and is not asked."""
    if payment.status != "paid":
        raise PaymentNotPaid(reference=payment.reference, state=PAYMENT.label(payment.status))
    left = dict(payment.shares)
    for part in queries.asked_back(payment.pk):
        for level, fen in part.shares.items():
            left[level] -= fen
    for one in asked:
        if one.amount_fen > sum(left.values()):
            raise MoreThanPaid(
                reference=payment.reference, left=yuan(sum(left.values())), wanted=yuan(one.amount_fen)
            )
        if one.line_reference:
            _require_line(one, payment)
        shares = {level: fen for level, fen in split_by_shares(one.amount_fen, left).items() if fen}
        for level, fen in shares.items():
            left[level] -= fen
        RecoupmentPart.objects.create(
            recoupment=recoupment, payment=payment, line_reference=one.line_reference,
            amount_fen=one.amount_fen, shares=shares,
        )  # fmt: skip


def _require_line(one: Asked, payment: Payment) -> None:
    """A line gives back no more than it had part in the payment."""
    line = ClaimLine.objects.select_related("claim").filter(reference=one.line_reference).first()
    paid = queries.paid_parts(line) if line is not None else []
    paid_fen = sum(fen for _part, paid_by, fen in paid if paid_by.pk == payment.pk)
    earlier = queries.asked_back(payment.pk).filter(line_reference=one.line_reference)
    asked_fen = earlier.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    if asked_fen + one.amount_fen > paid_fen:
        number = earlier.first().recoupment.number if asked_fen else "—"
        raise LineAskedAlready(line=one.line_reference, number=number, paid=yuan(paid_fen))


@transaction.atomic
def approve_recoupment(recoupment_id: int, *, by: Actor, at: datetime, reason: str = "") -> Recoupment:
    """Agree to ask it back, as another person: the fund's money is being recovered from now on."""
    recoupment = queries.recoupment_for_update(recoupment_id, by=by)
    require_move(recoupment, RECOUPMENT.move("approve"), RECOUPMENT, by=by, reason=reason)
    over = queries.beyond(recoupment)
    if over is not None:  # less is too much than when it was opened
        raise BeyondExcess(asked=yuan(over.asked_fen), excess=yuan(over.excess_fen), why=over.why)
    for payment_id in sorted({part.payment_id for part in queries.parts(recoupment.pk)}):
        payment = funds.payment_for_update(payment_id, by)
        if payment.status != "paid":  # the bank gave it back since
            raise PaymentNotPaid(reference=payment.reference, state=PAYMENT.label(payment.status))
    move(recoupment, "approve", by=by, at=at, reason=reason, amount_fen=recoupment.amount_fen)
    tell(recoupment, "claim_back", whole(recoupment), recoupment.number, by=by, at=at)
    return recoupment


@transaction.atomic
def serve_recoupment(
    recoupment_id: int,
    *,
    served_on: date,
    served_how: str,
    by: Actor,
    at: datetime,
    due_on: date | None = None,
    reason: str = "",
) -> Recoupment:
    """Note that the debtor was told; the days to pay and to object run by the region's rule of that day.

    A deadline may be named by hand only where no rule sets one.
    """
    recoupment = queries.recoupment_for_update(recoupment_id, by=by)
    require_move(recoupment, RECOUPMENT.move("serve"), RECOUPMENT, by=by, reason=reason)
    opened_on = timezone.localdate(recoupment.opened_at)
    if not tidy(served_how) or not opened_on <= served_on <= timezone.localdate(at):
        raise ServingIncomplete()
    days = queries.days_of(recoupment.region_code, "deadline_days", served_on)
    if days is not None and days.value is not None:
        if due_on is not None:
            raise DeadlineFixed(days=days.value)
        due_on = add_working_days(served_on, int(days.value))
    elif due_on is not None and due_on <= served_on:
        raise DeadlinePast(due_on=due_on)
    objecting = queries.days_of(recoupment.region_code, "objection_days", served_on)
    if objecting is not None and objecting.value is not None:
        recoupment.objection_until = add_working_days(served_on, int(objecting.value))
    recoupment.served_on, recoupment.served_how = served_on, tidy(served_how)[:120]
    recoupment.due_on = due_on
    recoupment.save(update_fields=["served_on", "served_how", "due_on", "objection_until"])
    move(
        recoupment, "serve", by=by, at=at, reason=reason, how=recoupment.served_how,
        due_on=due_on.isoformat() if due_on else "",
    )  # fmt: skip
    into_the_file(recoupment, "追回通知", served_on, by=by, at=at)
    return recoupment


def into_the_file(recoupment: Recoupment, what: str, on: date, *, by: Actor, at: datetime) -> None:
    """A person's recoupment stands in their lifelong file: told, and how it ended."""
    if recoupment.person_id is not None:
        people.append_to_file(
            recoupment.person_id, kind="subsidy", on=on,
            title=f"{what}{yuan(recoupment.amount_fen)}", reference=f"{recoupment.number}/{what}",
            by=by, at=at, detail={"recoupment": recoupment.number, "cause": recoupment.cause},
        )  # fmt: skip
