"""Reading bank statements beside the books: lines, matches, what is open on both sides, reconciliations."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from kaogong import rules
from kaogong.kernel.actor import Actor
from kaogong.rules import RegionUnknown
from kaogong.rules.conduct import nearest_conduct
from kaogong.rules.errors import ConductUnknown

from ..models import BankStatement, FundAccount, Reconciliation, StatementLine, StatementMatch
from . import bank_matching, bank_open
from .bank_matching import Proposal, Workbench
from .bank_open import SheetTotals
from .batch_terms import TOPIC
from .reach import only, within_reach

PAGE = 100  # shown on either side; the filters find the rest


def fund_accounts(by: Actor) -> QuerySet[FundAccount]:
    """Accounts followed, in reach."""
    return within_reach(FundAccount.objects.select_related("fund").order_by("id"), by)


def fund_account(account_id: int, by: Actor) -> FundAccount:
    return only(fund_accounts(by).filter(pk=account_id))


def fund_account_for_update(account_id: int, by: Actor) -> FundAccount:
    """The account; whoever reads its statements or matches waits for whoever does.

    Not a lock of the row: the table is only ever added to, and the application may not lock its rows.
    """
    found = fund_account(account_id, by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kaogong.funds.account'), %s)", [found.pk])
    return found


def statements(account: FundAccount) -> QuerySet[BankStatement]:
    return BankStatement.objects.filter(account=account).order_by("-ends_on", "-id")


def statement_lines(account: FundAccount, *, status: str = "", text: str = "") -> QuerySet[StatementLine]:
    """What the bank booked, the oldest first."""
    rows = StatementLine.objects.filter(account=account).order_by("booked_on", "id")
    if status:
        rows = rows.filter(status=status)
    if text.strip():
        words = text.strip()
        rows = rows.filter(
            Q(serial__icontains=words) | Q(remark__icontains=words) | Q(counter_name__icontains=words)
        )
    return rows


def statement_line_for_update(line_id: int, by: Actor) -> StatementLine:
    rows = within_reach(StatementLine.objects.select_related("account__fund"), by).filter(pk=line_id)
    return only(rows.select_for_update(of=("self",)))


def matches(account: FundAccount) -> QuerySet[StatementMatch]:
    """Matches made, the newest first, undone ones among them."""
    rows = StatementMatch.objects.filter(account=account).order_by("-id")
    return rows.prefetch_related("parts__line", "parts__payment__batch", "parts__transfer")


def match_for_update(match_id: int, by: Actor) -> StatementMatch:
    rows = within_reach(StatementMatch.objects.select_related("account__fund"), by).filter(pk=match_id)
    return only(rows.select_for_update(of=("self",)))


def reconciliations(by: Actor) -> QuerySet[Reconciliation]:
    """Sheets made, the newest first."""
    return within_reach(Reconciliation.objects.select_related("account__fund").order_by("-id"), by)


def reconciliation(pk: int, by: Actor) -> Reconciliation:
    return only(reconciliations(by).filter(pk=pk))


def reconciliation_for_update(pk: int, by: Actor) -> Reconciliation:
    return only(reconciliations(by).filter(pk=pk).select_for_update(of=("self",)))


def closed_until(account: FundAccount) -> date | None:
    """The last day of the last span somebody closed."""
    last = Reconciliation.objects.filter(account=account, status="closed").order_by("-ends_on").first()
    return last.ends_on if last else None


def covered_until(account: FundAccount) -> date | None:
    """Until which day the bank has told without a gap; None before the first statement."""
    until = account.begins_on - timedelta(days=1)
    for starts_on, ends_on in (
        BankStatement.objects.filter(account=account)
        .order_by("starts_on", "ends_on")
        .values_list("starts_on", "ends_on")
    ):
        if starts_on > until + timedelta(days=1):
            break
        until = max(until, ends_on)
    return until if until >= account.begins_on else None


def bank_balance(account: FundAccount, until: date) -> int:
    """What stood at the bank at the end of the day: the first opening balance and every line since."""
    first = BankStatement.objects.filter(account=account).order_by("starts_on", "id").first()
    if first is None:
        return account.opening_fen
    moved = StatementLine.objects.filter(account=account, booked_on__lte=until)
    return first.opening_fen + int(moved.aggregate(fen=Sum("amount_fen"))["fen"] or 0)


def opening_expected(account: FundAccount, starts_on: date) -> int | None:
    """What a statement of this first day opens with, by those read before; None where none of them reaches it."""
    before = (
        BankStatement.objects.filter(
            account=account, starts_on__lte=starts_on, ends_on__gte=starts_on - timedelta(days=1)
        )
        .order_by("starts_on", "id")
        .first()
    )
    if before is None:
        return None
    moved = StatementLine.objects.filter(
        account=account, booked_on__gte=before.starts_on, booked_on__lt=starts_on
    )
    return before.opening_fen + int(moved.aggregate(fen=Sum("amount_fen"))["fen"] or 0)


def match_days(region_code: str, on: date) -> int:
    """How many days a bank line and a book movement may lie apart and still be proposed; 0 where nothing says."""
    try:
        told = nearest_conduct(rules.load(), region_code, TOPIC, on).value("match_days")
    except (ConductUnknown, RegionUnknown):
        return 0
    return int(told.value) if told is not None and told.value is not None else 0


def workbench(
    account: FundAccount, on: date, *, text: str = "", side: int = 0, size: int = PAGE
) -> Workbench:
    """What is proposed and what is left on both sides, the first of each, with how many there are."""
    days = match_days(account.region_code, on)
    covered = covered_until(account)
    return bank_matching.workbench(account, days=days, covered_until=covered, text=text, side=side, size=size)


def proposed(account: FundAccount, on: date, *, size: int = PAGE) -> list[Proposal]:
    """The first pairings of what is open on both sides, the sure first."""
    return workbench(account, on, size=size).proposals


def proposals_in_portions(
    account: FundAccount, on: date, keys: Iterable[str] | None
) -> Iterator[list[Proposal]]:
    """All that is sure, or the proposals of these keys, so many at once."""
    days = match_days(account.region_code, on)
    return bank_matching.proposals_in_portions(
        account, days=days, covered_until=covered_until(account), keys=keys
    )


def sheet_totals(account: FundAccount, until: date) -> SheetTotals:
    """What the sheet at the end of a day would come to."""
    return bank_open.sheet_totals(account, until, bank_balance(account, until))
