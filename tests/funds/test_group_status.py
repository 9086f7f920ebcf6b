"""A batch the bank rejects as a whole: every payment of it, once, whatever comes before or after."""

from datetime import date

import pytest

from kaogong.funds import operations as ops
from kaogong.funds import queries
from kaogong.funds.models import Payment
from kaogong.gateways.bank import StandInBank
from kaogong.ledger import queries as ledger_queries
from tests.factories.funds import AT, make_batch, make_cashier, make_fund, make_payments
from tests.gateways.test_group_status import WHY, block, one, report

pytestmark = pytest.mark.django_db
CASHIER = {"by": make_cashier(904), "at": AT}


def rejected(batch, group: str = "", *blocks: str) -> bytes:
    return report(group or f"<GrpSts>RJCT</GrpSts>{WHY}", *blocks).replace(
        b"ZF-2026-0001", batch.number.encode()
    )


def read(data: bytes):
    return ops.read_bank_return(data, "回盘.xml", **CASHIER)


def states() -> list[tuple[str, str]]:
    return list(Payment.objects.order_by("id").values_list("status", "failure_reason"))


@pytest.fixture
def batch():
    make_fund()
    return make_batch(make_payments(3, reference="SL-1"))


def test_every_payment_of_a_rejected_batch_failed_with_the_banks_reason(batch):
    told = read(rejected(batch))
    assert (told.failed_count, told.problem_count) == (3, 0)
    assert states() == [("failed", "AM04 付款账户余额不足")] * 3
    assert queries.batch(batch.pk, by=make_cashier()).status == "settled"
    assert [line.row_number for line in queries.return_lines(told.pk, by=make_cashier())] == [2, 3, 4]
    assert sum(row.returned_fen for row in ledger_queries.trial_balance()) == 300_00


def test_the_same_rejection_twice_is_one(batch):
    data = rejected(batch)
    assert read(data).pk == read(data).pk
    assert ledger_queries.journal().filter(kind="bounce").count() == 3


def test_a_line_of_its_own_keeps_its_reason(batch):
    own = "<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf>"
    told = read(rejected(batch, "", block("", one("SL-1-002", "RJCT", own))))
    assert told.failed_count == 3
    assert [reason for _, reason in states()] == ["AM04 付款账户余额不足", "AC01", "AM04 付款账户余额不足"]


def test_a_rejection_after_the_bank_paid_contradicts_and_moves_nothing(batch):
    _, payments = ops.bank_file(batch.pk, **CASHIER)
    ops.read_bank_return(StandInBank().answer(payments, on=date(2026, 3, 3)), "回盘.xlsx", **CASHIER)
    told = read(rejected(batch))
    assert (told.failed_count, told.problem_count) == (0, 3)
    assert [status for status, _ in states()] == ["paid"] * 3


def test_a_rejection_before_the_release_is_told_waits_and_then_counts():
    make_fund()
    batch = make_batch(make_payments(2, reference="SL-1"), status="checked")
    data = rejected(batch)
    first = read(data)
    (line,) = queries.return_lines(first.pk, by=make_cashier())
    assert (line.outcome, line.problem_code) == ("problem", "not_released")
    assert "AM04" in line.problem
    assert read(data).pk == first.pk
    ops.release_batch(batch.pk, by=make_cashier(903), at=AT)
    again = read(data)
    assert (again.reading, again.failed_count) == (2, 2)
    assert read(data).pk == again.pk


@pytest.mark.parametrize("code", ["ACTC", "ACSP", "PART", "ZZZZ"])
def test_what_decides_nothing_is_told_and_changes_nothing(batch, code):
    told = read(rejected(batch, f"<GrpSts>{code}</GrpSts>"))
    (line,) = queries.return_lines(told.pk, by=make_cashier())
    assert (line.outcome, line.problem_code) == ("problem", "group")
    assert code in line.problem
    assert [status for status, _ in states()] == ["in_transit"] * 3


def test_part_takes_its_lines_and_leaves_the_rest_with_the_bank(batch):
    told = read(
        rejected(
            batch, "<GrpSts>PART</GrpSts>", block("", one("SL-1-001", "ACSC"), one("SL-1-003", "RJCT", WHY))
        )
    )
    assert (told.paid_count, told.failed_count, told.problem_count) == (1, 1, 0)
    assert [status for status, _ in states()] == ["paid", "in_transit", "failed"]


def test_another_regions_batch_is_not_there(batch):
    told = ops.read_bank_return(
        rejected(batch), "回盘.xml", by=make_cashier(905, region_code="370202"), at=AT
    )
    assert (told.failed_count, told.problem_count) == (0, 1)
    assert [status for status, _ in states()] == ["in_transit"] * 3
