"""Filling in the sheet, putting right, publishing."""

from datetime import date, timedelta

import pytest

from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.supervision import operations, queries
from kaogong.supervision.models import Finding, Inspection
from tests.factories import an_actor
from tests.factories.supervision import VIDEO, make_draw, record, sent_to

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40


@pytest.fixture
def visit(bureau, now):
    make_draw(bureau, at=now, classes=1, status="drawn")
    return Inspection.objects.get()


@pytest.fixture
def later(now):
    return now + timedelta(days=1)


def provider_of(visit):
    return an_actor("provider_clerk", organisation_id=visit.institution_id)


def test_record_inspection_keeps_sheet_people_and_photographs(bureau, visit, later):
    photos = [operations.NewPhoto("现场.jpg", JPEG), operations.NewPhoto("重复.jpg", JPEG)]
    done = record(visit, bureau, at=later, photos=photos)
    assert (done.status, done.expected, done.present) == ("done", 20, 19)
    assert done.answers == VIDEO
    assert [sent.attended for sent in queries.people_sent(visit.pk)] == [True, True]
    (photo,) = queries.photos(visit.pk)
    assert photo.content_type == "image/jpeg" and len(photo.digest) == 64


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"answers": {**VIDEO, "conclusion": ""}}, operations.SheetIncomplete),
        ({"answers": {"conclusion": "yes"}}, operations.SheetIncomplete),
        ({"answers": {**VIDEO, "conclusion": "no"}}, operations.FindingMissing),
        ({"present": None}, operations.CountsMissing),
        ({"inspected_on": date(2026, 11, 15)}, operations.InspectionDayWrong),
        ({"inspected_on": date(2026, 11, 18)}, operations.InspectionDayWrong),
        ({"sheet": "unknown"}, NotFound),
        ({"photos": [operations.NewPhoto("表.pdf", b"%PDF")]}, operations.PhotoUnreadable),
        (
            {"photos": [operations.NewPhoto(f"{n}.jpg", JPEG + bytes([n])) for n in range(7)]},
            operations.PhotoUnreadable,
        ),
        ({"findings": [operations.NewFinding("缺教案", 0)]}, operations.FindingDaysWrong),
    ],
)
def test_record_inspection_refuses_by_name_and_keeps_nothing(bureau, visit, later, change, refusal):
    from django.db import transaction

    with pytest.raises(refusal), transaction.atomic():
        record(visit, bureau, at=later, **change)
    visit.refresh_from_db()
    assert (visit.status, visit.recorded_at, queries.photos(visit.pk).count()) == ("assigned", None, 0)


def test_record_inspection_is_by_one_of_those_sent_and_two_were_there(bureau, visit, later):
    sent = sent_to(visit, bureau)
    with pytest.raises(operations.TooFewInspectors):
        record(visit, bureau, at=later, attended=[sent[0][0]])
    with pytest.raises(operations.NotAssigned):
        record(visit, bureau, at=later, by=bureau.clerk)
    (stranger,) = set(bureau.inspectors) - {id for id, _ in sent}
    with pytest.raises(NotFound):  # an inspector sees only what they are sent to
        record(visit, bureau, at=later, by=bureau.inspectors[stranger])
    with pytest.raises(operations.TooFewInspectors):
        record(visit, bureau, at=later, attended=[sent[0][0], stranger])
    record(visit, bureau, at=later)
    with pytest.raises(WrongState):
        record(visit, bureau, at=later, by=sent[1][1])


def test_acceptance_sheet_takes_points_out_of_sixty(bureau, visit, later):
    answers = {"teachers": "yes", "head_count": "na", "employment": "12 人签约", "skills": 54}
    with pytest.raises(operations.SheetIncomplete):
        record(visit, bureau, at=later, sheet="acceptance", answers={**answers, "skills": 61})
    assert record(visit, bureau, at=later, sheet="acceptance", answers=answers).answers == answers


def test_items_are_those_of_the_paper_in_force_on_the_day():
    assert [item.label for item in queries.items_of("video", date(2026, 1, 1))] == ["审查内容", "合格"]
    assert queries.items_of("video", date(2018, 12, 31)) == []


def test_provider_is_told_of_an_inspection_only_once_it_is_done(bureau, visit, later):
    provider = provider_of(visit)
    assert not queries.inspections(provider).exists()
    with pytest.raises(NotFound):
        queries.inspection(visit.pk, by=provider)
    record(visit, bureau, at=later)
    assert queries.inspection(visit.pk, by=provider).status == "done"
    with pytest.raises(NotFound):
        queries.inspection(visit.pk, by=an_actor("provider_clerk"))


def test_finding_goes_from_found_to_put_right_to_published(bureau, visit, later):
    done = record(
        visit,
        bureau,
        at=later,
        answers={**VIDEO, "conclusion": "no"},
        findings=[operations.NewFinding("实到 12 人，少于应到", 5), operations.NewFinding("缺实训记录", 10)],
    )
    assert done.status == "rectifying"
    first, second = Finding.objects.order_by("sequence")
    assert first.due_on == date(2026, 11, 24)  # five working days after Tuesday the 17th
    provider = provider_of(visit)
    with pytest.raises(operations.AnswerMissing):
        operations.answer_finding(first.pk, answer=" ", by=provider, at=later)
    with pytest.raises(NotFound):
        operations.answer_finding(first.pk, answer="已改", by=an_actor("provider_clerk"), at=later)
    with pytest.raises(NotPermitted):
        operations.answer_finding(first.pk, answer="已改", by=bureau.clerk, at=later)
    operations.answer_finding(first.pk, answer="缺课学员已补课", by=provider, at=later)
    with pytest.raises(ReasonMissing):
        operations.reject_finding(first.pk, working_days=3, by=bureau.clerk, at=later, reason="")
    operations.reject_finding(first.pk, working_days=3, by=bureau.clerk, at=later, reason="没有补课签到")
    first.refresh_from_db()
    assert (first.status, first.due_on) == ("opened", date(2026, 11, 20))
    operations.answer_finding(first.pk, answer="附补课签到", by=provider, at=later + timedelta(days=30))
    operations.answer_finding(second.pk, answer="已补记录", by=provider, at=later)
    operations.settle_finding(first.pk, by=bureau.clerk, at=later)
    with pytest.raises(WrongState):
        operations.publish_inspection(visit.pk, by=bureau.reviewer, at=later)
    operations.settle_finding(second.pk, by=bureau.clerk, at=later)
    visit.refresh_from_db()
    assert visit.status == "rechecked"
    assert not queries.public_inspections("370299").exists()
    operations.publish_inspection(visit.pk, by=bureau.reviewer, at=later)
    (public,) = queries.public_inspections("370299")
    assert [found.status for found in public.findings.all()] == ["settled", "settled"]


def test_publish_inspection_is_never_by_who_recorded_it(bureau, now, later):
    """A clerk may be an inspector too, but does not publish their own sheet."""
    from tests.factories.supervision import make_inspector

    found = make_inspector("周经办", by=bureau.clerk, at=now, account=bureau.clerk)
    bureau.inspectors = {found.pk: bureau.clerk, **dict(list(bureau.inspectors.items()))}
    for id in list(bureau.inspectors)[2:]:
        operations.retire_inspector(id, by=bureau.clerk, at=now, reason="测试")
    make_draw(bureau, at=now, classes=1, status="drawn")
    visit = Inspection.objects.get()
    record(visit, bureau, at=later, by=bureau.clerk)
    with pytest.raises(SamePerson):
        operations.publish_inspection(visit.pk, by=bureau.clerk, at=later)
    assert operations.publish_inspection(visit.pk, by=bureau.reviewer, at=later).status == "published"
