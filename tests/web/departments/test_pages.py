"""Pages of departments' lists, of what was told twice, and of people registered twice."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kaogong.access.models import Account
from kaogong.departments import queries
from kaogong.departments.models import DepartmentFile, RecordDuplicate
from kaogong.people.models import Person, PersonMerge
from tests.factories import an_actor, an_id_number, make_person
from tests.factories.departments import a_row, a_sheet, make_department_file, send

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 12, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def browser(role: str, **reach) -> Client:
    found = Client()
    account = Account.objects.get(pk=an_actor(role, **reach).account_id)
    found.force_login(account, "django.contrib.auth.backends.ModelBackend")
    return found


def page(client: Client, name: str, *args, **query) -> str:
    response = client.get(reverse(f"bureau:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_departments_clerk_begins_at_its_files_sends_one_and_sees_what_is_wrong():
    clerk = browser("department_clerk", department_code="agriculture")
    assert clerk.get("/", follow=True).request["PATH_INFO"] == reverse("bureau:department_files:list")
    assert "还没有部门报送的数据" in page(clerk, "department_files:list")
    sheet = SimpleUploadedFile("第三季度.csv", a_sheet([a_row(), a_row(starts_on="")], footer="合计,5人"))
    words = {
        "department_code": "agriculture", "region_code": "370299", "from_on": "2026-07-01",
        "to_on": "2026-09-30", "stated_rows": "", "stated_fen": "", "sheet": sheet,
    }  # fmt: skip
    response = clerk.post(reverse("bureau:department_files:send"), words, follow=True)
    shown = response.content.decode()
    assert "声明 5 人次，表中 2 行" in shown
    assert "没有写清培训从哪天到哪天" in shown
    assert "接纳部门数据" not in shown
    file = DepartmentFile.objects.get()
    explained = clerk.post(
        reverse("bureau:department_files:explain", args=[file.pk]), {"reason": "三人另报"}, follow=True
    )
    assert "部门的说明：三人另报" in explained.content.decode()
    assert clerk.get(reverse("bureau:home")).status_code == 200


def test_reviewer_maps_a_word_accepts_and_opens_the_records():
    file = send([a_row("马识途", occupation="土专家")], at=AT)
    reviewer = browser("reviewer")
    shown = page(reviewer, "department_files:detail", file.pk)
    assert "“土专家”" in shown
    assert "没有对应的项目" in shown
    reviewer.post(
        reverse("bureau:department_files:map_word", args=[file.pk]),
        {"kind": "occupation", "word": "土专家", "code": "中式烹调师"},
    )
    accepted = reviewer.post(reverse("bureau:department_files:accept", args=[file.pk]), follow=True)
    assert "1 条记录" in accepted.content.decode()
    listed = page(reviewer, "department_records", file=file.pk)
    assert "马识途" in listed
    assert "计入" in listed
    assert "马识途" not in page(reviewer, "department_records", counted="no")
    exported = reviewer.get(reverse("bureau:department_records"), {"export": "xlsx"})
    assert exported.content[:2] == b"PK"
    assert "农业农村局" in page(reviewer, "department_quality")


def test_unsure_columns_are_confirmed_on_the_page():
    clerk = browser("bureau_clerk")
    number = an_id_number().value
    data = f"姓名,证件,培训时间,培训工种\n李秋实,{number},2026年8月3日至2026年8月14日,农机\n".encode()
    file = send([], at=AT, data=data)
    shown = page(clerk, "department_files:detail", file.pk)
    assert "请确认每一列是什么" in shown
    assert number not in shown
    address = reverse("bureau:department_files:columns", args=[file.pk])
    again = clerk.post(address, {"c-A": "name", "c-B": "", "c-C": "stretch", "c-D": "occupation"})
    assert again.status_code == 422
    taken = clerk.post(address, {"c-A": "name", "c-B": "id_number", "c-C": "stretch", "c-D": "occupation"})
    assert taken.status_code == 302
    file.refresh_from_db()
    assert (file.status, file.rows_good) == ("checked", 1)


def test_duplicate_is_decided_on_its_page_with_both_trainings_in_view():
    number = an_id_number().value
    make_department_file([a_row("李秋实", number)], at=AT, department_code="veterans")
    make_department_file([a_row("李秋实", number)], at=AT)
    found = RecordDuplicate.objects.get()
    reviewer = browser("reviewer")
    assert "李秋实" in page(reviewer, "record_duplicates:list", status="found")
    shown = page(reviewer, "record_duplicates:detail", found.pk)
    assert "退役军人事务局" in shown
    assert "农业农村局" in shown
    address = reverse("bureau:record_duplicates:confirm", args=[found.pk])
    reviewer.post(address, {"reason": "同一个班"})
    found.refresh_from_db()
    assert found.status == "confirmed"


def test_merge_is_proposed_from_the_file_decided_by_another_and_both_files_say_so():
    kept, gone = make_person("王小明"), make_person("王小明")
    clerk, reviewer = browser("bureau_clerk"), browser("reviewer")
    assert "提请合并" in page(clerk, "people:detail", kept.pk)
    address = reverse("bureau:person_merges:propose", args=[kept.pk])
    words = {"id_number": "370299190001010000", "evidence": "户籍证明", "reason": "一人两号"}
    missing = clerk.post(address, words)
    assert missing.status_code == 422
    assert "没有这个身份证号码的档案" in missing.content.decode()
    clerk.post(address, words | {"id_number": Person.objects.get(pk=gone.pk).id_number})
    found = PersonMerge.objects.get()
    shown = page(reviewer, "person_merges:detail", found.pk)
    assert "户籍证明" in shown
    reviewer.post(reverse("bureau:person_merges:approve", args=[found.pk]), {"reason": "属实"})
    assert "这份档案已并入" in page(reviewer, "people:detail", gone.pk)
    assert gone.id_number_masked in page(reviewer, "people:detail", kept.pk)
    assert "已合并" in page(reviewer, "person_merges:list")


def test_todo_names_totals_that_differ_columns_to_confirm_and_falling_quality():
    good = {"starts_on": "2026-05-04", "ends_on": "2026-05-15"}
    spring = {"from_on": date(2026, 4, 1), "to_on": date(2026, 6, 30)}
    send([a_row(**good)], at=AT, filename="第二季度.csv", **spring)
    send([a_row("钱某", "")], at=AT, footer="合计,9人", filename="第三季度.csv")
    send([], at=AT, data="姓名,证件,培训时间\n李秋实,1,2026年8月3日\n".encode(), filename="列不明.csv")
    home = page(browser("bureau_clerk"), "home")
    assert "声明 9 人次，表中 1 行" in home
    assert "列不明.csv" in home
    assert "可用的行 0%，此前 100%" in home
    waiting = [one.filename for one in queries.files_to_accept(an_actor("reviewer"))]
    assert waiting == ["第二季度.csv"]  # nobody can accept totals that wait for a word


@pytest.mark.parametrize(
    "name", ["department_files:list", "department_records", "record_duplicates:list", "person_merges:list"]
)
def test_lists_cost_few_queries_whatever_their_length(name, django_assert_max_num_queries):
    numbers = [an_id_number().value for _ in range(6)]
    for code in ("veterans", "agriculture"):
        rows = [a_row("李秋实", number) for number in numbers]
        make_department_file(rows, at=AT, department_code=code)
    reviewer = browser("reviewer")
    page(reviewer, name)
    with django_assert_max_num_queries(12):
        page(reviewer, name)
