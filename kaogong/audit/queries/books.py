"""The ledger's and the trail's files: entries with their legs, what stood before and after, both chains."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Min, QuerySet, Sum

from kaogong.funds.models import Fund
from kaogong.ledger import queries as ledger
from kaogong.ledger.queries.chain import canonical
from kaogong.trail import queries as trail
from kaogong.trail.models import Entry, Seal

from .masking import HIDDEN, LABELS_SHOWN
from .period import Period

AT_ONCE = 1_000


def _of_region(rows: QuerySet, period: Period) -> QuerySet:
    if not period.prefix:
        return rows
    return rows.filter(fund_code__in=Fund.objects.filter(**period.here()).values("code"))


def _legs(period: Period) -> QuerySet:
    return _of_region(ledger.journal().prefetch_related(None).order_by(), period)


def written_entries(period: Period) -> Iterator[dict[str, Any]]:
    """The ledger's entries of the period with their legs, as the chain covers them; of the others the digest."""
    mine = _legs(period).filter(**period.on("at"))
    seals = [(seal.from_transaction, seal.until_transaction) for seal in ledger.seals()]
    span = _span(mine, seals)
    if span is None:
        return
    codes = (
        set(Fund.objects.filter(**period.here()).values_list("code", flat=True)) if period.prefix else None
    )
    for row in ledger.rows_between(*span):
        digest = hashlib.sha256(canonical(row)).hexdigest()
        if period.has(datetime.fromisoformat(row["at"])) and (codes is None or row["fund_code"] in codes):
            yield {**row, "digest": digest}
        else:
            number = row["transaction_number"]
            yield {"id": row["id"], "transaction_number": number, "digest": digest, "is_outside": True}


def legs_of(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """An entry as rows of a sheet, one a leg."""
    return [
        {
            "entry_id": entry["id"], "at": entry["at"], "kind": entry["kind"], "key": entry["key"],
            "reference": entry["reference"], "state": state, "fund_code": fund, "year": year,
            "programme": programme, "source_level": level, "amount_fen": fen, "by_name": entry["by_name"],
            "note": entry["note"],
        }
        for state, fund, year, programme, level, fen in entry.get("legs", ())
    ]  # fmt: skip


def _span(mine: QuerySet, seals: list[tuple[int, int]]) -> tuple[int, int] | None:
    """From the first to the last transaction to write: whole seals, and what is not sealed yet besides."""
    found = mine.aggregate(first=Min("transaction_number"), last=Max("transaction_number"))
    if found["first"] is None:
        return None
    touched = [seal for seal in seals if seal[1] > found["first"] and seal[0] <= found["last"]]
    start = min([found["first"], *(seal[0] for seal in touched)])
    return start, max([found["last"] + 1, *(seal[1] for seal in touched)])


def written_ledger_seals(period: Period) -> Iterator[dict[str, Any]]:
    """The ledger's seals from the first to the last over an entry of the period."""
    last = _legs(period).filter(**period.on("at")).aggregate(last=Max("transaction_number"))["last"]
    if last is not None:
        rows = ledger.seals().filter(from_transaction__lte=last).order_by("from_transaction")
        yield from map(_seal, rows.iterator(chunk_size=AT_ONCE))


def written_accounts(period: Period) -> Iterator[dict[str, Any]]:
    """Each account with what stood before the period and moved in it."""
    legs = _legs(period)
    before, within = _added(legs, at__lt=period.start), _added(legs, **period.on("at"))
    for account in _of_region(ledger.accounts(), period).order_by("id").iterator(chunk_size=AT_ONCE):
        opening, moved = before.get(account.pk, 0), within.get(account.pk, 0)
        if account.pk in before or account.pk in within:
            yield {
                "id": account.pk, "fund_code": account.fund_code, "year": account.year,
                "programme": account.programme, "source_level": account.source_level,
                "state": account.state, "opening_fen": opening, "moved_fen": moved,
                "closing_fen": opening + moved,
            }  # fmt: skip


def written_balances(period: Period) -> Iterator[dict[str, Any]]:
    """Each account at the making of the pack: what moved up to the period's end, after it, and what is kept."""
    legs = _legs(period)
    until, after = _added(legs, at__lt=period.end), _added(legs, at__gte=period.end)
    for account in _of_region(ledger.accounts(), period).order_by("id").iterator(chunk_size=AT_ONCE):
        yield {
            "id": account.pk, "fund_code": account.fund_code, "year": account.year,
            "programme": account.programme, "source_level": account.source_level, "state": account.state,
            "until_fen": until.get(account.pk, 0), "after_fen": after.get(account.pk, 0),
            "kept_fen": int(account.balance_fen or 0),
        }  # fmt: skip


def _added(legs: QuerySet, **when: Any) -> dict[int, int]:
    rows = legs.filter(**when).values_list("legs__account_id").annotate(fen=Sum("legs__amount_fen"))
    return {account: int(fen) for account, fen in rows if account is not None}


def written_trail(period: Period) -> Iterator[dict[str, Any]]:
    """The trail's entries of the period, each with its digest; of the others under the same seals the digest.

    A masked entry names what was taken out: its digest is of the whole, so the chain can still be reckoned.
    """
    mine = Entry.objects.filter(**period.on("at"), **period.here())
    seals = list(Seal.objects.values_list("from_transaction", "until_transaction"))
    span = _span(mine, seals)
    if span is None:
        return
    for entry in trail.entries_between(*span).iterator(chunk_size=AT_ONCE):
        yield _told(entry, period)


def _told(entry: Entry, period: Period) -> dict[str, Any]:
    digest = hashlib.sha256(trail.canonical(entry)).hexdigest()
    head = {"id": entry.pk, "transaction_number": entry.transaction_number, "digest": digest}
    if not (period.has(entry.at) and entry.region_code.startswith(period.prefix)):
        return {**head, "is_outside": True}
    told = {
        **head,
        "at": entry.at.isoformat(),
        "verb": entry.verb,
        "subject": [entry.subject_kind, entry.subject_id, entry.subject_label],
        "actor": [entry.actor_account_id, entry.actor_name, entry.actor_role],
        "reason": entry.reason,
        "detail": entry.detail,
        "scope": [entry.region_code, entry.organisation_id],
        "masked": [],
    }
    if not period.is_full:
        if entry.actor_role == "learner":
            told["actor"][1] = HIDDEN
            told["masked"].append("actor")
            if entry.reason:
                told["reason"] = HIDDEN
                told["masked"].append("reason")
        if entry.subject_kind not in LABELS_SHOWN and entry.subject_label:
            told["subject"][2] = HIDDEN
            told["masked"].append("subject")
    return told


def written_seals(period: Period) -> Iterator[dict[str, Any]]:
    """The trail's seals from the first: a chain is only as good as its whole length."""
    mine = Entry.objects.filter(**period.on("at"), **period.here())
    last = mine.aggregate(last=Max("transaction_number"))["last"]
    if last is not None:
        rows = Seal.objects.filter(from_transaction__lte=last).order_by("from_transaction")
        yield from map(_seal, rows.iterator(chunk_size=AT_ONCE))


def database_now() -> datetime:
    """The clock by which the database notes when entries were recorded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def last_seals() -> dict[str, str]:
    """The digest of the last seal of each chain, as the trail notes it when a pack is made."""
    told = {"trail_seal": trail.last_seal(), "ledger_seal": ledger.seals().first()}
    return {name: seal.digest for name, seal in told.items() if seal}


def _seal(seal: Any) -> dict[str, Any]:
    return {
        "id": seal.pk, "from_transaction": seal.from_transaction,
        "until_transaction": seal.until_transaction, "entry_count": seal.entry_count,
        "previous_digest": seal.previous_digest, "digest": seal.digest, "sealed_at": seal.sealed_at,
    }  # fmt: skip
