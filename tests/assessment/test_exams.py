"""Exams: pass marks, score sheets, certificates."""

from datetime import date

import pytest

from kaogong.assessment import operations, queries
from kaogong.certificates.models import Certificate
from kaogong.kernel.errors import NotFound, NotPermitted, WrongState
from kaogong.trail.queries import timeline
from tests.factories import a_day_at, an_actor, make_class, make_exam, make_institution

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return make_institution(is_provider=False, is_assessor=True)


@pytest.fixture
def examiner(body):
    return an_actor("assessor", organisation_id=body.pk)


@pytest.fixture
def exam(body, examiner):
    return make_exam(make_class(status="finished", people=3), assessor=body, by=examiner)


def sheet(*lines, heading="序号,准考证号,姓名,理论,实作,备注"):
    return ("\n".join([heading, *lines]) + "\n").encode()


def tickets(exam):
    return [(row.ticket_number, row.enrolment.person.name) for row in queries.results(exam.pk)]


def test_import_scores_applies_the_pass_marks_of_the_exam(exam, examiner, now):
    (a, an), (b, bn), (c, cn) = tickets(exam)
    data = sheet(f"1,{a},{an},60,60,", f"2,{b},{bn},59.99,100,", f"3,{c},{cn},,,缺考")
    operations.import_scores(exam.pk, data, "成绩.csv", by=examiner, at=now)
    rows = list(queries.results(exam.pk))
    assert [(row.theory, row.practice, row.passed) for row in rows] == [
        (6000, 6000, True),
        (5999, 10000, False),
        (None, None, False),
    ]
    assert queries.exam(exam.pk, by=examiner).status == "scored"
    assert queries.result_figures(exam.pk) == {"total": 3, "entered": 3, "passed": 1, "failed": 2}


def test_import_scores_finds_learners_by_identity_number(exam, examiner, now):
    people = [row.enrolment.person for row in queries.results(exam.pk)]
    lines = [f"{n},{p.id_number},{p.name},70,80" for n, p in enumerate(people)]
    data = sheet(*lines, heading="序号,身份证号码,姓名,理论成绩,实操成绩")
    assert len(operations.import_scores(exam.pk, data, "成绩.csv", by=examiner, at=now)) == 3


def test_import_scores_locates_every_problem_and_changes_nothing(exam, examiner, now):
    (a, an), (b, _bn), (c, cn) = tickets(exam)
    data = sheet(f"1,{a},{an},101,60,", f"2,{b},别人,60,60,", f"3,{c},{cn},,,", "4,999,无名,60,60,")
    with pytest.raises(operations.ScoreSheetUnclear) as refused:
        operations.import_scores(exam.pk, data, "成绩.csv", by=examiner, at=now)
    said = refused.value.facts["problems"]
    assert said.split("；") == [
        "第2行成绩应在0至100分之间",
        "第3行姓名与准考证号或身份证号码不符",
        "第4行没有成绩，缺考请在备注注明",
        "第5行准考证号999不在本次考核",
    ]
    assert queries.result_figures(exam.pk)["entered"] == 0


def test_import_scores_again_changes_nothing_and_a_correction_is_told(exam, examiner, now):
    lines = [f"{n},{ticket},{name},70,80," for n, (ticket, name) in enumerate(tickets(exam))]
    operations.import_scores(exam.pk, sheet(*lines), "成绩.csv", by=examiner, at=now)
    assert operations.import_scores(exam.pk, sheet(*lines), "成绩.csv", by=examiner, at=now) == []
    lines[0] = lines[0].replace("70,80", "55,80")
    operations.import_scores(exam.pk, sheet(*lines), "更正.csv", by=examiner, at=now, reason="登分错误")
    told = timeline("exam", exam.pk).get(verb="exam.scores_corrected")
    assert told.detail["corrections"] == {tickets(exam)[0][0]: [[7000, 8000], [5500, 8000]]}
    assert told.reason == "登分错误"


def test_issue_exam_certificates_again_issues_no_more(body, examiner):
    exam = make_exam(
        make_class(status="finished", people=3), assessor=body, by=examiner, status="scored", failing=1
    )
    at = a_day_at(date(2026, 7, 4))
    first = operations.issue_exam_certificates(exam.pk, by=examiner, at=at)
    again = operations.issue_exam_certificates(exam.pk, by=examiner, at=at)
    assert [row.number for row in first] == [row.number for row in again]
    assert Certificate.objects.count() == 2
    assert {row.theory_score for row in first} == {8150}
    assert queries.exam(exam.pk, by=examiner).status == "certified"


def test_issue_exam_certificates_before_scores_is_refused(exam, examiner, now):
    with pytest.raises(operations.ScoresMissing):
        operations.issue_exam_certificates(exam.pk, by=examiner, at=now)


def test_issue_exam_certificates_before_the_class_is_finished_is_refused(body, examiner, now):
    running = make_class(status="running", people=1)
    exam = make_exam(running, assessor=body, by=examiner, status="scored")
    with pytest.raises(operations.ClassUnfinished):
        operations.issue_exam_certificates(exam.pk, by=examiner, at=now)


def test_enter_scores_after_certificates_is_refused(body, examiner, now):
    exam = make_exam(assessor=body, by=examiner, status="certified")
    with pytest.raises(WrongState):
        operations.enter_scores(exam.pk, {}, by=examiner, at=now)


def test_schedule_exam_by_a_body_that_is_no_assessor_is_refused(now):
    plain = make_institution()
    clerk = an_actor("assessor", organisation_id=plain.pk)
    with pytest.raises(operations.NotAnAssessor):
        make_exam(make_class(status="finished"), assessor=plain, by=clerk)


def test_schedule_exam_by_a_provider_is_not_permitted(body):
    with pytest.raises(NotPermitted):
        make_exam(make_class(status="finished"), assessor=body, by=an_actor("provider_clerk"))


def test_schedule_exam_twice_is_refused(exam, body, examiner):
    with pytest.raises(operations.ExamExists):
        make_exam(exam.training_class, assessor=body, by=examiner)


def test_import_scores_of_another_bodys_exam_is_not_found(exam, now):
    with pytest.raises(NotFound):
        operations.import_scores(exam.pk, sheet("1,1,甲,1,1,"), "成绩.csv", by=an_actor("assessor"), at=now)


def test_exams_of_a_provider_are_those_of_its_classes(exam):
    clerk = an_actor("provider_clerk", organisation_id=exam.training_class.institution_id)
    assert [row.pk for row in queries.exams(clerk)] == [exam.pk]
    assert not queries.exams(an_actor("provider_clerk"))


def test_classes_to_assess_are_those_without_an_exam(exam, examiner):
    waiting = make_class(status="finished")
    assert [row.pk for row in queries.classes_to_assess(examiner)] == [waiting.pk]
