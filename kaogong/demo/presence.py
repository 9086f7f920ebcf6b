"""Who checked in at the running classes: on own phones, a shared one, late, without network, or vouched for."""

import contextlib
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from kaogong.access.permissions import Permission
from kaogong.demo.cast import Cast, at_hour
from kaogong.demo.journey import Journey
from kaogong.kernel.actor import Actor, system_actor
from kaogong.presence import operations
from kaogong.training.models import Attendance, Enrolment, Session

RIGHTS = frozenset({str(Permission.CHECK_IN), str(Permission.DISPUTE_MARK)})
HELD = 3
BEGUN = timedelta(minutes=15)
MACHINE, EVEN_GAP = 4, timedelta(seconds=15)  # sessions, and the pause between one check-in and the next


def check_in_all(cast: Cast, running: list[Journey]) -> None:
    """The last sessions of the classes in training, and those on now, as phones and teachers told them.

    The last class's check-ins come as if a machine had made them.
    """
    chance = Random(f"{cast.on}:presence")  # noqa: S311  (repeatable on purpose)
    by_machine = running[2:3]
    for journey in running[:3]:
        sessions = Session.objects.filter(
            training_class_id=journey.class_id, on__lte=cast.on, cancelled=False
        ).select_related("site")
        begun = [row for row in sessions.order_by("on", "starts_at") if _begins(row) + BEGUN <= cast.at]
        if journey in by_machine:
            for session in [*begun[:MACHINE], *begun[MACHINE:][-1:]]:
                _as_by_machine(cast, journey, session, chance)
        else:
            for session in begun[-HELD:]:
                _one(cast, journey, session, chance)
            _disagree(cast, journey)


def _begins(session: Session) -> datetime:
    return at_hour(session.on, session.starts_at.hour, session.starts_at.minute)


def _ends(session: Session) -> datetime:
    return at_hour(session.on, session.ends_at.hour, session.ends_at.minute)


def _as_by_machine(cast: Cast, journey: Journey, session: Session, chance: Random) -> None:
    """Everybody there in the order of the roster, one just as long after the other."""
    begins = _begins(session)
    marks = dict(Attendance.objects.filter(session=session).values_list("enrolment_id", "mark"))
    learners = Enrolment.objects.filter(training_class_id=journey.class_id, status="enrolled")
    there = [row for row in learners.order_by("sequence") if marks.get(row.pk, "P") in "PTE"]
    for place, row in enumerate(there):
        at = begins + timedelta(minutes=1) + place * EVEN_GAP
        token = operations.show_code(session.pk, by=journey.school.clerk, at=at).token
        operations.check_in(
            client_key=UUID(int=chance.getrandbits(128), version=4),
            device_key=f"phone of {row.person_id}",
            token=token,
            position=_position(session, chance, is_absent=place % 9 == 5),
            taken_at=at,
            sent_at=at,
            by=_learner(row),
            at=at,
        )
    weighed_at = min(_ends(session) + timedelta(minutes=45), cast.at)
    operations.weigh_session(session.pk, by=system_actor(), at=weighed_at)


def _learner(row: Enrolment) -> Actor:
    return Actor(name="示例学员", role="learner", permissions=RIGHTS, person_id=row.person_id)


def _one(cast: Cast, journey: Journey, session: Session, chance: Random) -> None:
    """One session: most there in time, each kind of trouble once."""
    begins, ends = _begins(session), _ends(session)
    is_over = ends + timedelta(minutes=10) <= cast.at
    own_id = cast.person_ids[cast.learner.number] if cast.learner is not None and not is_over else None
    learners = list(Enrolment.objects.filter(training_class_id=journey.class_id, status="enrolled"))
    marks = dict(Attendance.objects.filter(session=session).values_list("enrolment_id", "mark"))
    # The learner who logs in has not scanned yet today: that is for the visitor to do.
    there = [row for row in learners if marks.get(row.pk, "P") in "PTE" and row.person_id != own_id]
    clerk = journey.school.clerk
    tokens: dict[datetime, str] = {}

    def scan(
        place: int, row: Enrolment, seen: datetime, came: datetime | None = None, recall=None, photo=False
    ) -> None:
        window = max(seen, at_hour(session.on, 0)).replace(second=0, microsecond=0)
        if window not in tokens:
            tokens[window] = operations.show_code(session.pk, by=clerk, at=window).token
        came = came or window + timedelta(seconds=12)
        # Two of a family share a phone; each browser makes a key of its own.
        phone = f"phone of {there[0].person_id if place == 1 else row.person_id}"
        operations.check_in(
            client_key=UUID(int=chance.getrandbits(128), version=4),
            device_key=phone,
            token=tokens[window],
            position=_position(session, chance, is_absent=place % 9 == 5),
            taken_at=came if photo else window,
            sent_at=came,
            recall_id=recall,
            by=_learner(row),
            at=came,
        )

    vouched = there[-1] if len(there) > 4 else None
    phones = [row for row in there if row is not vouched]
    for place, row in enumerate(phones):
        late = 14 if marks.get(row.pk) == "T" else -chance.randint(2, 18)
        seen = begins + timedelta(minutes=late)
        if place == 2 and is_over:
            scan(place, row, seen, came=begins + timedelta(minutes=55))  # kept without network
        else:
            scan(place, row, seen)
    if vouched is not None:
        operations.assist_check_in(
            session.pk,
            [vouched.pk],
            by=clerk,
            at=begins,
            reason="学员没有智能手机，已在签到表签名",
            is_signed=True,
        )
    if len(phones) > 5 and begins.hour:
        with contextlib.suppress(operations.CodePhotographed):
            sent_on = begins + timedelta(minutes=9)
            scan(5, phones[5], begins - timedelta(minutes=20), came=sent_on, photo=True)
    if is_over:
        called = begins + timedelta(minutes=chance.randint(40, 120))
        recall = operations.call_recall(session.pk, by=clerk, at=called)
        for place, row in enumerate(phones):
            if place % 7 != 3:
                scan(place, row, called + timedelta(minutes=1 + place % 5), recall=recall.pk)
            if marks.get(row.pk) != "E" and place % 8 != 6:
                scan(place, row, ends + timedelta(minutes=place % 4))
    weighed_at = min(ends + timedelta(minutes=45), cast.at)
    operations.weigh_session(session.pk, by=system_actor(), at=weighed_at)


def _position(session: Session, chance: Random, *, is_absent: bool) -> tuple[float, float, float] | None:
    """Somewhere near the site, as phones indoors tell it; some tell nothing."""
    if is_absent or session.site.latitude is None:
        return None
    latitude, longitude = float(session.site.latitude), float(session.site.longitude)
    return (
        latitude + chance.gauss(0, 0.0003),
        longitude + chance.gauss(0, 0.0003),
        round(chance.uniform(8, 60), 1),
    )


def _disagree(cast: Cast, journey: Journey) -> None:
    """One learner who was marked absent on the last day says otherwise."""
    row = (
        Attendance.objects.filter(
            session__training_class_id=journey.class_id, session__on__lt=cast.on, mark="A"
        )
        .select_related("enrolment")
        .order_by("-session__on", "id")
        .first()
    )
    if row is not None:
        operations.dispute_mark(
            row.session_id,
            by=_learner(row.enrolment),
            at=at_hour(cast.on, 6),
            reason="当天手机没电，没有扫上码，签到表上有我的签名。",
        )
