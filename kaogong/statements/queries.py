"""What a payee was owed, paid and asked back over some days, and the papers that say so."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime

from kaogong.access.queries import in_reach
from kaogong.claims.models import Claim, ClaimLine
from kaogong.funds.models import Payment
from kaogong.funds.states import SPONSORED
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.writing import compact
from kaogong.people import queries as people
from kaogong.recoveries.models import RecoupmentReceipt
from kaogong.trail.queries import latest_entries

from .models import IssuedPaper

WHAT = {
    "claimed": "申领",
    "decided": "核定应付",
    "paid": "已付",
    "offset": "抵扣已付",
    "returned": "银行退回，待重付",
    "came_back": "到账后被银行退回",
    "voided": "不再支付",
    "cancelled": "取消付款",
    "recovered": "退回资金",
}
_ORDER = {name: n for n, name in enumerate(WHAT)}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened between the fund and a payee; ``owed_fen`` is how it changes what is owed."""

    on: str
    what: str
    reference: str
    amount_fen: int
    owed_fen: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """What a payee's account says over some days."""

    opening_fen: int
    events: list[Event]
    closing_fen: int
    totals: dict[str, int]

    def told(self) -> dict:
        return {
            "opening_fen": self.opening_fen, "closing_fen": self.closing_fen, "totals": self.totals,
            "events": [asdict(event) for event in self.events],
        }  # fmt: skip


def _payments_of(institution_id: int | None, person_id: int | None) -> QuerySet[Payment]:
    """Payments of public money: what a sponsor's money paid or gave back is told in papers of its own."""
    rows = Payment.objects.filter(institution_id=institution_id).defer("bank_account")
    rows = rows.filter(person_id=None) if person_id is None else rows.filter(person_id__in=_same(person_id))
    return rows.exclude(fund__kind_code=SPONSORED)


def _same(person_id: int) -> tuple[int, ...]:
    return people.same_person_ids([person_id])[person_id]


def account_of(
    *, institution_id: int | None = None, person_id: int | None = None, starts_on: date, ends_on: date
) -> Account:
    """Every event of one payee up to the last day: those before the first make the opening balance."""
    events = sorted(
        (*_claimed(institution_id, person_id), *_moved(institution_id, person_id),
         *_recovered(institution_id, person_id)),
        key=lambda event: (event.on, _ORDER[event.what], event.reference),
    )  # fmt: skip
    first, last = starts_on.isoformat(), ends_on.isoformat()
    opening = sum(event.owed_fen for event in events if event.on < first)
    within = [event for event in events if first <= event.on <= last]
    totals = dict.fromkeys(WHAT, 0)
    for event in within:
        totals[event.what] += event.amount_fen
    return Account(opening, within, opening + sum(event.owed_fen for event in within), totals)


def _day(at: datetime) -> str:
    return localtime(at).date().isoformat()


def _claimed(institution_id: int | None, person_id: int | None) -> list[Event]:
    if institution_id is not None:
        rows = Claim.objects.filter(institution_id=institution_id).exclude(status="withdrawn")
        return [Event(_day(row.submitted_at), "claimed", row.number, row.amount_fen) for row in rows]
    lines = (
        ClaimLine.objects.filter(person_id__in=_same(person_id))
        .exclude(status="withdrawn")
        .select_related("claim")
    )
    # Of what is paid to an institution for a person nothing is the person's own.
    return [
        Event(_day(line.claim.submitted_at), "claimed", line.reference, own)
        for line in lines
        if (own := line.allowance_fen + (line.amount_fen if line.claim.payer_mode == "person" else 0))
    ]


def _moved(institution_id: int | None, person_id: int | None) -> list[Event]:
    payments = list(_payments_of(institution_id, person_id))
    ended = [row.pk for row in payments if row.status in ("cancelled", "voided")]
    cancelled = latest_entries("payment", ended, ["payment.cancelled", "payment.voided"])
    found = []
    for row in payments:
        fen, name = row.amount_fen, row.reference
        # What replaces a payment, or was split from it to be set off, owes nothing new.
        if row.replaces_id is None and not (row.offset_for and name.endswith("-D")):
            found.append(Event(_day(row.queued_at), "decided", name, fen, fen))
        if row.answered_at and (row.status == "paid" or row.came_back_at):
            found.append(
                Event(_day(row.answered_at), "offset" if row.offset_for else "paid", name, fen, -fen)
            )
        if row.came_back_at:  # owed again, where it had arrived
            what = "came_back" if row.answered_at else "returned"
            found.append(Event(_day(row.came_back_at), what, name, fen, fen if row.answered_at else 0))
        elif row.failure_reason and row.answered_at:
            found.append(Event(_day(row.answered_at), "returned", name, fen))
        if str(row.pk) in cancelled:
            found.append(Event(_day(cancelled[str(row.pk)].at), row.status, name, fen, -fen))
    return found


def _recovered(institution_id: int | None, person_id: int | None) -> list[Event]:
    rows = RecoupmentReceipt.objects.filter(recoupment__institution_id=institution_id)
    whose = None if person_id is None else _same(person_id)
    rows = (
        rows.filter(recoupment__person_id=None)
        if whose is None
        else rows.filter(recoupment__person_id__in=whose)
    )
    rows = rows.exclude(status="reversed")
    return [Event(row.received_on.isoformat(), "recovered", row.number, row.amount_fen) for row in rows]


def paid_in(person_id: int) -> str:
    """The region that pays a person, by the last payment; "" where nothing was paid."""
    last = _payments_of(None, person_id).order_by("-id").first()
    return last.region_code if last else ""


def came_back(institution_id: int | None, person_id: int | None) -> set[str]:
    """The payments of a payee that arrived and were given back by the bank: never had, whatever a day's paper said."""
    rows = _payments_of(institution_id, person_id).filter(
        came_back_at__isnull=False, answered_at__isnull=False
    )
    return set(rows.values_list("reference", flat=True))


def corrections_of(paper: IssuedPaper) -> list[Payment]:
    """Payments this paper counts as paid that the bank gave back after it was issued."""
    rows = Payment.objects.filter(came_back_at__gt=paper.issued_at).defer("bank_account").order_by("id")
    if paper.kind == "receipt":
        return list(rows.filter(pk=paper.payment_id))
    told = [row["reference"] for row in paper.facts["body"].get("events", []) if row["what"] == "paid"]
    return list(rows.filter(reference__in=told)) if told else []


def papers(by: Actor, *, kind: str = "") -> QuerySet[IssuedPaper]:
    """Papers in reach, the newest first; an institution or a person sees its own."""
    rows = in_reach(IssuedPaper.objects.all(), by, person="person_id").order_by("-id")
    return (rows.filter(kind=kind) if kind else rows).prefetch_related("reissues")


def papers_named(by: Actor, text: str = "") -> QuerySet[IssuedPaper]:
    """Papers in reach by the beginning of a number or a payee's name."""
    wanted = text.strip()
    rows = papers(by)
    return rows.filter(Q(number__istartswith=wanted) | Q(payee_name__startswith=wanted)) if wanted else rows


def paper(paper_id: int, by: Actor) -> IssuedPaper:
    found = papers(by).filter(pk=paper_id).first()
    if found is None:
        raise NotFound()
    return found


def paper_verified(number: str, code: str) -> IssuedPaper | None:
    """The paper of this number where the code is its own; for anybody, so only what may be public is shown."""
    found = IssuedPaper.objects.filter(number=compact(number).upper()).prefetch_related("reissues").first()
    told = compact(code).upper().replace("-", "")
    if found is None or not hmac.compare_digest(found.verification_code.encode(), told.encode()):
        return None
    return found


def digest_of(facts: dict) -> str:
    """What seals a paper: the digest of all it says."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_whole(paper: IssuedPaper) -> bool:
    """Whether what is kept is still what was sealed."""
    return digest_of(paper.facts) == paper.digest


def papers_of(
    by: Actor, *, institution_id: int | None = None, person_id: int | None = None
) -> QuerySet[IssuedPaper]:
    """A payee's papers in reach, the newest first."""
    return papers(by).filter(institution_id=institution_id, person_id=person_id)


def payments_with_receipts(by: Actor) -> QuerySet[Payment]:
    """Payments that arrived, the newest first: those a receipt may be asked for."""
    rows = in_reach(Payment.objects.filter(status="paid"), by, person="person_id")
    return rows.select_related("fund", "batch").defer("bank_account").order_by("-id")
