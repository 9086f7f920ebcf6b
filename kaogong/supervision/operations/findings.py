"""What the provider did about a finding, and whether it is enough."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.kernel.actor import Actor
from kaogong.kernel.working_days import add_working_days
from kaogong.supervision import queries
from kaogong.supervision.models import Finding
from kaogong.trail.operations import move

from .refusals import AnswerMissing, FindingDaysWrong


@transaction.atomic
def answer_finding(finding_id: int, *, answer: str, by: Actor, at: datetime, reason: str = "") -> Finding:
    """Keep what the provider says it did; a late answer is taken and shown as late."""
    finding = queries.finding_for_update(finding_id, by=by)
    if not answer.strip():
        raise AnswerMissing()
    if finding.status == "opened":
        finding.answer, finding.answered_at = answer.strip(), at
        finding.save(update_fields=["answer", "answered_at"])
    is_late = timezone.localdate(at) > finding.due_on
    move(finding, "answer", by=by, at=at, reason=reason, is_late=is_late)
    return finding


@transaction.atomic
def settle_finding(finding_id: int, *, by: Actor, at: datetime, reason: str = "") -> Finding:
    """Accept that a finding was put right; with the last one the inspection is rechecked."""
    finding = queries.finding_for_update(finding_id, by=by)
    move(finding, "settle", by=by, at=at, reason=reason)
    inspection = finding.inspection
    if not inspection.findings.filter(status__in=["opened", "answered"]).exists():
        move(inspection, "recheck", by=by, at=at, reason=reason)
    return finding


@transaction.atomic
def reject_finding(finding_id: int, *, working_days: int, by: Actor, at: datetime, reason: str) -> Finding:
    """Send an answer back as not enough, with a new term."""
    finding = queries.finding_for_update(finding_id, by=by)
    if not 1 <= working_days <= 90:
        raise FindingDaysWrong()
    if finding.status == "answered":
        finding.working_days = working_days
        finding.due_on = add_working_days(timezone.localdate(at), working_days)
        finding.save(update_fields=["working_days", "due_on"])
    move(finding, "reject", by=by, at=at, reason=reason, due_on=finding.due_on.isoformat())
    return finding
