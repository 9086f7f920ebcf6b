"""From due instalments to money in the bank."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.access.queries import in_reach
from kaogong.claims import operations as claims
from kaogong.claims import queries as claim_queries
from kaogong.claims.operations.holding import require_not_held
from kaogong.claims.queries import rulebook
from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from kaogong.funds.models import Payment, PaymentBatch
from kaogong.funds.operations.batches import Progress
from kaogong.kernel.actor import Actor, system_for
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import yuan
from kaogong.people import operations as people
from kaogong.trail.operations import move, move_many, record, require_may

from .. import queries
from ..models import Grant, Instalment
from ..queries.digests import grant_decision_digest
from . import money
from .deciding import lock_subject
from .judging import judge, keep
from .spending import give_up_of

GRANTS_AT_ONCE = 1_000


class GrantsNotDue(Refused):
    """批次{batch}中有{count}项奖补不再应付：{instalments}。请解散批次后重新组批。"""


@transaction.atomic
def prepare_payment_batch(
    payment_ids: Iterable[int], *, by: Actor, at: datetime, layout_code: str = ""
) -> PaymentBatch:
    """Put queued payments of claims and grants together; refuses by name those that something holds back."""
    require_may(by, Permission.PREPARE_PAYMENT, "组批")
    wanted = sorted(set(payment_ids))
    require_not_held(queries.held_among_payments(wanted), "组批", by=by)
    return claims.prepare_payment_batch(wanted, by=by, at=at, layout_code=layout_code)


@transaction.atomic
def release_payment_batch(
    batch_id: int, *, by: Actor, at: datetime, reason: str = "", progress: Progress | None = None
) -> PaymentBatch:
    """Release a checked batch to the bank; every grant and every claim line it pays must still stand."""
    require_may(by, Permission.RELEASE_PAYMENT, "发放")
    rows = list(queries.instalments_in_batch(batch_id))
    grants = queries.lock_grants(row.grant_id for row in rows)
    wrong = [
        row.reference
        for row in queries.instalments_in_batch(batch_id)
        if row.status != "queued" or grants[row.grant_id].status != "cleared"
    ]
    if wrong:
        raise GrantsNotDue(batch=batch_id, count=len(wrong), instalments="、".join(wrong))
    over = queries.holds_of_grants(grants.values())
    if over:
        held = [f"{row.reference}（{over[row.grant_id][0].reason}）" for row in rows if row.grant_id in over]
        raise claims.PaymentsHeld(count=len(held), label="发放", payments="；".join(held[:10]))
    return claims.release_payment_batch(batch_id, by=by, at=at, reason=reason, progress=progress)


@transaction.atomic
def pay_due_instalment(instalment_id: int, *, by: Actor, at: datetime) -> Instalment:
    """Judge a sum whose day has come on the facts of that day: set it aside and owe it, or stop the grant.

    A failed condition (the contract is over) refuses it and stops the rest. What is unknown or has no budget
    waits and says so; asking again tries again.
    """
    found = Instalment.objects.get(pk=instalment_id)
    grant = queries.lock_grants([found.grant_id])[found.grant_id]
    instalment = queries.instalments(grant.pk).get(pk=instalment_id)
    if instalment.status != "planned" or grant.status != "cleared":
        return instalment
    lock_subject(grant)
    if listed := queries.months_listed(grant, instalment):
        _wait(instalment, f"{'、'.join(listed)}已按单位名单申请，一人一月只能享受一次")
        return instalment
    judgement = judge(grant, instalment.due_on, but=instalment)
    if judgement.decision.payable and judgement.decision.amount_fen:
        try:
            with transaction.atomic():
                decision = keep(grant, judgement, cause="due", at=at)
                money.reserve(grant, instalment, decision, by=by, at=at)
        except Refused as refusal:
            _wait(instalment, refusal.message)
            return instalment
        money.queue(grant, by=by, at=at)
    elif judgement.decision.verdict == "needs_evidence":
        missing = "、".join(dict.fromkeys(f.title_zh for f in judgement.decision.findings_that("unknown")))
        _wait(instalment, f"需补充：{missing}")
    else:
        instalment.decision = keep(grant, judgement, cause="due", at=at)
        instalment.save(update_fields=["decision"])
        why = "、".join(dict.fromkeys(f.title_zh for f in judgement.decision.findings_that("failed")))
        move(
            instalment, "refuse", by=by, at=at, reason=f"不再符合：{why}" if why else "已达最高额",
            decision=grant_decision_digest(instalment.decision_id),
        )  # fmt: skip
        _stop_planned(grant, by=by, at=at, reason=f"第{instalment.sequence}期不再符合")
        close_if_settled(grant, by=by, at=at)
    return instalment


def _stop_planned(grant: Grant, *, by: Actor, at: datetime, reason: str) -> None:
    for later in queries.instalments(grant.pk).filter(status="planned"):
        money.stop(grant, later, by=by, at=at, reason=reason)


def _wait(instalment: Instalment, why: str) -> None:
    if instalment.waits_for != why[:300]:
        instalment.waits_for = why[:300]
        instalment.save(update_fields=["waits_for"])


@transaction.atomic
def queue_grant_payments(grant_id: int, *, by: Actor, at: datetime, reason: str = "") -> Grant:
    """Owe what waits in a cleared grant, once its bank account is there or nothing holds it any more."""
    if by.role != "system":
        require_may(by, Permission.PREPARE_PAYMENT, "生成付款")
    grant = queries.lock_grants([grant_id])[grant_id] if by.role == "system" else None
    grant = grant or queries.grant_for_update(grant_id, by=by)
    money.queue(grant, by=by, at=at)
    return grant


@transaction.atomic
def mark_paid_grants(*, by: Actor, at: datetime) -> list[Instalment]:
    """Move every instalment whose payment has arrived to paid, tell the lifelong files, close settled grants.

    One whose payment the bank gave back since waits for its money again, and its grant with it. Run after each
    bank return; running it again changes nothing. Returns the instalments newly paid.
    """
    rows = in_reach(
        queries.instalments_to_settle(), by, region="grant__region_code", organisation=None
    ).order_by()
    ids = sorted(set(rows.values_list("grant_id", flat=True)))
    newly: list[Instalment] = []
    for start in range(0, len(ids), GRANTS_AT_ONCE):
        newly += _settle(ids[start : start + GRANTS_AT_ONCE], by=by, at=at)
    return newly


def _settle(grant_ids: Sequence[int], *, by: Actor, at: datetime) -> list[Instalment]:
    """Some grants at once: as many statements for one as for all of them."""
    grants = queries.lock_grants(grant_ids)
    waiting = list(queries.instalments_of(grants))
    standing = claim_queries.standing_payments(row.reference for row in waiting)
    paid, back = [], []
    for instalment in waiting:
        payment = standing.get(instalment.payment)
        instalment.grant = grants[instalment.grant_id]
        if payment is None or (payment.status == "paid") == (instalment.status == "paid"):
            continue
        if instalment.status == "paid":
            back.append((instalment, payment))
            continue
        instalment.paid_on = timezone.localdate(payment.answered_at or at)
        paid.append(instalment)
    _give_back(back, by=by, at=at)
    Instalment.objects.bulk_update(paid, ["paid_on"], batch_size=1_000)
    move_many(paid, "pay", by=by, at=at)
    _close_settled(grants.values(), by=by, at=at)
    times = queries.times_given_back(paid)
    entries = [
        _file_entry(row, times.get(row.payment, 0)) for row in paid if row.grant.institution_id is None
    ]
    people.append_many_to_file(entries, by=by, at=at)
    return paid


def _give_back(rows: Sequence[tuple[Instalment, Payment]], *, by: Actor, at: datetime) -> None:
    """Take instalments whose money the bank gave back out of what is paid; the file keeps both."""
    instalments = [instalment for instalment, _payment in rows]
    grants = {row.grant_id: row.grant for row in instalments if row.grant.status == "paid"}
    move_many(grants.values(), "unpay", by=by, at=at)
    details = {
        row.pk: {"bank_reason": payment.failure_reason, "payment": payment.reference} for row, payment in rows
    }
    move_many(instalments, "unpay", by=by, at=at, details=details, columns={"paid_on": None})
    of_people = [row for row in instalments if row.grant.institution_id is None]
    times = queries.times_given_back(of_people)
    entries = [
        people.NewFileEntry(
            person_id=row.grant.person_id,
            kind="subsidy",
            on=timezone.localdate(at),
            title=f"补贴{yuan(row.amount_fen)}被银行退回，待重新拨付",
            reference=f"{row.reference}退汇{times.get(row.payment, 1)}",
            detail={"grant": row.grant.number, "amount_fen": -row.amount_fen},
        )
        for row in of_people
    ]
    people.append_many_to_file(entries, by=by, at=at)


@transaction.atomic
def give_up_payment(payment_id: int, *, by: Actor, at: datetime, reason: str) -> None:
    """Pay no more what the bank gave back, of a grant or a claim: the money goes back to the budget."""
    require_may(by, Permission.PREPARE_PAYMENT, "不再支付")
    payment = fund_queries.payment(payment_id, by)
    (first,) = claim_queries.first_references_of([payment.pk]).values()
    if give_up_of(first, by=by, at=at, reason=reason):
        return
    instalment = queries.instalments_of_payments([first]).first()
    if instalment is None:
        claims.give_up_payment(payment_id, by=by, at=at, reason=reason)
        return
    grant = queries.lock_grants([instalment.grant_id])[instalment.grant_id]
    payment = funds.void_payment(payment_id, by=by, at=at, reason=reason)
    instalment = queries.instalments(grant.pk).get(pk=instalment.pk)
    instalment.grant = grant
    system = system_for(by)
    if instalment.status == "paid":
        _give_back([(instalment, payment)], by=system, at=at)
    money.give_up(grant, instalment, by=by, at=at, reason=reason)
    close_if_settled(grant, by=system, at=at)


def close_if_settled(grant: Grant, *, by: Actor, at: datetime) -> None:
    """A grant with nothing left to pay is paid; one of which nothing was ever paid has ended."""
    _close_settled([grant], by=by, at=at)


def _close_settled(grants: Iterable[Grant], *, by: Actor, at: datetime) -> None:
    """The same for many at once."""
    cleared = [grant for grant in grants if grant.status == "cleared"]
    states = queries.instalment_states(cleared)
    over = [grant for grant in cleared if not states[grant.pk] & {"planned", "reserved", "queued"}]
    paid = [grant for grant in over if "paid" in states[grant.pk]]
    move_many(paid, "pay", by=by, at=at, details={one.pk: {"amount_fen": one.amount_fen} for one in paid})
    never = [grant for grant in over if "paid" not in states[grant.pk]]
    move_many(never, "end", by=by, at=at, reason="各期均不再应付")


def _file_entry(instalment: Instalment, times: int) -> people.NewFileEntry:
    """``times``: how often the money came back after it had arrived; each arrival is an entry of its own."""
    grant = instalment.grant
    label = rulebook().scheme_labels[grant.scheme_code][0]
    return people.NewFileEntry(
        person_id=grant.person_id,
        kind="subsidy",
        on=instalment.paid_on,
        title=f"{label}{yuan(instalment.amount_fen)}",
        reference=f"{instalment.reference}重付{times}" if times else instalment.reference,
        detail={
            "grant": grant.number,
            "scheme_code": grant.scheme_code,
            "amount_fen": instalment.amount_fen,
        },
    )


@transaction.atomic
def look_after_grants(*, by: Actor, at: datetime) -> dict[str, int]:
    """Judge what fell due, owe what no longer waits, mark what was paid; safe to repeat."""
    due = [row.pk for row in queries.instalments_due(timezone.localdate(at))]
    paid_out = [pay_due_instalment(pk, by=by, at=at) for pk in due]
    waiting = Grant.objects.filter(status="cleared", instalments__status="reserved")
    owed = sum(
        len(money.queue(grant, by=by, at=at))
        for grant in queries.lock_grants(waiting.values_list("pk", flat=True)).values()
    )
    paid = mark_paid_grants(by=by, at=at)
    told = {"due": len(paid_out), "owed": owed, "paid": len(paid)}
    if any(told.values()):
        record("grants.looked_after", by=by, at=at, subject_kind="grant", label="奖补分期", **told)
    return told
