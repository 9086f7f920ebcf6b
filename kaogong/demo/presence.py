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
CLASSES, HELD = 2, 3


def check_in_all(cast: Cast, running: list[Journey]) -> None:
    """The last sessions of some running classes, and this morning's, as phones and teachers told them."""
    chance = Random(f"{cast.on}:presence")  # noqa: S311  (repeatable on purpose)
    for journey in running[:CLASSES]:
        sessions = Session.objects.filter(
            training_class_id=journey.class_id, on__lte=cast.on, cancelled=False
        ).select_related("site")
        held = [
            row
            for row in sessions.order_by("-on", "-starts_at")
            if (row.on, row.starts_at.hour) <= (cast.on, 12)
        ]
        for session in reversed(held[:HELD]):
            _one(cast, journey, session, chance)
        _disagree(cast, journey)


def _one(cast: Cast, journey: Journey, session: Session, chance: Random) -> None:
    """One session: most there in time, each kind of trouble once."""
    begins = at_hour(session.on, session.starts_at.hour, session.starts_at.minute)
    ends = at_hour(session.on, session.ends_at.hour, session.ends_at.minute)
    is_over = session.on < cast.on
    learners = list(Enrolment.objects.filter(training_class_id=journey.class_id, status="enrolled"))
    marks = dict(Attendance.objects.filter(session=session).values_list("enrolment_id", "mark"))
    there = [row for row in learners if marks.get(row.pk, "P") in "PTE"]
    clerk = journey.school.clerk
    tokens: dict[datetime, str] = {}

    def scan(
        place: int, row: Enrolment, seen: datetime, came: datetime | None = None, recall=None, photo=False
    ) -> None:
        window = seen.replace(second=0, microsecond=0)
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
            by=Actor(name="示例学员", role="learner", permissions=RIGHTS, person_id=row.person_id),
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
    if len(phones) > 5:
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
    weighed_at = ends + timedelta(minutes=45) if is_over else begins + timedelta(minutes=10)
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
            by=Actor(name="示例学员", role="learner", permissions=RIGHTS, person_id=row.enrolment.person_id),
            at=at_hour(cast.on, 6),
            reason="当天手机没电，没有扫上码，签到表上有我的签名。",
        )
