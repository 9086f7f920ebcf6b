"""Holding money back while something is looked into, at every door where it could leave."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.access.queries import in_reach
from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from kaogong.funds.models import Payment, PaymentBatch
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor, system_for
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.working_days import add_working_days
from kaogong.people.models import Person
from kaogong.trail.operations import begin, move, record, require_may, require_move
from kaogong.training.models import TrainingClass

from .. import queries
from ..models import Claim, ClaimLine, PaymentHold
from ..states import PAYMENT_HOLD
from . import money
from .accounts import owe_on_accounts_in_force, require_not_changing, told_changing
from .publication import clear_lines

ALIVE = ("submitted", "returned", "reviewed", "approved", "published", "cleared")


class HoldSubjectUnknown(Refused):
    """请指明暂缓的是一个班次、一个机构、一条申领明细还是一名学员。"""


class HoldTextMissing(Refused):
    """请写明暂缓支付的原因，以及对方可以怎样答复。"""


class HoldDaysUnknown(Refused):
    """没有规定暂缓支付应在几个工作日内处理，不能暂缓。"""


class HeldAlready(Refused):
    """已经因同一事由暂缓支付：{subject}。"""


class PaymentsHeld(Refused):
    """有{count}笔付款暂缓，不能{label}：{payments}。其余付款可以照常办理。"""


@transaction.atomic
def place_payment_hold(
    *,
    held: str,
    subject_id: int,
    reason: str,
    answer_by: str,
    cause: str,
    by: Actor,
    at: datetime,
    region_code: str = "",
) -> PaymentHold:
    """Hold the money of one class, institution, claim line or person back until somebody lifts it.

    ``cause`` names what it came from (``risk_finding:12``); the same cause holds the same thing once. Claims
    of the subject are locked first, so a release under way either sees the hold or is over: what had gone to
    the bank by then is named in ``gone``. A person is held in the actor's region; the system names one. A sum
    already queued for several lines is owed anew for those that nothing holds.
    """
    if by.role != "system":
        require_may(by, Permission.PLACE_PAYMENT_HOLD, "暂缓支付")
    if not reason.strip() or not answer_by.strip() or not cause.strip():
        raise HoldTextMissing()
    subject = _subject(held, subject_id, region_code, by=by)
    days = queries.hold_working_days(subject["region_code"], timezone.localdate(at))
    if days is None:
        raise HoldDaysUnknown()
    claims = queries.lock_claims(_claims_of(held, subject_id, subject["region_code"]))
    if PaymentHold.objects.filter(held=held, cause=cause, status="placed", **_key(held, subject_id)).exists():
        raise HeldAlready(subject=PaymentHold(held=held, **subject).subject)
    hold = PaymentHold.objects.create(
        held=held,
        reason=reason.strip()[:300],
        answer_by=answer_by.strip()[:300],
        cause=cause,
        placed_at=at,
        placed_by_account_id=by.account_id,
        placed_by_name=by.name,
        due_on=add_working_days(timezone.localdate(at), days),
        gone=_gone(held, subject_id, subject["region_code"], claims),
        **subject,
    )
    begin(hold, "placed", by=by, at=at, reason=hold.reason, cause=cause, gone=len(hold.gone))
    for claim in claims.values():
        set_apart(claim, by=by, at=at)
    return hold


@transaction.atomic
def lift_payment_hold(hold_id: int, *, by: Actor, at: datetime, reason: str) -> PaymentHold:
    """Let the money go on: lines past their notice are cleared and owed, unless something else holds them."""
    found = queries.payment_hold(hold_id, by=by)
    claims = queries.lock_claims(_claims_of(found.held, _subject_id(found), found.region_code))
    hold = queries.payment_hold_for_update(hold_id, by=by)
    require_move(hold, PAYMENT_HOLD.move("lift"), PAYMENT_HOLD, by=by, reason=reason)
    hold.lifted_at, hold.lifted_reason = at, reason.strip()
    hold.lifted_by_account_id, hold.lifted_by_name = by.account_id, by.name
    hold.save(update_fields=["lifted_at", "lifted_reason", "lifted_by_account_id", "lifted_by_name"])
    move(hold, "lift", by=by, at=at, reason=reason)
    for claim in claims.values():
        if claim.status == "cleared":
            _go_on(claim, by=by, at=at, reason=reason)
    return hold


@transaction.atomic
def prepare_payment_batch(
    payment_ids: Iterable[int], *, by: Actor, at: datetime, layout_code: str = ""
) -> PaymentBatch:
    """Put queued payments together for the bank; refuses by name those that something holds back.

    Payments to whose payee changes the account are left out, by name in the trail, without stopping the rest.
    """
    require_may(by, Permission.PREPARE_PAYMENT, "组批")
    wanted = sorted(set(payment_ids))
    queries.lock_claims(queries.claims_of_payments(wanted))
    require_not_held(queries.holds_of_payments(wanted), "组批", by=by)
    chosen = fund_queries.payments(by).filter(pk__in=wanted)
    changing = queries.payments_changing(chosen)
    rest = [pk for pk in wanted if pk not in changing]
    if changing and not rest:
        require_not_changing(chosen, "组批")
    batch = funds.prepare_batch(rest, by=by, at=at, layout_code=layout_code)
    if changing:
        record("batch.left_out", batch, by=by, at=at, payments=told_changing(changing))
    return batch


@transaction.atomic
def dissolve_payment_batch(batch_id: int, *, by: Actor, at: datetime, reason: str) -> PaymentBatch:
    """Take a batch apart; sums that are held in part are owed anew for the lines that nothing holds."""
    return _apart(funds.dissolve_batch, batch_id, by=by, at=at, reason=reason)


@transaction.atomic
def reject_payment_batch(batch_id: int, *, by: Actor, at: datetime, reason: str) -> PaymentBatch:
    """Send a batch back instead of checking it; sums held in part are owed anew as when it is dissolved."""
    return _apart(funds.reject_batch, batch_id, by=by, at=at, reason=reason)


@transaction.atomic
def stop_payment_batch(batch_id: int, *, by: Actor, at: datetime, reason: str) -> PaymentBatch:
    """Call a released batch back before the bank's cut-off; sums held in part are owed anew as ever.

    Whoever was given another account while the batch was with the bank is owed anew on that one.
    """
    batch = _apart(funds.stop_batch, batch_id, by=by, at=at, reason=reason)
    owe_on_accounts_in_force(Payment.objects.filter(replaces__batch_id=batch_id), by=by, at=at)
    return batch


def _apart(operation, batch_id: int, *, by: Actor, at: datetime, reason: str) -> PaymentBatch:
    references = queries.first_references(batch_id)
    claims = queries.lock_claims(queries.lines_of_payments(references).values_list("claim_id", flat=True))
    batch = operation(batch_id, by=by, at=at, reason=reason)
    for claim in claims.values():
        set_apart(claim, by=by, at=at)
    return batch


def require_not_held(over: dict[int, list[PaymentHold]], label: str, *, by: Actor) -> None:
    """Refuse by name every payment something holds back, with the reason of the first hold."""
    if not over:
        return
    rows = funds_references(over)
    raise PaymentsHeld(count=len(over), label=label, payments="；".join(rows[:10]))


def funds_references(over: dict[int, list[PaymentHold]]) -> list[str]:
    """Each held payment by its reference and why it is held."""
    references = queries.payment_references(over)
    return [f"{references[pk]}（{over[pk][0].reason}）" for pk in sorted(over)]


def set_apart(claim: Claim, *, by: Actor, at: datetime) -> None:
    """Owe a queued sum anew for the lines that nothing holds, so that one held line stops no other."""
    cleared = list(queries.lines(claim.pk).filter(status="cleared"))
    over = queries.holds_of_lines(cleared)
    if not over:
        return
    standing = queries.payments_of(claim)
    mixed = {}
    for reference in {line.training_payment for line in cleared} - {""}:
        sharing = [line for line in cleared if line.training_payment == reference]
        is_mixed = 0 < sum(line.pk in over for line in sharing) < len(sharing)
        if is_mixed and standing[reference].status == "queued":
            mixed[reference] = sharing
    for reference in sorted(mixed):
        # Whoever may hold the money may take the sum back: the right to prepare payments is not asked for.
        funds.cancel_payment(standing[reference].pk, by=system_for(by), at=at, reason="其中有暂缓支付的人")
        for line in mixed[reference]:
            line.training_payment = ""
    if mixed:
        ClaimLine.objects.bulk_update(
            [line for sharing in mixed.values() for line in sharing], ["training_payment"]
        )
        money.queue(claim, by=by, at=at)


def _go_on(claim: Claim, *, by: Actor, at: datetime, reason: str) -> None:
    """Clear what waited at a notice that is closed, and owe what waited after it."""
    waiting = list(queries.lines(claim.pk).filter(status="approved"))
    clear_lines(claim, waiting, by=system_for(by), at=at, reason=reason)


def _subject(held: str, subject_id: int, region_code: str, *, by: Actor) -> dict:
    """The columns that name the subject, in the actor's reach, or NotFound."""
    if held == "class":
        row = in_reach(TrainingClass.objects.all(), by).filter(pk=subject_id).first()
        columns = row and {
            "training_class": row, "institution_id": row.institution_id, "region_code": row.region_code,
        }  # fmt: skip
    elif held == "institution":
        row = in_reach(Institution.objects.all(), by, organisation="pk").filter(pk=subject_id).first()
        columns = row and {"institution": row, "region_code": row.region_code}
    elif held == "line":
        row = queries.line(subject_id, by=by)
        columns = {
            "line": row, "institution_id": row.claim.institution_id, "region_code": row.claim.region_code,
        }  # fmt: skip
    elif held == "person":
        row = Person.objects.filter(pk=subject_id).first()
        columns = row and {
            "person": row, "region_code": (region_code or row.region_code) if by.role == "system" else by.region_code,
        }  # fmt: skip
    else:
        raise HoldSubjectUnknown()
    if not columns:
        raise NotFound()
    return columns


def _key(held: str, subject_id: int) -> dict[str, int]:
    name = "training_class" if held == "class" else held
    return {f"{name}_id": subject_id}


def _subject_id(hold: PaymentHold) -> int:
    return {
        "class": hold.training_class_id,
        "institution": hold.institution_id,
        "line": hold.line_id,
        "person": hold.person_id,
    }[hold.held]


def _lines_of(held: str, subject_id: int, region_code: str) -> QuerySet[ClaimLine]:
    """Every line of a living claim that a hold of the subject reaches."""
    rows = ClaimLine.objects.filter(claim__status__in=ALIVE).order_by()
    if held == "class":
        return rows.filter(claim__training_class_id=subject_id)
    if held == "institution":
        return rows.filter(claim__institution_id=subject_id)
    if held == "line":
        return rows.filter(pk=subject_id)
    system_reach = Actor(name="", role="", permissions=frozenset(), region_code=region_code)
    return in_reach(rows.filter(person_id=subject_id), system_reach, region="claim__region_code")


def _claims_of(held: str, subject_id: int, region_code: str) -> QuerySet:
    return _lines_of(held, subject_id, region_code).values_list("claim_id", flat=True)


def _gone(held: str, subject_id: int, region_code: str, claims: dict[int, Claim]) -> list[dict]:
    """Payments of the subject that were with the bank or paid before the hold came."""
    found = {}
    for line in _lines_of(held, subject_id, region_code).filter(status__in=("cleared", "paid")):
        standing = queries.payments_of(claims[line.claim_id])
        for reference in queries.payments_due(line).values():
            payment = standing.get(reference)
            if payment is not None and payment.status in ("in_transit", "paid"):
                found[payment.reference] = {
                    "reference": payment.reference, "amount_fen": payment.amount_fen, "status": payment.status,
                }  # fmt: skip
    return [found[reference] for reference in sorted(found)]
