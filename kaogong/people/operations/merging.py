"""Deciding that two rows are one human being: proposed by one, decided by another, undone by a third decision."""

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import ReasonMissing, Refused
from kaogong.trail.operations import begin, move, record, require_may, require_move

from .. import queries
from ..models import PersonMerge
from ..states import PERSON_MERGE
from .lifelong_file import append_to_file


class MergeOfOne(Refused):
    """这两份档案已经是同一个人，不需要合并。"""


class AlreadyMerged(Refused):
    """{person}已经提请合并或已经并入另一份档案，请先核定或撤销那一次。"""


class EvidenceMissing(Refused):
    """请写明依据，如户籍证明、换发身份证的记录。"""


@transaction.atomic
def propose_merge(
    kept_id: int, merged_id: int, *, evidence: str, by: Actor, at: datetime, reason: str
) -> PersonMerge:
    """Propose that ``merged_id`` be read as ``kept_id``; both must be in reach. Another person decides."""
    require_may(by, Permission.PROPOSE_MERGE, "提请合并档案")
    kept, merged = queries.person(kept_id, by=by), queries.person(merged_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label="提请合并档案")
    if not evidence.strip():
        raise EvidenceMissing()
    _one_at_a_time()
    standing = queries.standing_person_ids([kept.pk, merged.pk])
    if standing[kept.pk] == standing[merged.pk]:
        raise MergeOfOne()
    try:
        with transaction.atomic():
            proposed = PersonMerge.objects.create(
                kept=kept,
                merged=merged,
                region_code=kept.region_code,
                evidence=evidence.strip()[:300],
                proposed_at=at,
            )
    except IntegrityError:
        raise AlreadyMerged(person=merged) from None
    begin(proposed, "proposed", by=by, at=at, reason=reason, kept=kept.pk, merged=merged.pk)
    return proposed


@transaction.atomic
def approve_merge(merge_id: int, *, by: Actor, at: datetime, reason: str) -> PersonMerge:
    """From now on both rows are read as one human being; nothing of either is changed or removed.

    Two decisions at once go one after the other; a ring of merges is refused.
    """
    found = _to_decide(merge_id, "approve", by=by, reason=reason)
    standing = queries.standing_person_ids([found.kept_id, found.merged_id])
    if standing[found.kept_id] == standing[found.merged_id]:
        raise MergeOfOne()
    _decide(found, "approve", by=by, at=at, reason=reason)
    _tell(found, "person.merged", f"与档案{found.merged.id_number_masked}合并", by=by, at=at, reason=reason)
    return found


@transaction.atomic
def refuse_merge(merge_id: int, *, by: Actor, at: datetime, reason: str) -> PersonMerge:
    """Leave the two apart; the merge may be proposed again on other evidence."""
    found = _to_decide(merge_id, "refuse", by=by, reason=reason)
    _decide(found, "refuse", by=by, at=at, reason=reason)
    return found


@transaction.atomic
def undo_merge(merge_id: int, *, by: Actor, at: datetime, reason: str) -> PersonMerge:
    """Read the two apart again; what was entered under the kept row meanwhile stays there."""
    found = _to_decide(merge_id, "undo", by=by, reason=reason)
    _decide(found, "undo", by=by, at=at, reason=reason)
    said = f"与档案{found.merged.id_number_masked}的合并已撤销"
    _tell(found, "person.parted", said, by=by, at=at, reason=reason)
    return found


def _to_decide(merge_id: int, verb: str, *, by: Actor, reason: str) -> PersonMerge:
    """The merge in reach, both people too, and nobody else deciding on any merge meanwhile."""
    require_may(by, Permission.DECIDE_MERGE, PERSON_MERGE.move(verb).label)
    found = queries.merge(merge_id, by=by)
    _one_at_a_time()
    found = queries.merge(merge_id, by=by)
    queries.person(found.merged_id, by=by)
    require_move(found, PERSON_MERGE.move(verb), PERSON_MERGE, by=by, reason=reason)
    return found


def _decide(found: PersonMerge, verb: str, *, by: Actor, at: datetime, reason: str) -> None:
    found.decided_at = at
    found.save(update_fields=["decided_at"])
    move(found, verb, by=by, at=at, reason=reason)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kaogong.people.merge'))")


def _tell(found: PersonMerge, verb: str, said: str, *, by: Actor, at: datetime, reason: str) -> None:
    """Both people's timelines say it, and the kept one's lifelong file."""
    for person, other in ((found.kept, found.merged), (found.merged, found.kept)):
        record(verb, person, by=by, at=at, reason=reason, other=other.id_number_masked)
    append_to_file(
        found.kept_id,
        kind="other",
        on=timezone.localdate(at),
        title=said,
        reference=f"{verb}-{found.pk}",
        by=by,
        at=at,
    )
