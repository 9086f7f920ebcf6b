"""The only writes of the ledger. Every one names a key: telling the same thing twice moves money once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused
from kaogong.kernel.money import yuan
from kaogong.trail.operations import record, require_may

from .models import AccountBalance, JournalEntry, LedgerAccount, Leg
from .states import AVAILABLE, BUDGETED, REVERSE, SET_BUDGET, SOURCE_LEVELS, STATES, STEPS


class BudgetExceeded(Refused):
    """{source}预算可用{available}，不足以安排{wanted}。"""


class BalanceTooSmall(Refused):
    """{source}“{state}”只有{available}，不能转出{wanted}。"""


class EntryDiffers(Refused):
    """编号{key}已经记过账，且{field}与这次不同；请核对，需要更正的先冲销原分录。"""


class AmountWrong(Refused):
    """{source}金额应为大于零的整数分，现为{amount}。"""


class NothingToPost(Refused):
    """没有要记账的金额。"""


class SourceUnknown(Refused):
    """没有“{source}”这一级资金来源。"""


class BudgetUnchanged(Refused):
    """{source}预算已经是{amount}，没有变化。"""


class NotReversible(Refused):
    """冲销分录不能再冲销；需要恢复时请按原业务重新记账。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One movement asked for: the step, the money's owner, and how much of each source."""

    kind: str
    fund_code: str
    programme: str
    year: int
    amounts: Mapping[str, int]
    reference: str
    key: str
    note: str = ""
    reverses: JournalEntry | None = field(default=None, compare=False)

    @property
    def of(self) -> tuple[str, int, str]:
        return self.fund_code, self.year, self.programme


_COMPARED = {
    "kind": "业务",
    "fund_code": "资金",
    "programme": "项目",
    "year": "年度",
    "amounts": "金额",
    "reference": "业务编号",
}


@transaction.atomic
def post(postings: Sequence[Posting], *, by: Actor, at: datetime) -> list[JournalEntry]:
    """Tell several movements at once, all or none; one told before (same key, same content) stays as it is.

    Raises BudgetExceeded, BalanceTooSmall or EntryDiffers, and then nothing has been written.
    """
    wanted: dict[str, Posting] = {}
    for posting in map(_checked, postings):
        if wanted.setdefault(posting.key, posting) != posting:
            raise EntryDiffers(key=posting.key, field="内容")
    told, written = _tell(wanted, by=by, at=at)
    _move_money([(wanted[entry.key], entry) for entry in written])
    told |= {entry.key: entry for entry in written}
    return [told[posting.key] for posting in postings]


def _checked(posting: Posting) -> Posting:
    """Refuse an unknown source or an amount that is not a positive number of fen; drop sources of nothing."""
    for source, amount in posting.amounts.items():
        if source not in SOURCE_LEVELS:
            raise SourceUnknown(source=source)
        if type(amount) is not int or amount < 0:
            raise AmountWrong(source=SOURCE_LEVELS[source], amount=amount)
    if posting.kind in (SET_BUDGET, REVERSE):  # a budget may be nothing, and be reversed from there
        return posting
    amounts = {source: amount for source, amount in posting.amounts.items() if amount}
    if not amounts:
        raise NothingToPost()
    return Posting(
        kind=posting.kind,
        fund_code=posting.fund_code,
        programme=posting.programme,
        year=posting.year,
        amounts=amounts,
        reference=posting.reference,
        key=posting.key,
        note=posting.note,
        reverses=posting.reverses,
    )


def _tell(
    wanted: Mapping[str, Posting], *, by: Actor, at: datetime
) -> tuple[dict[str, JournalEntry], list[JournalEntry]]:
    """Write the entries not told before. Returns (told before, written now).

    A key another transaction is just writing makes this one wait for its end, then look again.
    """
    told: dict[str, JournalEntry] = {}
    while True:
        known = len(told)
        told = {entry.key: entry for entry in JournalEntry.objects.filter(key__in=wanted)}
        for key, entry in told.items():
            _same(wanted[key], entry)
        fresh = [_entry(wanted[key], by=by, at=at) for key in sorted(wanted.keys() - told.keys())]
        try:
            with transaction.atomic():
                return told, JournalEntry.objects.bulk_create(fresh)
        except IntegrityError:
            if JournalEntry.objects.filter(key__in=wanted).count() == known:
                raise


def _same(posting: Posting, entry: JournalEntry) -> None:
    for name, label in _COMPARED.items():
        if getattr(entry, name) != getattr(posting, name):
            raise EntryDiffers(key=posting.key, field=label)


def _entry(posting: Posting, *, by: Actor, at: datetime) -> JournalEntry:
    return JournalEntry(
        key=posting.key,
        kind=posting.kind,
        fund_code=posting.fund_code,
        programme=posting.programme,
        year=posting.year,
        amounts=dict(posting.amounts),
        reference=posting.reference,
        note=posting.note,
        at=at,
        by_account_id=by.account_id,
        by_name=by.name,
        reverses=posting.reverses,
    )


AccountKey = tuple[tuple[str, int, str], str, str]


def _move_money(pairs: Sequence[tuple[Posting, JournalEntry]]) -> None:
    """Write the legs and the balances they make, under row locks taken in one order."""
    if not pairs:
        return
    accounts = _accounts_of([posting for posting, _ in pairs])
    balances = {
        row.account_id: row
        for row in AccountBalance.objects.select_for_update()
        .filter(account_id__in=accounts.values())
        .order_by("account_id")
    }
    before = {pk: row.balance_fen for pk, row in balances.items()}
    legs: list[Leg] = []
    for posting, entry in pairs:
        for source, source_state, target_state, amount in _flows(posting, accounts, balances):
            leaving, arriving = (
                accounts[posting.of, source, source_state],
                accounts[posting.of, source, target_state],
            )
            for account_id, change, state in (
                (leaving, -amount, source_state),
                (arriving, amount, target_state),
            ):
                _change(balances[account_id], change, posting, source, state)
                legs.append(Leg(entry=entry, account_id=account_id, amount_fen=change))
    Leg.objects.bulk_create(legs)
    AccountBalance.objects.bulk_update(
        [row for pk, row in balances.items() if row.balance_fen != before[pk]], ["balance_fen"]
    )


def _flows(posting: Posting, accounts, balances) -> Iterable[tuple[str, str, str, int]]:
    """What leaves which state for which, source by source. A negative amount flows the other way."""
    if posting.reverses is not None:
        step = STEPS[posting.reverses.kind]
        for leg in posting.reverses.legs.select_related("account").order_by("id"):
            if leg.account.state == step.target:
                yield leg.account.source_level, step.source, step.target, -leg.amount_fen
        return
    step = STEPS[posting.kind]
    for source, amount in posting.amounts.items():
        if posting.kind == SET_BUDGET:
            now = -balances[accounts[posting.of, source, BUDGETED]].balance_fen
            if amount == now:
                raise BudgetUnchanged(source=SOURCE_LEVELS[source], amount=yuan(now))
            yield source, step.source, step.target, amount - now
        else:
            yield source, step.source, step.target, amount


def _change(balance: AccountBalance, change: int, posting: Posting, source: str, state: str) -> None:
    after = balance.balance_fen + change
    if (after > 0) if balance.is_source else (after < 0):
        facts = {
            "source": SOURCE_LEVELS[source],
            "available": yuan(abs(balance.balance_fen)),
            "wanted": yuan(abs(change)),
            "available_fen": abs(balance.balance_fen),
            "wanted_fen": abs(change),
        }
        if state == AVAILABLE:
            raise BudgetExceeded(**facts)
        raise BalanceTooSmall(state=STATES[state], **facts)
    balance.balance_fen = after


def _accounts_of(postings: Sequence[Posting]) -> dict[AccountKey, int]:
    """The ids of every account the postings touch; those that did not exist are opened at zero."""
    wanted = set()
    for posting in postings:
        step = STEPS[posting.reverses.kind if posting.reverses is not None else posting.kind]
        wanted |= {
            (posting.of, source, state) for source in posting.amounts for state in (step.source, step.target)
        }
    found = _found(wanted)
    missing = sorted(wanted - found.keys())
    if missing:
        LedgerAccount.objects.bulk_create(
            [
                LedgerAccount(fund_code=of[0], year=of[1], programme=of[2], source_level=source, state=state)
                for of, source, state in missing
            ],
            ignore_conflicts=True,
        )
        found = _found(wanted)
        AccountBalance.objects.bulk_create(
            [
                AccountBalance(account_id=found[account], is_source=account[2] == BUDGETED)
                for account in missing
            ],
            ignore_conflicts=True,
        )
    return found


def _found(wanted: set[AccountKey]) -> dict[AccountKey, int]:
    rows = LedgerAccount.objects.filter(fund_code__in={of[0] for of, _, _ in wanted}).values_list(
        "pk", "fund_code", "year", "programme", "source_level", "state"
    )
    known = {
        ((fund, year, programme), source, state): pk for pk, fund, year, programme, source, state in rows
    }
    return {account: known[account] for account in wanted & known.keys()}


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
