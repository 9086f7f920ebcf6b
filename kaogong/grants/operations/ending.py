"""A grant ends before its last instalment: its contract is over, a condition fails, an objection stands."""

from datetime import datetime

from django.db import transaction

from kaogong.kernel.actor import Actor, system_for
from kaogong.trail.operations import move, require_move

from .. import queries
from ..models import Grant
from ..states import GRANT
from . import money


@transaction.atomic
def end_grant(grant_id: int, *, by: Actor, at: datetime, reason: str) -> Grant:
    """End a grant for good: what is not with the bank is stopped and its money goes back to the budget.

    Refuses by name while a sum stands in a batch or with the bank; what was paid stays paid.
    """
    grant = queries.grant_for_update(grant_id, by=by)
    require_move(grant, GRANT.move("end"), GRANT, by=by, reason=reason)
    end_all(grant, by=by, at=at, reason=reason)
    return grant


def end_all(grant: Grant, *, by: Actor, at: datetime, reason: str) -> None:
    """Stop every sum that still could be paid, then end the grant."""
    stop_rest(grant, by=by, at=at, reason=reason)
    doer = by if by.may(GRANT.move("end").may) else system_for(by)
    move(grant, "end", by=doer, at=at, reason=reason)


def stop_rest(grant: Grant, *, by: Actor, at: datetime, reason: str) -> None:
    """Stop every sum not paid yet."""
    for instalment in queries.instalments(grant.pk).filter(status__in=("planned", "reserved", "queued")):
        money.stop(grant, instalment, by=by, at=at, reason=reason)
