"""Decisions and payments held against what the sealed trail said of them when they were made."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from kaogong.claims.models import Decision
from kaogong.claims.queries.digests import SAID, decision_digest
from kaogong.funds.models import Payment
from kaogong.funds.operations.payments import account_index, mask_account
from kaogong.grants.models import GrantDecision, Instalment, SponsoredSpending
from kaogong.grants.queries.digests import SAID as SAID_OF_GRANTS
from kaogong.institutions.models import Institution
from kaogong.ledger import queries as ledger
from kaogong.people.models import Person
from kaogong.trail import queries as trail
from kaogong.trail.models import Entry, Seal

AT_ONCE = 1_000
DECIDED_OF_GRANTS = ("instalment.reserved", "instalment.refused", "grant.refused")
DECIDED = ("claim_line.approved", "claim_line.refused", "claim_line.left_out")


def row_faults() -> Iterator[str]:
    """Each decision and payment that no longer says what the trail said, one sentence each."""
    yield from _decisions()
    yield from _grant_decisions()
    yield from _payments()
    yield from _accounts()
    yield from _spendings()


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


def _grant_decisions() -> Iterator[str]:
    for part in _parts(*DECIDED_OF_GRANTS):
        told = [entry for entry in part if "decision" in entry.detail]
        of_instalments = [int(one.subject_id) for one in told if one.subject_kind == "instalment"]
        grant_of = dict(Instalment.objects.filter(pk__in=of_instalments).values_list("pk", "grant_id"))
        owners = {
            entry.pk: grant_of.get(int(entry.subject_id))
            if entry.subject_kind == "instalment"
            else int(entry.subject_id)
            for entry in told
        }
        rows = GrantDecision.objects.filter(grant_id__in=[owner for owner in owners.values() if owner])
        kept: dict[int, set[str]] = {}
        for row in rows.values("grant_id", "facts", *SAID_OF_GRANTS):
            kept.setdefault(row["grant_id"], set()).add(decision_digest(row, SAID_OF_GRANTS))
        for entry in told:
            if entry.detail["decision"] not in kept.get(owners[entry.pk], ()):
                yield f"{entry.subject_label}：决定时的结论已不在，或事实、结论被改动（轨迹第 {entry.pk} 条）"


def _accounts() -> Iterator[str]:
    """The account on file of each payee is the last one the trail says was registered."""
    for kind, model in (("person", Person), ("institution", Institution)):
        told = Entry.objects.filter(verb=f"{kind}.bank_account_set", detail__has_key="account")
        rows = (
            told.order_by("subject_id", "-id")
            .distinct("subject_id")
            .values_list("subject_id", "detail", "id")
        )
        found = rows.iterator(chunk_size=AT_ONCE)
        while part := list(islice(found, AT_ONCE)):
            kept = dict(
                model.objects.filter(pk__in=[int(pk) for pk, _, _ in part]).values_list(
                    "pk", "bank_account_masked"
                )
            )
            for pk, detail, entry in part:
                if kept.get(int(pk)) != detail["account"]:
                    yield f"收款人 {kind} {pk}：登记的账户与轨迹第 {entry} 条所记不同，没有经过账户变更"


def _spendings() -> Iterator[str]:
    """Each sum of a sponsor's money says what was approved."""
    for part in _parts("spending.approved"):
        kept = SponsoredSpending.objects.select_related("use").in_bulk([int(one.subject_id) for one in part])
        for entry in part:
            row = kept.get(int(entry.subject_id))
            if row is None or (row.amount_fen, row.use.name, row.kind) != (
                entry.detail["amount_fen"], entry.detail["use"], entry.detail["kind"],
            ):  # fmt: skip
                yield f"{entry.subject_label}：赞助资金支出与批准时不同（轨迹第 {entry.pk} 条）"


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
