"""The chain of seals over entries and legs, and its check; rows for whoever checks it elsewhere."""

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import TruncDate

from kaogong.ledger.models import JournalEntry, LedgerSeal

GENESIS = "0" * 64
_MARK = struct.Struct(">Q8s")


@dataclass(frozen=True, slots=True)
class ChainFault:
    """One seal that does not agree with what stands under it; ``entries`` names the numbers of the entries."""

    seal_id: int
    problem: str
    entries: tuple[int, ...] = ()


def entries_between(start: int, until: int) -> QuerySet[JournalEntry]:
    """The entries one seal covers, in the order it covers them."""
    return JournalEntry.objects.filter(transaction_number__gte=start, transaction_number__lt=until).order_by(
        "transaction_number", "id"
    )


_ROWS = """
    SELECT e.id, e.transaction_number, e.key, e.kind, e.fund_code, e.programme, e.year, e.amounts, e.reference,
           e.note, e.at, e.by_account_id, e.by_name, e.reverses_id, e.recorded_at, l.legs
    FROM ledger_journalentry e
    CROSS JOIN LATERAL (
        SELECT coalesce(json_agg(json_build_array(a.state, a.fund_code, a.year, a.programme, a.source_level,
                                                  l.amount_fen) ORDER BY l.id), '[]') AS legs
        FROM ledger_leg l LEFT JOIN ledger_ledgeraccount a ON a.id = l.account_id WHERE l.entry_id = e.id
    ) l
    WHERE e.transaction_number >= %s AND e.transaction_number < %s
    ORDER BY e.transaction_number, e.id
"""
_NAMES = (
    "id", "transaction_number", "key", "kind", "fund_code", "programme", "year", "amounts", "reference", "note",
    "at", "by_account_id", "by_name", "reverses", "recorded_at", "legs",
)  # fmt: skip


def rows_between(start: int, until: int) -> Iterator[dict]:
    """Every entry with its legs as plain values, in the order of the chain, a few thousand at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS, [start, until])
        while rows := cursor.fetchmany(5000):
            for row in rows:
                found = dict(zip(_NAMES, row, strict=True))
                found["at"] = found["at"].astimezone(UTC).isoformat()
                found["recorded_at"] = found["recorded_at"].astimezone(UTC).isoformat()
                for name in ("amounts", "legs"):  # one driver hands JSON out read, another as text
                    if isinstance(found[name], str):
                        found[name] = json.loads(found[name])
                yield found


def canonical(row: dict) -> bytes:
    """The bytes of one entry that the chain covers; the same on every machine."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sealed(rows: Iterable[dict], previous: str) -> tuple[str, bytes, int, str]:
    """The chained SHA-256 of these rows after ``previous``, their marks, how many, the latest recorded instant."""
    running, marks, latest = hashlib.sha256(previous.encode()), bytearray(), ""
    for row in rows:
        digest = hashlib.sha256(canonical(row)).digest()
        running.update(digest)
        marks += _MARK.pack(row["id"], digest[:8])
        latest = max(latest, row["recorded_at"])
    return running.hexdigest(), bytes(marks), len(marks) // _MARK.size, latest


def seals() -> QuerySet[LedgerSeal]:
    """The seals, newest first, without their marks."""
    return LedgerSeal.objects.order_by("-until_transaction").defer("marks")


def daily_seals() -> QuerySet[LedgerSeal]:
    """The last seal of each day with its ``day``, the newest first, without their marks."""
    rows = LedgerSeal.objects.annotate(day=TruncDate("sealed_at")).order_by("-day", "-until_transaction")
    return rows.distinct("day").defer("marks")


def changed_entries(before: bytes, now: bytes) -> tuple[int, ...]:
    """The numbers of entries whose marks differ, are gone or are new."""
    old, new = dict(_MARK.iter_unpack(before)), dict(_MARK.iter_unpack(now))
    return tuple(sorted(number for number in old.keys() | new.keys() if old.get(number) != new.get(number)))


def seal_faults(seals: Iterable[dict], rows_of) -> list[ChainFault]:
    """Check seals in order; ``rows_of(seal)`` gives the rows that should stand under one. Needs no database."""
    faults, previous, until = [], GENESIS, 0
    for seal in seals:
        number = seal["id"]
        if seal["previous_digest"] != previous:
            faults.append(ChainFault(number, "与上一封存不相连"))
        if seal["from_transaction"] != until:
            faults.append(ChainFault(number, "封存区间不连续"))
        digest, marks, count, _latest = sealed(rows_of(seal), seal["previous_digest"])
        if digest != seal["digest"] or count != seal["entry_count"]:
            named = changed_entries(seal["marks"], marks)
            problem = "分录内容与封存时不同" if count == seal["entry_count"] else "分录数与封存时不同"
            faults.append(ChainFault(number, problem, named))
        previous, until = seal["digest"], seal["until_transaction"]
    return faults


_SEAL = ("id", "from_transaction", "until_transaction", "entry_count", "previous_digest", "digest", "marks")


def chain_faults(since: int = 0) -> list[ChainFault]:
    """Re-hash every seal against entries and legs; an empty list means that nothing sealed was changed."""

    def plain() -> Iterator[dict]:
        for seal in LedgerSeal.objects.order_by("from_transaction").iterator():
            yield {name: getattr(seal, name) for name in _SEAL} | {"marks": bytes(seal.marks)}

    return seal_faults(
        plain(), lambda seal: rows_between(seal["from_transaction"], seal["until_transaction"])
    )


def chain_lines() -> Iterator[str]:
    """The whole chain as lines of JSON: each seal, then the rows under it. ``faults_of_lines`` checks them."""
    for seal in LedgerSeal.objects.order_by("from_transaction").iterator():
        told = {name: getattr(seal, name) for name in _SEAL if name != "marks"} | {
            "marks": bytes(seal.marks).hex()
        }
        yield json.dumps({"seal": told}, ensure_ascii=False)
        for row in rows_between(seal.from_transaction, seal.until_transaction):
            yield json.dumps({"entry": row}, ensure_ascii=False)


def faults_of_lines(lines: Iterable[str]) -> list[ChainFault]:
    """Check exported lines, with no database at hand."""
    found: list[tuple[dict, list[dict]]] = []
    for line in lines:
        told = json.loads(line)
        if "seal" in told:
            found.append((told["seal"] | {"marks": bytes.fromhex(told["seal"]["marks"])}, []))
        elif found:
            found[-1][1].append(told["entry"])
    under = {id(seal): rows for seal, rows in found}
    return seal_faults([seal for seal, _ in found], lambda seal: under[id(seal)])
