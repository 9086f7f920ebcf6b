"""What learners thought of a class: once each, anonymous to the provider, guarded against stuffing."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from kaogong.outcomes import operations, queries
from kaogong.outcomes.models import Survey, SurveyAnswer
from kaogong.outcomes.queries import Given, Settings, suspicious
from kaogong.outcomes.tasks import survey_every_morning
from kaogong.trail.models import Entry
from tests.factories import an_actor, make_class, make_institution
from tests.factories.training import SHANGHAI, a_day_at

from .conftest import GIVEN, SYSTEM, answer, answer_all, close

pytestmark = pytest.mark.django_db


def test_open_surveys_on_the_last_day_and_later_once_each(finished):
    for day in (finished.ends_on, finished.ends_on, finished.ends_on + timedelta(days=90)):
        survey_every_morning(timestamp=int(a_day_at(day, 6).timestamp()))
    rounds = Survey.objects.order_by("opens_on").values_list("round_code", "opens_on", "invited")
    assert list(rounds) == [
        ("last_day", date(2026, 6, 30), 12),
        ("later", date(2026, 9, 28), 12),
    ]
    first, later = Survey.objects.order_by("opens_on")
    assert [q["code"] for q in first.questions] == list(GIVEN)
    assert [q["code"] for q in later.questions] == ["overall", "useful", "comment"]
    assert first.closes_on == date(2026, 7, 13)


def test_open_surveys_not_before_the_last_day_nor_long_after(finished):
    for day in (finished.ends_on - timedelta(days=1), finished.ends_on + timedelta(days=60)):
        assert operations.open_surveys(by=SYSTEM, at=a_day_at(day)) == 0


def test_open_surveys_never_for_a_class_that_was_not_held():
    make_class(status="approved", people=2)
    assert operations.open_surveys(by=SYSTEM, at=a_day_at(date(2026, 6, 30))) == 0


def test_answer_survey_once_and_it_waits_no_more(survey, learners, last_day):
    by = learners[0]
    assert queries.surveys_to_answer(by.person_id, last_day.date()) == [survey]
    answer(survey, by, last_day)
    assert queries.surveys_to_answer(by.person_id, last_day.date()) == []
    with pytest.raises(operations.SurveyAnswered):
        answer(survey, by, last_day, overall=1, device="another")
    assert SurveyAnswer.objects.get().scores["overall"] == 5


def test_answer_survey_only_by_those_enrolled(survey, learners, finished, last_day):
    enrolment = finished.enrolments.first()
    with connection.cursor() as cursor:  # withdrawn before the class was over
        cursor.execute("UPDATE training_enrolment SET status = 'withdrawn' WHERE id = %s", [enrolment.pk])
    for stranger in (an_actor("learner"), learners[0]):
        with pytest.raises(NotFound):
            answer(survey, stranger, last_day)
    assert queries.surveys_to_answer(enrolment.person_id, last_day.date()) == []


@pytest.mark.parametrize("role", ["provider_clerk", "bureau_clerk", "assessor", "auditor"])
def test_answer_survey_by_nobody_else(role, survey, finished, last_day):
    by = an_actor(role, **({"organisation_id": finished.institution_id} if role == "provider_clerk" else {}))
    with pytest.raises(NotPermitted):
        operations.answer_survey(survey.pk, GIVEN, by=by, at=last_day, device="d", address="a")


def test_answer_survey_only_while_it_is_open(survey, learners):
    for day in (survey.opens_on - timedelta(days=1), survey.closes_on + timedelta(days=1)):
        with pytest.raises(operations.SurveyNotOpen):
            answer(survey, learners[0], a_day_at(day))
    close(survey)
    with pytest.raises(operations.SurveyNotOpen):
        answer(survey, learners[0], a_day_at(survey.closes_on))


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"overall": 6}, operations.SurveyAnswerOdd),
        ({"overall": 0}, operations.SurveyAnswerOdd),
        ({"overall": True}, operations.SurveyAnswerOdd),
        ({"hours_held": 1}, operations.SurveyAnswerOdd),
        ({"teaching": None}, operations.SurveyQuestionMissing),
    ],
)
def test_answer_survey_missing_or_odd_is_refused(given, refusal, survey, learners, last_day):
    with pytest.raises(refusal):
        answer(survey, learners[0], last_day, **given)
    assert not SurveyAnswer.objects.exists()


def test_answer_is_kept_sealed_and_never_changed_nor_named(survey, learners, last_day):
    kept = answer(survey, learners[0], last_day, comment="老师很好")
    with connection.cursor() as cursor:
        cursor.execute("SELECT comment FROM outcomes_surveyanswer")
        assert "老师".encode() not in bytes(cursor.fetchone()[0])
    entry = Entry.objects.get(verb="survey.answered")
    assert (entry.actor_account_id, entry.actor_name) == (None, "在册学员")
    names = {field.name for field in SurveyAnswer._meta.get_fields()}
    assert names.isdisjoint({"person", "enrolment", "account"})
    with pytest.raises(DatabaseError), transaction.atomic():
        SurveyAnswer.objects.filter(pk=kept.pk).update(scores={"overall": 1})


# Stuffing ------------------------------------------------------------------------------------------


def test_close_surveys_honest_answers_all_count(survey, learners, last_day):
    answer_all(survey, learners, last_day)
    assert close(survey).status == "closed"
    assert not SurveyAnswer.objects.filter(status="set_aside").exists()
    assert operations.close_surveys(by=SYSTEM, at=a_day_at(survey.closes_on + timedelta(days=9))) == 0


def test_close_surveys_one_phone_for_many_is_set_aside_a_family_is_not(survey, learners, last_day):
    answer_all(survey, learners[:5], last_day, device="the office's phone")
    answer_all(survey, learners[5:7], last_day, device="one family's phone")
    answer_all(survey, learners[7:], last_day)
    close(survey)
    aside = SurveyAnswer.objects.filter(status="set_aside")
    assert (aside.count(), {a.set_aside_because for a in aside}) == (5, {"同一设备提交的评价过多"})


def test_close_surveys_burst_from_one_address_is_set_aside(survey, learners, last_day):
    answer_all(survey, learners[:10], last_day, address="1.2.3.4", apart=timedelta(seconds=10))
    answer_all(survey, learners[10:], last_day + timedelta(hours=3))
    close(survey)
    aside = SurveyAnswer.objects.filter(status="set_aside")
    assert (aside.count(), {a.set_aside_because for a in aside}) == (10, {"同一网络地址在短时间内集中提交"})


def test_close_surveys_one_classroom_network_over_a_while_counts(survey, learners, last_day):
    answer_all(survey, learners, last_day, address="1.2.3.4", apart=timedelta(seconds=40))
    close(survey)
    assert not SurveyAnswer.objects.filter(status="set_aside").exists()


def test_close_surveys_all_within_minutes_from_everywhere_is_set_aside(survey, learners, last_day):
    answer_all(survey, learners, last_day, apart=timedelta(seconds=5))
    close(survey)
    assert SurveyAnswer.objects.filter(set_aside_because="整班在几分钟内全部提交").count() == 12
    assert Entry.objects.filter(verb="survey_answer.set_aside").count() == 12
    rating = queries.ratings([survey.institution_id], "370299", last_day.date())[survey.institution_id]
    assert (rating.answers, rating.average) == (0, None)


def test_suspicious_says_nothing_where_the_region_sets_nothing():
    at = datetime(2026, 6, 30, 17, tzinfo=SHANGHAI)
    given = [Given(n, b"d", b"a", at) for n in range(50)]
    assert suspicious(given, Settings(None, None, None, None, None)) == {}
    assert len(suspicious(given, Settings(10, 24, 2, 10, 2))) == 50


def test_suspicious_a_sliding_window_finds_a_burst_amid_honest_answers():
    at = datetime(2026, 6, 30, 8, tzinfo=SHANGHAI)
    honest = [Given(n, bytes([n]), b"school", at + timedelta(minutes=20 * n)) for n in range(8)]
    burst = [
        Given(100 + n, bytes([100 + n]), b"school", at + timedelta(minutes=65, seconds=8 * n))
        for n in range(10)
    ]
    assert set(suspicious([*honest, *burst], Settings(10, 24, 2, 10, 2))) == {row.key for row in burst}


# Who sees what, who decides ------------------------------------------------------------------------


def test_restore_answer_by_the_bureau_with_a_reason(survey, learners, last_day):
    answer_all(survey, learners, last_day, apart=timedelta(seconds=5))
    close(survey)
    clerk = an_actor("bureau_clerk")
    one = SurveyAnswer.objects.first()
    with pytest.raises(ReasonMissing):
        operations.restore_answer(one.pk, by=clerk, at=last_day, reason="")
    operations.restore_answer(one.pk, by=clerk, at=last_day, reason="老师证实当堂统一填写")
    assert operations.restore_answers(survey.pk, by=clerk, at=last_day, reason="老师证实当堂统一填写") == 11
    assert not SurveyAnswer.objects.filter(status="set_aside").exists()
    rating = queries.ratings([survey.institution_id], "370299", last_day.date())[survey.institution_id]
    assert (rating.answers, rating.average) == (12, 50)
    with pytest.raises(ReasonMissing):
        operations.set_aside_answer(one.pk, by=clerk, at=last_day, reason=" ")
    operations.set_aside_answer(one.pk, by=clerk, at=last_day, reason="举报查实由教师代填")
    one.refresh_from_db()
    assert (one.status, one.set_aside_because) == ("set_aside", "举报查实由教师代填")
    with pytest.raises(WrongState):
        operations.set_aside_answer(one.pk, by=clerk, at=last_day, reason="")


def test_restore_answer_not_by_provider_learner_or_another_region(survey, learners, last_day, finished):
    answer_all(survey, learners, last_day, apart=timedelta(seconds=5))
    close(survey)
    one = SurveyAnswer.objects.first()
    provider = an_actor("provider_clerk", organisation_id=finished.institution_id)
    for by in (provider, learners[0], an_actor("bureau_clerk", region_code="370211")):
        with pytest.raises((NotFound, NotPermitted)):
            operations.restore_answer(one.pk, by=by, at=last_day, reason="x")
        with pytest.raises((NotFound, NotPermitted)):
            operations.restore_answers(survey.pk, by=by, at=last_day, reason="x")


def test_surveys_are_of_ones_own_institution(survey, finished):
    own = an_actor("provider_clerk", organisation_id=finished.institution_id)
    other = an_actor("provider_clerk", organisation_id=make_institution().pk)
    assert queries.survey(survey.pk, by=own) == survey
    with pytest.raises(NotFound):
        queries.survey(survey.pk, by=other)
    assert not queries.surveys(an_actor("learner")).exists()


def test_tallies_count_what_counts_and_hold_no_comment(survey, learners, last_day):
    answer(survey, learners[0], last_day, overall=5, comment="实训不够")
    answer(survey, learners[1], last_day, overall=2, no_charge=False)
    said = {tally.question["code"]: tally for tally in queries.tallies(survey)}
    assert (said["overall"].answers, said["overall"].average) == (2, 3.5)
    assert (said["no_charge"].answers, said["no_charge"].yes) == (2, 1)
    assert "comment" not in said


def test_ratings_only_from_enough_closed_answers(survey, learners, last_day):
    answer_all(survey, learners[:9], last_day, overall=4)
    pk, on = survey.institution_id, last_day.date()
    assert queries.ratings([pk], "370299", on)[pk].answers == 0  # still open
    close(survey)
    assert queries.ratings([pk], "370299", on)[pk] == queries.Rating(9, 10, None)


def test_ratings_from_the_tenth_answer_on_and_not_for_ever(survey, learners, last_day):
    answer_all(survey, learners[:9], last_day, overall=4)
    answer(survey, learners[9], last_day, overall=1)
    close(survey)
    pk, on = survey.institution_id, last_day.date()
    assert queries.ratings([pk], "370299", on)[pk] == queries.Rating(10, 10, 37)
    assert queries.ratings([pk], "370299", on.replace(year=2029))[pk].answers == 0
    assert queries.ratings([pk], "510700", on)[pk].average is None  # that region says nothing of ratings
