"""Money moves whole, once, and never out of nothing."""

import pytest

from kaogong.access.roles import ROLES
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing
from kaogong.ledger import operations as ops
from kaogong.ledger import queries
from kaogong.trail.queries import timeline
from tests.factories.ledger import make_budget

pytestmark = pytest.mark.django_db


def standing(source="district", programme="skills"):
    return queries.balances("ZX", 2026)[programme, source]


def test_set_budget_makes_money_available():
    make_budget(district=1_000_00, city=500_00)
    assert standing() == {"budgeted": -1_000_00, "available": 1_000_00}
    assert standing("city")["available"] == 500_00
    assert queries.recount() == []


def test_set_budget_again_posts_only_the_difference():
    make_budget(district=1_000_00)
    make_budget(district=1_200_00)
    assert standing() == {"budgeted": -1_200_00, "available": 1_200_00}
    assert sorted(leg.amount_fen for leg in queries.journal().first().legs.all()) == [-200_00, 200_00]


def test_set_budget_below_what_is_reserved_is_refused():
    budget = make_budget(district=1_000_00)
    ops.reserve(**budget, amounts={"district": 700_00}, reference="SL-1", key="reserve:SL-1")
    with pytest.raises(ops.BudgetExceeded, match=r"可用¥300\.00"):
        make_budget(district=600_00)
    assert standing() == {"budgeted": -1_000_00, "available": 300_00, "reserved": 700_00}


def test_set_budget_to_the_same_amount_is_refused():
    make_budget(district=1_000_00)
    with pytest.raises(ops.BudgetUnchanged):
        ops.set_budget(
            "ZX",
            programme="skills",
            year=2026,
            source_level="district",
            amount_fen=1_000_00,
            key="another",
            by=system_actor(),
            at=make_budget(city=1)["at"],
        )


def test_set_budget_without_the_right_is_refused(now):
    cashier = Actor("出纳甲", "cashier", ROLES["cashier"].permissions, 5, "370299")
    with pytest.raises(NotPermitted):
        ops.set_budget(
            "ZX",
            programme="skills",
            year=2026,
            source_level="city",
            amount_fen=1,
            key="k",
            by=cashier,
            at=now,
        )


def test_every_step_from_budget_to_paid():
    budget = make_budget(district=600_00, city=400_00)
    amounts = {"district": 60_00, "city": 40_00}
    for kind in (
        ops.reserve,
        ops.make_payable,
        ops.send,
        ops.bounce,
        ops.owe_again,
        ops.send,
        ops.recall,
        ops.send,
        ops.settle,
        ops.claim_back,
        ops.recover,
    ):
        ops_before = queries.journal().count()
        kind(**budget, amounts=amounts, reference="SL-1", key=f"{ops_before}:SL-1")
    assert standing() == {
        "budgeted": -600_00,
        "available": 540_00,
        "reserved": 0,
        "payable": 0,
        "in_transit": 0,
        "returned": 0,
        "paid": 0,
        "recovering": 0,
        "recovered": 60_00,
    }
    assert queries.standing("SL-1") == {
        "available": {"city": -40_00, "district": -60_00},
        "recovered": {"city": 40_00, "district": 60_00},
    }
    assert all(row.difference_fen == 0 for row in queries.trial_balance())
    assert queries.recount() == []


@pytest.mark.parametrize(
    ("step", "state"),
    [
        ("void_reserve", "已预留"),
        ("make_payable", "已预留"),
        ("send", "待支付"),
        ("settle", "在途"),
        ("bounce", "在途"),
        ("owe_again", "银行退回"),
        ("recall", "在途"),
    ],
)
def test_moving_more_than_stands_there_is_refused_by_name(step, state):
    budget = make_budget(district=1_000_00)
    with pytest.raises(ops.BalanceTooSmall, match=f"区级“{state}”只有¥0.00，不能转出¥0.01"):
        getattr(ops, step)(**budget, amounts={"district": 1}, reference="SL-1", key="k")
    assert queries.journal("SL-1").count() == 0


def test_reserve_beyond_the_budget_of_one_source_takes_nothing_of_the_other():
    budget = make_budget(district=1_000_00, city=10_00)
    with pytest.raises(ops.BudgetExceeded) as refusal:
        ops.reserve(**budget, amounts={"district": 20_00, "city": 10_01}, reference="SL-1", key="k")
    assert refusal.value.facts["available_fen"] == 10_00
    assert refusal.value.facts["wanted_fen"] == 10_01
    assert "市级预算可用¥10.00，不足以安排¥10.01" in refusal.value.message
    assert standing()["available"] == 1_000_00


def test_money_of_one_programme_is_not_spent_on_another():
    make_budget(district=1_000_00)
    other = make_budget(programme="apprentices", district=5_00)
    with pytest.raises(ops.BudgetExceeded):
        ops.reserve(**other, amounts={"district": 6_00}, reference="SL-1", key="k")


def test_the_same_key_with_the_same_content_moves_money_once():
    budget = make_budget(district=1_000_00)
    first = ops.reserve(**budget, amounts={"district": 10_00}, reference="SL-1", key="reserve:SL-1")
    again = ops.reserve(
        **budget, amounts={"district": 10_00, "city": 0}, reference="SL-1", key="reserve:SL-1"
    )
    assert first.pk == again.pk
    assert standing()["reserved"] == 10_00


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amounts": {"district": 10_01}}, "金额"),
        ({"reference": "SL-2"}, "业务编号"),
        ({"programme": "other"}, "项目"),
        ({"year": 2027}, "年度"),
    ],
)
def test_the_same_key_with_other_content_is_refused(change, field):
    budget = make_budget(district=1_000_00)
    words = {**budget, "amounts": {"district": 10_00}, "reference": "SL-1", "key": "reserve:SL-1"}
    ops.reserve(**words)
    with pytest.raises(ops.EntryDiffers, match=field):
        ops.reserve(**(words | change))
    with pytest.raises(ops.EntryDiffers, match="业务"):
        ops.make_payable(**words)
    assert standing()["reserved"] == 10_00


@pytest.mark.parametrize("amount", [-1, 1.5, "100", True])
def test_an_amount_that_is_no_number_of_fen_is_refused(amount):
    budget = make_budget(district=1_000_00)
    with pytest.raises(ops.AmountWrong):
        ops.reserve(**budget, amounts={"district": amount}, reference="SL-1", key="k")


def test_nothing_and_unknown_sources_are_refused():
    budget = make_budget(district=1_000_00)
    with pytest.raises(ops.NothingToPost):
        ops.reserve(**budget, amounts={"district": 0}, reference="SL-1", key="k")
    with pytest.raises(ops.SourceUnknown):
        ops.reserve(**budget, amounts={"moon": 1}, reference="SL-1", key="k")


def test_post_tells_all_or_nothing():
    budget = make_budget(district=10_00)
    of = {name: budget[name] for name in ("fund_code", "programme", "year")}
    wishes = [
        ops.Posting(
            kind="reserve", **of, amounts={"district": 6_00}, reference=f"SL-{n}", key=f"reserve:SL-{n}"
        )
        for n in range(2)
    ]
    with pytest.raises(ops.BudgetExceeded):
        ops.post(wishes, by=budget["by"], at=budget["at"])
    assert standing() == {"budgeted": -10_00, "available": 10_00}
    assert queries.journal("SL-0").count() == 0


def test_post_of_many_asks_the_database_a_fixed_number_of_times(django_assert_max_num_queries):
    budget = make_budget(district=1_000_00)
    of = {name: budget[name] for name in ("fund_code", "programme", "year")}
    wishes = [
        ops.Posting(
            kind="reserve", **of, amounts={"district": 1_00}, reference=f"SL-{n}", key=f"reserve:SL-{n}"
        )
        for n in range(200)
    ]
    with django_assert_max_num_queries(16):
        ops.post(wishes, by=budget["by"], at=budget["at"])
    assert standing()["reserved"] == 200_00


def test_reverse_answers_an_entry_once():
    budget = make_budget(district=1_000_00, city=1_000_00)
    entry = ops.reserve(**budget, amounts={"district": 10_00, "city": 5_00}, reference="SL-1", key="k")
    answer = ops.reverse(entry.pk, by=budget["by"], at=budget["at"], reason="录错班级")
    again = ops.reverse(entry.pk, by=budget["by"], at=budget["at"], reason="录错班级")
    assert answer.pk == again.pk
    assert answer.reverses_id == entry.pk
    assert standing()["reserved"] == 0
    assert queries.standing("SL-1") == {}
    assert queries.recount() == []
    assert [told.verb for told in timeline("ledger", entry.pk)] == ["ledger.reversed"]


def test_reverse_of_money_that_went_on_is_refused():
    budget = make_budget(district=1_000_00)
    words = {**budget, "amounts": {"district": 10_00}, "reference": "SL-1"}
    entry = ops.reserve(**words, key="a")
    ops.make_payable(**words, key="b")
    with pytest.raises(ops.BalanceTooSmall):
        ops.reverse(entry.pk, by=budget["by"], at=budget["at"], reason="录错")


def test_reverse_of_a_budget_takes_it_back():
    budget = make_budget(district=1_000_00)
    make_budget(district=400_00)
    lowered = queries.journal().first()
    ops.reverse(lowered.pk, by=budget["by"], at=budget["at"], reason="误减")
    assert standing() == {"budgeted": -1_000_00, "available": 1_000_00}


def test_reverse_of_a_budget_set_to_nothing_takes_it_back():
    budget = make_budget(district=1_000_00)
    make_budget(district=0)
    ops.reverse(queries.journal().first().pk, by=budget["by"], at=budget["at"], reason="误减")
    assert standing() == {"budgeted": -1_000_00, "available": 1_000_00}


def test_reverse_needs_a_reason_an_entry_and_no_reversal():
    budget = make_budget(district=1_000_00)
    who = {"by": budget["by"], "at": budget["at"]}
    entry = queries.journal().first()
    with pytest.raises(ReasonMissing):
        ops.reverse(entry.pk, **who, reason=" ")
    with pytest.raises(NotFound):
        ops.reverse(0, **who, reason="无")
    answer = ops.reverse(entry.pk, **who, reason="重来")
    with pytest.raises(ops.NotReversible):
        ops.reverse(answer.pk, **who, reason="又重来")


def test_trial_balance_is_one_query_and_narrows(django_assert_num_queries):
    make_budget(district=1_00, city=2_00)
    make_budget(year=2027, district=3_00)
    make_budget("OTHER", district=4_00)
    with django_assert_num_queries(1):
        rows = queries.trial_balance()
    assert [
        (row.fund_code, row.year, row.source_level, row.budgeted_fen, row.available_fen) for row in rows
    ] == [
        ("OTHER", 2026, "district", 4_00, 4_00),
        ("ZX", 2026, "district", 1_00, 1_00),
        ("ZX", 2026, "city", 2_00, 2_00),
        ("ZX", 2027, "district", 3_00, 3_00),
    ]
    assert len(queries.trial_balance("ZX")) == 3
    assert len(queries.trial_balance(year=2027)) == 1
    assert len(queries.trial_balance(fund_codes=["OTHER"])) == 1
    assert queries.accounts("ZX", 2026).count() == 4
