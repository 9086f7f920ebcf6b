"""Claims in stages: which steps a scheme is paid at, what may be claimed at each, and what is to be asked back."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from kaogong.access.queries import in_reach
from kaogong.assessment.models import Exam
from kaogong.certificates.models import Certificate
from kaogong.kernel.actor import Actor
from kaogong.rules import Scheme
from kaogong.rules.vocabulary import STAGES
from kaogong.training.models import Enrolment, TrainingClass

from ..models import Claim, ClaimLine
from ..states import ENTITLED, STANDING, UNDECIDED
from .judging import rulebook

# The steps at which a class has begun but need not be over.
EARLY = ("start",)


@dataclass(frozen=True, slots=True)
class ToRecover:
    """A stage that was paid, or is on its way, of somebody who will not reach the next; ``why`` in words."""

    line: ClaimLine
    why: str


def stages_of(scheme: Scheme) -> tuple[str, ...]:
    """The steps a scheme's parts are paid at, in order; () where it is paid at once."""
    accepted = {
        stage
        for part in scheme.parts
        for use in part.rules
        if use.rule.name == "at_an_accepted_stage"
        for stage in use.values["stages"].value or ()
    }
    return tuple(stage for stage in STAGES if stage in accepted)


def stage_label(stage: str) -> str:
    """What a stage is called; "" for a claim of the whole."""
    return STAGES[stage].label if stage in STAGES else stage


def unclaimed_at(training_class: TrainingClass, stage: str) -> QuerySet[Enrolment]:
    """Learners of a class for whom neither this stage nor the whole is claimed, in roster order."""
    standing = ClaimLine.objects.filter(status__in=STANDING, enrolment=OuterRef("pk"))
    if stage:
        standing = standing.filter(instalment__in=("", stage))
    rows = Enrolment.objects.filter(training_class=training_class, status="enrolled")
    return rows.filter(~Exists(standing)).select_related("person").order_by("sequence")


def classes_begun(by: Actor, scheme_codes: list[str]) -> QuerySet[TrainingClass]:
    """Classes of these schemes that have begun and have no claim under way: a stage may be due."""
    undecided = Claim.objects.filter(training_class=OuterRef("pk"), status__in=UNDECIDED)
    rows = TrainingClass.objects.filter(status__in=("running", "finished"), scheme_code__in=scheme_codes)
    return in_reach(rows.filter(~Exists(undecided)), by).order_by("starts_on", "id")


def stages_to_recover(by: Actor) -> Iterator[ToRecover]:
    """Lines of an early stage whose learner left, failed, or whose class was cancelled; what is paid is asked back.

    Failed: the exam of the class gave its certificates and this learner has none that stands, or a later
    stage of theirs was refused.
    """
    later = ClaimLine.objects.filter(enrolment=OuterRef("enrolment"), status="refused").exclude(
        instalment=OuterRef("instalment")
    )
    certificate = Certificate.objects.filter(
        person=OuterRef("person"),
        occupation_code=OuterRef("claim__training_class__occupation_code"),
        issued_on__gte=OuterRef("claim__training_class__starts_on"),
    ).exclude(status="revoked")
    exam = Exam.objects.filter(training_class=OuterRef("claim__training_class"), status="certified")
    rows = (
        ClaimLine.objects.filter(instalment__in=EARLY, status__in=ENTITLED)
        .annotate(is_refused_later=Exists(later), is_certified=Exists(certificate), is_examined=Exists(exam))
        .filter(
            Q(enrolment__status="withdrawn")
            | Q(claim__training_class__status="cancelled")
            | Q(is_refused_later=True)
            | Q(is_examined=True, is_certified=False)
        )
        .select_related("claim__training_class", "claim__institution", "person", "enrolment")
    )
    rows = in_reach(rows, by, region="claim__region_code", organisation="claim__institution_id")
    for line in rows.order_by("claim__submitted_at", "id"):
        yield ToRecover(line, _why(line))


def _why(line: ClaimLine) -> str:
    if line.claim.training_class.status == "cancelled":
        return gettext("班次已取消")
    if line.enrolment.status == "withdrawn":
        return gettext("学员已退班")
    if line.is_examined and not line.is_certified:
        return gettext("考核没有取得证书")
    return gettext("后续阶段不予补贴")


def staged_schemes(region_code: str, on: date) -> dict[str, tuple[str, ...]]:
    """The schemes of a region paid in stages on a day → their stages."""
    book = rulebook()
    if region_code[:6] not in book.regions:
        return {}
    by_class = [scheme for scheme in book.schemes(region_code[:6], on) if scheme.is_claimed_by_class]
    return {scheme.code: stages for scheme in by_class if (stages := stages_of(scheme))}


def stages_due(
    classes: Iterable[TrainingClass], stages: Mapping[str, tuple[str, ...]]
) -> dict[int, tuple[str, ...]]:
    """Class → the stages somebody of it may be claimed for now, by its state and what is claimed already."""
    classes = list(classes)
    rows = ClaimLine.objects.filter(enrolment__training_class__in=classes, status__in=STANDING)
    claimed = Counter(rows.values_list("enrolment__training_class_id", "instalment"))
    learners = Counter(
        Enrolment.objects.filter(training_class__in=classes, status="enrolled").values_list(
            "training_class_id", flat=True
        )
    )
    return {
        one.pk: tuple(
            stage
            for stage in stages[one.scheme_code]
            if (stage in EARLY or one.status == "finished") and claimed[one.pk, stage] < learners[one.pk]
        )
        for one in classes
    }
