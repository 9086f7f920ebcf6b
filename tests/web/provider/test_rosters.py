"""A roster dropped, mapped, previewed, taken, corrected; and sent in the background when long."""

import io
from datetime import date
from unittest.mock import patch

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from kaogong.claims.models import OutsideSubsidy
from kaogong.claims.operations import register_subsidy
from kaogong.training import queries, tasks
from kaogong.training.models import RosterUpload
from tests.factories import COOK, a_roster, an_actor, an_id_number, make_class, make_person


def text(response) -> str:
    return response.content.decode()


def rows_of(count: int) -> list[dict]:
    return [{"姓名": f"学员{chr(0x4E00 + n)}", "身份证号码": an_id_number().value} for n in range(count)]


def send(browser, training_class, data: bytes, name: str = "花名册.csv"):
    file = SimpleUploadedFile(name, data, "text/csv")
    return browser.post(
        reverse("provider:rosters:upload", args=[training_class.pk]), {"sheet": file}, follow=True
    )


@pytest.fixture
def drafted(school):
    return make_class(school)


def test_upload_page_offers_the_template(clerk, drafted):
    page = text(clerk.get(reverse("provider:rosters:upload", args=[drafted.pk])))
    assert reverse("provider:rosters:form", args=[drafted.pk]) in page


def test_template_has_the_real_headings_and_the_class(clerk, drafted):
    response = clerk.get(reverse("provider:rosters:form", args=[drafted.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    cells = [str(cell.value) for row in sheet.iter_rows(max_row=4) for cell in row if cell.value]
    assert "身份证号码" in cells
    assert any(drafted.number in cell for cell in cells)


def test_filled_template_is_read_back(clerk, drafted):
    data = clerk.get(reverse("provider:rosters:form", args=[drafted.pk])).content
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.active
    headings = {cell.value: cell.column for cell in sheet[4]}
    sheet.cell(5, headings["姓名"], "学员甲")
    sheet.cell(5, headings["身份证号码"], an_id_number().value)
    output = io.BytesIO()
    book.save(output)
    page = send(clerk, drafted, output.getvalue(), "模板.xlsx")
    assert "录入合格的 1 行" in text(page)


def test_preview_names_the_problem_and_takes_the_good_rows(clerk, drafted):
    rows = rows_of(3)
    rows[1]["身份证号码"] = rows[1]["身份证号码"][:-1] + ("0" if rows[1]["身份证号码"][-1] != "0" else "1")
    page = send(clerk, drafted, a_roster(rows))
    assert "校验码不对" in text(page)
    assert "录入合格的 2 行" in text(page)
    assert rows[0]["身份证号码"] not in text(page)
    upload = RosterUpload.objects.get()

    problems = clerk.get(reverse("provider:rosters:problems", args=[upload.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(problems.content)).active
    assert "问题" in [cell.value for row in sheet.iter_rows() for cell in row]

    receipt = clerk.post(reverse("provider:rosters:take", args=[upload.pk]), follow=True)
    assert "花名册录入回执" in text(receipt)
    assert queries.enrolments(drafted.pk).count() == 2


def test_same_file_again_changes_nothing(clerk, drafted):
    data = a_roster(rows_of(2))
    send(clerk, drafted, data)
    send(clerk, drafted, data)
    assert RosterUpload.objects.count() == 1


def test_corrected_sheet_shows_what_is_unchanged(clerk, drafted):
    rows = rows_of(2)
    send(clerk, drafted, a_roster(rows))
    clerk.post(reverse("provider:rosters:take", args=[RosterUpload.objects.get().pk]))
    page = send(clerk, drafted, a_roster([*rows, *rows_of(1)]), "改过.csv")
    assert "新增 1，有变动 0，未变 2" in text(page)


def test_unknown_columns_are_asked_for(clerk, drafted):
    rows = rows_of(2)
    with_title = "\n".join(
        ["序号,姓名,证件", *(f"{n},{r['姓名']},{r['身份证号码']}" for n, r in enumerate(rows, 1))]
    )
    page = send(clerk, drafted, with_title.encode())
    assert "请确认每一列是什么" in text(page)
    upload = RosterUpload.objects.get()
    assert upload.status == "received"
    assert rows[0]["身份证号码"] not in text(page)
    address = reverse("provider:rosters:columns", args=[upload.pk])
    wrong = clerk.post(address, {"c-A": "sequence", "c-B": "name", "c-C": "name"})
    assert wrong.status_code == 422
    page = clerk.post(address, {"c-A": "sequence", "c-B": "name", "c-C": "id_number"}, follow=True)
    assert "录入合格的 2 行" in text(page)


def test_columns_can_be_changed_after_the_check(clerk, drafted):
    send(clerk, drafted, a_roster(rows_of(2)))
    upload = RosterUpload.objects.get()
    page = clerk.get(reverse("provider:rosters:detail", args=[upload.pk]) + "?columns=1")
    chosen = {column["name"]: column["chosen"] for column in page.context["columns"]}
    clerk.post(reverse("provider:rosters:columns", args=[upload.pk]), chosen)
    assert sorted(RosterUpload.objects.values_list("status", flat=True)) == ["checked", "discarded"]


def test_discard_takes_nobody(clerk, drafted):
    send(clerk, drafted, a_roster(rows_of(1)))
    upload = RosterUpload.objects.get()
    clerk.post(reverse("provider:rosters:discard", args=[upload.pk]))
    upload.refresh_from_db()
    assert upload.status == "discarded"
    assert not queries.enrolments(drafted.pk).exists()


def test_long_roster_waits_on_a_progress_page(clerk, drafted):
    with (
        patch("kaogong.training.operations.ROWS_AT_ONCE", 1),
        patch("kaogong.training.operations.roster_upload.ROWS_AT_ONCE", 1),
    ):
        page = send(clerk, drafted, a_roster(rows_of(3)))
        upload = RosterUpload.objects.get()
        assert "可以离开这一页" in text(page)
        poll = reverse("provider:rosters:progress", args=[upload.pk])
        assert "0 / 3 行" in text(clerk.get(poll))
        from kaogong.training.operations import check_uploaded_roster

        check_uploaded_roster(upload.pk, by=clerk.actor, at=upload.uploaded_at)
        over = clerk.get(poll)
    assert over["HX-Redirect"] == reverse("provider:rosters:detail", args=[upload.pk])


def test_long_roster_is_taken_in_the_background(clerk, drafted):
    send(clerk, drafted, a_roster(rows_of(3)))
    upload = RosterUpload.objects.get()
    with (
        patch("kaogong.training.operations.ROWS_AT_ONCE", 1),
        patch("kaogong.training.tasks.take_later.defer") as later,
    ):
        page = clerk.post(reverse("provider:rosters:take", args=[upload.pk]), follow=True)
    assert "正在录入" in text(page)
    assert later.call_args.kwargs["upload_id"] == upload.pk
    back = clerk.get(reverse("provider:rosters:detail", args=[upload.pk]) + "?show=good")
    assert "花名册核验结果" in text(back)


def test_file_that_is_no_sheet_is_told_beside_the_field(clerk, drafted):
    page = send(clerk, drafted, b"%PDF-1.7 not a sheet", "花名册.pdf")
    assert page.status_code == 422


def test_learner_leaves_and_comes_back(clerk, school):
    training_class = make_class(school, status="running", people=[make_person("李兰")])
    learner = queries.enrolments(training_class.pk).get()
    page = text(clerk.get(reverse("provider:learners:list", args=[training_class.pk])))
    assert "李兰" in page
    clerk.post(reverse("provider:learners:withdraw", args=[learner.pk]), {"reason": "外出务工"})
    learner.refresh_from_db()
    assert learner.status == "withdrawn"
    shown = text(clerk.get(reverse("provider:learners:detail", args=[training_class.pk, learner.pk])))
    assert "外出务工" in shown
    clerk.post(reverse("provider:learners:readmit", args=[learner.pk]))
    learner.refresh_from_db()
    assert learner.status == "enrolled"


def subsidised_before(level: int):
    """Someone paid elsewhere for the occupation the classes here train in."""
    person = make_person("李明")
    register_subsidy(
        person.pk, region_code="370211", occupation_code=COOK[0], level=level, event_on=date(2026, 2, 1),
        amount_fen=1000_00, source="邻区数据交换", reference=f"OUT-{person.pk}",
        by=an_actor("bureau_clerk"), at=timezone.now(),
    )  # fmt: skip
    return {"姓名": person.name, "身份证号码": person.id_number}


@pytest.mark.parametrize("level", [5, 4])
def test_preview_warns_of_who_was_subsidised_before(clerk, drafted, level):
    page = send(clerk, drafted, a_roster([*rows_of(1), subsidised_before(level)]))
    assert "已享受本职业同级或更高级别的补贴（2026-02-01，OUT-" in text(page)
    assert "录入合格的 2 行" in text(page)


def test_a_lower_level_before_is_no_warning(clerk, school):
    from kaogong.claims.queries import earlier_subsidies

    subsidised_before(5)
    known = list(OutsideSubsidy.objects.values_list("person_id", flat=True))
    assert earlier_subsidies(known, COOK[0], "4", date(2026, 8, 1)) == {}
    assert earlier_subsidies(known, "6-18-02-04", "5", date(2026, 8, 1)) == {}
    assert list(earlier_subsidies(known, COOK[0], "5", date(2026, 8, 1))) == known


def test_long_roster_checked_in_the_background_warns_too(clerk, drafted):
    with (
        patch("kaogong.training.operations.ROWS_AT_ONCE", 1),
        patch("kaogong.training.operations.roster_upload.ROWS_AT_ONCE", 1),
        patch("kaogong.training.tasks.check_later.defer") as later,
    ):
        send(clerk, drafted, a_roster([*rows_of(2), subsidised_before(5)]))
        tasks.check_later(**later.call_args.kwargs)
    upload = RosterUpload.objects.get()
    page = text(clerk.get(reverse("provider:rosters:detail", args=[upload.pk])))
    assert "已享受本职业同级或更高级别的补贴" in page
