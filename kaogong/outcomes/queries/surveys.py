"""Reading surveys: what a learner may answer, what a provider and the public see of it, what the bureau sees."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, Count, F, FloatField, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from kaogong.access.queries import in_reach
from kaogong.access.sealing import blind_index, blind_indexes
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.outcomes.models import Survey, SurveyAnswer
from kaogong.people import queries as people
from kaogong.training.models import Enrolment

from .conduct import settings_of

RESPONDENT = "outcomes.surveyanswer.respondent"
_OVERALL = Cast(KeyTextTransform("overall", "scores"), IntegerField())


@dataclass(frozen=True, slots=True)
class Rating:
    """What the public is told of a provider; ``average`` (tenths) None while there are too few answers."""

    answers: int
    least: int | None
    average: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """The counted answers to one question of one survey."""

    question: Mapping
    answers: int
    average: float | None  # of a score
    yes: int | None  # of a yes-or-no question


def respondent(survey_id: int, enrolment_id: int) -> bytes:
    """The fingerprint that stands for one learner in one survey."""
    return blind_index(f"{survey_id}/{enrolment_id}", RESPONDENT)


def surveys(by: Actor, status: str = "") -> QuerySet[Survey]:
    """Surveys in reach, newest first, each with ``answered`` and ``aside`` (how many were set aside)."""
    rows = Survey.objects.select_related("training_class", "institution").order_by("-id")
    rows = in_reach(rows, by).annotate(
        answered=_count(Q()), aside=_count(Q(status="set_aside")), commented=_count(~Q(comment=b""))
    )
    return rows.filter(status=status) if status else rows


def survey(survey_id: int, *, by: Actor) -> Survey:
    """One survey in reach, or NotFound."""
    found = surveys(by).filter(pk=survey_id).first()
    if found is None:
        raise NotFound()
    return found


def answers_of(survey_id: int) -> QuerySet[SurveyAnswer]:
    """The answers to one survey, for the bureau; the order says nothing of who gave them."""
    return SurveyAnswer.objects.filter(survey_id=survey_id).order_by("respondent")


def surveys_to_answer(person_id: int, on: date) -> list[Survey]:
    """Surveys open to this learner on the day and not answered yet, the first to close first."""
    same = people.same_person_ids([person_id])[person_id]
    rows = (
        Survey.objects.filter(
            status="opened",
            opens_on__lte=on,
            closes_on__gte=on,
            training_class__enrolments__person_id__in=same,
            training_class__enrolments__status="enrolled",
        )
        .select_related("training_class__institution")
        .annotate(enrolment_id=F("training_class__enrolments__pk"))
        .order_by("closes_on", "pk")
    )
    found = list(rows)
    marks = blind_indexes((f"{s.pk}/{s.enrolment_id}" for s in found), RESPONDENT)
    answered = {
        bytes(mark)
        for mark in SurveyAnswer.objects.filter(survey__in=found).values_list("respondent", flat=True)
    }
    return [s for s, mark in zip(found, marks, strict=True) if mark not in answered]


def enrolment_answering(survey_id: int, person_id: int) -> tuple[Survey, int]:
    """A survey of a class this person is enrolled in, with the enrolment's id, or NotFound."""
    found = (
        Enrolment.objects.filter(
            person_id__in=people.same_person_ids([person_id])[person_id],
            status="enrolled",
            training_class__surveys__pk=survey_id,
        )
        .values_list("pk", flat=True)
        .first()
    )
    if found is None:
        raise NotFound()
    return Survey.objects.select_related("training_class__institution").get(pk=survey_id), found


def tallies(survey: Survey) -> list[Tally]:
    """The counted answers, question by question; never a comment."""
    counted = list(
        SurveyAnswer.objects.filter(survey=survey, status="counted").values_list("scores", flat=True)
    )
    found = []
    for question in survey.questions:
        given = [scores[question["code"]] for scores in counted if question["code"] in scores]
        if question["kind"] == "score":
            average = sum(given) / len(given) if given else None
            found.append(Tally(question, len(given), average, None))
        elif question["kind"] == "yes_no":
            found.append(Tally(question, len(given), None, sum(map(bool, given))))
    return found


def ratings(institution_ids: Iterable[int], region_code: str, on: date) -> dict[int, Rating]:
    """Institution → what the public is told; only closed surveys and counted answers, none looked up alone."""
    settings = settings_of(region_code, on)
    rows = SurveyAnswer.objects.filter(
        survey__institution_id__in=list(institution_ids), survey__status="closed", status="counted"
    )
    if settings.rating_months is not None:
        rows = rows.filter(survey__closes_on__gt=_months_before(on, settings.rating_months))
    found = {
        row["survey__institution_id"]: row
        for row in rows.values("survey__institution_id")
        .annotate(n=Count("pk"), average=Avg(_OVERALL, output_field=FloatField()))
        .order_by()
    }
    least = settings.rating_least_answers
    told = {}
    for pk in institution_ids:
        n = found[pk]["n"] if pk in found else 0
        enough = least is not None and n >= max(least, 1)
        told[pk] = Rating(n, least, round(found[pk]["average"] * 10) if enough else None)
    return told


def overall_scores_in(institution_ids: Iterable[int], since: date, until: date) -> dict[int, tuple[int, int]]:
    """Institution → (sum of overall scores, answers) of counted answers to surveys closed in the period."""
    rows = SurveyAnswer.objects.filter(
        survey__institution_id__in=list(institution_ids),
        survey__status="closed",
        survey__closes_on__gte=since,
        survey__closes_on__lt=until,
        status="counted",
    )
    counted = (
        rows.order_by().values_list("survey__institution_id").annotate(total=Sum(_OVERALL), n=Count("pk"))
    )
    return {pk: (total or 0, n) for pk, total, n in counted}


def _count(which: Q) -> Coalesce:
    rows = SurveyAnswer.objects.filter(which, survey=OuterRef("pk")).order_by()
    return Coalesce(Subquery(rows.values("survey").annotate(n=Count("pk")).values("n")), 0)


def _months_before(day: date, months: int) -> date:
    return months_after(day, -months)


def months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
