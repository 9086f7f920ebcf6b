"""What a unit that is no department sees behind its own door, and how its log-in is opened."""

import pytest
from django.utils import timezone

from kaogong.access.models import Account
from kaogong.planning import operations
from tests.factories import an_actor
from tests.factories.planning import make_matter, make_plan, make_target
from tests.web.planning.test_pages import a_paper, browser_of, words

pytestmark = pytest.mark.django_db
CENTRE, OTHER = "区就业服务中心", "区技工教研室"


def two_duties():
    bureau, at = an_actor("bureau_clerk"), timezone.now()
    found = []
    for code, lead in (("1", CENTRE), ("2", OTHER)):
        duty = operations.list_duty(
            region_code="370299", code=code, title=f"事项{code}", clause="示例#1", lead_unit=lead, by=bureau,
            at=at,
        )  # fmt: skip
        operations.assign_duty(
            duty.pk, lead_unit=lead, joint_units=(), officer="", due_on=None, by=bureau, at=at
        )
        found.append(duty)
    return found


def test_the_administrator_opens_an_account_for_a_unit_named_in_the_duties():
    two_duties()
    admin = browser_of(an_actor("administrator"))
    form = words(admin.get("/bureau/accounts/open/"))
    assert CENTRE in form and "单位经办" in form
    said = {
        "username": "centre", "name": "吕中心", "role": "unit_clerk", "password": "Sure-enough-2026",
        "unit": CENTRE,
    }  # fmt: skip
    for wrong in ({"unit": ""}, {"unit": "没有的单位"}, {"role": "reviewer"}):
        assert admin.post("/bureau/accounts/open/", said | wrong).status_code == 422
    admin.post("/bureau/accounts/open/", said)
    account = Account.objects.get(username="centre")
    assert (account.unit_name, account.region_code) == (CENTRE, "370299")
    assert CENTRE in words(admin.get("/bureau/accounts/"))


def test_a_units_clerk_begins_with_what_waits_and_works_through_its_own():
    duty, others = two_duties()
    bureau, at = an_actor("bureau_clerk"), timezone.now()
    meeting, item = make_matter(CENTRE, by=bureau, subject="共享实训场地")
    another, more = make_matter(OTHER, by=bureau, subject="别家的议题")
    target = make_target(owner=CENTRE, title="本单位的目标")
    make_target(code="other", owner=OTHER, title="别家的目标")
    notice = operations.issue_supervision(target.pk, unit=CENTRE, asked="说明原因", by=bureau, at=at)
    plan = make_plan()
    centre = browser_of(an_actor("unit_clerk", unit_name=CENTRE))
    page = words(centre.get("/bureau/"))
    for waiting in ("待回复的督办", "待报告的责任事项", "会议交办的事项"):
        assert waiting in page
    page = words(centre.get("/bureau/duty-items/"))
    assert "事项1" in page and "事项2" not in page
    here = f"/bureau/duty-items/{duty.pk}/"
    centre.post(here + "report/", {"unit": CENTRE, "content": "开了两期", "paper": a_paper()})
    assert "开了两期" in words(centre.get(here))
    page = words(centre.get("/bureau/targets/"))
    assert "本单位的目标" in page and "别家的目标" not in page and "拟定目标" not in page
    assert notice.number in words(centre.get(f"/bureau/targets/{target.pk}/"))
    there = f"/bureau/supervision-notices/{notice.pk}/"
    centre.post(there + "reply/", {"content": "月底补齐"})
    assert "月底补齐" in words(centre.get(there))
    page = words(centre.get(f"/bureau/meetings/{meeting.pk}/"))
    assert "共享实训场地" in page and "出席人员" not in page and "会议纪要" not in page
    assert "报告落实情况" in page and "登记落实" not in page
    told = centre.post(f"/bureau/meeting-items/{item.pk}/report/", {"result": "列出三处场地"}, follow=True)
    assert "等人社部门确认" in words(told) and "列出三处场地" in words(told)
    assert centre.post(f"/bureau/meeting-items/{more.pk}/report/", {"result": "越权"}).status_code == 404
    at_bureau = browser_of(bureau)
    assert "待确认的落实情况" in words(at_bureau.get("/bureau/"))
    assert "列出三处场地" in words(at_bureau.get(f"/bureau/meeting-items/{item.pk}/finish/"))
    at_bureau.post(f"/bureau/meeting-items/{item.pk}/return/", {"reason": "没有写时段"})
    assert "报告落实情况" in words(centre.get(f"/bureau/meetings/{meeting.pk}/"))
    page = words(centre.get("/bureau/meetings/decisions/"))
    assert "共享实训场地" in page and "别家的议题" not in page
    centre.post(f"/bureau/plans/{plan.pk}/ask/", {"department": CENTRE})
    assert CENTRE in words(centre.get(f"/bureau/plans/{plan.pk}/"))
    for hidden in (f"duty-items/{others.pk}", f"meetings/{another.pk}"):
        assert centre.get(f"/bureau/{hidden}/").status_code == 404
    for closed in (
        "people/",
        "claims/",
        "ledger/",
        "department-files/",
        f"meetings/{meeting.pk}/minutes.pdf",
    ):
        assert centre.get(f"/bureau/{closed}").status_code == 403
