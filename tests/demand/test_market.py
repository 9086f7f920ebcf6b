"""技能人才市场供需信息: posts wanted against people seeking, small numbers kept out, reviewed, published."""

from collections import Counter
from datetime import date

import pytest

from kaogong.demand import operations, queries
from kaogong.demand.models import DemandRound
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, SamePerson, WrongState
from tests.factories import an_actor
from tests.factories.demand import (
    AFTER,
    COOK_NAME,
    QUARTER,
    SEEKER_HEADINGS,
    WELDER,
    a_sheet,
    make_bulletin,
    make_enterprise,
    make_round,
    make_vacancies,
    vacancy_row,
)

pytestmark = pytest.mark.django_db
COOK = "4-03-02-01"


def _numbers(bulletin):
    lines = queries.cells_of_bulletin(bulletin)
    return {line.occupation_code: (line.wanted, line.seeking, line.ratio_hundredths) for line in lines}


def test_bulletin_sets_posts_of_the_quarter_against_people_seeking():
    clerk = an_actor("bureau_clerk")
    found = make_bulletin(clerk=clerk)
    numbers = _numbers(found)
    assert numbers.pop("") == (52, 55, 94)
    assert numbers.pop(COOK) == (12, 30, 40)
    assert list(numbers.values()) == [(40, 25, 160)]
    operations.propose_market_bulletin(found.pk, by=clerk, at=AFTER)
    found.refresh_from_db()
    assert (found.replies, found.lists) == (0, 1)
    make_vacancies(vacancy_row(招聘人数=500), clerk=clerk, as_of=date(2026, 9, 1), at=AFTER)
    assert _numbers(found)[COOK] == (12, 30, 40) and _numbers(found)[""][0] == 52, "frozen when proposed"


def test_bulletin_takes_what_was_told_before_the_quarter_and_again_in_it():
    clerk = an_actor("bureau_clerk")
    for as_of in (date(2026, 6, 20), date(2026, 7, 5), date(2026, 7, 25)):
        make_vacancies(vacancy_row(招聘人数=30), clerk=clerk, as_of=as_of, at=AFTER)
    found = make_bulletin(clerk=clerk, wanted={})
    assert _numbers(found)[""][0] == 30


def test_bulletin_hides_small_numbers_and_what_would_give_them_away():
    found = make_bulletin(
        (WELDER, "", 25, ""), (COOK_NAME, "", 3, ""), wanted={WELDER: 40, COOK_NAME: 4, "养老护理员": 15}
    )
    numbers = _numbers(found)
    assert numbers[COOK] == (None, None, None)
    assert numbers[""][0] == 59
    hidden = [code for code, (wanted, _, _) in numbers.items() if wanted is None]
    assert len(hidden) == 2, "one more goes, or the sum would tell it"


def test_lines_over_districts_add_up_where_they_are_shown():
    wanted = Counter({("370201", "a"): 20, ("370202", "a"): 30, ("370201", "b"): 12, ("370202", "b"): 0})
    lines = {
        (one.region_code, one.occupation_code): one.wanted for one in queries.market_lines(wanted, Counter())
    }
    assert lines["", ""] == 62 and lines["", "a"] == 50 and lines["370201", ""] == 32
    assert queries.market_lines(Counter(), Counter()) == []


def test_bad_rows_of_seekers_are_named_and_a_second_sheet_replaces_the_first():
    clerk = an_actor("bureau_clerk")
    found = make_bulletin(clerk=clerk)
    sheet = a_sheet(SEEKER_HEADINGS, [(WELDER, "", 90, ""), ("造梦师", "", 3, ""), (WELDER, "", 1, "月球")])
    taken = operations.import_seekers(found.pk, sheet, "求职.xlsx", source="登记", by=clerk, at=AFTER)
    assert (taken.kept, sorted(taken.problems)) == (1, [3, 4])
    assert _numbers(found)[""][1] == 90
    worthless = a_sheet(SEEKER_HEADINGS, [("造梦师", "", 3, "")])
    operations.import_seekers(found.pk, worthless, "求职.xlsx", source="登记", by=clerk, at=AFTER)
    assert _numbers(found)[""][1] == 90, "a sheet without a good row replaces nothing"


def test_bulletin_is_of_a_quarter_that_is_over_and_once():
    clerk = an_actor("bureau_clerk")
    with pytest.raises(operations.QuarterNotOver, match="2026年四季度"):
        operations.draft_market_bulletin(date(2026, 10, 1), by=clerk, at=AFTER)
    with pytest.raises(NotFound):
        operations.draft_market_bulletin(date(2026, 8, 1), by=clerk, at=AFTER)
    found = operations.draft_market_bulletin(QUARTER, by=clerk, at=AFTER)
    with pytest.raises(operations.BulletinThere):
        operations.draft_market_bulletin(QUARTER, by=clerk, at=AFTER)
    with pytest.raises(operations.BulletinEmpty):
        operations.propose_market_bulletin(found.pk, by=clerk, at=AFTER)


def test_bulletin_is_published_by_another_person_and_may_be_withdrawn():
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    found = make_bulletin(clerk=clerk)
    operations.propose_market_bulletin(found.pk, by=clerk, at=AFTER)
    with pytest.raises(operations.BulletinNotEditable):
        operations.import_seekers(found.pk, b"", "x.xlsx", source="登记", by=clerk, at=AFTER)
    operations.return_market_bulletin(found.pk, by=reviewer, at=AFTER, reason="来源写全称")
    assert not found.cells.exists()
    operations.propose_market_bulletin(found.pk, by=clerk, at=AFTER)
    with pytest.raises(NotPermitted):
        operations.publish_market_bulletin(found.pk, by=clerk, at=AFTER)
    with pytest.raises(SamePerson):
        both = clerk.may_also("publish_market_bulletin")
        operations.publish_market_bulletin(found.pk, by=both, at=AFTER)
    with pytest.raises(NotFound):
        stranger = an_actor("reviewer", region_code="510700")
        operations.publish_market_bulletin(found.pk, by=stranger, at=AFTER)
    operations.publish_market_bulletin(found.pk, by=reviewer, at=AFTER)
    assert queries.public_market_bulletin(found.pk).published_at == AFTER
    operations.withdraw_market_bulletin(found.pk, by=reviewer, at=AFTER, reason="数据有误")
    with pytest.raises(NotFound):
        queries.public_market_bulletin(found.pk)
    with pytest.raises(WrongState):
        operations.propose_market_bulletin(found.pk, by=clerk, at=AFTER)
    assert operations.draft_market_bulletin(QUARTER, by=clerk, at=AFTER).pk != found.pk


def test_rounds_open_once_a_period_by_the_calendar_and_close_when_their_days_are_over():
    make_enterprise("按期机械厂", 1)
    begins = AFTER.replace(day=1, hour=6)
    assert operations.open_rounds_due(by=system_actor(), at=begins) == 1
    assert operations.open_rounds_due(by=system_actor(), at=begins.replace(day=20)) == 0
    found = DemandRound.objects.get()
    assert (found.kind, found.calendar, found.status) == ("posts", "2026-10", "opened")
    assert (found.opens_on, found.closes_on) == (date(2026, 10, 1), date(2026, 10, 20))
    assert found.replies.get().name == "按期机械厂"
    operations.open_rounds_due(by=system_actor(), at=begins.replace(day=21))
    found.refresh_from_db()
    assert found.status == "closed"
    with pytest.raises(NotPermitted):
        operations.open_rounds_due(by=an_actor("bureau_clerk"), at=begins)


def test_no_round_opens_where_no_rhythm_is_set_or_its_days_are_over(settings):
    make_enterprise("没有周期的厂", 2, region_code="370211")
    settings.REGION_CODE = "370211"
    assert operations.open_rounds_due(by=system_actor(), at=AFTER.replace(day=1)) == 0
    settings.REGION_CODE = "370299"
    make_enterprise("过了日子的厂", 3)
    assert operations.open_rounds_due(by=system_actor(), at=AFTER.replace(day=25)) == 0


def test_a_round_opened_by_hand_is_closed_by_hand():
    found, _ = make_round()
    operations.open_rounds_due(by=system_actor(), at=AFTER.replace(month=12, day=25))
    found.refresh_from_db()
    assert found.status == "opened"
