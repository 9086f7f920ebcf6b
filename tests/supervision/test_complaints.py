"""Complaints: anonymous stays anonymous, days are counted, the accused never sees who spoke."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.supervision import operations, queries
from kaogong.supervision.models import Complaint, ComplaintPhoto
from kaogong.supervision.operations.photographs import without_metadata
from kaogong.trail.models import Entry
from tests.factories import an_actor, make_class, make_institution, make_person
from tests.factories.oversight import make_complaint

pytestmark = pytest.mark.django_db

EXIF = b"\xff\xe1" + (2 + 20).to_bytes(2) + b"Exif\0\0GPS 36.1 120.3"
JPEG = (
    b"\xff\xd8\xff\xe0" + (16).to_bytes(2) + b"JFIF\0" + b"1" * 9
    + EXIF + b"\xff\xfe" + (8).to_bytes(2) + b"secret"
    + b"\xff\xda" + (8).to_bytes(2) + b"000000" + b"picture" + b"\xff\xd9"
)  # fmt: skip


@pytest.fixture
def clerk():
    return an_actor("bureau_clerk")


@pytest.fixture
def reviewer():
    return an_actor("reviewer")


def test_receive_complaint_anonymous_by_a_learner_keeps_nothing_that_leads_to_them(now):
    student = make_person("赵小兰")
    training_class = make_class(status="running", people=[student])
    learner = an_actor("learner", person_id=student.pk, name="赵小兰")
    receipt = operations.receive_complaint(
        channel="learner", content="老师代签到", region_code="370299", class_id=training_class.pk,
        name="赵小兰", contact="13811112222", photos=[operations.NewPhoto("赵小兰手机.jpg", JPEG)],
        by=learner, at=now,
    )  # fmt: skip
    kept = Complaint.objects.get()
    assert (kept.reporter_name, kept.reporter_contact, kept.reporter_index) == ("", "", None)
    assert kept.accused == training_class.institution
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM supervision_complaint c")
        row = cursor.fetchone()[0]
    assert "赵小兰" not in row and "13811112222" not in row and receipt.secret not in row
    entries = Entry.objects.filter(subject_kind="complaint")
    assert {(e.actor_account_id, e.actor_name, e.organisation_id) for e in entries} == {
        (None, "社会公众", None)
    }
    photo = ComplaintPhoto.objects.get()
    assert b"GPS" not in bytes(photo.content) and b"secret" not in bytes(photo.content)
    assert b"picture" in bytes(photo.content)
    assert not queries.own_complaints(learner).exists()


def test_database_refuses_a_name_on_an_anonymous_complaint(now):
    make_complaint(at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.update(reporter_name="王强")


def test_receive_complaint_named_is_sealed_and_every_look_is_recorded(now, clerk, reviewer):
    provider = an_actor("provider_clerk", name="孙教务")
    receipt = operations.receive_complaint(
        channel="provider", content="邻校虚报人数", region_code="370299", is_named=True,
        contact="13911113333", by=provider, at=now,
    )  # fmt: skip
    found = receipt.complaint
    assert list(queries.own_complaints(provider)) == [found]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM supervision_complaint c")
        assert "孙教务" not in cursor.fetchone()[0]
    with pytest.raises(ReasonMissing):
        operations.reveal_reporter(found.pk, by=clerk, at=now, reason=" ")
    assert not Entry.objects.filter(verb="complaint.looked").exists()
    assert operations.reveal_reporter(found.pk, by=clerk, at=now, reason="核实线索") == (
        "孙教务",
        "13911113333",
    )
    look = Entry.objects.get(verb="complaint.looked")
    assert (look.actor_account_id, look.reason) == (clerk.account_id, "核实线索")
    with pytest.raises(NotPermitted):
        operations.reveal_reporter(found.pk, by=an_actor("auditor"), at=now, reason="看看")


def test_receive_complaint_refuses_by_name(now, clerk):
    with pytest.raises(operations.ComplaintEmpty):
        make_complaint(at=now, content="  ")
    with pytest.raises(operations.ReporterMissing):
        make_complaint(at=now, is_named=True, name="王强")
    with pytest.raises(operations.PhotoUnreadable):
        make_complaint(at=now, photos=[operations.NewPhoto("表.pdf", b"%PDF")])
    with pytest.raises(NotPermitted):  # only a clerk writes down what came by telephone
        operations.receive_complaint(
            channel="phone", content="电话反映", region_code="370299", by=an_actor("cashier"), at=now
        )
    with pytest.raises(NotFound):  # a class the learner is not in
        operations.receive_complaint(
            channel="learner", content="x", region_code="370299", by=an_actor("learner"),
            class_id=make_class().pk, at=now,
        )  # fmt: skip
    assert Complaint.objects.count() == 0


def test_complaint_goes_from_received_to_closed_and_is_followed_by_its_secret(now, clerk, reviewer):
    school = make_institution("青禾学校")
    receipt = make_complaint(at=now)
    found = receipt.complaint
    assert found.number == "TS-2026-00001" and found.accept_due_on == date(2026, 11, 23)
    with pytest.raises(WrongState):
        operations.answer_complaint(found.pk, outcome="upheld", answer="是", by=clerk, at=now)
    operations.accept_complaint(found.pk, institution_id=school.pk, by=clerk, at=now)
    operations.investigate_complaint(found.pk, by=clerk, at=now)
    with pytest.raises(operations.AnswerMissing):
        operations.answer_complaint(found.pk, outcome="", answer="是", by=clerk, at=now)
    operations.answer_complaint(found.pk, outcome="partly", answer="两人代签，已立案。", by=clerk, at=now)
    with pytest.raises(SamePerson):
        operations.close_complaint(found.pk, by=clerk, at=now)
    operations.close_complaint(found.pk, by=reviewer, at=now)
    told = queries.complaint_as_told(found.number.lower(), receipt.secret.lower())
    assert (told.status, told.answer) == ("closed", "两人代签，已立案。")
    with pytest.raises(NotFound):
        queries.complaint_as_told(found.number, "AAAAAAAAAA")
    with pytest.raises(NotFound):
        operations.ask_again(found.number, "AAAAAAAAAA", at=now, reason="不满意")
    with pytest.raises(operations.ComplaintEmpty):
        operations.ask_again(found.number, receipt.secret, at=now, reason="")
    again = operations.ask_again(found.number, receipt.secret, at=now, reason="第三人没有查")
    assert again.status == "investigating"
    with pytest.raises(operations.ComplaintNotOver):
        operations.ask_again(found.number, receipt.secret, at=now, reason="再查")
    assert Entry.objects.get(verb="complaint.reopened").actor_account_id is None


def test_forward_complaint_says_where_and_why(now, clerk):
    found = make_complaint(at=now).complaint
    with pytest.raises(ReasonMissing):
        operations.forward_complaint(found.pk, to="市场监管局", by=clerk, at=now, reason="")
    with pytest.raises(operations.ForwardMissing):
        operations.forward_complaint(found.pk, to=" ", by=clerk, at=now, reason="收费问题")
    assert (
        operations.forward_complaint(found.pk, to="市场监管局", by=clerk, at=now, reason="收费问题").status
        == "forwarded"
    )


def test_complaint_is_overdue_from_the_day_after_its_last(now, clerk):
    found = make_complaint(at=now).complaint
    assert not queries.complaints_overdue(clerk, date(2026, 11, 23)).exists()
    assert list(queries.complaints_overdue(clerk, date(2026, 11, 24))) == [found]
    operations.accept_complaint(found.pk, by=clerk, at=now + timedelta(days=9))
    assert not queries.complaints_overdue(clerk, date(2026, 11, 26)).exists()


def test_complaint_has_no_days_where_no_paper_gives_them(now):
    school = make_institution(region_code="370211")
    by = an_actor("bureau_clerk", region_code="370211")
    found = make_complaint(at=now, institution_id=school.pk, status="accepted", by=by).complaint
    assert (found.region_code, found.accept_due_on, found.answer_due_on) == ("370211", None, None)
    assert not queries.is_overdue(found, date(2030, 1, 1))


def test_ask_provider_shows_the_question_and_nothing_of_the_complaint(now, clerk):
    school = make_institution("青禾学校")
    found = make_complaint(at=now, institution_id=school.pk).complaint
    with pytest.raises(operations.NobodyToAsk):
        operations.ask_provider(found.pk, question="请说明", by=clerk, at=now)
    operations.accept_complaint(found.pk, by=clerk, at=now)
    inquiry = operations.ask_provider(found.pk, question="请说明11月3日的签到", by=clerk, at=now)
    provider = an_actor("provider_clerk", organisation_id=school.pk)
    (seen,) = queries.inquiries(provider)
    assert seen.question == "请说明11月3日的签到" and seen.due_on == date(2026, 11, 23)
    with pytest.raises(NotFound):
        queries.complaint(found.pk, by=provider)
    with pytest.raises(NotFound):
        operations.answer_inquiry(inquiry.pk, answer="x", by=an_actor("provider_clerk"), at=now)
    with pytest.raises(NotPermitted):
        operations.answer_inquiry(inquiry.pk, answer="x", by=clerk, at=now)
    operations.answer_inquiry(inquiry.pk, answer="当日停电，补签有记录。", by=provider, at=now)
    with pytest.raises(operations.InquiryAnswered):
        operations.answer_inquiry(inquiry.pk, answer="再说", by=provider, at=now)
    # What the trail holds under the provider's name says nothing of the complaint.
    own = Entry.objects.filter(organisation_id=school.pk, subject_kind="complaint")
    assert not own.exists()


@pytest.mark.parametrize(
    "role", ["cashier", "inspector", "administrator", "provider_clerk", "learner", "auditor"]
)
def test_accept_complaint_by_the_wrong_role_or_region_is_refused(now, role):
    found = make_complaint(at=now).complaint
    with pytest.raises((NotPermitted, NotFound)):
        operations.accept_complaint(found.pk, by=an_actor(role), at=now)
    with pytest.raises(NotFound):
        operations.accept_complaint(found.pk, by=an_actor("bureau_clerk", region_code="510700"), at=now)


def test_without_metadata_reads_png_and_refuses_what_is_cut_off():
    chunk = lambda kind, data: len(data).to_bytes(4) + kind + data + b"crc!"  # noqa: E731
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"1") + chunk(b"eXIf", b"GPS") + chunk(b"IEND", b"")
    assert b"GPS" not in without_metadata(png) and b"IHDR" in without_metadata(png)
    assert without_metadata(png[:-6]) is None
    assert without_metadata(JPEG[:30]) is None
