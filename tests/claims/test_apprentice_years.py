"""An apprenticeship paid by the year: a checked year is an instalment, the end is settled less what was paid."""

from datetime import date, timedelta

import pytest

from kaogong.claims import operations, queries
from kaogong.claims.models import Claim
from kaogong.claims.operations.submission import StageNotOfScheme
from kaogong.funds.models import Payment
from kaogong.kernel.actor import system_actor
from kaogong.kernel.credit_code import make_credit_code
from kaogong.ledger import queries as ledger
from kaogong.recoveries import operations as recoveries
from kaogong.recoveries import queries as recovery_queries
from kaogong.training import operations as training
from kaogong.training.models import Apprenticeship, Enrolment
from tests.claims.rulebooks import in_use, rulebook_with
from tests.claims.test_story import bank_answers
from tests.factories.assessment import make_exam
from tests.factories.claims import a_provider_clerk, close_notice_of, line_of, make_learner, make_money
from tests.factories.institutions import REGION, make_institution
from tests.factories.people import an_actor
from tests.factories.training import a_day_at, attend_all, make_class

pytestmark = pytest.mark.django_db
SCHEME = "apprenticeship_by_year"
FIRM = make_credit_code("91", REGION, 1).value  # the one the forms of classes made for tests name
BEGUN = date(2024, 5, 2)  # of the contracts below: two years over by the class's end in June 2026
EARLY, AFTER = a_day_at(date(2026, 6, 8)), a_day_at(date(2026, 7, 10))


# A whole year in advance, and less a year at the end than was given before: both years paid are too much.
LESS_AT_THE_END = """\
title: 预拨全额，结算标准降低
why: 试
files:
  370299/apprenticeship_by_year.yaml:
    components:
      - code: training
        limits:
          share:
            values:
              percent:
                2020-01-20: {value: 100, unit: "%"}
      - code: certificate
        rate:
          2020-01-20:
            unit: 元/人·年
            value:
              kinds:
                职业技能等级证书: {四级: 4000, 三级: 6000}
"""


def apprentices(people, *, level="4", status="running"):
    """A class whose apprentices have contracts since May 2024."""
    make_institution("示例数控装备有限公司", kind="enterprise", is_provider=False, credit_code=FIRM)
    training_class = make_class(
        make_institution(), status=status, people=people, scheme_code=SCHEME, level_code=level,
        certificate_kind="skill_level",
    )  # fmt: skip
    Apprenticeship.objects.update(starts_on=BEGUN, ends_on=BEGUN + timedelta(days=3 * 365))
    return training_class


def check(training_class, person, *years):
    seat = Enrolment.objects.get(training_class=training_class, person=person)
    for year in years:
        operations.check_apprentice_year(
            seat.pk, year, firm_hours=6000, school_hours=6000, by=a_provider_clerk(training_class), at=EARLY
        )


def claim(training_class, stage, *, status="submitted", at=EARLY) -> Claim:
    made = operations.submit_claim(training_class.pk, by=a_provider_clerk(training_class), at=at, stage=stage)
    if status != "submitted":
        operations.review_claim(made.pk, by=an_actor("bureau_clerk"), at=at)
        operations.approve_claim(made.pk, by=an_actor("reviewer"), at=at)
    if status == "paid":
        operations.publish_claims([made.pk], by=an_actor("bureau_clerk"), at=at)
        close_notice_of(made)
        bank_answers([payment.pk for payment in Payment.objects.filter(status="queued")])
        operations.mark_paid_claims(by=system_actor(), at=AFTER)
    return Claim.objects.get(pk=made.pk)


def finish(training_class, *, failing=0):
    clerk = a_provider_clerk(training_class)
    attend_all(training_class, by=clerk)
    training.finish_class(training_class.pk, by=clerk, at=a_day_at(training_class.ends_on, 18))
    training_class.refresh_from_db()
    make_exam(training_class, status="certified", failing=failing)


def leads():
    recoveries.find_leads(by=system_actor(), at=AFTER)
    return list(recovery_queries.leads(an_actor("bureau_clerk")))


def test_story_of_two_years_paid_in_advance_and_settled_on_the_certificate():
    make_money(programme=SCHEME)
    person = make_learner()
    training_class = apprentices([person])
    check(training_class, person, 1, 2)
    first = claim(training_class, "year_1", status="paid")
    line = line_of(first, person)
    # Half of the level's 5,000 yuan a year, by the rules of the day the year was over.
    assert (line.amount_fen, line.event_on, line.certificate) == (2500_00, date(2025, 5, 2), None)
    assert Payment.objects.get().payee_name == "示例数控装备有限公司"
    second = claim(training_class, "year_2", status="approved")
    assert line_of(second, person).amount_fen == 2500_00
    finish(training_class)
    last = line_of(claim(training_class, "certificate", status="approved", at=AFTER), person)
    # Two years at 5,000 less the 5,000 given before.
    assert last.amount_fen == 5000_00
    assert "减去前几段" in str(queries.decision(last.pk).decision)
    (had,) = queries.history([person.pk])[person.pk]
    assert had.amount_fen == 10_000_00
    assert [one.again.verdict for one in queries.lines_differing(AFTER, by=an_actor("auditor"))] == []


def test_the_level_of_the_class_sets_the_year_s_rate():
    person = make_learner()
    training_class = apprentices([person], level="3")
    check(training_class, person, 1)
    assert line_of(claim(training_class, "year_1"), person).amount_fen == 3000_00


def test_only_years_that_passed_their_check_are_claimed_each_once():
    make_money(programme=SCHEME)
    checked, other = make_learner("王小明"), make_learner("李小红")
    training_class = apprentices([checked, other])
    stages = {SCHEME: queries.staged_schemes("370299", AFTER.date())[SCHEME]}
    assert stages[SCHEME] == ("year_1", "year_2", "year_3", "certificate")
    assert queries.stages_due([training_class], stages)[training_class.pk] == ()
    with pytest.raises(operations.NobodyToClaim):
        claim(training_class, "year_1")
    check(training_class, checked, 1)
    assert queries.stages_due([training_class], stages)[training_class.pk] == ("year_1",)
    made = claim(training_class, "year_1", status="approved")
    assert [line.person for line in queries.lines(made.pk)] == [checked]
    assert queries.stages_due([training_class], stages)[training_class.pk] == ()
    with pytest.raises(operations.NobodyToClaim):
        claim(training_class, "year_1")
    check(training_class, other, 1)
    again = claim(training_class, "year_1")
    assert [line.person for line in queries.lines(again.pk)] == [other]


def test_a_year_is_no_stage_where_the_scheme_does_not_say_so():
    person = make_learner()
    make_institution("示例数控装备有限公司", kind="enterprise", is_provider=False, credit_code=FIRM)
    plain = make_class(
        make_institution(), status="running", people=[person], scheme_code="apprenticeship", level_code="4"
    )
    with pytest.raises(StageNotOfScheme):
        claim(plain, "year_1")
    for region in ("370211", "370200", "370000"):
        assert SCHEME not in queries.staged_schemes(region, AFTER.date())


def test_who_leaves_after_a_paid_year_is_a_lead_and_who_only_fails_is_not():
    make_money(programme=SCHEME)
    left, failed, passed = make_learner("李小红"), make_learner("王小明"), make_learner("赵大宝")
    training_class = apprentices([failed, left, passed])
    for one in (left, failed, passed):
        check(training_class, one, 1)
    claim(training_class, "year_1", status="paid")
    assert leads() == []
    seat = Enrolment.objects.get(training_class=training_class, person=left)
    training.withdraw_learner(seat.pk, by=a_provider_clerk(training_class), at=EARLY, reason="离职")
    finish(training_class, failing=1)
    (lead,) = leads()
    assert (lead.cause, lead.amount_fen, lead.why) == ("stage", 2500_00, "学员已退班")
    assert lead.line_reference == line_of(Claim.objects.get(), left).reference


def test_a_staged_class_whose_second_stage_fails_is_a_lead_where_the_scheme_asks_it_back():
    make_money(programme="staged_training")
    failed, passed = make_learner("王小明"), make_learner("赵大宝")
    training_class = make_class(
        make_institution(), status="running", people=[failed, passed], scheme_code="staged_training"
    )
    attend_all(training_class, by=a_provider_clerk(training_class))
    first = claim(training_class, "start", status="paid")
    clerk = a_provider_clerk(training_class)
    training.finish_class(training_class.pk, by=clerk, at=a_day_at(training_class.ends_on, 18))
    make_exam(training_class, status="certified", failing=1)
    claim(training_class, "certificate", at=AFTER)
    (lead,) = leads()
    line = line_of(first, failed)
    assert (lead.line_reference, lead.amount_fen) == (line.reference, line.amount_fen)


def test_where_nobody_says_that_a_stage_is_asked_back_there_is_no_lead():
    make_money(programme="staged_training")
    person = make_learner("王小明")
    training_class = make_class(
        make_institution(), status="running", people=[person], scheme_code="staged_training"
    )
    attend_all(training_class, by=a_provider_clerk(training_class))
    made = claim(training_class, "start", status="paid")
    seat = Enrolment.objects.get(training_class=training_class)
    training.withdraw_learner(seat.pk, by=a_provider_clerk(training_class), at=EARLY, reason="就业")
    assert [
        one.line.claim_id for one in queries.stages_to_recover(an_actor("bureau_clerk"), AFTER.date())
    ] == [made.pk]
    Claim.objects.filter(pk=made.pk).update(event_on=date(2019, 1, 1))  # before anybody said so
    assert list(queries.stages_to_recover(an_actor("bureau_clerk"), AFTER.date())) == []


def open_from(lead, clerk):
    return recoveries.open_recoupment(
        [recoveries.Asked(lead.payment_id, lead.amount_fen, lead.line_reference)], cause=lead.cause,
        clause="第20条", facts=lead.why, lead_ids=[lead.pk], by=clerk, at=AFTER,
    )  # fmt: skip


def test_years_paid_beyond_what_the_end_settles_to_are_found_and_asked_back_once():
    make_money(programme=SCHEME)
    ahead, later = make_learner("王小明"), make_learner("李小红")
    training_class = apprentices([ahead, later])
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    with in_use(rulebook_with(LESS_AT_THE_END)):
        check(training_class, ahead, 1, 2)
        claim(training_class, "year_1", status="paid")
        second = claim(training_class, "year_2", status="paid")
        check(training_class, later, 1, 2)
        assert leads() == []
        finish(training_class)
        # Nobody has claimed the end, and who has too much has no reason to: it is tried on today's facts.
        (lead,) = leads()
        assert (lead.cause, lead.amount_fen) == ("overpaid", 2000_00)
        assert lead.line_reference == line_of(second, ahead).reference
        assert "尚未申领取证" in lead.why
        assert "共 ¥10,000.00；应列 ¥8,000.00，多列 ¥2,000.00" in lead.why
        recoveries.dismiss_lead(lead.pk, by=reviewer, at=AFTER, reason="等结算")
        assert leads() == []
        last = claim(training_class, "certificate", status="approved", at=AFTER)
        end = line_of(last, ahead)
        # Nothing more is due to the one; that is no failure, and the whole of the years is not asked back.
        assert (end.status, end.verdict, line_of(last, later).amount_fen) == ("refused", "payable", 8000_00)
        (lead,) = leads()
        assert (lead.cause, lead.amount_fen) == ("overpaid", 2000_00)
        assert f"取证结算（{end.reference}）" in lead.why
        recoupment = open_from(lead, clerk)
        with pytest.raises(recoveries.LeadTaken):
            open_from(lead, clerk)
        recoveries.approve_recoupment(recoupment.pk, by=reviewer, at=AFTER)
        assert leads() == []
    recoveries.serve_recoupment(
        recoupment.pk, served_on=AFTER.date(), served_how="直接送达", by=clerk, at=AFTER
    )
    recoveries.note_receipt(
        recoupment.pk, amount_fen=2000_00, bank_reference="B-1", received_on=AFTER.date(),
        by=an_actor("cashier"), at=AFTER,
    )  # fmt: skip
    assert recovery_queries.recoupment(recoupment.pk, by=clerk).status == "recovered"
    assert sum(ledger.standing(recoupment.number)["recovered"].values()) == 2000_00


def test_a_paid_stage_nobody_follows_up_is_a_lead_once_the_days_are_over():
    make_money(programme="staged_training")
    person = make_learner("王小明")
    training_class = make_class(
        make_institution(), status="running", people=[person], scheme_code="staged_training"
    )
    attend_all(training_class, by=a_provider_clerk(training_class))
    made = claim(training_class, "start", status="paid")
    clerk = a_provider_clerk(training_class)
    training.finish_class(training_class.pk, by=clerk, at=a_day_at(training_class.ends_on, 18))
    last = training_class.ends_on + timedelta(days=180)
    bureau = an_actor("bureau_clerk")
    assert list(queries.stages_to_recover(bureau, last)) == []
    (found,) = queries.stages_to_recover(bureau, last + timedelta(days=1))
    assert found.line == line_of(made, person)
    assert found.why == "结业已满180天，没有取得证书，也没有申领后续阶段"
