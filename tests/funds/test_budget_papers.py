"""Budgets and their papers: versions, a closed list of uses, transfers, freezes, carry-over, the surcharge."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError, ProgrammingError

from kaogong.funds import operations as ops
from kaogong.funds import queries
from kaogong.funds.models import BudgetVersion, SurchargeEntry, Transfer
from kaogong.funds.operations import budget_papers as refusals
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from kaogong.trail.queries import timeline
from tests.factories.funds import AT, REGION, make_cashier, make_fund, make_reservation, make_reviewer

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
SYSTEM = {"by": system_actor(), "at": AT}
BY_REVIEWER = {"by": make_reviewer(), "at": AT}
POT = {"programme": "skills", "source_level": "district"}
LISTED, NOT_LISTED = "employment_training", "skills_talent_fund"


def balances(year=2026):
    return ledger_queries.balances("ZX", year)["skills", "district"]


def an_earmarked_fund(programme=LISTED, **words):
    return make_fund(shares={programme: {"district": 1000}}, kind_code="skills_action", city=0, **words)


def test_an_earmarked_fund_pays_what_its_clause_lists():
    an_earmarked_fund()
    parts = ops.reserve_for_claim(
        "SL-1", region_code=REGION, programme=LISTED, year=2026, amount_fen=100, **SYSTEM
    )
    assert parts == {"district": 100}


def test_an_earmarked_fund_refuses_by_name_what_its_clause_does_not_list():
    with pytest.raises(ops.ProgrammeOutsideUses, match="青西新管办发〔2020〕2号#16") as refusal:
        an_earmarked_fund(NOT_LISTED)
    assert refusal.value.facts["programme"] == queries.programme_name(NOT_LISTED) != NOT_LISTED
    fund = an_earmarked_fund()
    with pytest.raises(ops.ProgrammeOutsideUses):
        ops.set_budget(fund.pk, programme=NOT_LISTED, source_level="district", amount_fen=100, **SYSTEM)
    with pytest.raises(ops.ProgrammeOutsideUses):
        ops.draft_waterfall(
            region_code=REGION, programme=NOT_LISTED, tiers=[queries.Tier("ZX", {"district": 1000})],
            starts_on=TODAY, document="示例", by=make_cashier(), at=AT,
        )  # fmt: skip


def test_the_list_of_uses_is_dated_and_says_where_it_stands():
    assert queries.closed_list("skills_action", REGION, date(2020, 1, 19)) is None
    uses = queries.closed_list("skills_action", REGION, TODAY)
    assert uses.by == "青西新管办发〔2020〕2号#16"
    assert uses.programmes["work_training"].by == uses.by
    assert uses.programmes["veteran_training"].illustrative
    assert "veteran_training" not in queries.closed_list("skills_action", "370211", TODAY).programmes
    assert queries.closed_list("employment", REGION, TODAY) is None


def test_every_change_of_a_budget_is_a_version_with_its_paper():
    fund = make_fund()
    words = {"document": "示例财〔2026〕9号", "reason": "年中追加", **BY_REVIEWER}
    ops.set_budget(fund.pk, **POT, amount_fen=700_000_00, **words)
    ops.set_budget(fund.pk, **POT, amount_fen=650_000_00, **words | {"reason": "调减"})
    told = [
        (v.number, v.before_fen, v.amount_fen, v.document, v.reason, v.set_by)
        for v in queries.budget_versions(make_cashier()).filter(source_level="district").order_by("number")
    ]
    assert told == [
        (1, 0, 600_000_00, "", "", "系统"),
        (2, 600_000_00, 700_000_00, "示例财〔2026〕9号", "年中追加", BY_REVIEWER["by"].name),
        (3, 700_000_00, 650_000_00, "示例财〔2026〕9号", "调减", BY_REVIEWER["by"].name),
    ]
    with pytest.raises(ledger.BudgetUnchanged):
        ops.set_budget(fund.pk, **POT, amount_fen=650_000_00, **words)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        BudgetVersion.objects.update(amount_fen=1)


def test_set_budget_told_twice_with_one_key_is_one_version():
    fund = make_fund()
    for _ in range(2):
        ops.set_budget(fund.pk, **POT, amount_fen=700_000_00, key="again", **BY_REVIEWER)
    assert queries.budget_versions(make_cashier()).filter(source_level="district").count() == 2


def test_a_budget_is_not_cut_below_what_is_set_aside():
    fund = make_fund(district=100_00, city=0, shares={"skills": {"district": 1000}})
    make_reservation("SL-1", amount_fen=80_00)
    with pytest.raises(ledger.BudgetExceeded):
        ops.set_budget(fund.pk, **POT, amount_fen=79_99, **BY_REVIEWER)
    ops.set_budget(fund.pk, **POT, amount_fen=80_00, **BY_REVIEWER)
    assert balances()["available"] == 0


def test_transfers_tell_what_was_announced_and_what_came():
    fund = make_fund()
    words = {"by": make_cashier(), "at": AT, "told_on": TODAY, **POT}
    ops.record_transfer(fund.pk, kind="announced", amount_fen=500_00, document="财社〔2026〕1号", **words)
    ops.record_transfer(fund.pk, kind="received", amount_fen=200_00, document="凭证1", **words)
    wrong = ops.record_transfer(fund.pk, kind="received", amount_fen=99_00, document="凭证2", **words)
    with pytest.raises(refusals.TransferRecorded):
        ops.record_transfer(fund.pk, kind="received", amount_fen=1, document="凭证2", **words)
    with pytest.raises(ReasonMissing):
        ops.correct_transfer(wrong.pk, by=make_cashier(), at=AT, reason="")
    ops.correct_transfer(wrong.pk, by=make_cashier(), at=AT, reason="记重")
    with pytest.raises(refusals.AlreadyCorrected):
        ops.correct_transfer(wrong.pk, by=make_cashier(), at=AT, reason="再更正")
    assert queries.transferred([fund.pk]) == {
        (fund.pk, "skills", "district"): {"announced": 500_00, "received": 200_00}
    }
    ops.record_transfer(fund.pk, kind="received", amount_fen=98_00, document="凭证3", **words)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Transfer.objects.filter(pk=wrong.pk).update(amount_fen=1)


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ({"amount_fen": 0}, refusals.AmountNotAboveZero),
        ({"document": " "}, refusals.DocumentMissing),
        ({"told_on": TODAY + timedelta(days=1)}, refusals.DayAhead),
        ({"by": Actor("机构", "provider_clerk", frozenset(), 9)}, NotPermitted),
        ({"by": Actor("外区", "cashier", make_cashier().permissions, 9, region_code="510700")}, NotFound),
    ],
)
def test_record_transfer_refuses_by_name(words, refusal):
    fund = make_fund()
    given = {"kind": "received", "amount_fen": 1, "document": "凭证", "told_on": TODAY, "at": AT}
    with pytest.raises(refusal):
        ops.record_transfer(fund.pk, **POT, **given | {"by": make_cashier()} | words)


def test_frozen_money_cannot_be_set_aside_until_it_is_unfrozen():
    fund = make_fund(district=100_00, city=0, shares={"skills": {"district": 1000}})
    with pytest.raises(ReasonMissing):
        ops.freeze_budget(fund.pk, **POT, amount_fen=60_00, reason="", **BY_REVIEWER)
    ops.freeze_budget(fund.pk, **POT, amount_fen=60_00, reason="审计期间", **BY_REVIEWER)
    with pytest.raises(ledger.BudgetExceeded):
        make_reservation("SL-1", amount_fen=50_00)
    with pytest.raises(ledger.BudgetExceeded):
        ops.freeze_budget(fund.pk, **POT, amount_fen=40_01, reason="再冻结", **BY_REVIEWER)
    ops.unfreeze_budget(fund.pk, **POT, amount_fen=20_00, reason="部分解冻", **BY_REVIEWER)
    make_reservation("SL-1", amount_fen=50_00)
    assert (balances()["frozen"], balances()["available"]) == (40_00, 10_00)
    assert [e.verb for e in timeline("fund", fund.pk)][-2:] == ["budget.frozen", "budget.unfrozen"]
    for step, sum_fen in ((ops.freeze_budget, 0), (ops.freeze_budget, -1), (ops.unfreeze_budget, -1)):
        with pytest.raises(refusals.AmountNotAboveZero):
            step(fund.pk, **POT, amount_fen=sum_fen, reason="写错", **BY_REVIEWER)
    with pytest.raises(NotPermitted):
        ops.unfreeze_budget(fund.pk, **POT, amount_fen=1, reason="出纳", by=make_cashier(), at=AT)


def test_the_same_freeze_pressed_twice_is_told_and_not_done_again():
    fund = make_fund(district=100_00, city=0, shares={"skills": {"district": 1000}})
    ops.freeze_budget(fund.pk, **POT, amount_fen=30_00, reason="审计期间", **BY_REVIEWER)
    with pytest.raises(refusals.JustDone) as refused:
        ops.freeze_budget(fund.pk, **POT, amount_fen=30_00, reason="审计期间", **BY_REVIEWER)
    assert "¥30.00，" in str(refused.value)
    assert balances()["frozen"] == 30_00
    ops.freeze_budget(fund.pk, **POT, amount_fen=30_00, reason="审计期间，第二笔", **BY_REVIEWER)
    later = BY_REVIEWER | {"at": BY_REVIEWER["at"] + timedelta(minutes=2)}
    ops.freeze_budget(fund.pk, **POT, amount_fen=30_00, reason="审计期间，第二笔", **later)
    assert balances()["frozen"] == 90_00


def test_carry_over_budget_takes_what_is_left_into_the_next_year():
    fund = make_fund(district=100_00, city=0, shares={"skills": {"district": 1000}})
    make_reservation("SL-1", amount_fen=30_00)
    words = {**POT, "document": "结转批复1号", **BY_REVIEWER}
    with pytest.raises(refusals.NextYearNotOpen):
        ops.carry_over_budget(fund.pk, **words)
    make_fund(year=2027, district=10_00, city=0, shares={"skills": {"district": 1000}})
    carried = ops.carry_over_budget(fund.pk, **words)
    assert carried.amount_fen == 70_00
    assert (balances()["available"], balances()["carried"], balances()["reserved"]) == (0, 70_00, 30_00)
    assert (balances(2027)["available"], balances(2027)["budgeted"]) == (80_00, -80_00)
    with pytest.raises(refusals.NothingLeft):
        ops.carry_over_budget(fund.pk, **words)
    ops.void_for_claim("SL-1", amount_fen=30_00, **SYSTEM)
    assert ops.carry_over_budget(fund.pk, **words).amount_fen == 30_00
    assert ledger_queries.recount() == []


def surcharge(kind, amount_fen, year=2026, **words):
    given = {"purpose": "区技工学校实训设备" if kind == "used" else "", "document": "示例决算表"} | words
    return ops.record_surcharge(
        region_code=REGION, source_level="district", year=year, kind=kind, amount_fen=amount_fen,
        told_on=TODAY, by=make_cashier(), at=AT, **given,
    )  # fmt: skip


def test_the_surcharge_is_weighed_against_the_dated_thirty_per_cent():
    surcharge("collected", 1_000_00)
    surcharge("used", 299_99)
    (row,) = queries.surcharge_monitor(make_cashier(), TODAY)
    assert (row.permille, row.is_kept, row.lacking_fen, row.is_over) == (299, False, 1, False)
    assert row.parameter.by == "青人社督字〔2018〕104号#L44"
    surcharge("used", 1)
    (row,) = queries.surcharge_monitor(make_cashier(), TODAY)
    assert (row.permille, row.is_kept, row.lacking_fen) == (300, True, 0)


def test_the_surcharge_of_a_year_without_a_share_in_force_is_not_judged():
    surcharge("collected", 1_000_00, year=2017)
    surcharge("used", 1, year=2017)
    (row,) = queries.surcharge_monitor(make_cashier(), TODAY)
    assert (row.is_kept, row.parameter, row.is_over) == (None, None, True)


def test_a_wrong_surcharge_entry_is_answered_by_its_opposite():
    surcharge("collected", 1_000_00)
    wrong = surcharge("used", 900_00)
    ops.correct_surcharge(wrong.pk, by=make_cashier(), at=AT, reason="误记")
    (row,) = queries.surcharge_monitor(make_cashier(), TODAY)
    assert (row.used_fen, row.is_kept) == (0, False)
    with pytest.raises(refusals.AlreadyCorrected):
        ops.correct_surcharge(wrong.pk, by=make_cashier(), at=AT, reason="再来")
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        SurchargeEntry.objects.update(amount_fen=1)
    with pytest.raises(refusals.SurchargePurposeMissing):
        surcharge("used", 1, purpose="")
    with pytest.raises(IntegrityError), transaction.atomic():
        SurchargeEntry.objects.create(
            region_code=REGION, source_level="district", year=2026, kind="used", amount_fen=-1,
            document="x", told_on=TODAY, recorded_at=AT, recorded_by="x",
        )  # fmt: skip


@pytest.mark.parametrize("aspect", ["department", "programme", "district"])
def test_execution_is_paid_of_the_budget_under_each_aspect(aspect):
    make_fund(district=100_00, city=0, shares={"skills": {"district": 1000}}, department="示例区人社局")
    make_reservation("SL-1", amount_fen=30_00)
    step = {"programme": "skills", "year": 2026, "amounts": {"district": 25_00}, "reference": "SL-1"}
    ledger.make_payable("ZX", key="a", **step, **SYSTEM)
    ledger.send("ZX", key="b", **step, **SYSTEM)
    ledger.settle("ZX", key="c", **step, **SYSTEM)
    (row,) = queries.execution(queries.fund_board(make_cashier(), 2026), aspect)
    keys = {"department": "示例区人社局", "programme": "skills", "district": REGION}
    assert (row.key, row.budget_fen, row.paid_fen, row.reserved_fen) == (keys[aspect], 100_00, 25_00, 5_00)
    assert row.permille == 250


def test_execution_leaves_out_what_was_carried_to_the_next_year():
    fund = make_fund(district=100_00, city=0, shares={"skills": {"district": 1000}})
    make_fund(year=2027, district=10_00, city=0, shares={"skills": {"district": 1000}})
    ops.carry_over_budget(fund.pk, **POT, document="结转批复", amount_fen=60_00, **BY_REVIEWER)
    (row,) = queries.execution(queries.fund_board(make_cashier(), 2026), "programme")
    assert (row.budget_fen, row.permille) == (40_00, 0)
    assert queries.budget_versions(make_cashier()).first().set_at <= AT + timedelta(days=1)
