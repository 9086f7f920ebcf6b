"""A unit that is no department speaks for itself: its duties, targets, notices, plan lines, matters, points."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kaogong.access.models import Account
from kaogong.access.operations import UnitUnclear, open_account
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, WrongState
from kaogong.planning import operations, queries
from kaogong.trail.models import Entry
from tests.factories import an_actor, make_person
from tests.factories.paper import A_PDF
from tests.factories.planning import (
    AT,
    a_line,
    make_assessment,
    make_matter,
    make_plan,
    make_submission,
    make_target,
)

pytestmark = pytest.mark.django_db
CENTRE, OTHER = "区就业服务中心", "区技工教研室"


@pytest.fixture
def centre():
    return an_actor("unit_clerk", unit_name=CENTRE)


def a_duty(lead: str, *joint: str, code: str = "1", region_code: str = "370299"):
    clerk = an_actor("bureau_clerk", region_code=region_code)
    words = {"by": clerk, "at": AT}
    duty = operations.list_duty(
        region_code=region_code, code=code, title=f"事项{code}", clause="示例#1", lead_unit=lead,
        joint_units=joint, **words,
    )  # fmt: skip
    return operations.assign_duty(
        duty.pk, lead_unit=lead, joint_units=joint, officer="", due_on=date(2026, 12, 1), **words
    )


def test_report_duty_by_the_units_own_clerk_for_its_own_unit_alone(centre, reviewer):
    own, joined = a_duty(CENTRE), a_duty("区教体局", CENTRE, code="2")
    other = a_duty(OTHER, code="3")
    elsewhere = a_duty(CENTRE, code="4", region_code="370211")
    assert set(queries.duties(centre)) == {own, joined}
    assert list(queries.duties_to_report(centre)) == [own, joined]
    assert queries.units_spoken_for(joined, centre) == [CENTRE]
    report = operations.report_duty(joined.pk, unit=CENTRE, content="派出教师三人", by=centre, at=AT)
    assert report.duty_id == joined.pk
    entry = Entry.objects.get(verb="duty_item.reported")
    assert (entry.actor_role, entry.detail["unit"]) == ("unit_clerk", CENTRE)
    with pytest.raises(operations.DutyUnclear, match="应是本单位"):
        operations.report_duty(own.pk, unit="区教体局", content="替它报", by=centre, at=AT)
    for duty in (other, elsewhere):
        with pytest.raises(NotFound):
            operations.report_duty(duty.pk, unit=CENTRE, content="越权", by=centre, at=AT)
    with pytest.raises(NotPermitted):
        operations.finish_duty(joined.pk, by=centre, at=AT)
    assert operations.finish_duty(joined.pk, by=reviewer, at=AT).status == "finished"


def test_reply_supervision_by_the_unit_asked_and_by_no_other(centre, clerk):
    mine = make_target(owner=CENTRE, co_owners=())
    helped = make_target(code="helped", owner="区教体局", co_owners=(CENTRE,))
    make_target(code="other", owner=OTHER)
    make_target(code="drafted", owner=CENTRE, set=False)
    assert set(queries.targets(centre)) == {mine, helped}
    assert list(queries.targets(centre, "没有这几个字")) == []
    assert not queries.is_own(mine, centre)  # what is decided of it is its bureau's
    asked = operations.issue_supervision(mine.pk, unit=CENTRE, asked="说明原因", by=clerk, at=AT)
    another = operations.issue_supervision(mine.pk, unit=OTHER, asked="说明原因", by=clerk, at=AT)
    assert list(queries.supervisions(centre)) == [asked]
    operations.reply_supervision(asked.pk, content="增开两期", by=centre, at=AT)
    for act in (operations.accept_supervision, operations.cancel_supervision):
        with pytest.raises(NotPermitted):
            act(asked.pk, by=centre, at=AT, reason="自己认可")
    with pytest.raises(NotFound):
        operations.reply_supervision(another.pk, content="越权", by=centre, at=AT)


def test_submit_lines_of_a_unit_that_is_no_department(centre, clerk):
    plan = make_plan()
    make_submission(plan, "hrss", a_line(5))
    words = {"by": centre, "at": AT}
    for department in ("hrss", OTHER):
        with pytest.raises(NotFound):
            operations.draft_submission(plan.pk, region_code="370299", department=department, **words)
    one = operations.draft_submission(plan.pk, region_code="370299", department=CENTRE, **words)
    with pytest.raises(operations.SubmissionThere, match=CENTRE):
        operations.draft_submission(plan.pk, region_code="370299", department=CENTRE, **words)
    operations.add_line(one.pk, a_line(20, group_code="veteran"), **words)
    operations.submit_lines(one.pk, **words)
    assert [row.department for row in queries.submissions(centre, plan.pk)] == [CENTRE]
    operations.merge_plan(plan.pk, by=clerk, at=AT)
    operations.propose_plan(plan.pk, by=clerk, at=AT)
    tasks = queries.tasks_of(queries.versions(plan.pk).first().pk)
    assert sorted((task.department, task.people) for task in tasks) == [("hrss", 5), (CENTRE, 20)]


def test_a_unit_sees_of_meetings_what_they_gave_it_to_do(centre, clerk):
    meeting, item = make_matter(CENTRE, by=clerk)
    make_matter(OTHER, by=clerk)
    more = operations.raise_item(meeting.pk, subject="别家的事", by=clerk, at=AT)
    operations.decide_item(more.pk, decision="去办", owner=OTHER, due_on=AT.date(), by=clerk, at=AT)
    seen = queries.meetings(centre)
    assert [(row.pk, row.items_count, row.waiting) for row in seen] == [(meeting.pk, 1, 1)]
    assert list(queries.meeting_items(centre, meeting.pk)) == [item]
    assert queries.meetings(clerk).get(pk=meeting.pk).items_count == 2
    with pytest.raises(NotFound):
        queries.meeting_item(more.pk, by=centre)


def test_report_item_by_the_unit_given_it_and_confirmed_by_the_bureau(centre, clerk, reviewer):
    _meeting, item = make_matter(CENTRE, by=clerk)
    _other, others = make_matter(OTHER, by=clerk)
    due = item.due_on
    with pytest.raises(NotFound):
        operations.report_item(others.pk, result="替它报", by=centre, at=AT)
    with pytest.raises(operations.MeetingUnclear, match="落实情况"):
        operations.report_item(item.pk, result=" ", by=centre, at=AT)
    with pytest.raises(NotPermitted):
        operations.report_item(item.pk, result="代报", by=clerk, at=AT)
    operations.report_item(item.pk, result="列出三处场地", by=centre, at=AT)
    entry = Entry.objects.get(verb="meeting_item.reported")
    assert (entry.actor_role, entry.detail["unit"]) == ("unit_clerk", CENTRE)
    assert list(queries.decisions_reported(reviewer)) == [item]
    assert not queries.decisions_open(centre).exists()
    with pytest.raises(NotPermitted):
        operations.finish_item(item.pk, result="自己认可", by=centre, at=AT)
    with pytest.raises(WrongState):
        operations.report_item(item.pk, result="再报一次", by=centre, at=AT)
    returned = operations.return_item(item.pk, by=reviewer, at=AT, reason="没有写时段")
    assert (returned.status, returned.reported_on, returned.result) == ("decided", None, "列出三处场地")
    later, much_later = AT + timedelta(days=1), AT + timedelta(days=9)
    again = operations.report_item(item.pk, result="列出三处场地和时段", by=centre, at=later)
    assert again.is_overdue(due) and list(
        queries.items_overdue(queries.meeting_items(clerk, item.meeting_id), due)
    ) == [item]
    done = operations.finish_item(item.pk, result=again.result, by=clerk, at=much_later)
    assert done.finished_on == later.date(), "done the day its unit said so, not the day it was confirmed"


def test_report_item_in_time_is_not_overdue_while_it_waits_to_be_confirmed(centre, clerk):
    _meeting, item = make_matter(CENTRE, by=clerk)
    item = operations.report_item(item.pk, result="已列出", by=centre, at=AT)
    today = item.due_on + timedelta(days=30)
    assert not item.is_overdue(today)
    assert not queries.items_overdue(queries.meeting_items(clerk), today).exists()
    operations.finish_item(item.pk, result=item.result, by=clerk, at=AT + timedelta(days=30))
    assert Entry.objects.get(verb="meeting_item.finished").detail["late"] is False
    reopened = operations.reopen_item(item.pk, by=clerk, at=AT + timedelta(days=31), reason="场地退租")
    assert (reopened.reported_on, reopened.is_overdue(today)) == (None, True)


def test_a_unit_is_assessed_told_and_heard(centre, clerk, reviewer):
    a_duty(CENTRE)
    key = f"370299:{CENTRE}"
    kinds = {one.key: one.kind for one in queries.candidates("370299", 2026)}
    assert kinds[key] == "unit" and kinds["370299:hrss"] == "department"
    one = make_assessment(key, "370299:hrss")
    operations.measure_units(one.pk, by=clerk, at=AT.replace(month=12, day=20))
    unit = one.units.get(kind="unit")
    assert queries.standing_scores(queries.assessed_unit(unit.pk, by=clerk))["duties"].points == 0  # late
    for each in one.units.all():
        for criterion in one.criteria:
            operations.score_unit(
                each.pk, criterion_code=criterion["code"], points=Decimal(criterion["weight"]) / 2,
                ground="年终总结", paper=A_PDF, paper_title="a.pdf", by=clerk, at=AT,
            )  # fmt: skip
    with pytest.raises(NotFound):
        queries.assessed_unit(unit.pk, by=centre)  # not told yet
    operations.tell_assessment(one.pk, by=clerk, at=AT)
    assert list(queries.told_units(centre, AT.date())) == [unit]
    with pytest.raises(NotFound):
        queries.assessed_unit(one.units.get(department="hrss").pk, by=centre)
    objection = operations.object_to_score(
        unit.pk, criterion_code="plan", content="少计一期", by=centre, at=AT
    )
    answered = operations.dismiss_objection(objection.pk, answer="名册没有报来", by=reviewer, at=AT)
    assert queries.objection(objection.pk, by=centre).answer == answered.answer


def test_a_unit_of_the_same_name_elsewhere_sees_nothing_of_it(clerk):
    duty = a_duty(CENTRE)
    meeting, _item = make_matter(CENTRE, by=clerk)
    target = make_target(owner=CENTRE)
    notice = operations.issue_supervision(target.pk, unit=CENTRE, asked="说明", by=clerk, at=AT)
    for region in ("370211", "370200"):
        stranger = an_actor("unit_clerk", unit_name=CENTRE, region_code=region)
        for rows in (queries.duties, queries.targets, queries.supervisions, queries.meetings):
            assert not rows(stranger).exists()
        for look, pk in (
            (queries.duty, duty.pk), (queries.target, target.pk), (queries.supervision, notice.pk),
            (queries.meeting, meeting.pk),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                look(pk, by=stranger)


def test_open_account_of_a_unit_names_it_and_no_department(clerk, centre):
    make_person()
    from kaogong.people import queries as people

    assert not people.people(centre).exists() and people.people(clerk).exists()
    said = {"username": "x", "name": "甲", "password": "long enough", "by": system_actor(), "at": AT}
    for role, unit, region in (
        ("unit_clerk", "", "370299"),
        ("unit_clerk", "示例区教体局", "370299"),
        ("unit_clerk", "agriculture", "370299"),
        ("unit_clerk", CENTRE, ""),
        ("unit_clerk", "长" * 41, "370299"),
        ("reviewer", CENTRE, "370299"),
    ):
        with pytest.raises(UnitUnclear):
            open_account(role=role, unit_name=unit, region_code=region, **said)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(username="y", name="y", role="unit_clerk", created_at=AT)


def test_units_of_a_region_are_those_named_there_that_are_no_department(clerk):
    a_duty(CENTRE, "区教体局", "各镇街")
    a_duty("青岛某中心", code="9", region_code="370211")
    make_matter(OTHER, by=clerk)
    assert queries.units_of_region("370299") == sorted((CENTRE, OTHER))
