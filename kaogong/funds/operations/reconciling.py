"""Holding bank lines and book movements to be the same money, taking it back, and closing a span of days."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused
from kaogong.kernel.money import yuan
from kaogong.kernel.writing import compact
from kaogong.trail.operations import begin, begin_many, move, move_many, require_may, require_move

from ..models import FundAccount, MatchPart, Reconciliation, StatementLine, StatementMatch
from ..queries import bank_books, bank_matching, bank_sheet
from ..queries import reconciling as queries
from ..queries.bank_books import BookItem
from ..queries.bank_matching import came_back_item
from ..states import EXPLANATIONS, RECONCILIATION
from .coming_back import NoPaymentNamed, return_payment
from .statements import PeriodReconciled

AT_ONCE = 5_000  # rows one statement writes


class NothingChosen(Refused):
    """没有选择要核对的记录。"""


class SidesDiffer(Refused):
    """所选银行流水合计{bank}，账面合计{books}，相差{difference}；两边相等才能核对。"""


class MatchedAlready(Refused):
    """所选记录里有{count}条已经核对过。请刷新页面后重选。"""


class ExplanationUnknown(Refused):
    """没有“{kind}”这种说明。"""


class StatementsMissing(Refused):
    """银行对账单只连续读到{until}，不能编制{on}的调节表。"""


class SheetDoesNotAddUp(Refused):
    """调节后银行余额{bank}，账面余额{books}，相差{difference}；请先查清再编制。"""


class SheetChanged(Refused):
    """编制以后核对情况有变化，复核前请退回重编。"""


@transaction.atomic
def accept_proposals(
    account_id: int, keys: Iterable[str] | None = None, *, by: Actor, at: datetime
) -> list[StatementMatch]:
    """Match what the machine proposes: all that is sure, or the proposals of these keys, sure or not.

    A paid payment proposed as come back is taken as come back first, which asks for the right to do so.
    """
    require_may(by, Permission.RECONCILE_BANK, "核对银行流水")
    account = queries.fund_account_for_update(account_id, by=by)
    made: list[StatementMatch] = []
    for portion in queries.proposals_in_portions(account, localdate(at), keys):
        for one in portion:
            if one.rule_code == "come_back":
                return_payment(one.first_item.pk, why="", line=one.line, by=by, at=at)
        pairings = [(one.rule_code, one.lines, bank_matching.items_of(account, one)) for one in portion]
        made += _match(account, pairings, by=by, at=at)
    return made


@transaction.atomic
def return_by_statement(
    line_id: int, *, reference: str, by: Actor, at: datetime, reason: str
) -> StatementMatch:
    """Say with a reason that a line is a paid payment come back, where the line itself does not name it."""
    require_may(by, Permission.RECONCILE_BANK, "核对银行流水")
    line = queries.statement_line_for_update(line_id, by=by)
    account = queries.fund_account_for_update(line.account_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label="记为退汇")
    if line.status != "open":
        raise MatchedAlready(count=1)
    reference = compact(reference).upper()
    payment = bank_matching.payments_paid_from(account).filter(reference=reference).first()
    if payment is None:
        raise NoPaymentNamed(reference=reference)
    item = came_back_item(payment, line)
    return_payment(payment.pk, why=reason, line=line, by=by, at=at)
    return _match(account, [("come_back", [line], [item])], reason=reason.strip(), by=by, at=at)[0]


@transaction.atomic
def match_by_hand(
    account_id: int,
    *,
    line_ids: Iterable[int],
    item_keys: Iterable[str],
    by: Actor,
    at: datetime,
    reason: str,
) -> StatementMatch:
    """Say with a reason that these lines and these movements are the same money: any number on either side."""
    require_may(by, Permission.RECONCILE_BANK, "核对银行流水")
    account = queries.fund_account_for_update(account_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label="人工核对")
    line_ids, item_keys = set(line_ids), set(item_keys)
    lines = list(queries.statement_lines(account).filter(pk__in=line_ids).select_for_update(of=("self",)))
    items = bank_books.items_named(account, item_keys)
    if len(lines) != len(line_ids) or len(items) != len(item_keys):
        raise NotFound()
    if len(lines) + len(items) < 2:
        raise NothingChosen()
    matched = bank_books.keys_matched(items)
    taken = sum(line.status != "open" for line in lines) + sum(item.key in matched for item in items)
    if taken:
        raise MatchedAlready(count=taken)
    return _match(account, [("by_hand", lines, items)], reason=reason.strip(), by=by, at=at)[0]


def _match(
    account: FundAccount,
    pairings: Sequence[tuple[str, Sequence[StatementLine], Iterable[BookItem]]],
    *,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> list[StatementMatch]:
    """Keep pairings (rule, lines, items) as matches: as many statements for one as for a thousand."""
    matches = [
        StatementMatch(
            account=account, rule_code=rule_code, amount_fen=sum(line.amount_fen for line in lines),
            reason=reason[:300], matched_at=at, region_code=account.region_code,
        )
        for rule_code, lines, _items in pairings
    ]  # fmt: skip
    StatementMatch.objects.bulk_create(matches, batch_size=AT_ONCE)
    parts, moved, matched_as, details = [], [], {}, {}
    for match, (_rule, lines, items) in zip(matches, pairings, strict=True):
        for line in lines:
            parts.append(MatchPart(match=match, line=line, amount_fen=line.amount_fen, on=line.booked_on))
            moved.append(line)
            matched_as[line.pk] = {"match": match.pk}
        count = books = 0
        for item in items:
            parts.append(_part(match, item))
            count, books = count + 1, books + item.amount_fen
            if len(parts) >= AT_ONCE:
                MatchPart.objects.bulk_create(parts)
                parts.clear()
        bank = match.amount_fen
        if bank != books:
            raise SidesDiffer(bank=yuan(bank), books=yuan(books), difference=yuan(bank - books))
        details[match.pk] = {
            "rule": match.rule_code, "lines": len(lines), "items": count, "amount_fen": bank
        }  # fmt: skip
    MatchPart.objects.bulk_create(parts)
    begin_many(matches, "made", by=by, at=at, reason=reason, details=details)
    move_many(moved, "match", by=by, at=at, details=matched_as)
    return matches


def _part(match: StatementMatch, item: BookItem) -> MatchPart:
    whose = {"transfer": "transfer_id", "recovery": "entry_id"}.get(item.kind, "payment_id")
    return MatchPart(match=match, kind=item.kind, amount_fen=item.amount_fen, on=item.on, **{whose: item.pk})


@transaction.atomic
def undo_match(match_id: int, *, by: Actor, at: datetime, reason: str) -> StatementMatch:
    """Take a match back, with a reason; both sides are open again and the trail keeps what was thought."""
    match = queries.match_for_update(match_id, by=by)
    account = queries.fund_account_for_update(match.account_id, by=by)
    require_move(match, match.lifecycle.move("undo"), match.lifecycle, by=by, reason=reason)
    parts = list(match.parts.select_related("line"))
    _require_open(account, min(part.on for part in parts))
    move(match, "undo", by=by, at=at, reason=reason)
    match.parts.update(standing=False)
    move_many(
        [part.line for part in parts if part.line is not None],
        "unmatch", by=by, at=at, reason=reason, match=match.pk,
    )  # fmt: skip
    return match


@transaction.atomic
def explain_line(line_id: int, *, kind: str, by: Actor, at: datetime, reason: str) -> StatementLine:
    """Say what a line is that the books know nothing of. It is written down, no money is posted."""
    line = queries.statement_line_for_update(line_id, by=by)
    require_move(line, line.lifecycle.move("explain"), line.lifecycle, by=by, reason=reason)
    if kind not in EXPLANATIONS:
        raise ExplanationUnknown(kind=kind)
    line.explained_as, line.explanation = kind, reason.strip()[:300]
    line.save(update_fields=["explained_as", "explanation"])
    move(line, "explain", by=by, at=at, reason=reason, kind=kind)
    return line


@transaction.atomic
def reopen_line(line_id: int, *, by: Actor, at: datetime, reason: str) -> StatementLine:
    """Take an explanation back, with a reason."""
    line = queries.statement_line_for_update(line_id, by=by)
    require_move(line, line.lifecycle.move("reopen"), line.lifecycle, by=by, reason=reason)
    _require_open(line.account, line.booked_on)
    move(line, "reopen", by=by, at=at, reason=reason)
    line.explained_as, line.explanation = "", ""
    line.save(update_fields=["explained_as", "explanation"])
    return line


def _require_open(account: FundAccount, on: date) -> None:
    until = queries.closed_until(account)
    if until is not None and on <= until:
        raise PeriodReconciled(until=until.isoformat(), on=on.isoformat())


@transaction.atomic
def prepare_reconciliation(
    account_id: int, *, starts_on: date, ends_on: date, by: Actor, at: datetime
) -> Reconciliation:
    """Make the sheet of a span; refused where the bank has not told every day of it or it does not add up."""
    require_may(by, Permission.RECONCILE_BANK, "编制余额调节表")
    account = queries.fund_account_for_update(account_id, by=by)
    _require_open(account, ends_on)
    covered = queries.covered_until(account)
    if covered is None or covered < ends_on:
        raise StatementsMissing(until=covered.isoformat() if covered else "—", on=ends_on.isoformat())
    told = _adding_up(account, ends_on)
    made = Reconciliation.objects.create(
        account=account, starts_on=starts_on, ends_on=ends_on, sheet=told, digest=_digest(told),
        region_code=account.region_code, prepared_at=at,
    )  # fmt: skip
    begin(made, "prepared", by=by, at=at, digest=made.digest)
    return made


def _adding_up(account: FundAccount, ends_on: date) -> dict:
    sheet = bank_sheet.sheet(account, ends_on)
    if sheet.difference_fen:
        raise SheetDoesNotAddUp(
            bank=yuan(sheet.bank_adjusted_fen), books=yuan(sheet.books_adjusted_fen),
            difference=yuan(sheet.difference_fen),
        )  # fmt: skip
    return sheet.told()


def _digest(told: dict) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def close_reconciliation(
    reconciliation_id: int, *, by: Actor, at: datetime, reason: str = ""
) -> Reconciliation:
    """Confirm a sheet somebody else made; what it holds does not change any more."""
    made = queries.reconciliation_for_update(reconciliation_id, by=by)
    require_move(made, RECONCILIATION.move("close"), RECONCILIATION, by=by, reason=reason)
    account = queries.fund_account_for_update(made.account_id, by=by)
    if _digest(_adding_up(account, made.ends_on)) != made.digest:
        raise SheetChanged()
    move(made, "close", by=by, at=at, reason=reason, digest=made.digest)
    return made


@transaction.atomic
def return_reconciliation(reconciliation_id: int, *, by: Actor, at: datetime, reason: str) -> Reconciliation:
    """Send a sheet back instead of closing it, with a reason."""
    made = queries.reconciliation_for_update(reconciliation_id, by=by)
    move(made, "return", by=by, at=at, reason=reason)
    return made
