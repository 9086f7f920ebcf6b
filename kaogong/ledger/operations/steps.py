"""Every step by its name."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing
from kaogong.ledger.models import JournalEntry
from kaogong.ledger.states import REVERSE, SET_BUDGET
from kaogong.trail.operations import record, require_may

from .posting import Posting, post
from .refusals import NotReversible


@transaction.atomic
def set_budget(
    fund_code: str,
    *,
    programme: str,
    year: int,
    source_level: str,
    amount_fen: int,
    key: str,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> JournalEntry:
    """Make the budget of one source this much in all; lowering it takes only what is still available."""
    if by.role != "system":
        require_may(by, Permission.SET_BUDGET, "下达预算")
    posting = Posting(
        kind=SET_BUDGET, fund_code=fund_code, programme=programme, year=year,
        amounts={source_level: amount_fen}, reference=f"{fund_code}-{year}", key=key, note=reason,
    )  # fmt: skip
    told_before = JournalEntry.objects.filter(key=key).exists()
    entry = post([posting], by=by, at=at)[0]
    if not told_before:
        record(
            "ledger.budget_set", by=by, at=at, reason=reason, subject_id=entry.pk,
            label=f"{fund_code} {year}", programme=programme, source_level=source_level,
            amount_fen=amount_fen,
        )  # fmt: skip
    return entry


def _step(kind: str, promise: str):
    def take(
        fund_code: str,
        *,
        programme: str,
        year: int,
        amounts: Mapping[str, int],
        reference: str,
        key: str,
        by: Actor,
        at: datetime,
        note: str = "",
    ) -> JournalEntry:
        posting = Posting(
            kind=kind, fund_code=fund_code, programme=programme, year=year, amounts=amounts,
            reference=reference, key=key, note=note,
        )  # fmt: skip
        return post([posting], by=by, at=at)[0]

    take.__name__ = take.__qualname__ = kind
    take.__doc__ = promise
    return take


reserve = _step("reserve", "Set money aside for one thing, or refuse: BudgetExceeded.")
void_reserve = _step("void_reserve", "Give money set aside back to what is available.")
make_payable = _step("make_payable", "Turn money set aside into money owed.")
cancel_payable = _step("cancel_payable", "Owe it not yet: back to what is set aside for the same thing.")
send = _step("send", "Hand money owed to the bank.")
settle = _step("settle", "The bank has paid.")
bounce = _step("bounce", "The bank could not pay: the money lies returned.")
come_back = _step("come_back", "The bank gave back what it had paid: the money lies returned.")
owe_again = _step("owe_again", "Owe returned money again, into a corrected account.")
recall = _step("recall", "Take money back from the bank before its cut-off: owed again.")
settle_by_offset = _step("settle_by_offset", "Pay money owed by setting it against what the payee owes.")
freeze = _step("freeze", "Keep money that is free from being used, or refuse: BalanceTooSmall.")
unfreeze = _step("unfreeze", "Let money kept back be used again.")
carry_over = _step("carry_over", "Take money left at the year's end out of that year.")
carry_in = _step("carry_in", "Bring money carried over into the next year's budget.")
claim_back = _step("claim_back", "Ask money paid back from who received it.")
drop_claim_back = _step("drop_claim_back", "Ask it back no longer: it was rightly paid.")
recover = _step("recover", "Money asked back was given back.")
write_off = _step("write_off", "Give up money asked back that cannot be had.")
give_back = _step("give_back", "Money given back may be used again.")


@transaction.atomic
def reverse(entry_id: int, *, by: Actor, at: datetime, reason: str) -> JournalEntry:
    """Answer one entry by its opposite, once; a second call returns the first reversal."""
    if by.role != "system":
        require_may(by, Permission.SET_BUDGET, "冲销分录")
    if not reason.strip():
        raise ReasonMissing(label="冲销分录")
    entry = JournalEntry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise NotFound()
    if entry.kind == REVERSE:
        raise NotReversible()
    key = f"reverse:{entry.key}"
    told_before = JournalEntry.objects.filter(key=key).exists()
    posting = Posting(
        kind=REVERSE, fund_code=entry.fund_code, programme=entry.programme, year=entry.year,
        amounts=entry.amounts, reference=entry.reference, key=key, note=reason, reverses=entry,
    )  # fmt: skip
    answer = post([posting], by=by, at=at)[0]
    if not told_before:
        record(
            "ledger.reversed",
            by=by,
            at=at,
            reason=reason,
            subject_id=entry.pk,
            label=str(entry),
            answer=answer.pk,
        )
    return answer
