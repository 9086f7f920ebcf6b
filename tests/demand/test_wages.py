"""The guide of wages: cells too small are hidden whole, another person publishes, the portal reads."""

from datetime import date

import pytest

from kaogong.demand import operations, queries
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson
from tests.factories import an_actor
from tests.factories.demand import NOW, a_sheet, a_wage, make_round, make_wage_guide, send

pytestmark = pytest.mark.django_db


def test_propose_wage_guide_shows_quartiles_and_hides_small_cells():
    guide = make_wage_guide()
    cells = {cell.hidden_because: cell for cell in queries.cells_of_guide(guide.pk)}
    shown, hidden = cells[""], cells["few_firms"]
    assert (shown.firms, shown.people) == (3, 15)
    assert (shown.lower_fen, shown.median_fen, shown.upper_fen) == (9_000_000, 9_600_000, 10_200_000)
    assert (hidden.firms, hidden.people, hidden.median_fen) == (None, None, None)


def test_propose_wage_guide_hides_what_one_enterprise_prevails_in_and_what_few_people_earn():
    clerk = an_actor("bureau_clerk")
    found, replies = make_round(kind="wages", clerk=clerk)
    for place, (reply, by) in enumerate(replies):
        send(reply, by, a_wage(people=100 if place == 0 else 5), a_wage(occupation="养老护理员", people=1))
    operations.close_demand_round(found.pk, by=clerk, at=NOW)
    guide = operations.propose_wage_guide(found.pk, by=clerk, at=NOW)
    assert {cell.hidden_because for cell in queries.cells_of_guide(guide.pk)} == {"one_firm", "few_people"}


def test_wage_guide_counts_who_is_paid_by_the_year_in_shares_and_options():
    clerk = an_actor("bureau_clerk")
    found, replies = make_round(kind="wages", clerk=clerk)
    for place, (reply, by) in enumerate(replies):
        forms = {"annual_people": 4, "equity_people": 3 if place == 0 else 0, "option_people": None}
        send(reply, by, a_wage(**forms), a_wage(sequence="technical", annual_people=1))
    with pytest.raises(operations.FormsOverPeople, match="股权制人数”不能多于这一行的人数"):
        operations.save_demand_line(reply.pk, a_wage(equity_people=6), by=by, at=NOW)
    operations.close_demand_round(found.pk, by=clerk, at=NOW)
    guide = operations.propose_wage_guide(found.pk, by=clerk, at=NOW)
    told = {(one.sequence, one.form): (one.firms, one.people, one.hidden_because)
            for one in queries.forms_of_guide(guide.pk)}  # fmt: skip
    assert told == {
        ("skill", "annual"): (3, 12, ""),
        ("skill", "equity"): (None, None, "few_firms"),
        ("technical", "annual"): (None, None, "few_people"),
    }


def test_publish_wage_guide_is_for_another_person_and_opens_it_to_anyone():
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    guide = make_wage_guide(clerk=clerk)
    with pytest.raises(NotFound):
        queries.public_wage_guide(guide.pk)
    with pytest.raises(NotPermitted):
        operations.publish_wage_guide(guide.pk, by=clerk, at=NOW)
    with pytest.raises(SamePerson):
        operations.publish_wage_guide(guide.pk, by=clerk.may_also("publish_wage_guide"), at=NOW)
    operations.publish_wage_guide(guide.pk, by=reviewer, at=NOW)
    assert queries.public_wage_guide(guide.pk).pk == guide.pk
    with pytest.raises(ReasonMissing):
        operations.withdraw_wage_guide(guide.pk, by=reviewer, at=NOW, reason="")
    operations.withdraw_wage_guide(guide.pk, by=reviewer, at=NOW, reason="一家企业报错单位")
    with pytest.raises(NotFound):
        queries.public_wage_guide(guide.pk)


def test_propose_wage_guide_before_closing_is_refused():
    clerk = an_actor("bureau_clerk")
    found, _replies = make_round(kind="wages", clerk=clerk)
    with pytest.raises(operations.WageRoundOpen):
        operations.propose_wage_guide(found.pk, by=clerk, at=NOW)
    operations.close_demand_round(found.pk, by=clerk, at=NOW)
    with pytest.raises(operations.WagesMissing):
        operations.propose_wage_guide(found.pk, by=clerk, at=NOW)


def test_propose_wage_guide_where_no_sizes_are_set_is_refused():
    clerk = an_actor("bureau_clerk", region_code="370211")
    found = operations.draft_demand_round(
        kind="wages", title="工资", opens_on=date(2026, 11, 1), closes_on=date(2026, 11, 30), by=clerk, at=NOW
    )
    from kaogong.kernel.credit_code import make_credit_code

    operations.invite_enterprise(
        found.pk, credit_code=make_credit_code("91", "370211", 5).value, name="黄岛厂", by=clerk, at=NOW
    )
    operations.open_demand_round(found.pk, by=clerk, at=NOW)
    operations.close_demand_round(found.pk, by=clerk, at=NOW)
    with pytest.raises(operations.WageSizesUnset):
        operations.propose_wage_guide(found.pk, by=clerk, at=NOW)


def test_import_demand_lines_reads_wages_and_names_the_bad_rows():
    _round, [(reply, by), *_] = make_round(kind="wages")
    headings = ("岗位序列", "职业（工种）", "技能等级", "人数", "人均全年工资", "股权制")
    rows = [
        ("技能序列", "焊工", "高级工", 4, "120,000元", 2),
        ("后勤", "焊工", "高级工", 4, 120000),
        ("管理序列", "焊工", None, 0, 120000),
        ("专技序列", "焊工", None, 2, "面议"),
    ]
    taken = operations.import_demand_lines(reply.pk, a_sheet(headings, rows), "工资.xlsx", by=by, at=NOW)
    assert (taken.kept, sorted(taken.problems)) == (1, [3, 4, 5])
    reply.refresh_from_db()
    assert reply.draft[0]["yearly_fen"] == 12_000_000
    assert (reply.draft[0]["equity_people"], reply.draft[0]["annual_people"]) == (2, 0)
