"""A finished class of learners with accounts, and surveys opened on its last day."""

from datetime import datetime, timedelta

import pytest

from kaogong.gateways import registers
from kaogong.kernel.actor import system_actor
from kaogong.outcomes import operations
from tests.factories import an_actor, make_class, make_person
from tests.factories.training import a_day_at

SYSTEM = system_actor()


@pytest.fixture(autouse=True)
def _fresh():
    registers.forget_failures()


@pytest.fixture
def finished():
    """A class of twelve that ended on 2026-06-30."""
    return make_class(status="finished", people=[make_person(f"学员{n}") for n in range(12)])


@pytest.fixture
def learners(finished):
    """Who may answer: one actor for each learner, in roster order."""
    return [
        an_actor("learner", person_id=enrolment.person_id)
        for enrolment in finished.enrolments.order_by("sequence")
    ]


@pytest.fixture
def last_day(finished) -> datetime:
    return a_day_at(finished.ends_on, 17)


@pytest.fixture
def survey(finished, last_day):
    from kaogong.outcomes.models import Survey

    operations.open_surveys(by=SYSTEM, at=last_day)
    return Survey.objects.get(training_class=finished)


GIVEN = {"overall": 5, "teaching": 4, "practice": 3, "hours_held": True, "no_charge": True, "comment": ""}


def answer(survey, by, at, *, device="", address="", **given):
    """One learner's answer from a device and address of their own, unless told otherwise."""
    return operations.answer_survey(
        survey.pk,
        GIVEN | given,
        by=by,
        at=at,
        device=device or f"device {by.person_id}",
        address=address or f"10.0.0.{by.person_id}",
    )


def answer_all(survey, learners, at, *, apart=timedelta(minutes=7), **more):
    for place, by in enumerate(learners):
        answer(survey, by, at + apart * place, **more)


def close(survey):
    """The morning after the last day."""
    operations.close_surveys(by=SYSTEM, at=a_day_at(survey.closes_on + timedelta(days=1), 6))
    survey.refresh_from_db()
    return survey
