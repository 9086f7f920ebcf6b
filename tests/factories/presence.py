"""A class with check-ins: one session that is over, a phone, and an objection to a mark."""

from datetime import date, timedelta

from kaogong.kernel.actor import Actor
from kaogong.people.models import Person
from kaogong.presence import operations, queries
from kaogong.training import operations as training
from kaogong.training.models import Enrolment, Session

from .people import an_actor
from .training import make_class

STARTS, ENDS = date(2026, 11, 2), date(2026, 11, 27)


def presence_things(school, learner: Person, *, by: Actor | None = None) -> dict[str, dict]:
    """What the addresses of presence are about, all of the school's and the learner's own."""
    clerk = an_actor("provider_clerk", organisation_id=school.pk)
    pupil = by or an_actor("learner", person_id=learner.pk)
    made = make_class(
        school,
        status="running",
        people=[learner],
        clerk=clerk,
        starts_on=STARTS,
        ends_on=ENDS,
        title="签到班",
    )
    session = Session.objects.filter(training_class=made).order_by("on", "starts_at").first()
    at = queries.hours_for(session).ends_at + timedelta(minutes=40)
    enrolment = Enrolment.objects.get(training_class=made)
    training.record_attendance(session.pk, {enrolment.pk: "A"}, by=clerk, at=at)
    dispute = operations.dispute_mark(session.pk, by=pupil, at=at, reason="我在，手机没电")
    device = operations.bind_device("一部手机", by=pupil, at=at)
    return {
        "check-in": {"pk": session.pk},
        "class of check-ins": {"pk": made.pk},
        "dispute": {"pk": dispute.pk},
        "device": {"pk": device.pk},
    }
