"""Enquiries: anybody asks, numbers of people stand masked, the asker follows, asks further and says if it helped."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from kaogong.enquiries import operations, queries
from kaogong.enquiries.models import Enquiry
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.trail.models import Entry
from tests.factories import an_actor, an_id_number, make_institution, make_person
from tests.factories.enquiries import ask, make_enquiry

pytestmark = pytest.mark.django_db
LATER = timedelta(days=2)


def test_ask_enquiry_without_a_name_gives_a_number_a_code_and_a_term(now):
    receipt = ask(now)
    found = queries.enquiry_as_told(receipt.enquiry.number.lower(), f" {receipt.secret.lower()} ")
    assert found.pk == receipt.enquiry.pk and found.status == "received"
    assert receipt.enquiry.number == "ZX-2026-00001"
    assert found.answer_due_on == date(2026, 11, 23)  # 5 working days, illustrative in the fictional district
    with pytest.raises(NotFound):
        queries.enquiry_as_told(receipt.enquiry.number, "WRONGCODE2")
    assert Entry.objects.get(verb="enquiry.received").actor_name == "社会公众"


def test_ask_enquiry_where_no_paper_gives_a_term_has_none(now, settings):
    settings.REGION_CODE = "370211"
    assert ask(now, region_code="370211").enquiry.answer_due_on is None
    with pytest.raises(operations.RegionOutside, match="510700"):
        ask(now, region_code="510700")


def test_ask_enquiry_points_out_numbers_of_people_before_anything_is_kept(now):
    number = an_id_number().value
    for text in (f"身份证{number}", "电话 139 8765 0001", "卡号6222-0212-3456-7890-123"):
        with pytest.raises(operations.NumbersTyped):
            ask(now, content=text)
    assert not Enquiry.objects.exists()


def test_ask_enquiry_keeps_a_number_the_asker_is_sure_of_masked_and_its_original_sealed(now):
    number = an_id_number().value
    made = ask(
        now,
        content=f"身份证{number}查不到证书",
        name="赵小兰",
        contact="13987650001",
        is_sure_of_numbers=True,
    ).enquiry
    assert made.content == f"身份证{number[:3]}*************{number[-2:]}查不到证书"
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM enquiries_enquiry e")
        row = cursor.fetchone()[0]
    assert number not in row and "13987650001" not in row and "赵小兰" not in row
    kept = Enquiry.objects.get()
    assert (kept.asker_name, kept.contact) == ("赵小兰", "13987650001")
    assert number in kept.withheld


def test_ask_enquiry_refuses_what_is_empty_unknown_or_a_complaint(now):
    for wrong, refusal in (
        ({"content": "  "}, operations.EnquiryEmpty),
        ({"subject": ""}, operations.EnquiryEmpty),
        ({"content": "问" * 2001}, operations.EnquiryTooLong),
        ({"category": "weather"}, operations.CategoryUnknown),
        ({"category": "complaint"}, operations.CategoryElsewhere),
    ):
        with pytest.raises(refusal):
            ask(now, **wrong)


def test_ask_enquiry_from_their_own_page_belongs_to_the_learner_or_the_school(now):
    person, school = make_person("李想"), make_institution()
    learner = an_actor("learner", person_id=person.pk, name="李想")
    provider = an_actor("provider_clerk", organisation_id=school.pk)
    own = ask(now, channel="learner", by=learner)
    theirs = ask(now, channel="provider", by=provider)
    assert own.secret == "" and own.enquiry.asker_name == "李想"
    assert list(queries.enquiries(learner)) == [own.enquiry]
    assert list(queries.enquiries(provider)) == [theirs.enquiry]
    assert list(queries.enquiries(an_actor("provider_clerk", organisation_id=make_institution().pk))) == []
    with pytest.raises(NotPermitted):
        ask(now, channel="learner", by=an_actor("bureau_clerk"))


def test_own_enquiry_is_never_found_by_an_empty_code(now):
    own = ask(now, channel="learner", by=an_actor("learner")).enquiry
    with pytest.raises(NotFound):
        queries.enquiry_as_told(own.number, "")


def test_add_to_enquiry_takes_it_up_again_once_for_each_answer(now, clerk, reviewer):
    receipt = make_enquiry(at=now, status="answered", by=clerk, reviewer=reviewer)
    told = (receipt.enquiry.number, receipt.secret)
    operations.add_to_enquiry(*told, content="公示期是几天？", at=now + LATER)
    found = queries.enquiry(receipt.enquiry.pk, by=clerk)
    assert (found.status, found.answer_due_on) == ("reopened", date(2026, 11, 25))
    assert [one.content for one in queries.additions_of(found.pk)] == ["公示期是几天？"]
    with pytest.raises(operations.NotAskableFurther):
        operations.add_to_enquiry(*told, content="还有", at=now + LATER)
    entry = Entry.objects.get(verb="enquiry.reopened")
    assert (entry.actor_name, entry.reason) == ("咨询人", "咨询人追问")


def test_add_to_enquiry_after_the_regions_days_is_refused_with_the_day(now, clerk, reviewer):
    receipt = make_enquiry(at=now, status="closed", by=clerk, reviewer=reviewer)
    told = (receipt.enquiry.number, receipt.secret)
    with pytest.raises(operations.AskedTooLate, match="2026-11-30"):
        operations.add_to_enquiry(*told, content="还想问", at=now + timedelta(days=15))
    with pytest.raises(operations.NumbersTyped):
        operations.add_to_enquiry(*told, content="电话13987650001", at=now + LATER)
    operations.add_to_enquiry(*told, content="还想问", at=now + timedelta(days=14))


def test_add_to_own_enquiry_of_another_is_not_found(now, clerk, reviewer):
    learner = an_actor("learner")
    found = make_enquiry(at=now, status="answered", by=clerk, reviewer=reviewer).enquiry
    with pytest.raises(NotFound):
        operations.add_to_own_enquiry(found.pk, content="我来问", by=learner, at=now + LATER)


def test_judge_reply_is_said_once_for_each_answer(now, clerk, reviewer):
    receipt = make_enquiry(at=now, status="checking", by=clerk)
    told = (receipt.enquiry.number, receipt.secret)
    with pytest.raises(operations.NothingToJudge):
        operations.judge_reply(*told, is_helped=True, at=now)
    operations.issue_reply(receipt.enquiry.pk, by=reviewer, at=now)
    operations.judge_reply(*told, is_helped=False, at=now)
    with pytest.raises(operations.NothingToJudge):
        operations.judge_reply(*told, is_helped=True, at=now)
    assert Enquiry.objects.get().is_helped is False


def test_question_as_asked_is_refused_any_change_by_the_database(now):
    made = ask(now).enquiry
    with pytest.raises(DatabaseError), transaction.atomic():
        Enquiry.objects.filter(pk=made.pk).update(content="别的")
    with pytest.raises(DatabaseError), transaction.atomic():
        Enquiry.objects.filter(pk=made.pk).update(status="closed")
