"""The bureau's side: review, return, approve."""

from datetime import datetime

from django.db import transaction

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused, SamePerson
from kaogong.trail.operations import move, move_many, require_move

from .. import queries
from ..models import Claim, ClaimLine
from ..queries.digests import decision_digests
from ..states import CLAIM
from . import money
from .conflicts import find_conflicts
from .judging import judge, lines_changed, lock_persons, recount_claim
from .reviewing import require_second_review


class FactsChanged(Refused):
    """申领{claim}中{count}人的事实与测算时不同，请重新测算后再核准：{lines}。"""


class EvidenceOutstanding(Refused):
    """申领{claim}中{count}人需补充材料：{lines}。请补充材料，或选择本次不列入这些人。"""


class NothingPayable(Refused):
    """申领{claim}中没有应予补贴的人，不能核准；可以退回并说明理由。"""


@transaction.atomic
def review_claim(claim_id: int, *, by: Actor, at: datetime, reason: str = "") -> Claim:
    """Pass a claim on for approval by another person."""
    claim = queries.claim_for_update(claim_id, by=by)
    move(claim, "review", by=by, at=at, reason=reason)
    return claim


@transaction.atomic
def return_claim(claim_id: int, *, by: Actor, at: datetime, reason: str) -> Claim:
    """Send a claim back to the provider with the reason."""
    claim = queries.claim_for_update(claim_id, by=by)
    move(claim, "return", by=by, at=at, reason=reason)
    return claim


@transaction.atomic
def approve_claim(
    claim_id: int, *, by: Actor, at: datetime, reason: str = "", leave_out_open: bool = False
) -> Claim:
    """Approve a reviewed claim: its payable lines are approved and their money is set aside.

    The persons are locked and every line is judged again first; FactsChanged names the lines that would
    now come out otherwise. Lines that lack evidence go out of this claim only when ``leave_out_open``
    says so: they may be claimed again. BudgetExceeded passes up. Whatever is refused changes nothing.
    """
    claim = queries.claim_for_update(claim_id, by=by)
    require_move(claim, CLAIM.move("approve"), CLAIM, by=by, reason=reason)
    require_second_review(claim)
    lines = list(queries.lines(claim.pk).filter(status="judged"))
    _require_no_own_exception(lines, by=by)
    lock_persons(line.person_id for line in lines)
    changed = lines_changed(judge(claim, lines))
    if changed:
        raise FactsChanged(claim=claim.number, count=len(changed), lines="、".join(changed))
    waiting = [line.reference for line in lines if line.verdict == "needs_evidence"]
    if waiting and not leave_out_open:
        raise EvidenceOutstanding(claim=claim.number, count=len(waiting), lines="、".join(waiting))
    if not any(line.total_fen for line in lines):
        raise NothingPayable(claim=claim.number)
    decisions = {
        pk: {"decision": digest} for pk, digest in decision_digests(line.pk for line in lines).items()
    }
    verbs = {line.pk: _verb_for(line) for line in lines}
    for verb in ("approve", "refuse", "leave_out"):
        so = [line for line in lines if verbs[line.pk] == verb]
        move_many(so, verb, by=by, at=at, reason=reason, details=decisions)
    recount_claim(claim)
    money.redeem_vouchers(lines, by=by, at=at)
    money.reserve(claim, by=by, at=at)
    move(
        claim, "approve", by=by, at=at, reason=reason, amount_fen=claim.amount_fen, left_out=waiting,
        approved=sum(line.status == "approved" for line in lines),
    )  # fmt: skip
    find_conflicts([line.person_id for line in lines if line.status == "approved"], by=by, at=at)
    return claim


def _verb_for(line: ClaimLine) -> str:
    """What a line's verdict comes to; with no part of the subsidy due, though nothing speaks against the person,
    nothing is paid."""
    if line.verdict == "payable" and not line.total_fen:
        return "refuse"
    return {"payable": "approve", "refused": "refuse", "needs_evidence": "leave_out"}[line.verdict]


def _require_no_own_exception(lines: list[ClaimLine], *, by: Actor) -> None:
    """Refuse the approval of who granted an exception in it: an exception takes two people."""
    granted = queries.exceptions_of(line.pk for line in lines)
    own = granted.filter(by_account_id=by.account_id).first() if by.account_id is not None else None
    if own is not None:
        raise SamePerson(label="核准", name=own.by_name)
