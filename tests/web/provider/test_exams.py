"""The assessment body's pages: schedule, marks, certificates."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kaogong.assessment import queries
from kaogong.assessment.models import Exam
from kaogong.certificates.models import Certificate
from tests.factories import make_class, make_exam, make_person


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def finished(school):
    return make_class(school, status="finished", people=[make_person("李兰"), make_person("王强")])


@pytest.fixture
def exam(finished, body, assessor):
    return make_exam(finished, assessor=body, by=assessor.actor)


def test_home_shows_classes_to_assess(assessor, finished):
    page = text(assessor.get(reverse("provider:home")))
    assert finished.title in page
    assert "起草新班" not in page


def test_schedule_with_pass_marks(assessor, finished):
    assessor.post(
        reverse("provider:exams:schedule", args=[finished.pk]),
        {"assessed_on": "2026-07-03", "pass_theory": "60", "pass_practice": "70.5"},
    )
    exam = Exam.objects.get()
    assert (exam.pass_theory, exam.pass_practice) == (6000, 7050)
    assert "还有 2 人没有成绩" in text(assessor.get(reverse("provider:exams:detail", args=[exam.pk])))


def test_marks_by_hand_then_certificates(assessor, exam):
    first, second = queries.results(exam.pk)
    data = {}
    for row, marks in ((first, ("81.5", "90", "")), (second, ("", "", "缺考"))):
        data |= dict(zip([f"{k}-{row.enrolment_id}" for k in "tpn"], marks, strict=True))
    assessor.post(reverse("provider:exams:marks", args=[exam.pk]), data)
    exam.refresh_from_db()
    assert exam.status == "scored"
    page = assessor.post(reverse("provider:exams:certify", args=[exam.pk]), follow=True)
    assert "已发放 1 张证书" in text(page)
    certificate = Certificate.objects.get()
    assert certificate.number in text(assessor.get(reverse("provider:certificates:list")))


def test_mark_that_is_no_number_keeps_what_was_typed(assessor, exam):
    first = queries.results(exam.pk).first()
    page = assessor.post(reverse("provider:exams:marks", args=[exam.pk]), {f"t-{first.enrolment_id}": "八十"})
    assert page.status_code == 422
    assert first.ticket_number in text(page)
    assert "八十" in text(page)


def test_downloaded_sheet_comes_back(assessor, exam):
    data = assessor.get(reverse("provider:exams:form", args=[exam.pk])).content
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.active
    headings = {cell.value: cell.column for cell in sheet[4]}
    for row in (5, 6):
        sheet.cell(row, headings["理论"], "80")
        sheet.cell(row, headings["实作"], "75.5")
    output = io.BytesIO()
    book.save(output)
    file = SimpleUploadedFile("成绩单.xlsx", output.getvalue())
    page = assessor.post(reverse("provider:exams:import", args=[exam.pk]), {"sheet": file}, follow=True)
    assert "已导入 2 人的成绩" in text(page)
    assert queries.result_figures(exam.pk)["passed"] == 2


def test_sheet_with_a_wrong_ticket_is_located(assessor, exam):
    sheet = "序号,准考证号,姓名,理论,实作\n1,999,李兰,80,80\n".encode()
    page = assessor.post(
        reverse("provider:exams:import", args=[exam.pk]), {"sheet": SimpleUploadedFile("成绩.csv", sheet)}
    )
    assert page.status_code == 422
    assert "第2行准考证号999不在本次考核" in text(page)


def test_hold_and_release_a_certificate(assessor, finished, body):
    make_exam(finished, assessor=body, by=assessor.actor, status="certified")
    certificate = Certificate.objects.first()
    address = reverse("provider:certificates:detail", args=[certificate.pk])
    assessor.post(reverse("provider:certificates:hold", args=[certificate.pk]), {"reason": "照片存疑"})
    assert "照片存疑" in text(assessor.get(address))
    assessor.post(reverse("provider:certificates:release", args=[certificate.pk]), {"reason": "已核实"})
    certificate.refresh_from_db()
    assert certificate.status == "issued"


def test_lists_cost_the_same_for_many(assessor, school, body, django_assert_max_num_queries):
    for _ in range(3):
        made = make_class(school, status="finished", people=3)
        make_exam(made, assessor=body, by=assessor.actor, status="certified")
    make_class(school, status="finished", people=1)
    for name in ("exams:list", "exams:classes", "certificates:list"):
        assessor.get(reverse(f"provider:{name}"))
        with django_assert_max_num_queries(12):
            assessor.get(reverse(f"provider:{name}"))


@pytest.mark.parametrize("typed", ["优秀", "1e99999999", "NaN", "-5", "８５", "85.555"])
def test_mark_that_cannot_be_read_is_told_at_once_and_nothing_is_kept(assessor, body, typed):
    exam = make_exam(make_class(status="finished", people=1), assessor=body, by=assessor.actor)
    (result,) = queries.results(exam.pk)
    given = {f"t-{result.enrolment_id}": typed, f"p-{result.enrolment_id}": "90"}
    page = assessor.post(reverse("provider:exams:marks", args=[exam.pk]), given)
    assert page.status_code == 422
    assert queries.results(exam.pk).get().theory is None
