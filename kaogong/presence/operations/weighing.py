"""Weighing what is known of a session, and writing the marks it proposes through the attendance's own trail."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.presence import queries
from kaogong.presence.models import CheckIn, DeviceBinding, PresenceEvidence, Recall, RefusedCheckIn
from kaogong.trail.operations import require_may
from kaogong.training import operations as training
from kaogong.training.models import Attendance, Enrolment, Session

WRITTEN = "按签到依据记录"


@transaction.atomic
def weigh_session(session_id: int, *, by: Actor, at: datetime) -> list[PresenceEvidence]:
    """Weigh each learner's presence at a session; once its doors have closed, write the marks that follow.

    Weighing again gives the same, whatever order things arrived in. A mark somebody recorded otherwise stays as
    it is, beside what the evidence proposes. Where nothing at all was checked in, no mark is written.
    """
    if by.role != "system":
        require_may(by, Permission.WEIGH_SESSION, "核算到课依据")
    session = queries.session(session_id, by=by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kaogong.presence.weigh'), %s)", [session.pk])
    settings, hours = queries.settings_for(session), queries.hours_for(session)
    learners = Enrolment.objects.filter(training_class_id=session.training_class_id, status="enrolled")
    learners = list(learners.order_by("sequence"))
    rows, refused = _by_enrolment(session)
    faces = queries.faces_of(session.pk)
    around = _around(session, settings, at)
    several = _with_several_phones([learner.person_id for learner in learners])
    earlier = {row.enrolment_id: row for row in PresenceEvidence.objects.filter(session=session)}
    found = []
    for learner in learners:
        own, turned_away = rows.get(learner.pk, []), refused.get(learner.pk, [])
        seen = faces.get(learner.pk, ())
        his = replace(around, has_several_phones=learner.person_id in several)
        weighed = queries.weigh(
            queries.codes_of(own, turned_away, his, settings, hours, seen), settings.strengths
        )
        before = earlier.get(learner.pk)
        found.append(
            PresenceEvidence(
                session=session,
                enrolment=learner,
                score=weighed.score,
                weakest=weighed.weakest,
                links={
                    name: {"points": link.points, "reasons": list(link.reasons)}
                    for name, link in weighed.links.items()
                },
                proposed_mark=queries.proposed_mark(own, turned_away, hours),
                written_mark=before.written_mark if before else "",
                weighed_at=at,
            )
        )
    if rows and queries.is_settled(hours, at) and session.training_class.status == "running":
        _write_marks(session, found, by=by, at=at)
    PresenceEvidence.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["session", "enrolment"],
        update_fields=["score", "weakest", "links", "proposed_mark", "written_mark", "weighed_at"],
        batch_size=1000,
    )
    return found


def _write_marks(session: Session, found: list[PresenceEvidence], *, by: Actor, at: datetime) -> None:
    standing = dict(Attendance.objects.filter(session=session).values_list("enrolment_id", "mark"))
    wanted = {}
    for row in found:
        mark = standing.get(row.enrolment_id, "")
        if mark == row.written_mark and mark != row.proposed_mark:
            wanted[row.enrolment_id] = row.written_mark = row.proposed_mark
    if wanted:
        writer = by.may_also(Permission.RECORD_ATTENDANCE)
        training.record_attendance(session.pk, wanted, by=writer, at=at, reason=WRITTEN)


def _by_enrolment(session: Session) -> tuple[dict[int, list[CheckIn]], dict[int, list[RefusedCheckIn]]]:
    rows, refused = defaultdict(list), defaultdict(list)
    for row in CheckIn.objects.filter(session=session):
        rows[row.enrolment_id].append(row)
    for row in RefusedCheckIn.objects.filter(session=session, enrolment__isnull=False):
        refused[row.enrolment_id].append(row)
    return rows, refused


def _around(session: Session, settings: queries.Settings, at: datetime) -> queries.Around:
    """Phones several people used at this session, positions equal too often, recalls that are over."""
    users: dict[bytes, set[int]] = defaultdict(set)
    positions: set[bytes] = set()
    scans = [*CheckIn.objects.filter(session=session, source="phone")]
    scans += RefusedCheckIn.objects.filter(session=session, why__in=("again", "other_phone"))
    for row in scans:
        if row.device_index is not None:
            users[bytes(row.device_index)].add(row.person_id)
        if row.place == "flat" and row.position_index is not None:
            positions.add(bytes(row.position_index))
    recalls = Recall.objects.filter(session=session, closes_at__lte=at)
    return queries.Around(
        shared_devices=frozenset(device for device, people in users.items() if len(people) > 1),
        flat_positions=_too_often(positions, settings) if positions else frozenset(),
        closed_recalls=frozenset(recall.phase for recall in recalls),
    )


def _too_often(positions: set[bytes], settings: queries.Settings) -> frozenset[bytes]:
    people: Counter[bytes] = Counter()
    days: Counter[bytes] = Counter()
    pairs = (
        CheckIn.objects.filter(place="flat", position_index__in=list(positions))
        .order_by()
        .values_list("position_index", "person_id")
        .annotate(sessions=Count("session_id", distinct=True))
    )
    for index, _person, sessions in pairs:
        people[bytes(index)] += 1
        days[bytes(index)] = max(days[bytes(index)], sessions)
    return frozenset(
        index
        for index in positions
        if people[index] >= settings.flat_people or days[index] >= settings.flat_days
    )


def _with_several_phones(people: list[int]) -> set[int]:
    rows = DeviceBinding.objects.filter(person_id__in=people, released_at__isnull=True).order_by()
    several = rows.values("person_id").annotate(n=Count("pk")).filter(n__gt=1)
    return set(several.values_list("person_id", flat=True))
