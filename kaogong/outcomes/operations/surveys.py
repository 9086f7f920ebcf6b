"""Opening, answering and closing surveys."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.access.sealing import blind_index
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.outcomes import queries
from kaogong.outcomes.models import Survey, SurveyAnswer
from kaogong.trail.operations import begin, move, record, require_may, require_move
from kaogong.training.models import Enrolment

DEVICE, ADDRESS = "outcomes.surveyanswer.device", "outcomes.surveyanswer.address"
LONGEST_COMMENT = 1000
NAMELESS = "在册学员"
WHY = {
    "device": "同一设备提交的评价过多",
    "address": "同一网络地址在短时间内集中提交",
    "together": "整班在几分钟内全部提交",
}


class SurveyNotOpen(Refused):
    """这次评价在{opens_on}至{closes_on}之间，现在不能填写。"""


class SurveyAnswered(Refused):
    """您已经评价过了，每人每次只能评价一回。"""


class SurveyQuestionMissing(Refused):
    """请回答：{question}"""


class SurveyAnswerOdd(Refused):
    """“{question}”的回答不在可选范围内。"""


def open_surveys(*, by: Actor, at: datetime) -> int:
    """Open every round that begins by today for classes with learners; returns how many were opened."""
    today = timezone.localtime(at).date()
    opened = 0
    for training_class, round_code, opens_on, closes_on in queries.classes_to_survey(
        today, queries.regions_with_classes()
    ):
        asked = queries.questions(training_class.region_code, training_class.ends_on, round_code)
        invited = Enrolment.objects.filter(training_class=training_class, status="enrolled").count()
        if not asked or not invited:
            continue
        with transaction.atomic():
            survey, fresh = Survey.objects.get_or_create(
                training_class=training_class,
                round_code=round_code,
                defaults={
                    "institution_id": training_class.institution_id,
                    "region_code": training_class.region_code,
                    "opens_on": max(opens_on, today),
                    "closes_on": closes_on,
                    "questions": asked,
                    "invited": invited,
                },
            )
            if fresh:
                begin(survey, "opened", by=by, at=at, round=round_code, invited=invited)
                opened += 1
    return opened


@transaction.atomic
def answer_survey(
    survey_id: int,
    given: Mapping[str, object],
    *,
    by: Actor,
    at: datetime,
    device: str,
    address: str,
) -> SurveyAnswer:
    """Keep a learner's own answer, once a round; ``device`` and ``address`` are kept as fingerprints only."""
    require_may(by, Permission.ANSWER_SURVEY, "评价培训")
    if by.person_id is None:
        raise NotPermitted(label="评价培训")
    survey, enrolment_id = queries.enrolment_answering(survey_id, by.person_id)
    today = timezone.localtime(at).date()
    if survey.status != "opened" or not survey.opens_on <= today <= survey.closes_on:
        raise SurveyNotOpen(opens_on=survey.opens_on, closes_on=survey.closes_on)
    scores, comment = _judged(survey, given)
    try:
        with transaction.atomic():
            answer = SurveyAnswer.objects.create(
                survey=survey,
                respondent=queries.respondent(survey.pk, enrolment_id),
                scores=scores,
                comment=comment,
                answered_at=at,
                device=blind_index(device, DEVICE),
                address=blind_index(address, ADDRESS),
            )
    except IntegrityError as problem:
        if "survey_answered_once" not in str(problem):
            raise
        raise SurveyAnswered() from None
    # Without the name: beside the hour it would tell whose answer is whose.
    record("survey.answered", survey, by=Actor(name=NAMELESS, role=by.role), at=at)
    return answer


def close_surveys(*, by: Actor, at: datetime) -> int:
    """Close every survey past its last day and set aside what looks stuffed; returns how many were closed."""
    today = timezone.localtime(at).date()
    over = Survey.objects.filter(status="opened", closes_on__lt=today).order_by("pk")
    closed = 0
    for survey in over.select_related("training_class"):
        with transaction.atomic():
            move(survey, "close", by=by, at=at)
            _set_aside_stuffed(survey, by=by, at=at)
            closed += 1
    return closed


@transaction.atomic
def set_aside_answer(answer_id: int, *, by: Actor, at: datetime, reason: str) -> SurveyAnswer:
    """Take one answer out of the count, with the reason; it is kept as it is."""
    answer = _answer_for_update(answer_id, by=by)
    return _set_aside(answer, by=by, at=at, reason=reason)


@transaction.atomic
def restore_answer(answer_id: int, *, by: Actor, at: datetime, reason: str) -> SurveyAnswer:
    """Count an answer again that had been set aside, with the reason."""
    answer = _answer_for_update(answer_id, by=by)
    move(answer, "restore", by=by, at=at, reason=reason)
    return answer


@transaction.atomic
def restore_answers(survey_id: int, *, by: Actor, at: datetime, reason: str) -> int:
    """Count again every answer of one survey that had been set aside; returns how many."""
    require_may(by, Permission.RESTORE_ANSWER, "恢复计入评价")
    survey = queries.survey(survey_id, by=by)
    rows = SurveyAnswer.objects.filter(survey=survey, status="set_aside").order_by("pk")
    for answer in rows:
        move(answer, "restore", by=by, at=at, reason=reason)
    return len(rows)


def _set_aside_stuffed(survey: Survey, *, by: Actor, at: datetime) -> None:
    answers = {answer.pk: answer for answer in SurveyAnswer.objects.filter(survey=survey, status="counted")}
    given = [
        queries.Given(pk, bytes(one.device), bytes(one.address), one.answered_at)
        for pk, one in answers.items()
    ]
    settings = queries.settings_of(survey.region_code, survey.closes_on)
    for pk, why in sorted(queries.suspicious(given, settings).items()):
        _set_aside(answers[pk], by=by, at=at, reason="；".join(WHY[code] for code in why))


def _set_aside(answer: SurveyAnswer, *, by: Actor, at: datetime, reason: str) -> SurveyAnswer:
    lifecycle = SurveyAnswer.lifecycle
    require_move(answer, lifecycle.move("set_aside"), lifecycle, by=by, reason=reason)
    answer.set_aside_because = reason.strip()[:200]
    answer.save(update_fields=["set_aside_because"])
    move(answer, "set_aside", by=by, at=at, reason=reason)
    return answer


def _answer_for_update(answer_id: int, *, by: Actor) -> SurveyAnswer:
    rows = SurveyAnswer.objects.select_for_update(of=("self",)).select_related("survey")
    reachable = queries.surveys(by).order_by().values("pk")
    found = rows.filter(pk=answer_id, survey__in=reachable).first()
    if found is None or by.organisation_id is not None or by.person_id is not None:
        raise NotFound()
    return found


def _judged(survey: Survey, given: Mapping[str, object]) -> tuple[dict[str, int | bool], str]:
    """Scores and comment out of what was given; refuses by name what is missing or not on offer."""
    scores: dict[str, int | bool] = {}
    comment = ""
    for question in survey.questions:
        answer = given.get(question["code"])
        if question["kind"] == "text":
            comment = str(answer or "").strip()[:LONGEST_COMMENT]
            continue
        if answer in (None, ""):
            raise SurveyQuestionMissing(question=question["label"])
        if question["kind"] == "yes_no":
            if not isinstance(answer, bool):
                raise SurveyAnswerOdd(question=question["label"])
        elif isinstance(answer, bool) or answer not in (1, 2, 3, 4, 5):
            raise SurveyAnswerOdd(question=question["label"])
        scores[question["code"]] = answer
    return scores, comment
