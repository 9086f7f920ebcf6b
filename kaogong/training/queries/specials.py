"""What a class's kind asks of each learner: the students' three items, apprentices' mentors, passes before work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kaogong.certificates.models import Certificate
from kaogong.people import queries as people
from kaogong.training.models import Apprenticeship, ClassFiling, Enrolment, TrainingClass

from .filing_forms import FilingForm

STUDENT = "student_class"


@dataclass(frozen=True, slots=True)
class Pass:
    """Whether one learner of a class holds what its training leads to, and since when."""

    enrolment: Enrolment
    certificate: Certificate | None

    @property
    def may_work(self) -> bool:
        return self.certificate is not None


def student_items(
    person_ids: Iterable[int], until: date | None = None
) -> dict[int, dict[str, TrainingClass]]:
    """Person → item of the three → the first finished class that was it (E2)."""
    asked = people.rows_of(people.same_person_ids(person_ids))
    rows = Enrolment.objects.filter(
        person_id__in=list(asked),
        status="enrolled",
        training_class__status="finished",
        training_class__filing__arrangement=STUDENT,
    ).select_related("training_class__filing")
    if until is not None:
        rows = rows.filter(training_class__ends_on__lte=until)
    found: dict[int, dict[str, TrainingClass]] = {}
    for row in rows.order_by("training_class__ends_on", "id"):
        item = row.training_class.filing.answers.get("student_item")
        for person_id in asked[row.person_id] if item else ():
            found.setdefault(person_id, {}).setdefault(item, row.training_class)
    return found


def item_names(form: FilingForm) -> list[tuple[str, str]]:
    """The three items, by code, as the form names them; [] where it does not ask."""
    asked = form.field("student_item")
    return asked.options if asked else []


def apprenticeships(class_id: int) -> dict[int, Apprenticeship]:
    """Enrolment → its contract and mentors."""
    rows = Apprenticeship.objects.filter(enrolment__training_class_id=class_id)
    rows = rows.select_related("firm_mentor", "school_mentor").defer(
        "firm_mentor__id_number", "school_mentor__id_number"
    )
    return {row.enrolment_id: row for row in rows}


def passes(training_class: TrainingClass, on: date) -> list[Pass]:
    """Who of a class holds the certificate it leads to on the day, so that they may work (E10)."""
    learners = Enrolment.objects.filter(training_class=training_class, status="enrolled").select_related(
        "person"
    )
    learners = list(learners.order_by("sequence"))
    asked = people.rows_of(people.same_person_ids(row.person_id for row in learners))
    rows = Certificate.objects.filter(
        person_id__in=list(asked),
        occupation_code=training_class.occupation_code,
        kind=training_class.certificate_kind,
        issued_on__gte=training_class.starts_on,
        issued_on__lte=on,
        status="issued",
    )
    held = {pk: row for row in rows.order_by("-issued_on", "-id") for pk in asked[row.person_id]}
    return [Pass(row, held.get(row.person_id)) for row in learners]


def certified_count(training_class: TrainingClass, on: date) -> int:
    """How many of a class hold the certificate it leads to (E6)."""
    return sum(row.may_work for row in passes(training_class, on))


def filing_of(class_id: int) -> ClassFiling | None:
    """The answered form of a class, None before anything was answered."""
    return ClassFiling.objects.filter(training_class_id=class_id).first()
