"""Decisions and payments held against what the sealed trail said of them when they were made."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from kaogong.claims.models import Decision
from kaogong.claims.queries.digests import SAID, decision_digest
from kaogong.funds.models import Payment
from kaogong.funds.operations.payments import account_index, mask_account
from kaogong.ledger import queries as ledger
from kaogong.trail import queries as trail
from kaogong.trail.models import Entry, Seal

AT_ONCE = 1_000
DECIDED = ("claim_line.approved", "claim_line.refused", "claim_line.left_out")


def row_faults() -> Iterator[str]:
    """Each decision and payment that no longer says what the trail said, one sentence each."""
    yield from _decisions()
    yield from _payments()


def _parts(*verbs: str) -> Iterator[list[Entry]]:
    rows = Entry.objects.filter(verb__in=verbs).only("subject_id", "subject_label", "detail", "id")
    found = rows.order_by("id").iterator(chunk_size=AT_ONCE)
    while part := list(islice(found, AT_ONCE)):
        yield part


def _decisions() -> Iterator[str]:
    for part in _parts(*DECIDED):
        told = [entry for entry in part if "decision" in entry.detail]
        rows = Decision.objects.filter(line_id__in=[int(entry.subject_id) for entry in told])
        kept: dict[str, set[str]] = {}
        for row in rows.values("line_id", "facts", *SAID):
            kept.setdefault(str(row["line_id"]), set()).add(decision_digest(row))
        for entry in told:
            if entry.detail["decision"] not in kept.get(entry.subject_id, ()):
                yield f"{entry.subject_label}：核准时的结论已不在，或事实、结论被改动（轨迹第 {entry.pk} 条）"


def _payments() -> Iterator[str]:
    for part in _parts("payment.queued"):
        kept = Payment.objects.in_bulk([int(entry.subject_id) for entry in part])
        for entry in part:
            payment = kept.get(int(entry.subject_id))
            if payment is None:
                yield f"{entry.subject_label}：付款不见了（轨迹第 {entry.pk} 条）"
                continue
            account = entry.detail.get("account", payment.bank_account_masked)
            if (payment.amount_fen, payment.bank_account_masked) != (entry.detail["amount_fen"], account):
                yield f"{payment.reference}：金额或账号与生成时不同（轨迹第 {entry.pk} 条）"
            elif mask_account(payment.bank_account) != payment.bank_account_masked or account_index(
                payment.bank_account
            ) != bytes(payment.bank_account_index):
                yield f"{payment.reference}：加密保存的账号与其首尾几位或索引不符"


def published_digests() -> Iterator[tuple[date, str, str]]:
    """(day, chain, digest) of the last seal of each day of both chains, the newest first."""
    told = [(seal.day, "trail", seal.digest) for seal in trail.daily_seals()]
    told += [(seal.day, "ledger", seal.digest) for seal in ledger.daily_seals()]
    yield from sorted(told, key=lambda one: (one[0], one[1]), reverse=True)


def digests_gone(kept: dict[tuple[date, str], str]) -> list[tuple[date, str]]:
    """Which of the digests somebody kept stand under no seal any more."""
    standing = {
        "trail": set(Seal.objects.values_list("digest", flat=True)),
        "ledger": set(ledger.seals().values_list("digest", flat=True)),
    }
    return sorted(key for key, digest in kept.items() if digest not in standing.get(key[1], ()))


def read_digests(lines: Iterator[str]) -> dict[tuple[date, str], str]:
    """A kept copy of what was published: ``day chain digest`` a line."""
    found = {}
    for line in lines:
        words = line.split()
        if len(words) == 3 and not line.startswith("#"):
            found[date.fromisoformat(words[0]), words[1]] = words[2]
    return found
