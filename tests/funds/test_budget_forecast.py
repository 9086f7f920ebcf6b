"""When a pot runs dry, by a case worked by hand, and what cannot be told."""

from datetime import date

import pytest

from kaogong.funds import operations as ops
from kaogong.funds import queries
from kaogong.funds.queries.forecast_cost import cost_of_one
from kaogong.kernel.actor import system_actor
from tests.factories import make_institution
from tests.factories.funds import REGION, make_cashier, make_fund
from tests.factories.institutions import COOK
from tests.factories.training import a_day_at, make_class

pytestmark = pytest.mark.django_db
PROGRAMME = "employment_training"
TODAY = date(2026, 6, 10)


def a_fund(district, city):
    return make_fund(shares={PROGRAMME: {"district": 600, "city": 400}}, district=district, city=city)


def an_approved_class(heads, ends_on, school, **fields):
    starts_on = fields.pop("starts_on", date(2026, 6, 1))
    return make_class(
        school, status="approved", scheme_code=PROGRAMME, head_count=heads, starts_on=starts_on,
        ends_on=ends_on, **fields,
    )  # fmt: skip


def test_one_learner_costs_what_the_rulebook_says_and_the_allowance_is_left_open():
    cost = cost_of_one(REGION, PROGRAMME, "skill_level", 5, COOK[0], 18, TODAY)
    assert cost.fen == {PROGRAMME: 1_200_00}
    assert cost.untold == (("生活费补贴", "personal"),)


def test_where_no_paper_gives_the_rate_the_cost_is_not_guessed():
    cost = cost_of_one("370211", PROGRAMME, "skill_level", 5, COOK[0], 18, TODAY)
    assert cost.fen == {}
    assert ("职业培训补贴", "unset") in cost.untold


def test_a_pot_runs_dry_on_the_day_of_the_class_it_cannot_pay():
    """By hand: 1,200 yuan a head at fifth level, 60 % district and 40 % city; one learner on each roster.

    First class, ends 30 June: 1,200 = 720 + 480. Second, ends 31 July: the same.
    The district has 1,000: 280 left after the first is less than 720, so it is dry on 31 July.
    The city has 2,000: 1,520 left is enough for 480, so it is not. Of the second, 280 is 60 % of 466.66.
    """
    a_fund(1_000_00, 2_000_00)
    school = make_institution(recognised_for=[COOK])
    an_approved_class(10, date(2026, 6, 30), school)
    second = an_approved_class(10, date(2026, 7, 31), school, starts_on=date(2026, 7, 1))
    found = queries.forecast(make_cashier(), 2026, TODAY)
    pots = {pot.source_level: pot for pot in found.pots.values()}
    assert (pots["district"].coming_fen, pots["district"].after_fen) == (720_00, 280_00)
    assert (pots["district"].dry_on, pots["city"].dry_on) == (date(2026, 7, 31), None)
    assert [(one.label, lacking) for one, lacking in found.short] == [(second.number, 1_200_00 - 466_66)]
    assert {why for one in found.untold for _, why in one.untold} == {"personal"}


def test_a_class_already_claimed_is_not_counted_twice_and_a_waiting_claim_is():
    a_fund(10_000_00, 20_000_00)
    school = make_institution(recognised_for=[COOK])
    claimed = an_approved_class(10, date(2026, 6, 30), school)
    waiting = queries.Coming("claim", 1, "SL-1", PROGRAMME, REGION, TODAY, date(2026, 6, 1), 3, 5_000_00)
    found = queries.forecast(make_cashier(), 2026, TODAY, claimed=[claimed.pk], waiting=[waiting])
    pots = {pot.source_level: pot for pot in found.pots.values()}
    assert (pots["district"].coming_fen, pots["city"].coming_fen) == (3_000_00, 2_000_00)
    assert found.short == []


def test_what_nobody_pays_is_said():
    school = make_institution(recognised_for=[COOK])
    an_approved_class(10, date(2026, 6, 30), school)
    found = queries.forecast(make_cashier(), 2026, TODAY)
    assert [(one.programme, one.amount_fen) for one in found.unfunded] == [(PROGRAMME, 1_200_00)]


def test_the_pace_of_the_last_days_tells_another_day():
    """By hand: 900.00 set aside in 90 days is 10.00 a day; 410.00 left last 41 days from 10 June: 21 July."""
    make_fund(shares={PROGRAMME: {"district": 1000}}, district=1_310_00, city=0)
    ops.reserve_for_claim(
        "SL-1", region_code=REGION, programme=PROGRAMME, year=2026, amount_fen=900_00,
        by=system_actor(), at=a_day_at(date(2026, 5, 1)),
    )  # fmt: skip
    (pot,) = queries.forecast(make_cashier(), 2026, TODAY).pots.values()
    assert (pot.pace_fen_a_day, pot.pace_dry_on, pot.dry_on) == (10_00, date(2026, 7, 21), None)


def test_a_class_is_expected_as_long_after_its_end_as_claims_took_lately():
    make_fund(shares={PROGRAMME: {"district": 1000}}, district=100_000_00, city=0)
    ops.reserve_for_claim(
        "SL-1", region_code=REGION, programme=PROGRAMME, year=2026, amount_fen=100,
        event_on=date(2026, 5, 1), by=system_actor(), at=a_day_at(date(2026, 5, 21)),
    )  # fmt: skip
    an_approved_class(10, date(2026, 6, 30), make_institution(recognised_for=[COOK]))
    (pot,) = queries.forecast(make_cashier(), 2026, TODAY).pots.values()
    ((one, fen),) = pot.coming
    assert (one.expected_on, fen) == (date(2026, 7, 20), 1_200_00)
