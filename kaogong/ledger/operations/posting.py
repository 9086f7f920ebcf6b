"""The one door through which money moves. See docs/decisions/0009-posting.md."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

import psycopg
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from kaogong.kernel.actor import Actor
from kaogong.kernel.money import yuan
from kaogong.ledger.models import JournalEntry
from kaogong.ledger.states import (
    AVAILABLE,
    REVERSE,
    SET_BUDGET,
    SOURCE_LEVELS,
    SPONSOR,
    SPONSOR_FUNDS,
    STATES,
    STEPS,
)

from .refusals import (
    AccountClosed,
    AmountTooLarge,
    AmountWrong,
    BalanceTooSmall,
    BudgetExceeded,
    BudgetUnchanged,
    EntryDiffers,
    NothingToPost,
    PeriodClosed,
    SameAccount,
    SourceMixed,
    SourceUnknown,
    StepUnknown,
    TotalTooLarge,
)

MOST_FEN = 2**63 - 1


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


_COMPARED = {
    "kind": "业务",
    "fund_code": "资金",
    "programme": "项目",
    "year": "年度",
    "amounts": "金额",
    "reference": "业务编号",
}


def post(postings: Sequence[Posting], *, by: Actor, at: datetime) -> list[JournalEntry]:
    """Tell several movements at once, all or none; one told before (same key, same content) stays as it is.

    Raises one of the refusals of this package, and then nothing has been written.
    """
    wanted: dict[str, Posting] = {}
    for posting in map(_checked, postings):
        known = wanted.setdefault(posting.key, posting)
        if known is not posting and known != posting:
            raise EntryDiffers(key=posting.key, field="内容")
    if not wanted:
        return []
    plain = [posting for posting in wanted.values() if posting.kind in STEPS and posting.kind != SET_BUDGET]
    together = len(plain) == len(wanted) > 1
    with _all_or_none(statements=1 if together else len(wanted)), _refusals(at):
        if together:
            told = _post_many(plain, by=by, at=at)
        else:
            told = {key: _post_one(posting, by=by, at=at) for key, posting in wanted.items()}
    told = {key: entry for key, entry in told.items() if entry is not None}
    if len(told) < len(wanted):
        told |= _told_before([posting for key, posting in wanted.items() if key not in told])
    return [told[posting.key] for posting in postings]


def _checked(posting: Posting) -> Posting:
    """Refuse what no ledger could hold; drop sources of nothing, put the rest in order."""
    if posting.kind == REVERSE:
        return posting
    step = STEPS.get(posting.kind)
    if step is None:
        raise StepUnknown(kind=posting.kind)
    if step.source == step.target:
        raise SameAccount(kind=step.label)
    for source, amount in posting.amounts.items():
        if source not in SOURCE_LEVELS:
            raise SourceUnknown(source=source)
        if (source == SPONSOR) != posting.fund_code.startswith(SPONSOR_FUNDS):
            raise SourceMixed(fund=posting.fund_code, source=SOURCE_LEVELS[source])
        if type(amount) is not int or amount < 0:
            raise AmountWrong(source=SOURCE_LEVELS[source], amount=amount)
        if amount > MOST_FEN:
            raise AmountTooLarge(source=SOURCE_LEVELS[source], amount=yuan(amount), most=yuan(MOST_FEN))
    if posting.kind == SET_BUDGET:  # a budget may be nothing
        return posting
    amounts = {
        source: posting.amounts[source] for source in sorted(posting.amounts) if posting.amounts[source]
    }
    if not amounts:
        raise NothingToPost()
    if len(amounts) == len(posting.amounts) == 1:
        return posting
    return replace(posting, amounts=amounts)


@contextmanager
def _all_or_none(*, statements: int) -> Iterator[None]:
    """One statement is whole by itself; within a transaction, or with several, a savepoint makes it so."""
    if statements == 1 and not connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        yield


def _post_one(posting: Posting, *, by: Actor, at: datetime) -> JournalEntry | None:
    """Tell one; None when its key was told before."""
    kind = posting.reverses.kind if posting.reverses is not None else posting.kind
    flows = posting.amounts if posting.reverses is None else _backwards(posting.reverses)
    answered = None if posting.reverses is None else str(posting.reverses.pk)
    # All as text, which the server reads in a moment: lists and times cost the driver more than all the rest.
    # Sources are checked and amounts are whole numbers, so the two lists need no quotes.
    session = connections[DEFAULT_DB_ALIAS]
    cursor = _planned_once(session)
    cursor.execute(
        _TELL,
        [
            posting.key, posting.kind, posting.fund_code, str(posting.year), posting.programme,
            "{" + ",".join(flows) + "}", "{" + ",".join(map(str, flows.values())) + "}",
            STEPS[kind].source, STEPS[kind].target, json.dumps(dict(posting.amounts)), posting.reference,
            posting.note, at.isoformat(), None if by.account_id is None else str(by.account_id), by.name, answered,
        ],
    )  # fmt: skip
    told_id, number, recorded_at = cursor.fetchone()
    if told_id is None:
        return None
    recorded_at = datetime.fromisoformat(recorded_at)
    return _entry(posting, told_id, number, recorded_at, by=by, at=at, using=session.alias)


_TELL = (
    "SELECT told_id, told_number, told_at::text FROM ledger_post("
    "%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def _planned_once(session: BaseDatabaseWrapper, *, kept: bool = True):
    """A cursor whose statements the server reads and plans once a session: an eighth of what a posting costs.

    The one kept by its session is for answers of one row.
    """
    session.ensure_connection()
    raw = session.connection
    cursor = getattr(raw, "posting_cursor", None) if kept else psycopg.Cursor(raw)
    if cursor is None:
        cursor = raw.posting_cursor = psycopg.Cursor(raw)
    raw.prepare_threshold = 0
    return (session.make_debug_cursor if session.queries_logged else session.make_cursor)(cursor)


def _backwards(entry: JournalEntry) -> dict[str, int]:
    """What each source's step moved, to be moved back."""
    arrived = STEPS[entry.kind].target
    legs = entry.legs.select_related("account").order_by("account__source_level")
    return {leg.account.source_level: -leg.amount_fen for leg in legs if leg.account.state == arrived}


def _post_many(postings: Sequence[Posting], *, by: Actor, at: datetime) -> dict[str, JournalEntry]:
    """Tell many in one statement; those told before are left out."""
    columns = [
        [posting.key for posting in postings],
        [posting.kind for posting in postings],
        [posting.fund_code for posting in postings],
        [posting.year for posting in postings],
        [posting.programme for posting in postings],
        [json.dumps(dict(posting.amounts)) for posting in postings],
        [posting.reference for posting in postings],
        [posting.note for posting in postings],
        [STEPS[posting.kind].source for posting in postings],
        [STEPS[posting.kind].target for posting in postings],
    ]
    session = connections[DEFAULT_DB_ALIAS]
    with _planned_once(session, kept=False) as cursor:
        cursor.execute(
            "SELECT told_key, told_id, told_number, told_at FROM ledger_post_many("
            "%s::text[], %s::text[], %s::text[], %s::int[], %s::text[], %s::jsonb[], %s::text[], %s::text[],"
            " %s::text[], %s::text[], %s, %s, %s)",
            [*columns, at, by.account_id, by.name],
        )
        rows = cursor.fetchall()
    wanted = {posting.key: posting for posting in postings}
    using = session.alias
    return {key: _entry(wanted[key], *row, by=by, at=at, using=using) for key, *row in rows}


def _entry(
    posting: Posting, told_id: int, number: int, recorded_at: datetime, *, by: Actor, at: datetime, using: str
) -> JournalEntry:
    """The entry as the database holds it, without asking again."""
    # In the order of the table's columns: by name it takes twice as long, and batches are long.
    entry = JournalEntry(
        told_id, posting.key, posting.kind, posting.fund_code, posting.programme, posting.year,
        dict(posting.amounts), posting.reference, posting.note, at, by.account_id, by.name,
        posting.reverses.pk if posting.reverses is not None else None, number, recorded_at,
    )  # fmt: skip
    entry._state.adding, entry._state.db = False, using
    return entry


def _told_before(postings: Sequence[Posting]) -> dict[str, JournalEntry]:
    """The entries told earlier under these keys; refused where one says something else."""
    told = {entry.key: entry for entry in JournalEntry.objects.filter(key__in=[p.key for p in postings])}
    for posting in postings:
        for name, label in _COMPARED.items():
            if getattr(told[posting.key], name) != getattr(posting, name):
                raise EntryDiffers(key=posting.key, field=label)
    return told


@contextmanager
def _refusals(at: datetime) -> Iterator[None]:
    """What the database refuses in figures, said in words."""
    try:
        yield
    except DatabaseError as error:
        told = getattr(error.__cause__, "diag", None)
        code = getattr(told, "sqlstate", None)
        if code == "22003":
            raise TotalTooLarge(most=yuan(MOST_FEN)) from error
        if code is None or not code.startswith("KG"):
            raise
        raise _refusal(code, json.loads(told.message_detail), at) from error


def _refusal(code: str, told: dict, at: datetime) -> Exception:
    source, state, facts = SOURCE_LEVELS[told["source"]], STATES[told["state"]], told["facts"]
    if code == "KG003":
        return AccountClosed(source=source, state=state)
    if code == "KG004":
        until = timezone.localtime(datetime.fromisoformat(facts["before"]))
        return PeriodClosed(on=f"{timezone.localtime(at):%Y-%m-%d}", until=f"{until:%Y-%m-%d}")
    if code == "KG005":
        return BudgetUnchanged(source=source, amount=yuan(facts["balance"]))
    available, wanted = abs(int(facts["balance"])), abs(int(facts["change"]))
    amounts = {
        "source": source, "available": yuan(available), "wanted": yuan(wanted),
        "available_fen": available, "wanted_fen": wanted,
    }  # fmt: skip
    if told["state"] == AVAILABLE:
        return BudgetExceeded(**amounts)
    return BalanceTooSmall(state=state, **amounts)
