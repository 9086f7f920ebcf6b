"""What should be asked back is found by itself; a person opens a recoupment for it or says why not."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor, system_for
from kaogong.trail.operations import begin_many, move

from .. import queries
from ..models import RecoveryLead


@transaction.atomic
def find_leads(*, by: Actor, at: datetime) -> list[RecoveryLead]:
    """Keep everything found to be asked back; what is known stays as it is. Returns what is new.

    One payment's line found for several reasons is kept once while it waits. Too much given (``overpaid``) comes
    without what is asked or waits already: more of it is one more lead, less of it lets the newest fall.
    """
    for lead, why in queries.leads_beyond(by):
        move(
            queries.lead_for_update(lead.pk, by=by), "lapse",
            by=system_for(by).may_also(Permission.OPEN_RECOUPMENT), at=at, reason=why, amount_fen=lead.amount_fen,
        )  # fmt: skip
    known = set(RecoveryLead.objects.values_list("cause", "source", "payment_id"))
    waiting = set(
        RecoveryLead.objects.exclude(status__in=("dismissed", "lapsed"))
        .exclude(line_reference="")
        .values_list("line_reference", "payment_id")
    )
    now: set[tuple[str, int | None]] = set()
    fresh: list[RecoveryLead] = []
    for due in queries.due(by, timezone.localdate(at)):
        payment_id = due.payment.pk if due.payment else None
        if (due.cause, due.source, payment_id) in known:
            continue
        line = (due.line_reference, payment_id)
        if due.line_reference and line in (now if due.cause == "overpaid" else waiting | now):
            continue
        known.add((due.cause, due.source, payment_id))
        now.add(line)
        fresh.append(
            RecoveryLead(
                cause=due.cause, source=due.source, region_code=due.region_code, payment_id=payment_id,
                institution_id=due.institution_id, person_id=due.person_id, debtor_name=due.debtor_name,
                line_reference=due.line_reference, amount_fen=due.amount_fen, why=due.why, found_at=at,
            )
        )  # fmt: skip
    kept = [lead for lead in fresh if _kept(lead)]
    begin_many(kept, "found", by=by, at=at)
    return kept


def _kept(lead: RecoveryLead) -> bool:
    """Whether it is new: two passes at once keep it once."""
    RecoveryLead.objects.bulk_create([lead], ignore_conflicts=True)
    found = RecoveryLead.objects.filter(
        cause=lead.cause, source=lead.source, payment_id=lead.payment_id, found_at=lead.found_at
    ).first()
    lead.pk = found.pk if found else None
    return found is not None


@transaction.atomic
def dismiss_lead(lead_id: int, *, by: Actor, at: datetime, reason: str) -> RecoveryLead:
    """Not ask it back, saying why; it is not brought up again."""
    lead = queries.lead_for_update(lead_id, by=by)
    move(lead, "dismiss", by=by, at=at, reason=reason)
    return lead
