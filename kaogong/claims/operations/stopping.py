"""What happens after approval when a certificate falls, and what is found after payment."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.certificates import queries as certificates
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.trail.operations import move, require_may

from .. import queries
from ..models import ClaimLine
from . import money
from .conflicts import find_conflicts, open_conflict
from .judging import recount_claim
from .publication import clear_lines, drop_line, lapse_if_empty


class CertificateStands(Refused):
    """证书{number}现在有效，不需要停拨。"""


class CertificateStillHeld(Refused):
    """证书{number}尚未恢复，{line}不能恢复办理。"""


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
