"""How a recoupment ends: all back, written off by two people, or dropped; and what follows from it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.money import yuan
from kaogong.kernel.writing import tidy
from kaogong.supervision import operations as supervision
from kaogong.supervision import queries as cases
from kaogong.trail.operations import move, require_move

from .. import queries
from ..models import Recoupment
from ..states import RECOUPMENT
from .opening import into_the_file
from .posting import tell, whole
from .refusals import DocumentMissing, ReceiptsStanding


@transaction.atomic
def propose_write_off(
    recoupment_id: int, *, document: str, by: Actor, at: datetime, reason: str
) -> Recoupment:
    """Ask that what cannot be had be given up, naming the paper that allows it; another person decides."""
    recoupment = queries.recoupment_for_update(recoupment_id, by=by)
    require_move(recoupment, RECOUPMENT.move("propose"), RECOUPMENT, by=by, reason=reason)
    if not tidy(document):
        raise DocumentMissing()
    recoupment.write_off_document = tidy(document)[:200]
    recoupment.save(update_fields=["write_off_document"])
    move(
        recoupment, "propose", by=by, at=at, reason=reason, document=recoupment.write_off_document,
        left_fen=queries.left_fen(recoupment.pk),
    )  # fmt: skip
    return recoupment


@transaction.atomic
def write_off_recoupment(recoupment_id: int, *, by: Actor, at: datetime, reason: str) -> Recoupment:
    """Give up what is still owed, as another person than who proposed it."""
    recoupment = queries.recoupment_for_update(recoupment_id, by=by)
    left = queries.left_by_part(recoupment.pk)
    move(recoupment, "write_off", by=by, at=at, reason=reason, amount_fen=sum(left.values()))
    tell(recoupment, "write_off", left, recoupment.number, by=by, at=at)
    ended(recoupment, "追回核销", by=by, at=at)
    return recoupment


@transaction.atomic
def keep_recoupment(recoupment_id: int, *, by: Actor, at: datetime, reason: str) -> Recoupment:
    """Not give it up: it is owed as before."""
    recoupment = queries.recoupment_for_update(recoupment_id, by=by)
    move(recoupment, "keep", by=by, at=at, reason=reason)
    return recoupment


@transaction.atomic
def drop_recoupment(recoupment_id: int, *, by: Actor, at: datetime, reason: str) -> Recoupment:
    """Ask it back no longer: it was rightly paid. Nothing of it may have come back."""
    recoupment = queries.recoupment_for_update(recoupment_id, by=by)
    require_move(recoupment, RECOUPMENT.move("drop"), RECOUPMENT, by=by, reason=reason)
    back = sum(row.total_fen for row in queries.receipts(recoupment.pk) if row.status != "reversed")
    if back:
        raise ReceiptsStanding(number=recoupment.number, sum=yuan(back))
    was_approved, was_told = recoupment.status != "opened", recoupment.served_on is not None
    move(recoupment, "drop", by=by, at=at, reason=reason)
    if was_approved:
        tell(recoupment, "drop_claim_back", whole(recoupment), recoupment.number, by=by, at=at)
    ended(recoupment, "追回撤销" if was_told else "", by=by, at=at)
    return recoupment


def ended(recoupment: Recoupment, what: str, *, by: Actor, at: datetime) -> None:
    """Note the end, tell the person's file, and answer the demands of a case it was opened for."""
    recoupment.ended_at = at
    recoupment.save(update_fields=["ended_at"])
    if what:
        into_the_file(recoupment, what, timezone.localdate(at), by=by, at=at)
    answer = supervision.settle_recovery if recoupment.status == "recovered" else supervision.waive_recovery
    system = system_actor(f"追回{recoupment.number}")
    for lead in recoupment.leads.filter(cause="case"):
        demand = cases.recovery(int(lead.source.removeprefix("demand:")), by=system)
        if demand.status == "demanded":
            said = f"{recoupment.number} {recoupment.get_status_display()}"
            answer(demand.pk, by=system, at=at, reason=said)
