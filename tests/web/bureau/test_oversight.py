"""The trail, the accounts and the home page."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kaogong.access.queries import account_named
from kaogong.kernel.working_days import add_working_days
from kaogong.trail.operations import record
from kaogong.web.bureau.todo import Item, with_days
from tests.factories import make_class, make_institution, make_person
from tests.sealing import seal_all

pytestmark = pytest.mark.django_db


def test_the_trail_is_filtered_by_who_what_whom_and_when(logged_in, now):
    person = make_person("王小明")
    auditor = logged_in("auditor")
    auditor.post(f"/reveal/{person.pk}/phone/")
    record("account.opened", by=auditor.actor, at=now, label="甲账号", subject_kind="account")

    def rows(**query) -> str:
        return auditor.get("/bureau/trail/", query).content.decode().split("<tbody>")[-1]

    assert "查看了隐去的信息：联系电话" in rows(verb="person.looked")
    assert "甲账号" not in rows(verb="person.looked")
    assert "甲账号" in rows(subject="甲账")
    assert "甲账号" in rows(who=auditor.actor.name, until_on="2026-11-16")
    assert "甲账号" not in rows(from_on="2099-01-01")
    assert f"/bureau/people/{person.pk}/" in rows(verb="person.looked")


def test_the_chain_is_added_again_on_demand(logged_in, now):
    auditor = logged_in("auditor")
    assert "没有可复算的封存" in auditor.get("/bureau/trail/chain/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_agreeing_chain_says_so(logged_in, now):
    auditor = logged_in("auditor")
    record("account.opened", by=auditor.actor, at=now, label="甲账号", subject_kind="account")
    seal_all(now)
    assert "逐条复算一致" in auditor.get("/bureau/trail/chain/").content.decode()
    assert "上次封存" in auditor.get("/bureau/trail/").content.decode()


def test_an_account_is_opened_and_closed(logged_in):
    school = make_institution("示例区甲培训学校")
    admin = logged_in("administrator")
    words = {
        "username": "jiaowu",
        "name": "教务员",
        "role": "provider_clerk",
        "organisation": "",
        "password": "Liu-Yue-Xue-Hua-9",
    }
    missing = admin.post("/bureau/accounts/open/", words)
    assert missing.status_code == 422
    assert account_named("jiaowu") is None
    admin.post("/bureau/accounts/open/", words | {"organisation": school.credit_code})
    account = account_named("jiaowu")
    assert account.organisation_id == school.pk
    assert account.check_password("Liu-Yue-Xue-Hua-9")
    assert "示例区甲培训学校" in admin.get("/bureau/accounts/?q=jiaowu").content.decode()
    taken = admin.post("/bureau/accounts/open/", words | {"organisation": school.credit_code})
    assert "已被使用" in taken.content.decode()
    assert admin.post(f"/bureau/accounts/{account.pk}/close/").status_code == 409
    admin.post(f"/bureau/accounts/{account.pk}/close/", {"reason": "离职"})
    assert not account_named("jiaowu").is_active


def test_a_weak_password_and_an_odd_name_are_refused(logged_in):
    words = {"username": "空 格", "name": "某", "role": "bureau_clerk", "password": "12345678"}
    page = logged_in("administrator").post("/bureau/accounts/open/", words).content.decode()
    assert page.count("field-error") >= 2
    assert account_named("空 格") is None


def test_accounts_of_another_region_are_out_of_reach(logged_in):
    clerk = logged_in("bureau_clerk")
    away = logged_in("administrator", region_code="370202")
    answer = away.post(f"/bureau/accounts/{clerk.actor.account_id}/close/", {"reason": "试试"})
    assert answer.status_code == 404
    clerk_only = logged_in("cashier").post(
        f"/bureau/accounts/{clerk.actor.account_id}/close/", {"reason": "试试"}
    )
    assert clerk_only.status_code == 403


def test_home_counts_what_waits_and_opens_its_list(logged_in):
    today = timezone.localdate()
    starts = today + timedelta(days=40)
    classes = [
        make_class(
            status="filed",
            people=1,
            starts_on=starts + timedelta(days=n),
            ends_on=starts + timedelta(days=60),
        )
        for n in range(6)
    ]
    reviewer = logged_in("reviewer")
    page = reviewer.get("/bureau/").content.decode()
    assert "待审批的开班" in page
    assert "/bureau/classes/?status=filed" in page
    assert classes[0].title in page
    assert classes[5].title not in page
    assert '<span class="hint">6</span>' in page
    assert "个工作日" in page
    assert classes[0].title not in logged_in("cashier").get("/bureau/").content.decode()


def test_home_shows_what_is_in_training(logged_in):
    running = make_class(status="running", people=1)
    assert running.title in logged_in("cashier").get("/bureau/").content.decode()
    assert running.title not in logged_in("administrator").get("/bureau/").content.decode()


def test_home_with_nothing_to_do_says_so(logged_in):
    assert "现在没有等您办理的事项" in logged_in("cashier").get("/bureau/").content.decode()


def test_deadlines_are_told_in_working_days():
    friday = date(2026, 11, 20)

    def told(due: date) -> tuple[str, str]:
        item = with_days(Item("甲", "/", due_on=due), friday)
        return item.deadline, item.tone

    assert told(add_working_days(friday, 3)) == ("剩 3 个工作日", "now")
    assert told(add_working_days(friday, 1)) == ("剩 1 个工作日", "ask")
    assert told(friday) == ("今天到期", "ask")
    assert told(date(2026, 11, 18)) == ("已超 2 个工作日", "no")
    sunday = date(2026, 11, 22)
    assert with_days(Item("甲", "/", due_on=date(2026, 11, 21)), sunday).days_left == -1


def test_a_closed_account_is_told_in_the_trail(logged_in):
    clerk = logged_in("bureau_clerk")
    admin = logged_in("administrator")
    admin.post(f"/bureau/accounts/{clerk.actor.account_id}/close/", {"reason": "轮岗"})
    page = admin.get("/bureau/trail/?verb=account.closed").content.decode()
    assert "轮岗" in page
