"""What the form of a class asks before it is filed, answered: fields, documents and mentors."""

from datetime import datetime, timedelta

from django.utils import timezone

from kaogong.kernel.actor import Actor
from kaogong.kernel.credit_code import make_credit_code
from kaogong.training import operations, queries
from kaogong.training.models import TrainingClass
from kaogong.training.queries.filing_forms import Asked, filing_form

from .institutions import REGION, make_trainer

_PDF = b"%PDF-1.7\n1 0 obj\n"


def answer_everything(training_class: TrainingClass, *, by: Actor, at: datetime) -> None:
    """Answer the fields without which a drafted class is refused, add the documents, name the mentors.

    A class whose form asks nothing binding is left as it is.
    """
    form = filing_form(
        training_class.region_code, training_class.scheme_code, "regular", timezone.localdate(at)
    )
    answers = {asked.code: _an_answer(asked, training_class) for asked in form.fields if asked.binding}
    if answers:
        operations.answer_filing(training_class.pk, answers, by=by, at=at)
    for asked in form.evidence:
        if asked.binding:
            operations.add_evidence(training_class.pk, asked.code, _PDF, f"{asked.label}.pdf", by=by, at=at)
    if form.asks_of_people("two_mentors"):
        _name_mentors(training_class, by=by, at=at)


def _an_answer(asked: Asked, training_class: TrainingClass) -> str:
    match asked.kind:
        case "number":
            return str(max(asked.least or 0, training_class.head_count))
        case "date" | "month":
            return training_class.starts_on.isoformat()
        case "choice":
            return asked.choices[0][0]
        case "credit_code":
            return make_credit_code("91", REGION, 1).value
        case "trainer":
            return str(training_class.class_trainers.first().trainer_id)
        case _:
            return f"示例{asked.label}"


def _name_mentors(training_class: TrainingClass, *, by: Actor, at: datetime) -> None:
    """A contract of two years for each learner, and the same two mentors for all."""
    firm, school = make_trainer(training_class.institution), make_trainer(training_class.institution)
    begins = training_class.starts_on - timedelta(days=30)
    for learner in queries.enrolments(training_class.pk):
        operations.name_mentors(
            learner.pk,
            firm_mentor_id=firm.pk,
            school_mentor_id=school.pk,
            starts_on=begins,
            ends_on=begins + timedelta(days=730),
            contract_number=f"XT-{learner.pk}",
            by=by,
            at=at,
        )
