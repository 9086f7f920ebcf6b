"""Claims in stages: which steps a scheme is paid at, what may be claimed at each, and what is to be asked back."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext

from kaogong.access.queries import in_reach
from kaogong.assessment.models import Exam
from kaogong.certificates.models import Certificate
from kaogong.kernel.actor import Actor
from kaogong.rules import Scheme
from kaogong.rules.conduct import conduct_said
from kaogong.rules.vocabulary import STAGES
from kaogong.training.models import Enrolment, TrainingClass

from ..models import ApprenticeYear, Claim, ClaimLine
from ..states import ENTITLED, STANDING, UNDECIDED
from .apprentices import TOPIC, YEARS
from .judging import rulebook

# The steps at which a class has begun but need not be over: its start, and the years of an apprenticeship.
EARLY = ("start", *YEARS)


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
    if stage in YEARS:
        checked = ApprenticeYear.objects.filter(enrolment=OuterRef("pk"), year=YEARS[stage])
        rows = rows.filter(Exists(checked))
    return rows.filter(~Exists(standing)).select_related("person").order_by("sequence")


def classes_begun(by: Actor, scheme_codes: list[str]) -> QuerySet[TrainingClass]:
    """Classes of these schemes that have begun and have no claim under way: a stage may be due."""
    undecided = Claim.objects.filter(training_class=OuterRef("pk"), status__in=UNDECIDED)
    rows = TrainingClass.objects.filter(status__in=("running", "finished"), scheme_code__in=scheme_codes)
    return in_reach(rows.filter(~Exists(undecided)), by).order_by("starts_on", "id")


def stages_to_recover(by: Actor, on: date) -> Iterator[ToRecover]:
    """Lines of an early stage whose learner left or failed, where the region says that what was paid is asked back.

    Left: withdrawn from the class, or it was cancelled. Failed: the exam of the class gave its certificates and
    this learner has none that stands, a later stage of theirs was refused, or by ``on`` the class has been over
    for longer than the region waits, without certificate or later stage. What is asked back of whom, and how
    long is waited, is dated data (``stages_asked_back``, ``stage_rest_most_days``); a scheme nobody says it of
    gives nothing back. A later stage that comes to nothing because earlier ones were given more is no failure.
    """
    others = ClaimLine.objects.filter(enrolment=OuterRef("enrolment")).exclude(
        instalment=OuterRef("instalment")
    )
    later = others.filter(status="refused", verdict="refused")
    ended = others.filter(status__in=STANDING).exclude(instalment__in=EARLY)
    certificate = Certificate.objects.filter(
        person=OuterRef("person"),
        occupation_code=OuterRef("claim__training_class__occupation_code"),
        issued_on__gte=OuterRef("claim__training_class__starts_on"),
    ).exclude(status="revoked")
    exam = Exam.objects.filter(training_class=OuterRef("claim__training_class"), status="certified")
    rows = (
        ClaimLine.objects.filter(instalment__in=EARLY, status__in=ENTITLED)
        .annotate(
            is_refused_later=Exists(later),
            is_certified=Exists(certificate),
            is_examined=Exists(exam),
            is_over=Exists(ended),
        )
        .filter(
            Q(enrolment__status="withdrawn")
            | Q(claim__training_class__status="cancelled")
            | Q(is_refused_later=True)
            | Q(is_certified=False, is_examined=True)
            | Q(is_certified=False, is_over=False, claim__training_class__status="finished")
        )
        .select_related("claim__training_class", "claim__institution", "person", "enrolment")
    )
    rows = in_reach(rows, by, region="claim__region_code", organisation="claim__institution_id")
    for line in rows.order_by("claim__submitted_at", "id"):
        has_left = line.claim.training_class.status == "cancelled" or line.enrolment.status == "withdrawn"
        why = _why(line, on)
        if why and asked_back(line.claim).get("left" if has_left else "failed"):
            yield ToRecover(line, why)


def asked_back(claim: Claim) -> Mapping[str, Any]:
    """Of whom the region asks a paid stage of the claim's scheme back: who ``left``, who ``failed``."""
    conduct = conduct_said(rulebook(), claim.region_code, TOPIC, claim.event_on)
    rows = () if conduct is None else conduct.table("stages_asked_back").rows
    return next((row for row in rows if row["code"] == claim.scheme_code), {})


def given_at_stages(enrolment_ids: Iterable[int], *, but_claim_id: int | None = None) -> dict[int, int]:
    """Enrolment → the fen its stages have been given so far, approved, on their way or paid."""
    rows = ClaimLine.objects.filter(enrolment__in=list(enrolment_ids), status__in=ENTITLED)
    rows = rows.exclude(instalment="").exclude(claim_id=but_claim_id)
    summed = rows.order_by().values_list("enrolment_id").annotate(fen=Sum("amount_fen"))
    return dict(summed)


def rest_days(claim: Claim) -> int | None:
    """How many days after the class's end a paid stage waits for the rest; None where no paper says."""
    conduct = conduct_said(rulebook(), claim.region_code, TOPIC, claim.event_on)
    value = conduct.value("stage_rest_most_days") if conduct is not None else None
    return value.value if value is not None else None


def _why(line: ClaimLine, on: date) -> str:
    if line.claim.training_class.status == "cancelled":
        return gettext("班次已取消")
    if line.enrolment.status == "withdrawn":
        return gettext("学员已退班")
    if line.is_examined and not line.is_certified:
        return gettext("考核没有取得证书")
    if line.is_refused_later:
        return gettext("后续阶段不予补贴")
    days = rest_days(line.claim)
    if days is None or (on - line.claim.training_class.ends_on).days <= days:
        return ""
    return gettext("结业已满{days}天，没有取得证书，也没有申领后续阶段").format(days=days)


def staged_schemes(region_code: str, on: date) -> dict[str, tuple[str, ...]]:
    """The schemes of a region paid in stages on a day → their stages."""
    book = rulebook()
    if region_code[:6] not in book.regions:
        return {}
    by_class = [scheme for scheme in book.schemes(region_code[:6], on) if scheme.counts_as == "training"]
    return {scheme.code: stages for scheme in by_class if (stages := stages_of(scheme))}


def stages_due(
    classes: Iterable[TrainingClass], stages: Mapping[str, tuple[str, ...]]
) -> dict[int, tuple[str, ...]]:
    """Class → the stages somebody of it may be claimed for now, by its state and what is claimed already."""
    classes = list(classes)
    rows = ClaimLine.objects.filter(enrolment__training_class__in=classes, status__in=STANDING)
    claimed = Counter(rows.values_list("enrolment__training_class_id", "instalment"))
    enrolled = Enrolment.objects.filter(training_class__in=classes, status="enrolled")
    learners = Counter(enrolled.values_list("training_class_id", flat=True))
    years = Counter(enrolled.values_list("training_class_id", "apprentice_years__year"))
    due = {(one.pk, stage): years[one.pk, year] for one in classes for stage, year in YEARS.items()}
    return {
        one.pk: tuple(
            stage
            for stage in stages[one.scheme_code]
            if (stage in EARLY or one.status == "finished")
            and claimed[one.pk, stage] < (due[one.pk, stage] if stage in YEARS else learners[one.pk])
        )
        for one in classes
    }
