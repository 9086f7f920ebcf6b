"""Reading the trail."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate

from kaogong.kernel.actor import Actor
from kaogong.kernel.region_code import RegionCode

from .models import Entry, Seal

GENESIS = "0" * 64


def timeline(subject_kind: str, subject_id: object) -> QuerySet[Entry]:
    """Everything that was done to one subject, oldest first."""
    return Entry.objects.filter(subject_kind=subject_kind, subject_id=str(subject_id)).order_by("id")


def last_doer(subject_kind: str, subject_id: object, past: str) -> Entry | None:
    """The latest entry of that verb on that subject."""
    return timeline(subject_kind, subject_id).filter(verb=f"{subject_kind}.{past}").order_by("-id").first()


def latest_entries(
    subject_kind: str, subject_ids: Iterable[object], verbs: Iterable[str]
) -> dict[str, Entry]:
    """Subject id → the latest entry of any of these verbs on it."""
    rows = Entry.objects.filter(
        subject_kind=subject_kind, subject_id__in=[str(i) for i in subject_ids], verb__in=list(verbs)
    )
    return {entry.subject_id: entry for entry in rows.order_by("subject_id", "-id").distinct("subject_id")}


def last_seal() -> Seal | None:
    """The latest sealed batch."""
    return Seal.objects.order_by("-until_transaction").first()


def entries_visible(by: Actor) -> QuerySet[Entry]:
    """Entries in the actor's reach, newest first: a region's subtree, one institution's, or one's own."""
    own = Q(actor_account_id=by.account_id) if by.account_id else Q(pk__in=())
    if by.organisation_id:
        return Entry.objects.filter(own | Q(organisation_id=by.organisation_id)).order_by("-id")
    if by.region_code and not by.person_id and not by.own_unit:
        return Entry.objects.filter(
            own | Q(region_code__startswith=RegionCode(by.region_code).prefix)
        ).order_by("-id")
    return Entry.objects.filter(own).order_by("-id")


def canonical(entry: Entry) -> bytes:
    """The bytes of one entry that the chain covers; the same on every machine."""
    facts = {
        "id": entry.pk,
        "transaction_number": entry.transaction_number,
        "at": entry.at.isoformat(),
        "verb": entry.verb,
        "subject": [entry.subject_kind, entry.subject_id, entry.subject_label],
        "actor": [entry.actor_account_id, entry.actor_name, entry.actor_role],
        "reason": entry.reason,
        "detail": entry.detail,
        "scope": [entry.region_code, entry.organisation_id],
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(entries: Iterable[Entry], previous: str) -> tuple[str, int]:
    """The chained SHA-256 of these entries after ``previous`` (hex), and how many there were."""
    running = hashlib.sha256(previous.encode())
    count = 0
    for entry in entries:
        running.update(hashlib.sha256(canonical(entry)).digest())
        count += 1
    return running.hexdigest(), count


def entries_between(start: int, until: int) -> QuerySet[Entry]:
    """The entries one seal covers, in the order it covers them."""
    return Entry.objects.filter(transaction_number__gte=start, transaction_number__lt=until).order_by(
        "transaction_number", "id"
    )


def settled_before() -> int:
    """Every transaction numbered below this has ended, so no further entry can appear under it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


def daily_seals() -> QuerySet[Seal]:
    """The last seal of each day with its ``day``, the newest first: what is published for anybody to keep."""
    rows = Seal.objects.annotate(day=TruncDate("sealed_at")).order_by("-day", "-until_transaction")
    return rows.distinct("day")


@dataclass(frozen=True, slots=True)
class ChainFault:
    """One seal that does not agree with the entries under it."""

    seal_id: int
    problem: str


def chain_faults() -> list[ChainFault]:
    """Re-add every seal; an empty list means that nothing sealed was changed."""
    faults, previous, until = [], GENESIS, None
    for seal in Seal.objects.order_by("from_transaction"):
        if seal.previous_digest != previous:
            faults.append(ChainFault(seal.pk, "与上一封存不相连"))
        if until is not None and seal.from_transaction != until:
            faults.append(ChainFault(seal.pk, "封存区间不连续"))
        digest, count = digest_of(
            entries_between(seal.from_transaction, seal.until_transaction).iterator(), seal.previous_digest
        )
        if count != seal.entry_count:
            faults.append(ChainFault(seal.pk, f"记录数不符：封存时 {seal.entry_count}，现为 {count}"))
        elif digest != seal.digest:
            faults.append(ChainFault(seal.pk, "记录内容与封存时不同"))
        previous, until = seal.digest, seal.until_transaction
    return faults


def entries_of_verb(verb: str, since: datetime, until: datetime) -> QuerySet[Entry]:
    """Everything of one verb within a span of time, oldest first."""
    return Entry.objects.filter(verb=verb, at__gte=since, at__lte=until).order_by("id")
