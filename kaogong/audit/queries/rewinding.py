"""A pack of past days shows each row as it stood at the end of them, whatever became of it since.

What happened later is told by the trail: the first step after the end names the state it started from. A row with
no later step and no later decision is left exactly as it is kept, so that a change behind the product's back shows.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from kaogong.certificates.models import Certificate
from kaogong.claims.models import (
    AccountChange,
    Adjustment,
    Claim,
    ClaimAppeal,
    ClaimLine,
    Conflict,
    Decision,
    PaymentHold,
)
from kaogong.claims.states import COUNTED
from kaogong.funds.models import Payment, PaymentBatch
from kaogong.grants.models import Grant, GrantDecision, Instalment, SponsoredSpending, Sponsorship
from kaogong.institutions.models import Institution
from kaogong.notices.models import Notice, Objection
from kaogong.recoveries.models import Recoupment, RecoupmentObjection, RecoupmentReceipt, RecoveryLead
from kaogong.risk.models import RiskFinding
from kaogong.trail.models import Entry
from kaogong.training.models import TrainingClass

from .period import Period

Rows = list[dict[str, Any]]
_ONLY = ("subject_id", "verb", "detail", "id")


def rewind(model: type[Model], rows: Rows, period: Period) -> None:
    """Take these rows of one model back to the end of the period, in place."""
    if not rows or model not in _BACK:
        return
    changed: dict[int, str] = {}
    if hasattr(model, "lifecycle"):
        later = _first_since(model.lifecycle.name, [row["id"] for row in rows], period.end)
        changed = {int(key): entry.detail["source"] for key, entry in later.items()}
        for row in rows:
            row["status"] = changed.get(row["id"], row["status"])
    if (back := _BACK[model]) is not None:
        back(rows, changed, period)


def _first_since(kind: str, ids: Iterable[int], end: datetime) -> dict[str, Entry]:
    """Subject → the first step it took since the end."""
    rows = Entry.objects.filter(
        subject_kind=kind, subject_id__in=[str(pk) for pk in ids], at__gte=end, detail__has_key="source"
    )
    return {
        one.subject_id: one for one in rows.only(*_ONLY).order_by("subject_id", "id").distinct("subject_id")
    }


def _last_before(kind: str, ids: Iterable[int], verbs: Iterable[str], end: datetime) -> dict[int, Entry]:
    """Subject → the last of these steps it took before the end."""
    rows = Entry.objects.filter(
        subject_kind=kind, subject_id__in=[str(pk) for pk in ids], at__lt=end,
        verb__in=[f"{kind}.{verb}" for verb in verbs],
    )  # fmt: skip
    found = rows.only(*_ONLY).order_by("subject_id", "-id").distinct("subject_id")
    return {int(one.subject_id): one for one in found}


def _undo(column: str, **blanks: Any) -> Callable[[Rows, dict, Period], None]:
    """What was written together with an instant or a day after the end was not written yet."""

    def back(rows: Rows, changed: dict[int, str], period: Period) -> None:
        for row in rows:
            if _is_after(row[column], period):
                row.update({column: None, **{name: value for name, value in blanks.items() if name in row}})

    return back


def _is_after(value: datetime | date | None, period: Period) -> bool:
    if isinstance(value, datetime):
        return value >= period.end
    return value is not None and value > period.to_on


def _payments(rows: Rows, changed: dict[int, str], period: Period) -> None:
    waiting = [row["id"] for row in rows if changed.get(row["id"]) in ("queued", "batched", "in_transit")]
    told = _last_before("payment", waiting, ("batched", "unbatched", "rejected"), period.end)
    numbers = {key: one.detail.get("batch") for key, one in told.items() if one.verb == "payment.batched"}
    batches = dict(PaymentBatch.objects.filter(number__in=set(numbers.values())).values_list("number", "pk"))
    for row in rows:
        status = changed.get(row["id"])
        if status in ("queued", "batched", "in_transit"):
            row.update(answered_at=None, failure_reason="", offset_for="")
            row["batch_id"] = batches.get(numbers.get(row["id"])) if status != "queued" else None
        elif status == "paid":
            row["failure_reason"] = ""
        if _is_after(row.get("came_back_at"), period):
            row["came_back_at"] = None


def _batches(rows: Rows, changed: dict[int, str], period: Period) -> None:
    for row in rows:
        if _is_after(row["released_at"], period):
            row.update(released_at=None, cut_off_at=None, file_digest="")


def _judged_before(model: type[Model], owner: str, ids: Iterable[int], period: Period) -> dict[int, Any]:
    """Owner → its last decision before the end."""
    rows = model._default_manager.filter(**{f"{owner}__in": list(ids)}, decided_at__lt=period.end)
    return {getattr(one, owner): one for one in rows.order_by(owner, "-version").distinct(owner)}


def _lines(rows: Rows, changed: dict[int, str], period: Period) -> None:
    ids = [row["id"] for row in rows]
    judged_since = set(
        Decision.objects.filter(line_id__in=ids, decided_at__gte=period.end).values_list("line_id", flat=True)
    )
    before = _judged_before(Decision, "line_id", judged_since | changed.keys(), period)
    for row in rows:
        if row["id"] in judged_since or row["id"] in changed:
            last = before.get(row["id"])
            row["verdict"] = last.verdict if last else ""
            row["amount_fen"], row["allowance_fen"] = (
                (last.amount_fen, last.allowance_fen) if last else (0, 0)
            )
        if _is_after(row["paid_on"], period):
            row["paid_on"] = None
    _payments_of_lines(rows, changed, period)


def _payments_of_lines(rows: Rows, changed: dict[int, str], period: Period) -> None:
    """Which payment a line had part in: one queued later it had not yet, one taken back later it still had."""
    columns = ("training_payment", "allowance_payment")
    named = {row[column] for row in rows for column in columns} - {""}
    known = set(
        Payment.objects.filter(reference__in=named, queued_at__lt=period.end).values_list(
            "reference", flat=True
        )
    )
    for row in rows:
        for column in columns:
            if row[column] not in known:
                row[column] = ""
    open_lines = [row for row in rows if row["status"] in ("cleared", "paid") and row["id"] in changed]
    open_lines += [
        row for row in rows
        if row["status"] == "cleared" and not row["training_payment"] and row not in open_lines
    ]  # fmt: skip
    claims = dict(
        Claim.objects.filter(pk__in={row["claim_id"] for row in open_lines}).values_list("pk", "number")
    )
    taken = _taken_back_since(set(claims.values()), period)
    for row in open_lines:
        of_claim = taken.get(claims[row["claim_id"]], ())
        for column, fen, stems in (
            ("training_payment", "amount_fen", (f"{row['reference']}/T", f"{claims[row['claim_id']]}/T")),
            ("allowance_payment", "allowance_fen", (f"{row['reference']}/L",)),
        ):
            mine = [one for one in of_claim if one.startswith(stems)]
            if row[fen] and not row[column] and mine:
                row[column] = max(mine)


def _taken_back_since(numbers: set[str], period: Period) -> dict[str, set[str]]:
    """Claim → what was owed for it at the end and was taken back since, by the first reference of each sum."""
    rows = Payment.objects.filter(
        reservation__reference__in=numbers, queued_at__lt=period.end, status__in=("cancelled", "voided")
    )
    found = list(rows.values_list("pk", "reference", "reservation__reference"))
    since = _first_since("payment", [pk for pk, _, _ in found], period.end)
    taken: dict[str, set[str]] = defaultdict(set)
    for pk, reference, number in found:
        if str(pk) in since:
            first, mark, nth = reference.rpartition("-R")
            taken[number].add(first if mark and nth.isdigit() else reference)
    return taken


def _claims(rows: Rows, changed: dict[int, str], period: Period) -> None:
    ids = [row["id"] for row in rows]
    names = ("id", "claim_id", "reference", "verdict", "amount_fen", "allowance_fen", "status", "paid_on",
             "training_payment", "allowance_payment")  # fmt: skip
    lines = list(ClaimLine.objects.filter(claim_id__in=ids).values(*names))
    today = {line["id"]: (line["status"], line["amount_fen"], line["allowance_fen"]) for line in lines}
    rewind(ClaimLine, lines, period)
    sums: dict[int, int] = defaultdict(int)
    touched = set(changed)
    for line in lines:
        if line["status"] in COUNTED:
            sums[line["claim_id"]] += line["amount_fen"] + line["allowance_fen"]
        if today[line["id"]] != (line["status"], line["amount_fen"], line["allowance_fen"]):
            touched.add(line["claim_id"])
    published = _last_before("claim", changed, ("published", "unpublished"), period.end)
    _noticed(rows, changed, published)
    for row in rows:
        if row["id"] in touched:
            row["amount_fen"] = sums[row["id"]]
        if changed.get(row["id"]) in ("submitted", "reviewed", "returned", "withdrawn"):
            row["fund_code"] = ""


def _noticed(rows: Rows, changed: dict[int, str], published: dict[int, Entry]) -> None:
    """Which notice a thing stood in: the last it was published in and not taken out of."""
    numbers = {
        key: one.detail.get("notice") for key, one in published.items() if one.verb.endswith(".published")
    }
    notices = dict(Notice.objects.filter(number__in=set(numbers.values())).values_list("number", "pk"))
    for row in rows:
        if row["id"] in changed:
            row["published_notice_id"] = notices.get(numbers.get(row["id"]))


def _grants(rows: Rows, changed: dict[int, str], period: Period) -> None:
    ids = [row["id"] for row in rows]
    since = set(
        GrantDecision.objects.filter(grant_id__in=ids, decided_at__gte=period.end).values_list(
            "grant_id", flat=True
        )
    )
    before = _judged_before(GrantDecision, "grant_id", since, period)
    approved = _last_before("grant", changed, ("approved",), period.end)
    published = _last_before("grant", changed, ("published", "unpublished"), period.end)
    _noticed(rows, changed, published)
    for row in rows:
        if row["id"] in since:
            last = before.get(row["id"])
            row["verdict"], row["judged_fen"] = (last.verdict, last.amount_fen) if last else ("", 0)
        if row["id"] in changed and row["id"] not in approved:
            row["amount_fen"] = 0
        if _is_after(row["decided_on"], period):
            row["decided_on"] = None


def _instalments(rows: Rows, changed: dict[int, str], period: Period) -> None:
    known = set(
        GrantDecision.objects.filter(
            pk__in=[row["decision_id"] for row in rows if row["decision_id"]], decided_at__lt=period.end
        ).values_list("pk", flat=True)
    )
    for row in rows:
        if row["decision_id"] not in known:
            row["decision_id"] = None
        if changed.get(row["id"]) in ("planned", "reserved"):
            row["payment"] = ""
        if _is_after(row["paid_on"], period):
            row["paid_on"] = None


def _findings(rows: Rows, changed: dict[int, str], period: Period) -> None:
    for row in rows:
        if _is_after(row["last_seen_at"], period):  # what it said then is not kept
            hidden = ("last_seen_at", "figures", "digest", "rows_in_all", "people_count")
            row.update({name: None for name in hidden if name in row})
    _undo("decided_at", outcome="", reason="")(rows, changed, period)
    _undo("gone_since_at")(rows, changed, period)


def _recoupments(rows: Rows, changed: dict[int, str], period: Period) -> None:
    told = _last_before("recoupment", changed, ("served", "planned"), period.end)
    proposed = _last_before("recoupment", changed, ("proposed",), period.end)
    _undo("ended_at")(rows, changed, period)
    for row in rows:
        if row["id"] not in changed:
            continue
        if row["id"] not in told:
            row.update(served_on=None, served_how="", due_on=None, objection_until=None)
        elif due_on := told[row["id"]].detail.get("due_on"):
            row["due_on"] = date.fromisoformat(due_on)
        if row["id"] not in proposed:
            row["write_off_document"] = ""


def _leads(rows: Rows, changed: dict[int, str], period: Period) -> None:
    for row in rows:
        if changed.get(row["id"]) == "found":
            row["recoupment_id"] = None


def _account_changes(rows: Rows, changed: dict[int, str], period: Period) -> None:
    _undo("decided_at", decided_by="", answer="")(rows, changed, period)
    for row in rows:
        if changed.get(row["id"]) in ("asked", "returned"):
            row.update(pays_from=None, cooling_days=None)


def _sponsorships(rows: Rows, changed: dict[int, str], period: Period) -> None:
    _undo("closed_on")(rows, changed, period)
    for row in rows:
        if changed.get(row["id"]) == "registered":
            row["fund_id"] = None


_BACK: dict[type[Model], Callable[[Rows, dict[int, str], Period], None] | None] = {
    Certificate: None,
    TrainingClass: None,
    Institution: _undo("closed_on"),
    Notice: None,
    Objection: _undo("answered_at", answer=""),
    Claim: _claims,
    ClaimLine: _lines,
    Conflict: _undo("answered_at", answer=""),
    Adjustment: _undo("decided_at", reason=""),
    AccountChange: _account_changes,
    ClaimAppeal: _undo("answered_at", answer="", followed="", new_claim_id=None),
    Sponsorship: _sponsorships,
    SponsoredSpending: _undo("decided_at", payment=""),
    PaymentHold: _undo("lifted_at", lifted_by_account_id=None, lifted_by_name="", lifted_reason=""),
    RiskFinding: _findings,
    Grant: _grants,
    Instalment: _instalments,
    PaymentBatch: _batches,
    Payment: _payments,
    Recoupment: _recoupments,
    RecoupmentReceipt: None,
    RecoupmentObjection: _undo("answered_at", answer=""),
    RecoveryLead: _leads,
}
