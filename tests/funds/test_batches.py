"""A batch in every layout, its file kept by its digest, and stopped before the bank's cut-off."""

import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import Error, transaction

from kaogong.funds import operations as ops
from kaogong.funds import queries
from kaogong.funds.models import BatchTerms, Payment, PaymentBatch
from kaogong.gateways.bank import LayoutUnknown, LinesNotWritable, StandInBank, TermsMissing, layouts
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.ledger import queries as ledger_queries
from kaogong.trail.queries import timeline
from tests.factories.funds import (
    AT,
    make_batch,
    make_cashier,
    make_fund,
    make_order,
    make_payments,
    make_reservation,
    make_reviewer,
    make_terms,
)

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 3)
CASHIER = {"by": make_cashier(904), "at": AT}
CODES = [one.code for one in layouts(ON)]


def in_state(state: str) -> int:
    return sum(getattr(row, f"{state}_fen") for row in ledger_queries.trial_balance())


@pytest.mark.parametrize("code", CODES)
def test_a_batch_goes_to_the_bank_and_back_in_every_layout(code):
    make_terms(make_fund(), code)
    batch = make_batch(make_payments(4, reference="SL-1"))
    assert batch.layout_code == code
    name, data = ops.bank_file(batch.pk, **CASHIER)
    edition = queries.layout_of(batch)
    assert name == f"{batch.number}.{edition.extension}"
    assert ops.bank_file(batch.pk, **CASHIER)[1] == data
    assert len(batch.file_digest) == 64
    answer = StandInBank({"SL-1-003": "户名不符"}).answer(data, on=ON, edition=edition)
    told = ops.read_bank_return(answer, "回盘", **CASHIER)
    # The treasury's own word for what was not paid is that it came back (退票, 已退回).
    came_back = code.startswith("treasury")
    counts = (told.paid_count, told.failed_count, told.returned_count, told.problem_count)
    assert (counts, told.batch_id) == ((3, 1 - came_back, int(came_back), 0), batch.pk)
    failed = Payment.objects.get(status="returned" if came_back else "failed")
    assert failed.reference == "SL-1-003"
    assert "户名不符" in failed.failure_reason
    assert queries.batch(batch.pk, by=make_cashier()).status == "settled"
    assert (in_state("paid"), in_state("returned"), in_state("in_transit")) == (300_00, 100_00, 0)
    assert ledger_queries.recount() == []


@pytest.mark.parametrize("form", ["camt.053", "camt.054"])
def test_a_statement_answers_a_batch_and_what_came_back_counts_as_come_back(form):
    make_terms(make_fund(), "pain001")
    batch = make_batch(make_payments(3, reference="SL-1"))
    _, data = ops.bank_file(batch.pk, **CASHIER)
    bank = StandInBank({"SL-1-002": "账号不存在"})
    answer = bank.answer(data, on=ON, edition=queries.layout_of(batch), form=form)
    told = ops.read_bank_return(answer, "对账单.xml", **CASHIER)
    assert (told.paid_count, told.returned_count, told.repeated_count, told.problem_count) == (2, 1, 1, 0)
    assert (in_state("paid"), in_state("returned")) == (200_00, 100_00)


def test_a_fund_without_terms_pays_by_sheet_and_one_batch_may_ask_for_another_layout():
    fund = make_fund()
    assert make_batch(make_payments(1), status="prepared").layout_code == "sheet"
    with pytest.raises(TermsMissing, match="付款户名"):
        make_batch(make_payments(1), status="prepared", layout_code="fixed_gbk")
    make_terms(fund, "delimited")
    assert make_batch(make_payments(1), status="prepared").layout_code == "delimited"
    assert make_batch(make_payments(1), status="prepared", layout_code="fixed_gbk").layout_code == "fixed_gbk"
    with pytest.raises(LayoutUnknown):
        make_batch(make_payments(1), status="prepared", layout_code="none")


def test_a_name_the_layout_cannot_hold_stops_the_batch_before_anybody_checks_it():
    make_terms(make_fund(), "fixed_gbk")
    long = "示例" * 20
    payments = make_payments(
        orders=[make_order("SL-1-001"), make_order("SL-1-002", payee_id=2, payee_name=long)], reference="SL-1"
    )
    with pytest.raises(LinesNotWritable, match="SL-1-002"):
        make_batch(payments, status="prepared")
    assert not PaymentBatch.objects.exists()
    assert set(Payment.objects.values_list("status", flat=True)) == {"queued"}
    assert make_batch(payments[:1]).count == 1


def test_set_batch_terms_from_a_day_on_and_only_by_who_sets_budgets():
    fund = make_fund()
    make_terms(fund, "delimited")
    make_terms(fund, "pain001", since=ON)
    assert queries.batch_terms(fund.pk, AT.date(), make_cashier()).layout_code == "delimited"
    assert queries.batch_terms(fund.pk, ON, make_cashier()).layout_code == "pain001"
    words = {"since": ON, "layout_code": "sheet", "at": AT}
    with pytest.raises(NotPermitted):
        ops.set_batch_terms(fund.pk, **words, by=make_cashier())
    with pytest.raises(NotFound):
        ops.set_batch_terms(fund.pk, **words, by=make_reviewer(region_code="370211"))
    with pytest.raises(ops.CodeUnknown):
        ops.set_batch_terms(fund.pk, **words, codes={"x": "1"}, by=make_reviewer())
    with pytest.raises(TermsMissing, match="授权支付额度号"):
        make_terms(fund, "treasury_authorised", codes={})
    with pytest.raises(Error), transaction.atomic():
        BatchTerms.objects.update(payer_account="1")


def test_a_file_that_is_no_longer_the_one_released_is_not_handed_out():
    make_terms(make_fund(), "delimited")
    batch = make_batch(make_payments(2))
    Payment.objects.filter(batch=batch).update(purpose="改过的用途")
    with pytest.raises(ops.FileDiffers, match=batch.number):
        ops.bank_file(batch.pk, **CASHIER)
    with pytest.raises(Error), transaction.atomic():
        PaymentBatch.objects.filter(pk=batch.pk).update(file_digest="0" * 64)


def test_a_copy_in_another_layout_is_named_so_and_recorded():
    make_terms(make_fund(), "delimited")
    batch = make_batch(make_payments(2))
    name, data = ops.bank_file(batch.pk, layout_code="pain001", **CASHIER)
    assert name == f"{batch.number}-pain001.xml"
    assert data.startswith(b"<?xml")
    assert timeline("batch", batch.pk).last().detail["layout"] == "pain001"
    with pytest.raises(WrongState):
        ops.bank_file(make_batch(make_payments(1), status="checked").pk, **CASHIER)


def test_the_three_steps_are_of_three_people():
    make_fund()
    batch = make_batch(make_payments(1), status="prepared")
    every = make_cashier().permissions | make_reviewer().permissions

    def person(account_id):
        return Actor("某人", "cashier", every, account_id, region_code="370299")

    with pytest.raises(SamePerson):
        ops.check_batch(batch.pk, by=person(901), at=AT)
    ops.check_batch(batch.pk, by=person(902), at=AT)
    for earlier in (901, 902):
        with pytest.raises(SamePerson):
            ops.release_batch(batch.pk, by=person(earlier), at=AT)
    assert ops.release_batch(batch.pk, by=person(903), at=AT).status == "released"


def instant(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("released", "until"),
    [
        (instant(2, 9), instant(2, 16, 30)),  # a Monday
        (instant(2, 16, 29), instant(2, 16, 30)),
        (instant(2, 16, 30), instant(3, 16, 30)),
        (instant(6, 20), instant(9, 16, 30)),  # Friday evening
        (instant(7, 10), instant(9, 16, 30)),  # Saturday
    ],
)
def test_the_cut_off_is_the_next_hour_agreed_on_a_working_day(released, until):
    assert queries.cut_off_at("370299", released) == until
    assert queries.cut_off_at("370211", released) is None


def test_stop_batch_before_the_cut_off_owes_everything_anew():
    make_fund()
    batch = make_batch(make_payments(3, reference="SL-1"))
    _, data = ops.bank_file(batch.pk, **CASHIER)
    with pytest.raises(ReasonMissing):
        ops.stop_batch(batch.pk, by=make_cashier(905), at=AT, reason=" ")
    with pytest.raises(NotPermitted):
        ops.stop_batch(batch.pk, by=make_reviewer(), at=AT, reason="名单有误")
    stopped = ops.stop_batch(batch.pk, by=make_cashier(905), at=AT, reason="名单有误")
    assert stopped.status == "stopped"
    old = Payment.objects.filter(batch=batch).order_by("id")
    assert {payment.status for payment in old} == {"stopped"}
    new = Payment.objects.filter(status="queued").order_by("id")
    assert [row.reference for row in new] == ["SL-1-001-R1", "SL-1-002-R1", "SL-1-003-R1"]
    assert [row.bank_account for row in new] == [row.bank_account for row in old]
    assert [row.replaces_id for row in new] == [row.pk for row in old]
    assert (in_state("payable"), in_state("in_transit")) == (300_00, 0)
    assert timeline("payment", new[0].pk).last().detail["replaces"] == "SL-1-001"

    again = make_batch(list(new))
    late = ops.read_bank_return(StandInBank().answer(data, on=ON), "迟到的回盘.xlsx", **CASHIER)
    assert (late.paid_count, late.problem_count) == (0, 3)
    line = queries.return_lines(late.pk, by=make_cashier())[0]
    assert line.problem_code == "stopped"
    assert "已停付" in line.problem
    assert (in_state("paid"), in_state("in_transit")) == (0, 300_00)
    _, data = ops.bank_file(again.pk, **CASHIER)
    ops.read_bank_return(StandInBank().answer(data, on=ON), "回盘.xlsx", **CASHIER)
    assert in_state("paid") == 300_00
    assert ledger_queries.recount() == []


def test_stop_batch_too_late_or_once_answered_is_refused_by_name():
    make_fund()
    batch = make_batch(make_payments(2, reference="SL-1"))
    after = {"by": make_cashier(905), "reason": "名单有误"}
    with pytest.raises(ops.StopTooLate, match="2026-03-02 16:30"):
        ops.stop_batch(batch.pk, at=AT + timedelta(hours=7, minutes=30), **after)
    _, data = ops.bank_file(batch.pk, **CASHIER)
    ops.read_bank_return(StandInBank({"SL-1-002": "户名不符"}).answer(data, on=ON), "回盘.xlsx", **CASHIER)
    with pytest.raises(WrongState, match="已结清"):
        ops.stop_batch(batch.pk, at=AT, **after)
    with pytest.raises(NotFound):
        ops.stop_batch(batch.pk, at=AT, reason="x", by=make_cashier(906, region_code="370211"))


def test_stop_batch_partly_answered_is_refused_and_changes_nothing():
    make_fund()
    batch = make_batch(make_payments(2, reference="SL-1"))
    ops.read_bank_return("流水号,金额,结果\nSL-1-001,100,成功".encode(), "回盘.csv", **CASHIER)
    with pytest.raises(ops.AnsweredAlready, match="1笔"):
        ops.stop_batch(batch.pk, at=AT, by=make_cashier(905), reason="名单有误")
    assert (in_state("paid"), in_state("in_transit")) == (100_00, 100_00)


def test_stop_batch_without_an_agreed_hour_is_refused_by_name(monkeypatch):
    module = sys.modules["kaogong.funds.queries.batch_terms"]  # the query of that name hides it
    monkeypatch.setattr(module, "cut_off_time", lambda region, on: None)
    make_fund()
    batch = make_batch(make_payments(1))
    assert batch.cut_off_at is None
    with pytest.raises(ops.CutOffUnknown, match=batch.number):
        ops.stop_batch(batch.pk, at=AT, by=make_cashier(905), reason="名单有误")


def test_a_batch_of_many_slices_is_one_batch(monkeypatch):
    from kaogong.funds.operations import batch_stop, batches, returns

    for module in (batches, batch_stop, returns):
        monkeypatch.setattr(module, "SLICE", 3)
    make_fund()
    make_reservation("SL-1", amount_fen=8 * 100_00)
    payments = ops.queue_payments(
        "SL-1", [make_order(f"SL-1-{n:03d}", payee_id=n) for n in range(1, 9)], by=make_cashier(), at=AT
    )
    batch = make_batch(payments)
    assert set(Payment.objects.values_list("status", flat=True)) == {"in_transit"}
    _, data = ops.bank_file(batch.pk, **CASHIER)
    told = ops.read_bank_return(
        StandInBank({"SL-1-005": "户名不符"}).answer(data, on=ON), "回盘.xlsx", **CASHIER
    )
    assert (told.paid_count, told.failed_count) == (7, 1)
    assert queries.batch(batch.pk, by=make_cashier()).status == "settled"
    assert ledger_queries.recount() == []
