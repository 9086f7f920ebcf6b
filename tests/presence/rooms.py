"""A room with a screen, a class that is on, and learners with phones."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from kaogong.institutions.models import Site
from kaogong.kernel.actor import Actor
from kaogong.people.models import Person
from kaogong.presence import operations
from kaogong.training.models import Enrolment, Session, TrainingClass
from tests.factories import a_day_at, an_actor, make_class, make_institution, make_person

DAY = date(2026, 6, 1)  # a Monday; theory 9:00–12:00, practice 13:00–19:00
NINE = a_day_at(DAY, 9)
HERE = (36.0712345, 120.3812345)
NAMES = "甲乙丙丁戊己庚辛壬癸"


def ago(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


@dataclass
class Room:
    """One running class in a room whose site has coordinates."""

    training_class: TrainingClass
    clerk: Actor
    people: list[Person]
    learners: list[Actor]
    session: Session

    def shown(self, at: datetime) -> operations.ShownCode:
        return operations.show_code(self.session.pk, by=self.clerk, at=at)

    def check_in(self, place: int, at: datetime, **more):
        """A learner scans what the screen shows at that moment, from the learner's own phone."""
        more.setdefault("client_key", uuid4())
        more.setdefault("device_key", f"phone-{place}")
        more.setdefault("position", (*HERE, 20.0 + place))
        if not {"token", "short_code"} & set(more):
            more["token"] = self.shown(more.pop("seen_at", at)).token
        return operations.check_in(by=self.learners[place], at=at, **more)

    def enrolment(self, place: int) -> Enrolment:
        return Enrolment.objects.get(training_class=self.training_class, person=self.people[place])


def make_room(people: int = 3, **fields) -> Room:
    """A running class of so many learners, each with an account, on its first day."""
    school = make_institution()
    clerk = an_actor("provider_clerk", organisation_id=school.pk)
    persons = [make_person(f"学员{NAMES[n % 10]}{NAMES[n // 10]}") for n in range(people)]
    made = make_class(school, status="running", people=persons, clerk=clerk, **fields)
    session = Session.objects.filter(training_class=made).order_by("on", "starts_at").first()
    Site.objects.filter(pk=session.site_id).update(latitude="36.071234", longitude="120.381234")
    learners = [an_actor("learner", person_id=person.pk) for person in persons]
    return Room(made, clerk, persons, learners, session)
