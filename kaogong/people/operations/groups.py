"""Recording which group of the papers a person belongs to, and when (A5, A6)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from kaogong.access.permissions import Permission
from kaogong.catalog.queries import code_labels
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, Refused
from kaogong.kernel.period import Period
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import GroupMembership


class GroupUnknown(Refused):
    """没有代码为“{code}”的人员类别。"""


class GroupOverlaps(Refused):
    """此人在这段时间已经登记为“{group}”（{start}起），请先核对原记录。"""


@dataclass(frozen=True, slots=True)
class NewGroup:
    """A membership on the days of [start_on, end_on), and what shows it."""

    person_id: int
    group_code: str
    start_on: date
    end_on: date | None = None
    source: str = ""
    evidence: str = ""


@transaction.atomic
def record_group(
    person_id: int,
    *,
    group_code: str,
    start_on: date,
    source: str,
    by: Actor,
    at: datetime,
    end_on: date | None = None,
    evidence: str = "",
    reason: str = "",
) -> GroupMembership:
    """Record one membership on the days of [start_on, end_on); the very same again is no change."""
    if by.role != "system":
        require_may(by, Permission.RECORD_GROUP, "登记人员类别")
    person = queries.person_for_update(person_id, by=by)
    _require_known(group_code)
    Period(start_on, end_on)
    clash = GroupMembership.objects.filter(
        Q(end_on__isnull=True) | Q(end_on__gt=start_on), person=person, group_code=group_code
    )
    if end_on is not None:
        clash = clash.filter(start_on__lt=end_on)
    for old in clash:
        if (old.start_on, old.end_on) == (start_on, end_on):
            return old
        raise GroupOverlaps(group=code_labels("group")[group_code], start=old.start_on)
    membership = GroupMembership.objects.create(
        person=person,
        group_code=group_code,
        start_on=start_on,
        end_on=end_on,
        source=source,
        evidence=evidence,
        recorded_at=at,
    )
    record("person.grouped", person, by=by, at=at, reason=reason, group_code=group_code, source=source)
    return membership


@transaction.atomic
def record_groups(groups: list[NewGroup], *, by: Actor, at: datetime, reason: str = "") -> int:
    """Record many memberships at once (a roster, an exchange); returns how many are new.

    One that overlaps a membership of the same person and group already recorded is left out: what was
    recorded first stands until a person corrects it.
    """
    if by.role != "system" and not (by.may(Permission.RECORD_GROUP) or by.may(Permission.UPLOAD_ROSTER)):
        raise NotPermitted(label="登记人员类别")
    for code in {group.group_code for group in groups}:
        _require_known(code)
    rows = [
        GroupMembership(
            person_id=g.person_id,
            group_code=g.group_code,
            start_on=g.start_on,
            end_on=g.end_on,
            source=g.source,
            evidence=g.evidence,
            recorded_at=at,
        )
        for g in sorted(groups, key=lambda g: (g.person_id, g.group_code, g.start_on))
    ]
    people = {group.person_id for group in groups}
    before = GroupMembership.objects.filter(person_id__in=people).count()
    GroupMembership.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    added = GroupMembership.objects.filter(person_id__in=people).count() - before
    if added:
        record(
            "people.grouped", by=by, at=at, reason=reason, label=f"{added}条", added=added, given=len(groups)
        )
    return added


@transaction.atomic
def end_group(membership_id: int, *, end_on: date, by: Actor, at: datetime, reason: str) -> GroupMembership:
    """End one membership: ``end_on`` is the first day it no longer holds."""
    require_may(by, Permission.RECORD_GROUP, "登记人员类别")
    membership = GroupMembership.objects.select_for_update().filter(pk=membership_id).first()
    if membership is None:
        raise NotFound()
    person = queries.person(membership.person_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label="终止人员类别")
    Period(membership.start_on, end_on)
    membership.end_on = end_on
    membership.save(update_fields=["end_on"])
    record(
        "person.ungrouped",
        person,
        by=by,
        at=at,
        reason=reason,
        group_code=membership.group_code,
        end_on=end_on.isoformat(),
    )
    return membership


def _require_known(group_code: str) -> None:
    if group_code not in code_labels("group"):
        raise GroupUnknown(code=group_code)
