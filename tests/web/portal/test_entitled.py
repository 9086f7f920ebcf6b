"""The questionnaire: no log-in, nothing kept, plain answers with clauses and rates."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kaogong.rules import load
from kaogong.trail.models import Entry

pytestmark = pytest.mark.django_db
BOOK = load()
ADDRESS = "/portal/entitled/"
FIRST = {"step": "0", "region": "370299", "birth_on": "1985-03-02", "groups": ["registered_unemployed"]}
LAST = {
    **FIRST, "step": "3", "receives_pension": "no", "unemployed": "yes", "insured": "no",
    "has_certificate": "planned", "kind": "skill_level", "level": "5", "occupation": "养老护理员",
    "household_here": "yes", "ever_received": "no",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_brake():
    cache.clear()


def said(answer) -> str:
    return answer.content.decode()


def ask(client, status: int = 200, **changed) -> str:
    answer = client.post(ADDRESS, {**LAST, **changed})
    assert answer.status_code == status, said(answer)[:2000]
    return said(answer)


def outcomes(client, **changed) -> dict[str, str]:
    """The outcome of each scheme by code."""
    answer = client.post(ADDRESS, {**LAST, **changed})
    assert answer.status_code == 200
    rows = [row for _outcome, _title, found in answer.context["sections"] for row in found]
    return {row.code: row.outcome for row in rows}


def test_the_first_step_asks_where_and_who(client):
    assert reverse("portal:entitled") == ADDRESS
    page = said(client.get(ADDRESS))
    assert "我能享受什么" in page and "不用登录，回答不保存" in page
    assert re.search(r'<option value="370299" selected', page)
    assert 'name="birth_on"' in page and "城乡登记失业人员" in page
    assert "no-store" in client.get(ADDRESS)["Cache-Control"]


def test_answers_travel_from_step_to_step_and_back(client):
    second = said(client.post(ADDRESS, FIRST))
    assert "第 2 步" in second
    assert 'name="groups" value="registered_unemployed"' in second
    assert 'name="birth_on" value="1985-03-02"' in second
    back = said(client.post(ADDRESS, {**FIRST, "step": "1", "back": "0", "insured": "yes"}))
    assert "第 1 步" in back and 'name="insured" value="yes"' in back
    assert re.search(r'value="registered_unemployed"[^>]*checked', back)


def test_who_is_entitled_is_told_the_sum_to_whom_and_what_is_checked_later(client):
    page = ask(client)
    assert outcomes(client)["employment_training"] == "yes"
    assert "可以享受" in page and "¥1,500.00" in page and "示例标准" in page
    assert "就业技能培训" in page and "办理时核对" in page
    assert "青西新管办发〔2020〕2号 第15条" in page
    assert "只是按您的回答对照政策，不是审批结果" in page
    assert "用人单位、学校和机构可以申请的" in page and "百名技能大师培养资助" in page


def test_the_same_person_with_a_pension_is_not_and_hears_why_and_what_would_change_it(client):
    page = ask(client, receives_pension="yes")
    assert outcomes(client, receives_pension="yes")["employment_training"] == "no"
    assert "已按月领取养老金" in page and "如果“是否按月领取养老金”为 否" in page


def test_what_was_not_answered_is_asked_for_never_taken_as_no(client):
    found = outcomes(client, receives_pension="", household_here="")
    assert found["employment_training"] == "open"
    page = ask(client, receives_pension="", household_here="")
    assert "还要知道" in page and "是否按月领取养老金" in page and "户籍地在本区" in page
    assert outcomes(client, ever_received="")["employment_training"] == "open"


def test_nothing_but_the_region_need_be_answered(client):
    answer = client.post(ADDRESS, {"step": "0", "region": "370299", "show": "1"})
    assert answer.status_code == 200
    rows = [row for _o, _t, found in answer.context["sections"] for row in found]
    assert {row.outcome for row in rows} <= {"open", "award", "unset"}


def test_earlier_subsidies_count(client):
    before = {"ever_received": "yes", "received_this_year": "0", "higher_level_before": "no"}
    assert outcomes(client, **before, same_level_before="no")["employment_training"] == "yes"
    page = ask(client, **before, same_level_before="yes")
    assert "同一职业同一等级已享受：养老护理员" in page and "您填写的以往补贴" in page
    thrice = before | {"received_this_year": "3", "same_level_before": "no"}
    year = timezone.localdate().year
    assert f"{year + 1}-01-01 起取得的证书" in ask(client, **thrice)


def test_a_certificate_held_is_judged_on_its_own_day(client):
    held = {"has_certificate": "held", "issued_on": "2019-06-01"}
    assert "employment_training" not in outcomes(client, **held)  # there was no such scheme then
    held["issued_on"] = "2024-06-01"
    assert outcomes(client, **held)["employment_training"] == "yes"


def test_where_no_rate_is_published_it_says_so_and_promises_nothing(client):
    found = outcomes(client, region="370211")
    assert found["employment_training"] == "unset"
    page = ask(client, region="370211")
    assert "标准还没有公布，公布以前不支付" in page and "¥1,500.00" not in page


@pytest.mark.parametrize("region", sorted(BOOK.regions))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_region_answers_in_both_languages(client, region, language):
    client.cookies["kaogong_language"] = language
    answer = client.post(ADDRESS, {**LAST, "region": region})
    rows = [row for _o, _t, found in answer.context["sections"] for row in found]
    told = {row.code for row in [*rows, *answer.context["for_bodies"]]}
    assert told == {scheme.code for scheme in BOOK.schemes(region, timezone.localdate())}
    assert [row.outcome for row in rows] == sorted(
        (row.outcome for row in rows), key=["yes", "unset", "open", "award", "no"].index
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"birth_on": "2090-01-01"}, "这一天还没有到"),
        ({"birth_on": "1785-01-01"}, "年份应在 1900 年至 2199 年之间"),
        ({"birth_on": "昨天"}, "输入一个有效的日期"),
        ({"age": "12"}, "与出生日期不符"),
        ({"age": "300", "birth_on": ""}, "120"),
        ({"region": "999999"}, "999999"),
        ({"groups": ["none", "veteran"]}, "请去掉其中一个"),
        ({"groups": ["no_such_group"]}, "no_such_group"),
        ({"insured_months": "-3"}, "0"),
        ({"insured": "yes", "insured_months": "0"}, "刚参保请写 1"),
        ({"insured": "maybe"}, "maybe"),
        ({"kind": ""}, "请选择证书种类"),
        ({"has_certificate": "held"}, "请填写发证日期"),
        ({"occupation": "没有这个职业呀"}, "职业分类大典里没有"),
        ({"occupation": "护理"}, "请写明是哪一个"),
        ({"ever_received": "no", "received_this_year": "2"}, "与“否”不符"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_nothing_typed_is_lost(client, wrong, words):
    page = ask(client, 422, **wrong)
    assert "请先改正下面的问题" in page and words in page
    assert 'class="field-error"' in page
    assert "养老护理员" in page or "occupation" in wrong


def test_odd_steps_and_scripts_do_no_harm(client):
    assert "第 1 步" in said(client.post(ADDRESS, {"step": "99"}))
    page = ask(client, 422, occupation="<script>alert(1)</script>")
    assert "<script>alert(1)" not in page


def test_nothing_is_kept():
    client = Client()
    before = Entry.objects.count()
    page = said(client.post(ADDRESS, LAST))
    assert "可以享受" in page
    assert Entry.objects.count() == before
    assert Session.objects.count() == 0 and "sessionid" not in "".join(client.cookies)


def test_asking_too_fast_is_slowed_down(client):
    for _ in range(60):
        answer = client.post(ADDRESS, {"step": "0", "region": "510700", "show": "1"})
    assert answer.status_code == 200
    assert client.post(ADDRESS, {"step": "0", "region": "510700", "show": "1"}).status_code == 429
