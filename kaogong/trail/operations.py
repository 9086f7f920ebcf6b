"""Writing the trail. ``move`` is the only code in the product that changes a status."""

from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.kernel.lifecycle import Lifecycle, Move

from . import queries
from .models import Entry, Seal


def record(
    verb: str,
    subject: models.Model | None = None,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    subject_kind: str = "",
    subject_id: object = "",
    label: str = "",
    **detail: Any,
) -> Entry:
    """Append one entry. ``detail`` must hold no personal data in clear."""
    if subject is not None:
        lifecycle = getattr(type(subject), "lifecycle", None)
        subject_kind = subject_kind or (lifecycle.name if lifecycle else verb.split(".")[0])
        subject_id = subject.pk
        label = label or str(subject)[:200]
    return Entry.objects.create(
        at=at,
        verb=verb,
        subject_kind=subject_kind or verb.split(".")[0],
        subject_id=str(subject_id),
        subject_label=label[:200],
        actor_account_id=by.account_id,
        actor_name=by.name,
        actor_role=by.role,
        reason=reason.strip(),
        detail=detail,
        region_code=getattr(subject, "region_code", "") or by.region_code,
        organisation_id=getattr(subject, "institution_id", None) or by.organisation_id,
    )


def require_may(by: Actor, permission: str, label: str) -> None:
    """Refuse by name an actor without the permission."""
    if not by.may(permission):
        raise NotPermitted(label=label)


def require_move(subject: models.Model, move: Move, lifecycle: Lifecycle, *, by: Actor, reason: str) -> None:
    """Refuse a move for want of right, state, reason or a second person; change nothing."""
    if not (move.system and by.role == "system"):
        require_may(by, move.may, move.label)
    if subject.status not in move.sources:
        raise WrongState(state=lifecycle.label(subject.status), label=move.label)
    if move.reason and not reason.strip():
        raise ReasonMissing(label=move.label)
    for verb in move.not_same_person_as:
        earlier = queries.last_doer(lifecycle.name, subject.pk, lifecycle.move(verb).past)
        if earlier is not None and earlier.actor_account_id == by.account_id and by.account_id is not None:
            raise SamePerson(label=move.label, name=earlier.actor_name)


@transaction.atomic
def move(
    subject: models.Model, verb: str, *, by: Actor, at: datetime, reason: str = "", **detail: Any
) -> Entry:
    """Take one subject along one move of its lifecycle, under a row lock, and say so in the trail.

    Raises NotPermitted, WrongState, ReasonMissing or SamePerson, and then nothing has changed.
    """
    lifecycle: Lifecycle = type(subject).lifecycle
    step = lifecycle.move(verb)
    locked = type(subject)._base_manager.select_for_update(of=("self",)).only("status").get(pk=subject.pk)
    subject.status = locked.status
    require_move(subject, step, lifecycle, by=by, reason=reason)
    source = subject.status
    subject.status = step.target
    subject.save(update_fields=["status"])
    return record(
        f"{lifecycle.name}.{step.past}",
        subject,
        by=by,
        at=at,
        reason=reason,
        source=source,
        target=step.target,
        **detail,
    )


def begin(
    subject: models.Model, past: str, *, by: Actor, at: datetime, reason: str = "", **detail: Any
) -> Entry:
    """Say in the trail that a thing with a lifecycle came into being (``class.drafted``)."""
    lifecycle: Lifecycle = type(subject).lifecycle
    return record(
        f"{lifecycle.name}.{past}", subject, by=by, at=at, reason=reason, target=subject.status, **detail
    )


def moves_open_to(subject: models.Model, by: Actor) -> list[Move]:
    """The buttons this actor may be shown for this subject now (separation of duties included)."""
    lifecycle: Lifecycle = type(subject).lifecycle
    open_moves = []
    for step in lifecycle.moves_from(subject.status):
        if not by.may(step.may):
            continue
        try:
            require_move(subject, step, lifecycle, by=by, reason="-")
        except SamePerson:
            continue
        open_moves.append(step)
    return open_moves


@transaction.atomic
def seal_entries(*, at: datetime) -> Seal | None:
    """Seal everything settled since the last seal. Writers never wait for this."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kaogong.trail.seal'))")
    last = Seal.objects.order_by("-until_transaction").first()
    start = last.until_transaction if last else 0
    until = queries.settled_before()
    previous = last.digest if last else queries.GENESIS
    if until <= start or not queries.entries_between(start, until).exists():
        return None
    digest, count = queries.digest_of(queries.entries_between(start, until).iterator(), previous)
    return Seal.objects.create(
        from_transaction=start,
        until_transaction=until,
        entry_count=count,
        previous_digest=previous,
        digest=digest,
        sealed_at=at,
    )
