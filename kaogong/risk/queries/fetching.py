"""Findings, questions and looks in an actor's reach."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from kaogong.access.queries import in_reach
from kaogong.claims import queries as claims
from kaogong.detection import DETECTORS
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode
from kaogong.trail import queries as trail
from kaogong.training.models import TrainingClass

from ..models import RiskAnswer, RiskEvidence, RiskFinding, RiskPass, RiskQuestion, RiskSubject
from ..states import OPEN, UNSETTLED

_WITH = ("institution", "training_class")


def risk_findings(by: Actor) -> QuerySet[RiskFinding]:
    """Findings in the reach of a bureau's actor, what is open first, the gravest and oldest first.

    Providers and learners see none: a provider sees the questions it was asked.
    """
    rows = RiskFinding.objects.select_related(*_WITH)
    rows = in_reach(rows, by, organisation=None)
    rows = rows.annotate(
        is_settled=Case(When(status__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    )
    return rows.order_by("is_settled", "-rank", "first_seen_at", "id")


def risk_finding(finding_id: int, *, by: Actor) -> RiskFinding:
    """One finding in reach, or NotFound."""
    return _one(risk_findings(by).filter(pk=finding_id))


def risk_finding_for_update(finding_id: int, *, by: Actor) -> RiskFinding:
    """The same finding, locked until the transaction ends."""
    rows = in_reach(RiskFinding.objects.all(), by, organisation=None)
    return _one(rows.select_for_update(of=("self",), no_key=True).filter(pk=finding_id))


def open_findings(by: Actor) -> QuerySet[RiskFinding]:
    """Findings somebody still has to do something about."""
    return risk_findings(by).filter(status__in=OPEN)


def findings_to_handle(by: Actor) -> QuerySet[RiskFinding]:
    """New, answered or reopened findings of some weight: what waits for the bureau, the gravest first."""
    return risk_findings(by).filter(status__in=("found", "answered", "reopened"), rank__gte=2)


def answers_overdue(by: Actor, on: date) -> QuerySet[RiskFinding]:
    """Findings whose provider should have answered before this day."""
    return risk_findings(by).filter(status="asked", due_on__lt=on)


def subjects(finding_id: int) -> QuerySet[RiskSubject]:
    """Whom a finding concerns."""
    rows = RiskSubject.objects.filter(finding_id=finding_id).order_by("id")
    return rows.select_related("institution", "training_class__institution", "person", "trainer__institution")


def institutions_of(finding_id: int) -> list[int]:
    """The institutions a finding concerns."""
    rows = RiskSubject.objects.filter(finding_id=finding_id, institution__isnull=False)
    return list(rows.order_by("institution_id").values_list("institution_id", flat=True))


def subjects_named(name: str) -> QuerySet[RiskSubject]:
    """The institutions of findings with these words in their name."""
    return RiskSubject.objects.filter(institution__name__icontains=name)


def evidence(finding_id: int) -> QuerySet[RiskEvidence]:
    """The rows a finding rests on, in order."""
    return RiskEvidence.objects.filter(finding_id=finding_id).order_by("sequence")


def questions(finding_id: int) -> QuerySet[RiskQuestion]:
    """What was asked about a finding, and what was answered, in order."""
    rows = RiskQuestion.objects.filter(finding_id=finding_id).select_related("institution", "answer")
    return rows.order_by("round", "id")


def findings_of_class(training_class_id: int) -> QuerySet[RiskFinding]:
    """The unsettled findings that concern one class."""
    return _concerning(training_class_id=training_class_id)


def findings_of_institution(institution_id: int) -> QuerySet[RiskFinding]:
    """The unsettled findings that concern one institution."""
    return _concerning(institution_id=institution_id)


def findings_of_person(person_id: int) -> QuerySet[RiskFinding]:
    """The unsettled findings that concern one learner."""
    return _concerning(person_id=person_id)


def _concerning(**whom: int) -> QuerySet[RiskFinding]:
    subject = RiskSubject.objects.filter(finding=OuterRef("pk"), **whom)
    rows = RiskFinding.objects.filter(Exists(subject), status__in=UNSETTLED).select_related(*_WITH)
    return rows.order_by("-rank", "first_seen_at", "id")


def risk_questions(by: Actor, *, answered: bool | None = None) -> QuerySet[RiskQuestion]:
    """Questions put to institutions in reach: those that wait first, the one due first first."""
    rows = RiskQuestion.objects.select_related("finding__training_class", "institution", "answer")
    rows = in_reach(rows, by)
    if answered is not None:
        rows = rows.filter(answered_at__isnull=not answered)
    return rows.order_by(F("answered_at").desc(nulls_first=True), "due_on", "id")


def risk_question(question_id: int, *, by: Actor) -> RiskQuestion:
    """One question in reach, or NotFound."""
    return _one(risk_questions(by).filter(pk=question_id))


def risk_question_for_update(question_id: int, *, by: Actor) -> RiskQuestion:
    """The same question, locked until the transaction ends."""
    return _one(in_reach(RiskQuestion.objects.select_for_update(of=("self",)), by).filter(pk=question_id))


def risk_answer(question_id: int, *, by: Actor) -> RiskAnswer:
    """The answer to one question in reach, or NotFound."""
    return _one(RiskAnswer.objects.filter(question__in=risk_questions(by).filter(pk=question_id)))


def risk_passes(by: Actor) -> QuerySet[RiskPass]:
    """Looks in reach of a bureau's actor, newest first."""
    rows = RiskPass.objects.select_related("training_class").order_by("-asked_at", "-id")
    return in_reach(rows, by, organisation=None)


def risk_pass(pass_id: int, *, by: Actor) -> RiskPass:
    """One look in reach, or NotFound."""
    return _one(risk_passes(by).filter(pk=pass_id))


def risk_pass_for_update(pass_id: int) -> RiskPass:
    """One look, locked until the transaction ends."""
    return _one(RiskPass.objects.select_for_update(of=("self",)).filter(pk=pass_id))


def last_region_pass(by: Actor) -> RiskPass | None:
    """The latest finished look over a whole region in reach."""
    rows = risk_passes(by).filter(scope="region", finished_at__isnull=False, refusal="")
    return rows.first()


def last_look(training_class: TrainingClass) -> datetime | None:
    """When a class was last looked at, by itself or with its whole region; None when it never was."""
    over_it = Q(scope="class", training_class=training_class)
    regions = [str(training_class.region_code), *_parents(training_class.region_code)]
    over_region = Q(scope="region", region_code__in=regions)
    rows = RiskPass.objects.filter(over_it | over_region, finished_at__isnull=False, refusal="")
    return rows.order_by("-asked_at").values_list("asked_at", flat=True).first()


def finished_at(training_class_id: int) -> datetime | None:
    """When a class was reported as held to the end."""
    entry = trail.latest_entries("class", [training_class_id], ("class.finished",)).get(
        str(training_class_id)
    )
    return entry.at if entry else None


def is_looked_at(training_class: TrainingClass, since: datetime) -> bool:
    """Whether the class was looked at after it finished and not before ``since``."""
    looked, finished = last_look(training_class), finished_at(training_class.pk)
    return looked is not None and looked >= since and (finished is None or looked >= finished)


def classes_not_looked_at(since: datetime, until: datetime) -> list[int]:
    """Classes that finished in the span and were not looked at since they did."""
    entries = trail.entries_of_verb("class.finished", since, until)
    finished = {int(entry.subject_id): entry.at for entry in entries}
    rows = TrainingClass.objects.filter(pk__in=finished, status="finished").order_by("pk")
    return [row.pk for row in rows if not is_looked_at(row, finished[row.pk])]


def severity_counts(by: Actor) -> dict[str, int]:
    """How many open findings in reach stand at each severity."""
    rows = risk_findings(by).filter(status__in=OPEN).order_by()
    return dict(rows.values_list("severity").annotate(Count("id")).order_by("severity"))


def kinds_found(by: Actor) -> list[str]:
    """The kinds of finding there are in reach."""
    rows = in_reach(RiskFinding.objects.all(), by, organisation=None)
    return [
        kind for kind in rows.order_by("kind").values_list("kind", flat=True).distinct() if kind in DETECTORS
    ]


def holds_of_finding(finding: RiskFinding) -> list:
    """The payment holds a finding caused, standing or lifted."""
    return list(claims.holds_caused_by(finding.cause))


def prefix_of(region_code: str) -> str:
    """What the codes of a region's subtree begin with."""
    return RegionCode(region_code).prefix


def _parents(region_code: str) -> Iterable[str]:
    return [parent.value for parent in RegionCode(region_code).parents()]


def _one(rows: QuerySet):
    found = rows.first()
    if found is None:
        raise NotFound()
    return found
