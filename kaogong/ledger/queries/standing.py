"""Where money stands now, the journal, and the re-adding of both."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet, Sum

from kaogong.ledger.models import AccountBalance, JournalEntry, LedgerAccount, Leg
from kaogong.ledger.states import BUDGETED, SOURCE_LEVELS, STATES


@dataclass(frozen=True, slots=True)
class TrialRow:
    """Where the money of one source of one programme stands; ``budgeted_fen`` is told as positive."""

    fund_code: str
    year: int
    programme: str
    source_level: str
    fen: dict[str, int] = field(default_factory=dict)

    @property
    def budgeted_fen(self) -> int:
        return -self.fen.get(BUDGETED, 0)

    @property
    def difference_fen(self) -> int:
        """Zero, always; anything else is a fault."""
        return sum(self.fen.values())

    def __getattr__(self, name: str) -> int:
        state = name.removesuffix("_fen")
        if name.endswith("_fen") and state in STATES:
            return self.fen.get(state, 0)
        raise AttributeError(name)


def accounts(fund_code: str | None = None, year: int | None = None) -> QuerySet[LedgerAccount]:
    """The accounts opened so far, each with its balance."""
    rows = LedgerAccount.objects.annotate(balance_fen=Sum("parts__balance_fen")).order_by(
        "fund_code", "year", "programme", "id"
    )
    if fund_code is not None:
        rows = rows.filter(fund_code=fund_code)
    return rows if year is None else rows.filter(year=year)


def asked_back(references: Iterable[str]) -> dict[str, int]:
    """Payment reference → what of it is asked back, or came back or was given up since; only those with any."""
    references = list(references)
    if not references:
        return {}
    rows = JournalEntry.objects.filter(
        kind__in=("claim_back", "drop_claim_back"), note__in=references, reversed_by=None
    )
    found: dict[str, int] = defaultdict(int)
    for kind, reference, amounts in rows.values_list("kind", "note", "amounts"):
        fen = sum(amounts.values())
        found[reference] += fen if kind == "claim_back" else -fen
    return {reference: fen for reference, fen in found.items() if fen > 0}


def trial_balance(
    fund_code: str | None = None, year: int | None = None, *, fund_codes: Iterable[str] | None = None
) -> list[TrialRow]:
    """One row for each source of each programme, in one query."""
    rows = AccountBalance.objects.values_list(
        "account__fund_code", "account__year", "account__programme", "account__source_level", "account__state"
    )
    if fund_code is not None:
        rows = rows.filter(account__fund_code=fund_code)
    if fund_codes is not None:
        rows = rows.filter(account__fund_code__in=fund_codes)
    if year is not None:
        rows = rows.filter(account__year=year)
    return trial_rows((*of, int(fen)) for *of, fen in rows.annotate(fen=Sum("balance_fen")))


def trial_rows(standing: Iterable[tuple]) -> list[TrialRow]:
    """Rows of the trial balance from (fund, year, programme, source, state, fen)."""
    found: dict[tuple, TrialRow] = {}
    for *of, state, fen in standing:
        found.setdefault(tuple(of), TrialRow(*of)).fen[state] = fen
    levels = list(SOURCE_LEVELS)
    return [found[of] for of in sorted(found, key=lambda of: (*of[:3], levels.index(of[3])))]


def balances(fund_code: str, year: int) -> dict[tuple[str, str], dict[str, int]]:
    """What stands in each state, by (programme, source)."""
    return {(row.programme, row.source_level): dict(row.fen) for row in trial_balance(fund_code, year)}


def journal(
    reference: str | None = None, *, fund_code: str | None = None, year: int | None = None
) -> QuerySet[JournalEntry]:
    """Entries newest first, with their legs; of one reference, one fund, or all."""
    rows = JournalEntry.objects.prefetch_related("legs__account").order_by("-id")
    if reference is not None:
        rows = rows.filter(reference=reference)
    if fund_code is not None:
        rows = rows.filter(fund_code=fund_code)
    return rows if year is None else rows.filter(year=year)


def standing(reference: str) -> dict[str, dict[str, int]]:
    """What the entries of one reference left in each state: {state: {source: fen}}, zeros left out."""
    sums = (
        Leg.objects.filter(entry__reference=reference)
        .values_list("account__state", "account__source_level")
        .annotate(fen=Sum("amount_fen"))
        .order_by("account__state", "account__source_level")
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for state, source, fen in sums:
        if fen:
            found[state][source] = int(fen)
    return dict(found)


def budget_changes(fund_code: str, year: int, programme: str, source_level: str) -> int:
    """How often this budget was set."""
    return JournalEntry.objects.filter(
        kind="set_budget", fund_code=fund_code, year=year, programme=programme, amounts__has_key=source_level
    ).count()


def entry_by_key(key: str) -> JournalEntry | None:
    """The entry told under that key."""
    return JournalEntry.objects.filter(key=key).first()
