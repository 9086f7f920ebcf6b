"""Makers of exams and marks; all through the operations."""

from datetime import date, timedelta

from kaogong.assessment import operations, queries
from kaogong.assessment.models import Exam
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.training.models import TrainingClass

from .institutions import make_institution
from .people import an_actor
from .training import a_day_at, make_class


def make_exam(
    training_class: TrainingClass | None = None,
    *,
    assessor: Institution | None = None,
    by: Actor | None = None,
    status: str = "scheduled",
    assessed_on: date | None = None,
    failing: int = 0,
) -> Exam:
    """Schedule the exam of a finished class with pass marks 60/60 and take it as far as ``status``.

    ``failing``: how many learners, the first of the roster, fail.
    """
    training_class = training_class or make_class(status="finished", people=2)
    assessor = assessor or make_institution(is_provider=False, is_assessor=True)
    by = by or an_actor("assessor", organisation_id=assessor.pk)
    day = assessed_on or training_class.ends_on + timedelta(days=3)
    at = a_day_at(day)
    exam = operations.schedule_exam(
        training_class.pk,
        institution_id=assessor.pk,
        assessed_on=day,
        pass_theory=6000,
        pass_practice=6000,
        by=by,
        at=at,
    )
    if status in ("scored", "certified"):
        scores = {}
        for place, result in enumerate(queries.results(exam.pk)):
            marks = (5900, 8000) if place < failing else (8150, 9000)
            scores[result.enrolment_id] = operations.Score(*marks)
        operations.enter_scores(exam.pk, scores, by=by, at=at)
    if status == "certified":
        operations.issue_exam_certificates(exam.pk, by=by, at=at)
    return Exam.objects.get(pk=exam.pk)
