"""A change of rules that reaches back: what is due otherwise is found, and decided by another person."""

from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.trail.operations import begin, move, record, require_may, require_move

from .. import queries
from ..models import Adjustment
from ..states import ADJUSTMENT
from .judging import keep_rulebook


@transaction.atomic
def find_adjustments(since: datetime, *, by: Actor, at: datetime, reason: str = "") -> list[Adjustment]:
    """Open an adjustment for each settled line decided since then whose amount is another one today.

    Safe to repeat: what was found under the same rulebook is not opened again. An open one that a newer
    rulebook makes otherwise is superseded. Nothing is paid or recovered.
    """
    if by.role != "system":
        require_may(by, Permission.FIND_ADJUSTMENTS, "查找补差追回")
    keep_rulebook(at)
    opened, standing = [], set()
    for differing in queries.lines_differing(since, by=by):
        standing.add(differing.row.line_id)
        adjustment = _open(differing, by=by, at=at)
        if adjustment is not None:
            opened.append(adjustment)
    superseded = _close_outdated(since, standing, by=by, at=at)
    record(
        "adjustment.looked_for", by=by, at=at, reason=reason, subject_kind="adjustment", label="补差追回",
        since=since.date().isoformat(), opened=len(opened), superseded=superseded,
        rulebook=queries.rulebook().digest,
    )  # fmt: skip
    return opened


def _open(differing: queries.Differing, *, by: Actor, at: datetime) -> Adjustment | None:
    """One adjustment, or None when it was found before."""
    known = {
        "decision": differing.decision,
        "new_digest": differing.again.rulebook_digest,
        "old_fen": differing.due_fen,
    }
    if Adjustment.objects.filter(**known).exclude(status="superseded").exists():
        return None
    outdated = queries.open_adjustment_of(differing.row.line_id)
    if outdated is not None:
        move(outdated, "supersede", by=by, at=at)
    claim = differing.decision.line.claim
    adjustment = Adjustment.objects.create(
        **known,
        line_id=differing.row.line_id,
        kind=differing.kind,
        new_fen=differing.again.amount_fen,
        parts=differing.parts(),
        again=differing.again.to_dict(),
        causes=[cause.to_dict() for cause in differing.causes],
        old_digest=differing.decision.rulebook_digest,
        found_at=at,
        region_code=claim.region_code,
        institution_id=claim.institution_id,
    )
    begin(
        adjustment, "found", by=by, at=at, line=differing.row.reference, kind=adjustment.kind,
        old_fen=adjustment.old_fen, new_fen=adjustment.new_fen,
        rules=[cause.rule_id for cause in differing.causes],
    )  # fmt: skip
    return adjustment


def _close_outdated(since: datetime, standing: set[int], *, by: Actor, at: datetime) -> int:
    """Supersede open adjustments of lines that the rulebook now in use leaves as they were decided."""
    rows = queries.adjustments(by).filter(status="found", decision__decided_at__gte=since)
    outdated = list(rows.exclude(line_id__in=standing).exclude(new_digest=queries.rulebook().digest))
    for adjustment in outdated:
        move(adjustment, "supersede", by=by, at=at)
    return len(outdated)


@transaction.atomic
def approve_adjustment(adjustment_id: int, *, by: Actor, at: datetime, reason: str) -> Adjustment:
    """Agree that a difference is to be settled; it waits for that, nothing is paid or recovered here."""
    return _decide(adjustment_id, "approve", by=by, at=at, reason=reason)


@transaction.atomic
def dismiss_adjustment(adjustment_id: int, *, by: Actor, at: datetime, reason: str) -> Adjustment:
    """Leave a line as it was decided, with the reason; the same rulebook does not bring it up again."""
    return _decide(adjustment_id, "dismiss", by=by, at=at, reason=reason)


def _decide(adjustment_id: int, verb: str, *, by: Actor, at: datetime, reason: str) -> Adjustment:
    adjustment = queries.adjustment_for_update(adjustment_id, by=by)
    require_move(adjustment, ADJUSTMENT.move(verb), ADJUSTMENT, by=by, reason=reason)
    adjustment.reason, adjustment.decided_at = reason.strip(), at
    adjustment.save(update_fields=["reason", "decided_at"])
    move(
        adjustment, verb, by=by, at=at, reason=reason, line=adjustment.line.reference,
        difference_fen=adjustment.difference_fen,
    )  # fmt: skip
    return adjustment
