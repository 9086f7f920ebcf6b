"""Simple interest by the dated rule, day by day, in whole fen, with its working."""

from datetime import date

import pytest

from kaogong.recoveries import operations, queries
from tests.factories.people import an_actor
from tests.factories.recoveries import make_recoupment
from tests.recoveries.test_story import note, status

pytestmark = pytest.mark.django_db
# Served on 2026-06-02 in the fictional region: 15 working days → 2026-06-24; 3.65 % a year from the day after.


def test_interest_is_nothing_until_the_deadline_is_over():
    recoupment = make_recoupment()
    assert recoupment.due_on == date(2026, 6, 24)
    told = queries.interest(recoupment, date(2026, 6, 24))
    assert (told.begins_on, told.fen, told.spans) == (date(2026, 6, 25), 0, ())


def test_interest_runs_on_what_was_owed_each_day():
    recoupment = make_recoupment()
    # 1,000 yuan at 3.65 % a year: 10 fen a day; from the 25th to the 4th: 10 days.
    assert queries.interest(recoupment, date(2026, 7, 4)).fen == 1_00
    note(recoupment, 500_00, "B-1", on=date(2026, 7, 5))
    told = queries.interest(recoupment, date(2026, 7, 14))  # ten days more, 5 fen each
    assert [(span.days, span.principal_fen) for span in told.spans] == [(10, 1000_00), (10, 500_00)]
    assert told.fen == 1_50
    assert told.rate.illustrative


def test_a_fraction_of_a_fen_is_dropped_once():
    recoupment = make_recoupment(fen=999_99)
    assert queries.interest(recoupment, date(2026, 6, 25)).fen == 9  # 9.9999 fen
    assert queries.interest(recoupment, date(2026, 7, 4)).fen == 99


def test_a_recoupment_is_over_when_its_interest_is_back_too():
    recoupment = make_recoupment()
    day = date(2026, 7, 4)
    note(recoupment, 1000_00, "B-1", on=day)
    # The day the principal arrives bears none: nine days are left.
    assert (status(recoupment), queries.interest(recoupment, day).left_fen) == ("paying", 90)
    with pytest.raises(operations.InterestTooLarge, match=r"还有¥0.90"):
        note(recoupment, 0, "B-2", on=day, interest_fen=91)
    note(recoupment, 0, "B-2", on=day, interest_fen=90)
    assert status(recoupment) == "recovered"


def test_whole_sum_with_its_interest_in_one_bank_line():
    recoupment = make_recoupment()
    with pytest.raises(operations.InterestTooLarge, match=r"还有¥0.90"):
        note(recoupment, 1000_00, "B-1", on=date(2026, 7, 4), interest_fen=91)
    receipt = note(recoupment, 1000_00, "B-1", on=date(2026, 7, 4), interest_fen=90, by=an_actor("cashier"))
    assert (receipt.total_fen, status(recoupment)) == (1000_90, "recovered")
