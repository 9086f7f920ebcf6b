"""Reading exams and results."""

from django.db.models import Count, Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.training.models import TrainingClass

from .models import Exam, ExamResult


def exams(by: Actor, status: str = "") -> QuerySet[Exam]:
    """Exams in reach, newest first: the assessor's own, the provider's classes', or the region's."""
    rows = Exam.objects.select_related("training_class", "institution").order_by("-assessed_on", "-id")
    if by.organisation_id is not None and by.person_id is None and by.role != "system":
        own = Q(institution_id=by.organisation_id) | Q(training_class__institution_id=by.organisation_id)
        rows = rows.filter(own)
    else:
        rows = in_reach(rows, by, person="results__enrolment__person_id")
    return rows.filter(status=status) if status else rows


def exam(exam_id: int, *, by: Actor) -> Exam:
    """One exam in reach, or NotFound."""
    found = exams(by).filter(pk=exam_id).first()
    if found is None:
        raise NotFound()
    return found


def exam_for_update(exam_id: int, *, by: Actor) -> Exam:
    """One exam of the actor's own body or region, locked until the transaction ends."""
    reachable = in_reach(Exam.objects.select_related("training_class", "institution"), by)
    found = reachable.select_for_update(of=("self",)).filter(pk=exam_id).first()
    if found is None:
        raise NotFound()
    return found


def exam_for_class(class_id: int) -> Exam | None:
    """The exam of a class, None when none is scheduled."""
    return Exam.objects.select_related("institution").filter(training_class_id=class_id).first()


def classes_to_assess(by: Actor) -> QuerySet[TrainingClass]:
    """Classes an assessor of the same province may schedule an exam for: begun, and with none yet."""
    rows = TrainingClass.objects.filter(exam__isnull=True, status__in=("running", "finished"))
    if by.role != "system":
        body = Institution.objects.filter(pk=by.organisation_id, is_assessor=True).first()
        rows = rows.filter(region_code__startswith=body.region_code[:2]) if body else rows.none()
    return rows.select_related("institution").order_by("ends_on", "id")


def results(exam_id: int) -> QuerySet[ExamResult]:
    """Results of an exam by ticket number, learners with them."""
    rows = ExamResult.objects.filter(exam_id=exam_id).select_related("enrolment__person")
    return rows.order_by("ticket_number")


def result_figures(exam_id: int) -> dict[str, int]:
    """How many sat for the exam, have marks, passed and failed."""
    return ExamResult.objects.filter(exam_id=exam_id).aggregate(
        total=Count("pk"),
        entered=Count("pk", filter=Q(passed__isnull=False)),
        failed=Count("pk", filter=Q(passed=False)),
        passed=Count("pk", filter=Q(passed=True)),
    )


def certificate_reference(result: ExamResult) -> str:
    """The grounds a certificate is issued on: which exam and which enrolment."""
    return f"exam:{result.exam_id}:enrolment:{result.enrolment_id}"
