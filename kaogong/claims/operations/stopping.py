"""What happens after approval when a certificate falls, and what is found after payment."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.certificates import queries as certificates
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.trail.operations import begin, move, record, require_may, require_move

from .. import queries
from ..models import ClaimLine, Conflict, OutsideSubsidy
from ..states import CONFLICT
from . import money
from .judging import recount_claim
from .publication import clear_lines, drop_line, lapse_if_empty


class CertificateStands(Refused):
    """证书{number}现在有效，不需要停拨。"""


class CertificateStillHeld(Refused):
    """证书{number}尚未恢复，{line}不能恢复办理。"""


class SubsidyRegisteredAlready(Refused):
    """异地补贴{reference}已经登记过。"""


@dataclass(slots=True)
class Stopped:
    """What stopping the lines of one certificate did, by line reference."""

    held: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    in_batch: list[str] = field(default_factory=list)  # its payment stands in a batch: dissolve that first
    conflicts: list[str] = field(default_factory=list)


@transaction.atomic
def stop_lines_of_certificate(certificate_id: int, *, by: Actor, at: datetime, reason: str = "") -> Stopped:
    """Stop whatever still runs on a certificate that was held or revoked; safe to repeat.

    Revoked: lines not yet with the bank are dropped and their money goes back to the budget; lines paid or
    with the bank become conflicts. Held: approved lines wait. A line whose payment stands in a batch is
    named, and the batch is not released while it does.
    """
    if by.role != "system":
        require_may(by, Permission.HOLD_CERTIFICATE, "停拨")
    certificate = certificates.certificate(certificate_id, by=by)
    if certificate.status == "issued":
        raise CertificateStands(number=certificate.number)
    reason = reason or f"证书{certificate.number}{certificate.get_status_display()}"
    stopped = Stopped()
    for line in _lines_resting_on(certificate_id):
        if certificate.status == "held":
            if line.status == "approved":
                move(line, "hold", by=by, at=at, reason=reason)
                stopped.held.append(line.reference)
        elif line.status in ("approved", "held"):
            drop_line(line.claim, line, by=by, at=at, reason=reason)
            stopped.dropped.append(line.reference)
        elif line.status == "cleared":
            _stop_cleared(line, stopped, by=by, at=at, reason=reason)
        elif line.status == "paid":
            stopped.conflicts.append(line.reference)
    if stopped.conflicts:
        find_conflicts([line.person_id for line in _lines_resting_on(certificate_id)], by=by, at=at)
    return stopped


def _lines_resting_on(certificate_id: int) -> list[ClaimLine]:
    """Their claims locked first, in one order; then the lines as they stand now."""
    rows = ClaimLine.objects.filter(certificate_id=certificate_id)
    claims = queries.lock_claims(rows.values_list("claim_id", flat=True))
    found = list(rows.select_related("certificate", "person").order_by("id"))
    for line in found:
        line.claim = claims[line.claim_id]
    return found


def _stop_cleared(line: ClaimLine, stopped: Stopped, *, by: Actor, at: datetime, reason: str) -> None:
    claim = line.claim
    where = money.whereabouts(line)
    if "bank" in where:
        open_conflict(
            line, "G1", line.certificate.number, _gone(line), certificate=line.certificate, by=by, at=at
        )
        stopped.conflicts.append(line.reference)
    elif "batch" in where:
        stopped.in_batch.append(line.reference)
    else:
        money.take_back(claim, line, by=by, at=at, reason=reason)
        move(line, "drop", by=by, at=at, reason=reason)
        recount_claim(claim)
        lapse_if_empty(claim, by=by, at=at)
        money.queue(claim, by=by, at=at)
        stopped.dropped.append(line.reference)


def _gone(line: ClaimLine) -> str:
    return f"证书{line.certificate.number}已撤销，补贴{line.reference}已送银行，请核查"


@transaction.atomic
def release_line(line_id: int, *, by: Actor, at: datetime, reason: str = "") -> ClaimLine:
    """Let a held line go on once its certificate stands again; past its notice it goes on to payment."""
    claim = queries.claim_for_update(queries.line(line_id, by=by).claim_id, by=by)
    line = queries.line(line_id, by=by)
    if line.certificate is not None and line.certificate.status != "issued":
        raise CertificateStillHeld(number=line.certificate.number, line=line.reference)
    move(line, "release", by=by, at=at, reason=reason)
    if claim.status == "cleared":
        clear_lines(claim, [line], by=by, at=at, reason=reason)
    return line


@transaction.atomic
def register_subsidy(
    person_id: int,
    *,
    region_code: str,
    occupation_code: str,
    level: int,
    event_on: date,
    amount_fen: int,
    source: str,
    reference: str,
    by: Actor,
    at: datetime,
    paid_on: date | None = None,
    reason: str = "",
) -> OutsideSubsidy:
    """Register a subsidy a person had elsewhere, of whatever date, and find what it rules out here."""
    require_may(by, Permission.REGISTER_CERTIFICATE, "登记异地补贴")
    if OutsideSubsidy.objects.filter(reference=reference).exists():
        raise SubsidyRegisteredAlready(reference=reference)
    subsidy = OutsideSubsidy.objects.create(
        person_id=person_id,
        region_code=region_code,
        occupation_code=occupation_code,
        level=level,
        event_on=event_on,
        paid_on=paid_on,
        amount_fen=amount_fen,
        source=source,
        reference=reference,
        registered_at=at,
    )
    record("subsidy.registered", subsidy, by=by, at=at, reason=reason, person_id=person_id)
    find_conflicts([person_id], by=by, at=at)
    return subsidy


@transaction.atomic
def find_conflicts(person_ids: Iterable[int], *, by: Actor, at: datetime) -> list[Conflict]:
    """Open a conflict for each paid line that something now rules out; those known stay as they are."""
    opened = [
        open_conflict(
            found.line,
            found.rule_id,
            found.because_of,
            found.message,
            certificate=found.certificate,
            by=by,
            at=at,
        )
        for found in queries.conflicts_found(person_ids)
    ]
    return [conflict for conflict in opened if conflict is not None]


def open_conflict(
    line: ClaimLine, rule_id: str, because_of: str, message: str, *, certificate=None, by: Actor, at: datetime
) -> Conflict | None:
    """One conflict, or None when it was found before."""
    conflict, new = Conflict.objects.get_or_create(
        line=line,
        rule_id=rule_id,
        because_of=because_of,
        defaults={
            "certificate": certificate,
            "message": message,
            "found_at": at,
            "region_code": line.claim.region_code,
            "institution_id": line.claim.institution_id,
        },
    )
    if not new:
        return None
    begin(conflict, "found", by=by, at=at, line=line.reference, rule=rule_id, because_of=because_of)
    return conflict


@transaction.atomic
def answer_conflict(conflict_id: int, *, answer: str, by: Actor, at: datetime) -> Conflict:
    """Say what was done about a conflict; the answer is its reason in the trail."""
    conflict = queries.conflict_for_update(conflict_id, by=by)
    require_move(conflict, CONFLICT.move("answer"), CONFLICT, by=by, reason=answer)
    conflict.answer, conflict.answered_at = answer.strip(), at
    conflict.save(update_fields=["answer", "answered_at"])
    move(conflict, "answer", by=by, at=at, reason=answer)
    return conflict
