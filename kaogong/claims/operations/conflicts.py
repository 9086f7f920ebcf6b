"""The other side of G3 and G4: what turns up later against a subsidy already paid."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.trail.operations import begin, move, record, require_may, require_move

from .. import queries
from ..models import ClaimLine, Conflict, OutsideSubsidy
from ..states import CONFLICT


class SubsidyRegisteredAlready(Refused):
    """异地补贴{reference}已经登记过。"""


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
