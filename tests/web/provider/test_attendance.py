"""The attendance book: by grid, by session, by sheet."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kaogong.training import operations, queries
from tests.factories import attend_all, make_class, make_person


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def running(school):
    return make_class(school, status="running", people=[make_person("李兰"), make_person("王强")])


def test_list_shows_what_is_not_recorded(clerk, running):
    page = text(clerk.get(reverse("provider:attendance:list")))
    assert running.number in page
    attend_all(running, by=clerk.actor)
    assert "考勤都记完了" in text(clerk.get(reverse("provider:attendance:list")))


def test_grid_records_only_what_changed_and_adds_up(clerk, running):
    first = queries.sessions(running.pk).first()
    li, wang = queries.enrolments(running.pk)
    address = reverse("provider:attendance:grid", args=[running.pk])
    clerk.post(address, {f"m-{li.pk}-{first.pk}": "P", f"m-{wang.pk}-{first.pk}": "A"})
    assert queries.hours_by_enrolment(running.pk) == {li.pk: first.hours_hundredths, wang.pk: 0}
    clerk.post(address, {f"m-{li.pk}-{first.pk}": "P", f"m-{wang.pk}-{first.pk}": "T", "reason": "补签到表"})
    assert "补签到表" in text(clerk.get(address))


def test_everyone_else_present_leaves_marks_alone(clerk, running):
    first = queries.sessions(running.pk).first()
    li, wang = queries.enrolments(running.pk)
    operations.record_attendance(
        first.pk, {li.pk: "S"}, by=clerk.actor, at=running.created_at + timedelta(days=60)
    )
    clerk.post(
        reverse("provider:attendance:session", args=[running.pk, first.pk]),
        {"all": first.pk, f"m-{li.pk}-{first.pk}": "S"},
    )
    grid = queries.attendance_grid(running.pk)
    assert (grid.mark(li.pk, first.pk), grid.mark(wang.pk, first.pk)) == ("S", "P")


def test_session_page_has_a_button_for_every_mark(clerk, running):
    first = queries.sessions(running.pk).first()
    page = text(clerk.get(reverse("provider:attendance:session", args=[running.pk, first.pk])))
    assert page.count('type="radio"') == 12


def test_session_of_another_class_is_not_found(clerk, running, school):
    other = make_class(
        school, starts_on=running.starts_on + timedelta(days=90), ends_on=running.ends_on + timedelta(days=90)
    )
    session = queries.sessions(other.pk).first()
    assert clerk.get(reverse("provider:attendance:session", args=[running.pk, session.pk])).status_code == 404


def test_downloaded_book_comes_back(clerk, running):
    data = clerk.get(reverse("provider:attendance:form", args=[running.pk])).content
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.active
    for row in (5, 6):
        for column, heading in enumerate(sheet[4], start=1):
            if str(heading.value).startswith("2026-"):
                sheet.cell(row, column, "到")
    output = io.BytesIO()
    book.save(output)
    page = clerk.post(
        reverse("provider:attendance:import", args=[running.pk]),
        {"sheet": SimpleUploadedFile("出勤簿.xlsx", output.getvalue()), "reason": ""},
        follow=True,
    )
    assert "已导入" in text(page)
    assert not queries.unrecorded_sessions(running.pk).exists()


def test_book_with_a_stranger_is_refused_with_the_row(clerk, running):
    day = queries.sessions(running.pk).first().on
    sheet = f"序号,姓名,{day}\n1,李兰,到\n2,陌生人,到\n".encode()
    page = clerk.post(
        reverse("provider:attendance:import", args=[running.pk]),
        {"sheet": SimpleUploadedFile("出勤簿.csv", sheet)},
    )
    assert page.status_code == 422
    assert "第3行“陌生人”不在本班名单" in text(page)


def test_future_session_cannot_be_marked(clerk, school):
    soon = make_class(school, status="approved")
    page = text(clerk.get(reverse("provider:attendance:grid", args=[soon.pk])))
    assert "还没有开班" in page
    assert "<select" not in page


def test_grid_costs_the_same_for_many(clerk, school, django_assert_max_num_queries):
    big = make_class(school, status="running", people=30)
    clerk.get(reverse("provider:attendance:grid", args=[big.pk]))
    with django_assert_max_num_queries(15):
        clerk.get(reverse("provider:attendance:grid", args=[big.pk]))
