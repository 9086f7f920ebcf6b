"""Writing the trail. ``move`` is the only code in the product that changes a status."""

import json
from collections.abc import Iterable, Mapping, Sequence
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


@transaction.atomic
def move_many(
    subjects: Iterable[models.Model],
    verb: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    details: Mapping[Any, Mapping[str, Any]] | None = None,
    columns: Mapping[str, Any] | None = None,
    **detail: Any,
) -> int:
    """Take many subjects of one kind along one move: the same locks, checks and entries as ``move``, in bulk.

    ``details``: what one subject's entry says beside ``detail``, by its key; ``columns``: what the same statement
    writes beside the status. All go or, where one may not, none. Returns how many went.
    """
    subjects = sorted(subjects, key=lambda subject: subject.pk)
    if not subjects:
        return 0
    kind = type(subjects[0])
    lifecycle: Lifecycle = kind.lifecycle
    step = lifecycle.move(verb)
    if not (step.system and by.role == "system"):
        require_may(by, step.may, step.label)
    keys = [subject.pk for subject in subjects]
    rows = kind._base_manager.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    standing = dict(rows.values_list("pk", "status"))
    for subject in subjects:
        if type(subject) is not kind or subject.pk not in standing:
            raise kind.DoesNotExist(f"{lifecycle.name} {subject.pk} is not there to be moved")
        subject.status = standing[subject.pk]
        if subject.status not in step.sources:
            raise WrongState(state=lifecycle.label(subject.status), label=step.label)
    if step.reason and not reason.strip():
        raise ReasonMissing(label=step.label)
    _require_others(step, lifecycle, keys, by=by)
    kind._base_manager.filter(pk__in=keys).update(status=step.target, **(columns or {}))
    details = details or {}
    _write_entries(
        subjects,
        f"{lifecycle.name}.{step.past}",
        lambda subject: {
            "source": standing[subject.pk], "target": step.target, **detail, **details.get(subject.pk, {})
        },
        by=by, at=at, reason=reason,
    )  # fmt: skip
    for subject in subjects:
        subject.status = step.target
        for name, value in (columns or {}).items():
            setattr(subject, name, value)
    return len(subjects)


def _require_others(step: Move, lifecycle: Lifecycle, keys: Sequence[Any], *, by: Actor) -> None:
    """Refuse whoever did an earlier step to any of the subjects that must be another person's."""
    if by.account_id is None:
        return
    for verb in step.not_same_person_as:
        past = f"{lifecycle.name}.{lifecycle.move(verb).past}"
        for earlier in queries.latest_entries(lifecycle.name, keys, [past]).values():
            if earlier.actor_account_id == by.account_id:
                raise SamePerson(label=step.label, name=earlier.actor_name)


def begin_many(
    subjects: Sequence[models.Model],
    past: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    details: Mapping[Any, Mapping[str, Any]] | None = None,
    **detail: Any,
) -> None:
    """Say in the trail that many things of one kind came into being, as ``begin`` does for one."""
    if not subjects:
        return
    details = details or {}
    _write_entries(
        subjects,
        f"{type(subjects[0]).lifecycle.name}.{past}",
        lambda subject: {"target": subject.status, **detail, **details.get(subject.pk, {})},
        by=by, at=at, reason=reason,
    )  # fmt: skip


_WRITTEN = (
    "at", "verb", "subject_kind", "subject_id", "subject_label", "actor_account_id", "actor_name", "actor_role",
    "reason", "detail", "region_code", "organisation_id",
)  # fmt: skip


def _write_entries(
    subjects: Iterable[models.Model], verb: str, detail_of: Any, *, by: Actor, at: datetime, reason: str
) -> None:
    """Append one entry a subject by COPY: what ``record`` would write, triggers and all."""
    statement = f"COPY {Entry._meta.db_table} ({', '.join(_WRITTEN)}) FROM STDIN"
    kind = verb.split(".")[0]
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for subject in subjects:
            copy.write_row(
                (
                    at, verb, kind, str(subject.pk), str(subject)[:200], by.account_id, by.name, by.role,
                    reason.strip(), json.dumps(detail_of(subject)),
                    getattr(subject, "region_code", "") or by.region_code,
                    getattr(subject, "institution_id", None) or by.organisation_id,
                )
            )  # fmt: skip


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


def next_serial(series: type[models.Model], year: int) -> int:
    """The next number of the year, kept in a table of ``year`` and ``last_serial``."""
    series.objects.bulk_create([series(year=year)], ignore_conflicts=True)
    current = series.objects.select_for_update().get(year=year)
    current.last_serial += 1
    current.save(update_fields=["last_serial"])
    return current.last_serial


def next_number(model: type[models.Model], start: str, digits: int = 5) -> str:
    """The number after the highest ``number`` that begins so; the lock lasts until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"kaogong.{model._meta.label}"])
    given = model._default_manager.filter(number__startswith=start).order_by("-number")
    last = given.values_list("number", flat=True).first()
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:0{digits}d}"
