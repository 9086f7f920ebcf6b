"""Apprenticeship by level and years (G11): each year counts once its check passed, and the employer is paid."""

from datetime import date

import pytest

from kaogong.claims import operations, queries
from kaogong.funds.models import Payment
from kaogong.kernel.credit_code import make_credit_code
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.training.models import Enrolment
from tests.factories.claims import (
    a_provider_clerk,
    close_notice_of,
    line_of,
    make_certified_class,
    make_claim,
    make_learner,
    make_money,
)
from tests.factories.institutions import REGION, make_institution
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
FIRM = make_credit_code("91", REGION, 1).value  # the one the forms of classes made for tests name
FIRST_OVER, SECOND_OVER = a_day_at(date(2027, 6, 1)), a_day_at(date(2028, 6, 1))


def a_class_of_apprentices(people, **fields):
    """Level 4; the contracts of the forms made for tests run two years from the month before it begins."""
    make_institution("示例数控装备有限公司", kind="enterprise", is_provider=False, credit_code=FIRM)
    return make_certified_class(people, scheme_code="apprenticeship", level_code="4", **fields)


def check(training_class, person, year, *, at=SECOND_OVER, firm=4000, school=4000, by=None):
    seat = Enrolment.objects.get(training_class=training_class, person=person)
    return operations.check_apprentice_year(
        seat.pk, year, firm_hours=firm, school_hours=school, by=by or a_provider_clerk(training_class), at=at
    )


@pytest.mark.parametrize(("years", "yuan"), [((), 0), ((1,), 5000)])
def test_subsidy_is_the_levels_rate_times_the_years_checked(years, yuan):
    person = make_learner()
    training_class = a_class_of_apprentices([person])
    for year in years:
        check(training_class, person, year)
    claim = make_claim(training_class)
    assert line_of(claim, person).amount_fen == yuan * 100


def test_year_the_contract_does_not_fill_is_never_over():
    person = make_learner()
    training_class = a_class_of_apprentices([person])  # a day short of two years
    with pytest.raises(operations.ApprenticeYearNotOver):
        check(training_class, person, 2)


def test_story_of_an_apprentice_paid_to_the_employer():
    make_money(programme="apprenticeship")
    person = make_learner()
    training_class = a_class_of_apprentices([person])
    check(training_class, person, 1)
    claim = make_claim(training_class, status="reviewed")
    frozen = queries.decision(line_of(claim, person).pk).facts
    assert (frozen["months"], frozen["contract_signed"]) == (12, True)
    operations.approve_claim(claim.pk, by=an_actor("reviewer"), at=SECOND_OVER)
    operations.publish_claims([claim.pk], by=an_actor("bureau_clerk"), at=a_day_at(date(2026, 7, 13)))
    close_notice_of(claim)
    (payment,) = Payment.objects.all()
    assert (payment.payee_name, payment.amount_fen) == ("示例数控装备有限公司", 5000_00)


def test_check_apprentice_year_refuses_what_is_not_over_short_or_checked():
    person = make_learner()
    training_class = a_class_of_apprentices([person])
    with pytest.raises(operations.ApprenticeYearNotOver):
        check(training_class, person, 1, at=a_day_at(date(2027, 5, 1)))
    with pytest.raises(operations.MentorHoursShort, match="不少于40课时"):
        check(training_class, person, 1, at=FIRST_OVER, school=3999)
    check(training_class, person, 1, at=FIRST_OVER)
    with pytest.raises(operations.ApprenticeYearChecked):
        check(training_class, person, 1, at=FIRST_OVER)
    assert [
        row.year for years in queries.years_checked(Enrolment.objects.all()).values() for row in years
    ] == [1]


def test_check_apprentice_year_of_nobody_elses_and_only_of_apprentices():
    person = make_learner()
    training_class = a_class_of_apprentices([person])
    with pytest.raises(NotFound):
        check(training_class, person, 1, by=an_actor("provider_clerk"))
    with pytest.raises(NotPermitted):
        check(training_class, person, 1, by=an_actor("bureau_clerk"))
    plain = make_certified_class([make_learner("李小红")])
    with pytest.raises(operations.NotAnApprentice, match="李小红"):
        check(plain, plain.enrolments.get().person, 1)


def test_where_nobody_asks_for_a_yearly_check_the_contract_counts():
    assert queries.least_hours_a_year("370211", date(2026, 7, 10)) is None
    assert queries.least_hours_a_year("370299", date(2026, 7, 10)) == 40
