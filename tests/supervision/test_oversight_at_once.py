"""Two people at once: one case of a cause, one decision, one sanction of a step, one answer to an inquiry."""

from datetime import timedelta

import pytest

from kaogong.kernel.errors import WrongState
from kaogong.supervision import operations
from kaogong.supervision.models import Case, Complaint, Inquiry, Sanction
from tests.factories import COOK, an_actor, make_institution
from tests.factories.oversight import make_case, make_complaint, make_sanction

from .test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_open_case_of_one_cause_by_two_at_once_opens_one(now):
    school = make_institution()
    clerks = [an_actor("bureau_clerk"), an_actor("bureau_clerk")]
    asked = {"cause": "risk", "because_of": "RF-1", "facts": "x", "institution_id": school.pk, "at": now}
    answers = at_once(*(lambda by=by: operations.open_case(**asked, by=by) for by in clerks))
    assert {type(answer) for answer in answers} == {Case, operations.CaseTaken}


def test_propose_sanction_of_one_step_by_two_at_once_proposes_one(now):
    school = make_institution()
    clerks = [an_actor("bureau_clerk"), an_actor("bureau_clerk")]
    asked = {"step": "talk", "reason": "x", "institution_id": school.pk, "at": now}
    answers = at_once(*(lambda by=by: operations.propose_sanction(**asked, by=by) for by in clerks))
    assert {type(answer) for answer in answers} == {Sanction, operations.SanctionTaken}


def test_confirm_case_by_two_at_once_confirms_once(now):
    case = make_case(make_institution(), at=now, status="graded")
    reviewers = [an_actor("reviewer"), an_actor("reviewer")]
    answers = at_once(*(lambda by=by: operations.confirm_case(case.pk, by=by, at=now) for by in reviewers))
    assert {type(answer) for answer in answers} == {Case, WrongState}


def test_start_sanction_by_task_and_clerk_at_once_starts_once(now):
    school = make_institution(recognised_for=[COOK])
    sanction = make_sanction(school, at=now, step="rectify", status="told")
    later = now + timedelta(days=9)
    clerks = [an_actor("bureau_clerk"), an_actor("bureau_clerk")]
    answers = at_once(
        *(lambda by=by: operations.start_sanction(sanction.pk, by=by, at=later) for by in clerks)
    )
    assert {type(answer) for answer in answers} == {Sanction, WrongState}
    assert sanction.consequences.count() == 1


def test_answer_inquiry_by_two_at_once_keeps_one(now):
    school = make_institution()
    clerk = an_actor("bureau_clerk")
    found = make_complaint(at=now, institution_id=school.pk, status="accepted", by=clerk).complaint
    inquiry = operations.ask_provider(found.pk, question="请说明", by=clerk, at=now)
    people = [an_actor("provider_clerk", organisation_id=school.pk) for _ in range(2)]
    answers = at_once(
        *(lambda by=by: operations.answer_inquiry(inquiry.pk, answer="说明", by=by, at=now) for by in people)
    )
    assert {type(answer) for answer in answers} == {Inquiry, operations.InquiryAnswered}


def test_complaints_received_at_once_have_numbers_of_their_own(now):
    answers = at_once(*(lambda: make_complaint(at=now).complaint for _ in range(3)))
    assert len({answer.number for answer in answers}) == 3 == Complaint.objects.count()
