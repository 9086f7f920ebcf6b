"""What should be asked back is found by itself, once, and opened once."""

from datetime import date, timedelta

import pytest

from kaogong.certificates import operations as certificates
from kaogong.claims import operations as claims
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotPermitted, ReasonMissing
from kaogong.recoveries import operations, queries
from kaogong.recoveries.models import Recoupment, RecoveryLead
from kaogong.recoveries.operations import Asked
from kaogong.recoveries.tasks import find_leads_every_night
from kaogong.supervision import operations as supervision
from kaogong.supervision import queries as cases
from tests.claims.rulebooks import OLD_ONLY, in_use, rulebook_with
from tests.claims.test_adjusting import SINCE
from tests.claims.test_judging import an_outside_subsidy
from tests.claims.test_stopping import AT, paid
from tests.factories.claims import line_of, make_learner, make_money
from tests.factories.people import an_actor
from tests.ledger.test_concurrency import at_once

WORDS = {"clause": "第31条", "facts": "证书撤销，补贴应退。", "at": AT}


def a_revoked_line():
    make_money()
    good, bad = make_learner("陈静"), make_learner("李明")
    claim = paid(good, bad)
    line = line_of(claim, bad)
    certificates.revoke_certificate(line.certificate_id, by=an_actor("reviewer"), at=AT, reason="替考")
    claims.stop_lines_of_certificate(line.certificate_id, by=system_actor(), at=AT)
    return line


def found() -> list[RecoveryLead]:
    operations.find_leads(by=system_actor(), at=AT)
    return list(queries.leads(an_actor("bureau_clerk")))


def open_from(lead, *, by=None, fen=None):
    asked = [Asked(lead.payment_id, fen or lead.amount_fen, lead.line_reference)]
    by = by or an_actor("bureau_clerk")
    return operations.open_recoupment(asked, cause=lead.cause, lead_ids=[lead.pk], by=by, **WORDS)


@pytest.mark.django_db
def test_a_revoked_certificate_of_a_paid_line_is_found_once_and_opened_once():
    line = a_revoked_line()
    (lead,) = found()
    assert (lead.cause, lead.line_reference, lead.amount_fen) == ("revoked", line.reference, 1200_00)
    assert lead.payment.amount_fen == 2400_00  # one sum for two learners: only this one's is asked back
    find_leads_every_night.func(0)
    assert RecoveryLead.objects.count() == 1
    recoupment = open_from(lead)
    assert recoupment.institution_id == lead.institution_id
    with pytest.raises(operations.LeadTaken, match=recoupment.number):
        open_from(lead)
    with pytest.raises(operations.LineAskedAlready, match=recoupment.number):
        operations.open_recoupment(
            [Asked(lead.payment_id, 1, line.reference)], cause="other", by=an_actor("bureau_clerk"), **WORDS
        )
    assert found() == []


@pytest.mark.django_db
def test_dismiss_lead_says_why_and_it_does_not_come_back():
    a_revoked_line()
    (lead,) = found()
    with pytest.raises(ReasonMissing):
        operations.dismiss_lead(lead.pk, by=an_actor("reviewer"), at=AT, reason="")
    with pytest.raises(NotPermitted):
        operations.dismiss_lead(lead.pk, by=an_actor("bureau_clerk"), at=AT, reason="不追")
    operations.dismiss_lead(lead.pk, by=an_actor("reviewer"), at=AT, reason="已另行重新鉴定取证")
    assert found() == []
    with pytest.raises(operations.LeadGone):
        open_from(lead)


@pytest.mark.django_db
def test_an_answered_conflict_and_an_approved_adjustment_are_found():
    make_money()
    person, other = make_learner("陈静"), make_learner("赵伟")
    claim = paid(person)
    an_outside_subsidy(person, level=5, event_on=date(2026, 2, 1), paid_on=date(2026, 2, 1))
    assert found() == []  # nobody has looked into it yet
    (conflict,) = claims.find_conflicts([person.pk], by=system_actor(), at=AT) or list(
        _conflicts(an_actor("bureau_clerk"))
    )
    claims.answer_conflict(conflict.pk, answer="异地已领，应退。", by=an_actor("bureau_clerk"), at=AT)
    (lead,) = found()
    assert (lead.cause, lead.why, lead.amount_fen) == ("conflict", "异地已领，应退。", 1200_00)
    open_from(lead)
    paid(other)
    with in_use(rulebook_with(OLD_ONLY)):
        adjustments = claims.find_adjustments(SINCE, by=system_actor(), at=AT + timedelta(days=1))
    one = next(a for a in adjustments if a.line.person_id == other.pk)
    claims.approve_adjustment(one.pk, by=an_actor("reviewer"), at=AT, reason="新规定追溯适用")
    (lead,) = found()
    assert (lead.cause, lead.amount_fen) == ("adjustment", 1200_00)
    assert claim.status == "paid"


def _conflicts(by):
    from kaogong.claims import queries as claim_queries

    return claim_queries.conflicts(by)


@pytest.mark.django_db
def test_money_demanded_under_a_case_is_found_and_the_case_hears_when_it_is_back():
    make_money()
    claim = paid(make_learner("陈静"))
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    case = a_confirmed_case(claim, clerk, reviewer)
    demand = supervision.demand_recovery(
        case.pk, amount_fen=1200_00, due_on=date(2026, 9, 1), claim_number=claim.number, by=reviewer, at=AT,
        reason="骗取补贴",
    )  # fmt: skip
    (lead,) = found()
    assert (lead.cause, lead.payment is not None, lead.amount_fen) == ("case", True, 1200_00)
    recoupment = open_from(lead, by=clerk)
    operations.approve_recoupment(recoupment.pk, by=reviewer, at=AT)
    operations.serve_recoupment(recoupment.pk, served_on=AT.date(), served_how="直接送达", by=clerk, at=AT)
    operations.note_receipt(
        recoupment.pk, amount_fen=1200_00, bank_reference="B-1", received_on=AT.date(),
        by=an_actor("cashier"), at=AT,
    )  # fmt: skip
    assert Recoupment.objects.get(pk=recoupment.pk).status == "recovered"
    settled = cases.recovery(demand.pk, by=reviewer)
    assert (settled.status, settled.evidence) == ("recovered", f"{recoupment.number} 已追回")


def a_confirmed_case(claim, clerk, reviewer):
    from kaogong.supervision.queries import criteria

    case = supervision.open_case(
        cause="audit", because_of="审计2026-3", facts="虚报。", institution_id=claim.institution_id,
        by=clerk, at=AT,
    )  # fmt: skip
    answers = {row["code"]: ("yes", "查实") for row in criteria("370299", AT.date())}
    supervision.grade_case(case.pk, grade="fraud", reason="伪造材料", answers=answers, by=clerk, at=AT)
    return supervision.confirm_case(case.pk, by=reviewer, at=AT, reason="属实")


@pytest.mark.django_db(transaction=True)
def test_two_people_opening_from_one_lead_at_once_open_it_once():
    a_revoked_line()
    (lead,) = found()
    clerks = [an_actor("bureau_clerk") for _ in range(2)]
    outcomes = at_once(*(lambda by=by: open_from(lead, by=by) for by in clerks))
    assert sum(isinstance(one, operations.LeadTaken) for one in outcomes) == 1
    assert Recoupment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_asking_for_the_same_payment_at_once_never_ask_for_more_than_was_paid():
    line = a_revoked_line()
    (lead,) = found()
    clerks = [an_actor("bureau_clerk") for _ in range(2)]
    outcomes = at_once(
        *(
            lambda by=by: operations.open_recoupment(
                [Asked(lead.payment_id, 1500_00)], cause="audit", by=by, **WORDS
            )
            for by in clerks
        )
    )
    assert sum(isinstance(one, operations.MoreThanPaid) for one in outcomes) == 1
    assert Recoupment.objects.count() == 1
    assert line.amount_fen == 1200_00


@pytest.mark.django_db(transaction=True)
def test_two_passes_at_once_find_it_once():
    a_revoked_line()
    at_once(*(lambda: operations.find_leads(by=system_actor(), at=AT) for _ in range(2)))
    assert RecoveryLead.objects.count() == 1
