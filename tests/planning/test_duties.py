"""Duties of the papers and joint meetings: listed, assigned, reported, decided, followed up."""

from datetime import date, timedelta

import pytest

from kaogong import rules
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, WrongState
from kaogong.planning import operations, queries
from kaogong.planning.models import DutyItem, MeetingItem
from kaogong.trail.models import Entry
from tests.factories import an_actor
from tests.factories.paper import A_PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def west_coast(now):
    operations.load_duties(by=system_actor(), at=now)
    return [an_actor(role, region_code="370211") for role in ("bureau_clerk", "reviewer")]


def test_every_clause_with_units_is_shipped_with_its_line():
    rows = queries.shipped_duties()
    plan = [row for row in rows if row.region_code == "370211" and row.lead_unit]
    city = [row for row in rows if row.region_code == "370200"]
    assert len(plan) == 20 and len([row for row in city if row.parent == "2021-94"]) == 7
    veterans = next(row for row in plan if row.source == "001:41-43")
    assert (veterans.lead_unit, veterans.joint_units) == ("区退役军人事务局", ("区人社局",))
    for row in rows:
        assert row.source[:4] in {"001:", "002:"}
        if "#" in row.clause:
            assert rules.load().document(row.clause)


def test_load_duties_once_as_a_tree(now, west_coast):
    clerk, _reviewer = west_coast
    assert operations.load_duties(by=system_actor(), at=now) == 0
    assert DutyItem.objects.count() == len(queries.shipped_duties()) == 63
    tree = queries.duty_tree(clerk)
    own = [branch for branch in tree if branch.duty.region_code == "370211"]
    assert [branch.depth for branch in own[:3]] == [0, 1, 2] and own[0].below == 20
    assert {branch.duty.region_code for branch in tree} == {"370211", "370200"}
    of_one = queries.duty_tree(clerk, unit="区退役军人事务局")
    assert [branch.duty.code for branch in of_one if branch.duty.lead_unit] == ["2020-2-05"]


def test_a_duty_from_assignment_to_the_end(now, west_coast):
    clerk, reviewer = west_coast
    duty = DutyItem.objects.get(code="2020-2-05", region_code="370211")
    said = {
        "lead_unit": duty.lead_unit,
        "joint_units": ("区人社局",),
        "officer": "王科长",
        "by": clerk,
        "at": now,
    }
    with pytest.raises(WrongState):
        operations.report_duty(duty.pk, unit="区人社局", content="早了", by=clerk, at=now)
    operations.assign_duty(duty.pk, due_on=date(2026, 12, 31), **said)
    with pytest.raises(operations.DutyUnclear, match="报告单位"):
        operations.report_duty(duty.pk, unit="区财政局", content="已培训120人", by=clerk, at=now)
    operations.report_duty(
        duty.pk, unit="区人社局", content="已培训120人", paper=A_PDF, paper_title="名单", by=clerk, at=now
    )
    with pytest.raises(NotPermitted):
        operations.finish_duty(duty.pk, by=clerk, at=now)
    operations.return_duty(duty.pk, by=reviewer, at=now, reason="还有40人没有培训")
    operations.report_duty(duty.pk, unit="区退役军人事务局", content="全部培训", by=clerk, at=now)
    operations.finish_duty(duty.pk, by=reviewer, at=now)
    duty.refresh_from_db()
    assert duty.status == "finished" and queries.reports_of(duty.pk).count() == 2
    tree = queries.duty_tree(clerk)
    assert next(b for b in tree if b.duty.code == "2020-2").finished == 1
    report = queries.reports_of(duty.pk).last()
    assert queries.duty_paper(report.pk, by=clerk).paper_title == "名单.pdf"
    with pytest.raises(NotFound):
        queries.duty_paper(report.pk, by=an_actor("bureau_clerk"))


def test_overdue_duties_are_told(now, west_coast):
    clerk, _ = west_coast
    duty = DutyItem.objects.get(code="2020-2-06")
    operations.assign_duty(
        duty.pk, lead_unit="区残联", joint_units=(), officer="", due_on=now.date(), by=clerk, at=now
    )
    assert not queries.duties_overdue(clerk, now.date()).exists()
    assert queries.duties_overdue(clerk, now.date() + timedelta(days=1)).get() == duty


def test_a_district_changes_nothing_of_its_citys_duties(now, west_coast):
    clerk, _ = west_coast
    above = DutyItem.objects.get(code="2021-94-1")
    assert queries.duty(above.pk, by=clerk) == above
    with pytest.raises(NotFound):
        operations.assign_duty(
            above.pk, lead_unit="甲", joint_units=(), officer="", due_on=None, by=clerk, at=now
        )


def test_list_duty_of_ones_own_paper(now, clerk):
    said = {"region_code": "370299", "title": "开展质量年活动", "clause": "示例文件#3", "lead_unit": "人社局"}
    duty = operations.list_duty(code="示例-1", **said, by=clerk, at=now)
    with pytest.raises(operations.DutyUnclear, match="已经有了"):
        operations.list_duty(code="示例-1", **said, by=clerk, at=now)
    child = operations.list_duty(code="示例-1-1", parent_id=duty.pk, **said, by=clerk, at=now)
    assert child.parent == duty


def test_a_meeting_from_call_to_what_came_of_it(now, clerk, reviewer):
    meeting = operations.call_meeting(
        region_code="370299",
        title="第一次联席会议",
        held_on=now.date(),
        units=("人社局", "财政局"),
        by=clerk,
        at=now,
    )
    first = operations.raise_item(meeting.pk, subject="专账资金不足", raised_by="财政局", by=clerk, at=now)
    second = operations.raise_item(meeting.pk, subject="师资培训", by=clerk, at=now)
    with pytest.raises(operations.MattersOpen) as refusal:
        operations.hold_meeting(meeting.pk, attendees="王局长", by=clerk, at=now)
    assert "2项" in refusal.value.message
    with pytest.raises(operations.MeetingUnclear, match="完成期限"):
        operations.decide_item(
            first.pk, decision="追加", owner="财政局", due_on=now.date() - timedelta(days=1), by=clerk, at=now
        )
    due_on = now.date() + timedelta(days=10)
    operations.decide_item(first.pk, decision="追加预算", owner="财政局", due_on=due_on, by=clerk, at=now)
    operations.drop_item(second.pk, by=clerk, at=now, reason="另行研究")
    operations.hold_meeting(meeting.pk, attendees="王局长等九人", by=clerk, at=now)
    with pytest.raises(WrongState):
        operations.raise_item(meeting.pk, subject="迟到的议题", by=clerk, at=now)
    item = MeetingItem.objects.get(pk=first.pk)
    assert item.is_overdue(due_on + timedelta(days=1)) and list(queries.decisions_open(clerk)) == [item]
    operations.finish_item(first.pk, result="已追加200万元", by=clerk, at=now + timedelta(days=12))
    assert Entry.objects.get(verb="meeting_item.finished").detail["late"] is True
    operations.reopen_item(first.pk, by=reviewer, at=now, reason="资金没有到账")
    assert queries.meetings(clerk).get().waiting == 1
    with pytest.raises(NotFound):
        queries.meeting(meeting.pk, by=an_actor("bureau_clerk", region_code="370211"))


def test_a_meeting_is_not_held_before_its_day_nor_by_a_looker(now, clerk):
    meeting = operations.call_meeting(
        region_code="370299", title="年末联席会议", held_on=now.date() + timedelta(days=3), by=clerk, at=now
    )
    with pytest.raises(operations.MeetingUnclear, match="还没有到"):
        operations.hold_meeting(meeting.pk, attendees="", by=clerk, at=now)
    with pytest.raises(NotPermitted):
        operations.cancel_meeting(meeting.pk, by=an_actor("auditor"), at=now, reason="无")
