"""The bureau's part: given out, forwarded, handed back, merged, closed; everybody sees what is theirs alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kaogong.enquiries import operations, queries
from kaogong.enquiries.tasks import tidy_enquiries
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from kaogong.trail.models import Entry
from tests.factories import an_actor
from tests.factories.enquiries import ask, make_enquiry

pytestmark = pytest.mark.django_db


def test_assign_enquiry_to_a_clerk_of_the_region_and_puts_the_category_right(now, clerk):
    other = an_actor("bureau_clerk", name="吴经办")
    found = ask(now).enquiry
    operations.assign_enquiry(found.pk, to=other.account_id, category="certificate", by=clerk, at=now)
    found = queries.enquiry(found.pk, by=clerk)
    assert (found.status, found.assignee_id, found.category) == ("assigned", other.account_id, "certificate")
    for stranger in (
        an_actor("bureau_clerk", region_code="510700"), an_actor("auditor"), an_actor("department_clerk"),
    ):  # fmt: skip
        with pytest.raises(operations.AssigneeUnknown):
            operations.assign_enquiry(found.pk, to=stranger.account_id, by=clerk, at=now)
    with pytest.raises(operations.CategoryElsewhere):
        operations.assign_enquiry(found.pk, to=other.account_id, category="complaint", by=clerk, at=now)


def test_forward_enquiry_shows_a_department_what_was_sent_to_it_and_nothing_else(now, clerk, farmer):
    theirs, others = ask(now).enquiry, ask(now).enquiry
    with pytest.raises(ReasonMissing):
        operations.forward_enquiry(theirs.pk, department="agriculture", by=clerk, at=now, reason=" ")
    with pytest.raises(operations.DepartmentNotKnown, match="weather"):
        operations.forward_enquiry(theirs.pk, department="weather", by=clerk, at=now, reason="转")
    operations.forward_enquiry(theirs.pk, department="agriculture", by=clerk, at=now, reason="农业培训")
    operations.forward_enquiry(others.pk, department="veterans", by=clerk, at=now, reason="退役军人")
    assert list(queries.enquiries(farmer)) == [theirs]
    assert list(queries.enquiries_to_do(farmer)) == [theirs]
    with pytest.raises(NotFound):
        queries.enquiry(others.pk, by=farmer)
    with pytest.raises(NotPermitted):
        operations.reveal_asker(theirs.pk, by=farmer, at=now, reason="想知道")
    with pytest.raises(NotPermitted):
        operations.assign_enquiry(theirs.pk, to=clerk.account_id, by=farmer, at=now)


def test_hand_back_enquiry_takes_it_from_the_departments_sight(now, clerk, farmer):
    found = ask(now).enquiry
    operations.forward_enquiry(found.pk, department="agriculture", by=clerk, at=now, reason="农业培训")
    operations.hand_back_enquiry(found.pk, by=farmer, at=now, reason="属于退役军人局")
    assert queries.enquiry(found.pk, by=clerk).status == "received"
    with pytest.raises(NotFound):
        queries.enquiry(found.pk, by=farmer)


def test_merge_enquiry_lets_its_asker_read_the_others_answer(now, clerk, reviewer):
    main = make_enquiry(at=now, status="checking", by=clerk).enquiry
    again = ask(now)
    earlier = ask(now).enquiry
    operations.merge_enquiry(earlier.pk, into=again.enquiry.number, by=clerk, at=now)
    operations.merge_enquiry(again.enquiry.pk, into=main.number.lower(), by=clerk, at=now)
    operations.issue_reply(main.pk, by=reviewer, at=now)
    found = queries.enquiry_as_told(again.enquiry.number, again.secret)
    assert found.status == "merged"
    read = queries.read_by_asker(found)
    assert read.pk == main.pk and queries.replies_of(read.pk, issued=True).count() == 1
    assert set(queries.duplicates_of(main, by=clerk)) == {again.enquiry, earlier}
    for wrong in (again.enquiry.number, (own := ask(now).enquiry).number):
        with pytest.raises(operations.MergedIntoItself):
            operations.merge_enquiry(own.pk, into=wrong, by=clerk, at=now)
    elsewhere = an_actor("bureau_clerk", region_code="510700")
    with pytest.raises(NotFound):
        operations.merge_enquiry(own.pk, into=main.number, by=elsewhere, at=now)


def test_dismiss_enquiry_needs_a_reason_the_asker_reads(now, clerk):
    found = ask(now).enquiry
    with pytest.raises(ReasonMissing):
        operations.dismiss_enquiry(found.pk, by=clerk, at=now, reason="")
    assert queries.enquiry(found.pk, by=clerk).why_dismissed == ""
    operations.dismiss_enquiry(found.pk, by=clerk, at=now, reason="广告，没有要咨询的事项")
    assert queries.enquiry(found.pk, by=clerk).why_dismissed == "广告，没有要咨询的事项"


def test_other_regions_see_nothing_and_change_nothing(now, clerk):
    found = ask(now).enquiry
    elsewhere = an_actor("bureau_clerk", region_code="510700")
    assert not queries.enquiries(elsewhere).exists()
    with pytest.raises(NotFound):
        operations.dismiss_enquiry(found.pk, by=elsewhere, at=now, reason="x")
    assert list(queries.enquiries(an_actor("leader", region_code="370200"))) == [found]


def test_look_at_enquiry_by_who_only_looks_is_recorded(now, clerk):
    found, auditor, leader = ask(now).enquiry, an_actor("auditor"), an_actor("leader")
    for by in (auditor, leader, clerk):
        operations.look_at_enquiry(found.pk, by=by, at=now)
    looks = Entry.objects.filter(verb="enquiry.looked", subject_id=str(found.pk))
    assert set(looks.values_list("actor_account_id", flat=True)) == {auditor.account_id, leader.account_id}
    for refused in (
        lambda: operations.dismiss_enquiry(found.pk, by=auditor, at=now, reason="x"),
        lambda: operations.reveal_asker(found.pk, by=auditor, at=now, reason="x"),
        lambda: operations.draft_reply(found.pk, text="x", by=leader, at=now),
    ):
        with pytest.raises(NotPermitted):
            refused()


def test_reveal_asker_gives_name_contact_and_original_and_says_who_looked(now, clerk):
    found = ask(
        now, content="电话13987650001", name="赵小兰", contact="zhao@example.org", is_sure_of_numbers=True
    ).enquiry
    with pytest.raises(ReasonMissing):
        operations.reveal_asker(found.pk, by=clerk, at=now, reason=" ")
    told = operations.reveal_asker(found.pk, by=clerk, at=now, reason="电话核实")
    assert (told["name"], told["contact"]) == ("赵小兰", "zhao@example.org")
    assert "13987650001" in told["originals"]
    entry = Entry.objects.get(verb="enquiry.revealed")
    assert entry.reason == "电话核实" and "13987650001" not in str(entry.__dict__)


def test_overdue_are_those_open_past_their_day(now, clerk, reviewer):
    late, answered = ask(now).enquiry, make_enquiry(at=now, status="answered", by=clerk, reviewer=reviewer)
    on = timezone.localdate(now + timedelta(days=8))
    assert list(queries.enquiries_overdue(clerk, on)) == [late]
    assert queries.is_overdue(late, on) and not queries.is_overdue(answered.enquiry, on)
    assert queries.days_waited(late, on) == 6


def test_tidy_closes_answered_ones_when_nobody_may_ask_further(now, clerk, reviewer):
    old = make_enquiry(at=now, status="answered", by=clerk, reviewer=reviewer).enquiry
    at = now + timedelta(days=15)
    new = make_enquiry(at=at, status="answered", by=clerk, reviewer=reviewer).enquiry
    assert tidy_enquiries(by=system_actor(), at=at) == {"closed": 1, "withdrawn": 0}
    assert queries.enquiry(old.pk, by=clerk).status == "closed"
    assert queries.enquiry(new.pk, by=clerk).status == "answered"
    assert tidy_enquiries(by=system_actor(), at=at) == {"closed": 0, "withdrawn": 0}


def test_closed_enquiry_is_not_answered_again_without_being_reopened(now, clerk, reviewer):
    found = make_enquiry(at=now, status="closed", by=clerk, reviewer=reviewer).enquiry
    with pytest.raises(WrongState):
        operations.draft_reply(found.pk, text="再答", by=clerk, at=now)
    operations.reopen_enquiry(found.pk, by=clerk, at=now, reason="答复有误")
    operations.draft_reply(found.pk, text="更正：公示五日。", by=clerk, at=now)
    assert queries.open_reply(found.pk).sequence == 2
