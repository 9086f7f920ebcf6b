"""From a reservation to a batch at the bank."""

import io

import openpyxl
import pytest
from django.db import IntegrityError, ProgrammingError

from kaogong.funds import operations as ops
from kaogong.funds import queries
from kaogong.funds.models import Payment, PaymentBatch
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as ledger_queries
from kaogong.trail.queries import timeline
from tests.factories.funds import (
    AT,
    REGION,
    make_batch,
    make_cashier,
    make_fund,
    make_order,
    make_payments,
    make_reservation,
    make_reviewer,
)

pytestmark = pytest.mark.django_db
SYSTEM = {"by": system_actor(), "at": AT}


def board():
    """What stands in each state over both sources."""
    rows = queries.fund_board(make_cashier())
    names = ("budgeted", "available", "reserved", "payable", "in_transit", "paid")
    return {name: sum(getattr(row, f"{name}_fen") for row in rows) for name in names}


def test_reserve_for_claim_splits_by_shares_to_the_fen():
    make_fund()
    parts = ops.reserve_for_claim(
        "SL-1", region_code=REGION, programme="skills", year=2026, amount_fen=100_01, **SYSTEM
    )
    assert parts == {"district": 60_01, "city": 40_00}
    again = ops.reserve_for_claim(
        "SL-1", region_code=REGION, programme="skills", year=2026, amount_fen=100_01, **SYSTEM
    )
    assert again == parts
    assert board()["reserved"] == 100_01
    with pytest.raises(ledger.EntryDiffers):
        make_reservation("SL-1", amount_fen=100_02)


def test_reserve_for_claim_without_a_fund_or_beyond_its_budget_is_refused():
    with pytest.raises(ops.FundMissing) as refused:
        make_reservation()
    assert refused.value.facts["region"] == "示例区"
    make_fund(city=1_00)
    with pytest.raises(ledger.BudgetExceeded, match="市级"):
        make_reservation(amount_fen=10_00)


def test_reserve_for_claim_of_a_township_finds_the_fund_of_its_district():
    make_fund()
    parts = ops.reserve_for_claim(
        "SL-1", region_code="370299001", programme="skills", year=2026, amount_fen=10, **SYSTEM
    )
    assert parts == {"district": 6, "city": 4}


def test_void_for_claim_in_pieces_never_takes_more_than_each_source_gave():
    make_fund()
    make_reservation("SL-1", amount_fen=1_01)
    make_reservation("SL-2", amount_fen=1_01)
    for piece in (33, 33, 35):
        ops.void_for_claim("SL-1", amount_fen=piece, reason="异议成立", **SYSTEM)
    assert ledger_queries.standing("SL-1") == {}
    assert sum(ledger_queries.standing("SL-2")["reserved"].values()) == 1_01
    with pytest.raises(ops.ReservationTooSmall, match=r"只剩¥0\.00"):
        ops.void_for_claim("SL-1", amount_fen=1, **SYSTEM)


def test_void_for_claim_with_a_key_is_told_once():
    make_fund()
    make_reservation("SL-1", amount_fen=100)
    for _ in range(2):
        ops.void_for_claim("SL-1", amount_fen=40, key="line-7", **SYSTEM)
    assert board()["reserved"] == 60
    with pytest.raises(ledger.EntryDiffers):
        ops.void_for_claim("SL-1", amount_fen=41, key="line-7", **SYSTEM)


def test_open_fund_refuses_shares_that_are_not_whole_and_a_programme_paid_twice():
    make_fund()
    with pytest.raises(ops.FundExists):
        make_fund()
    with pytest.raises(ops.SharesNotWhole):
        make_fund("B", shares={"other": {"district": 999}})
    with pytest.raises(ops.ProgrammeAlreadyFunded):
        make_fund("B")


def test_queue_payments_divides_shares_so_that_nothing_is_left_or_borrowed():
    make_fund()
    reference = make_reservation(amount_fen=1_00)
    orders = [
        make_order(f"{reference}-{n}", payee_id=n, amount_fen=fen) for n, fen in ((1, 33), (2, 33), (3, 34))
    ]
    payments = ops.queue_payments(reference, orders, **SYSTEM)
    assert [sum(payment.shares.values()) for payment in payments] == [33, 33, 34]
    assert sum(payment.shares["district"] for payment in payments) == 60
    assert "reserved" not in ledger_queries.standing(reference)
    again = ops.queue_payments(reference, orders, **SYSTEM)
    assert [payment.pk for payment in again] == [payment.pk for payment in payments]
    assert board()["payable"] == 1_00


def test_queue_payments_beyond_the_reservation_is_refused():
    make_fund()
    reference = make_reservation(amount_fen=99_99)
    with pytest.raises(ops.ReservationTooSmall):
        ops.queue_payments(reference, [make_order("P-1")], **SYSTEM)
    assert not Payment.objects.exists()


def test_queue_payments_names_everybody_without_an_account():
    make_fund()
    reference = make_reservation()
    orders = [
        make_order("P-1", payee_id=1),
        make_order("P-2", payee_id=2, payee_name="王小明", bank_account=" "),
        make_order("P-3", payee_id=3, payee_name="李雷", bank_account_holder=""),
        make_order("P-4", payee_id=4, payee_name="韩梅", bank_name=""),
    ]
    with pytest.raises(ops.BankAccountMissing, match="王小明、李雷、韩梅"):
        ops.queue_payments(reference, orders, **SYSTEM)
    assert not Payment.objects.exists()
    assert board()["payable"] == 0


@pytest.mark.parametrize("account", ["0000000000000000", "无", "1234567", "123456789", "6222 abcd 1234 5678"])
def test_queue_payments_refuses_placeholder_accounts(account):
    make_fund()
    reference = make_reservation()
    with pytest.raises(ops.BankAccountUnusable, match="王小明"):
        ops.queue_payments(
            reference, [make_order("P-1", payee_name="王小明", bank_account=account)], **SYSTEM
        )


def test_queue_payments_refuses_a_reference_already_used_otherwise():
    make_fund()
    reference = make_reservation()
    ops.queue_payments(reference, [make_order("P-1", amount_fen=10_00)], **SYSTEM)
    with pytest.raises(ops.PaymentReferenceTaken):
        ops.queue_payments(reference, [make_order("P-1", amount_fen=11_00)], **SYSTEM)
    with pytest.raises(ops.PaymentReferenceTaken):
        ops.queue_payments(reference, [make_order("P-2"), make_order("P-2")], **SYSTEM)


def test_an_account_is_sealed_and_never_empty_in_the_database():
    make_fund()
    (payment,) = make_payments(1)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT bank_account::text FROM funds_payment")
        assert payment.bank_account.encode().hex() not in cursor.fetchone()[0]
    assert payment.bank_account_masked == "6299***********0123"[:4] + "*" * 11 + payment.bank_account[-4:]
    with pytest.raises(IntegrityError):
        Payment.objects.filter(pk=payment.pk).update(bank_account_masked="")


def test_what_is_owed_cannot_be_changed_by_raw_sql():
    make_fund()
    (payment,) = make_payments(1)
    with pytest.raises(ProgrammingError):
        Payment.objects.filter(pk=payment.pk).update(amount_fen=1)


def test_cancel_payment_gives_its_money_back_to_the_reservation():
    make_fund()
    first, _second = make_payments(2, reference="SL-1")
    ops.cancel_payment(first.pk, by=system_actor(), at=AT, reason="证书已撤销")
    assert ledger_queries.standing("SL-1")["reserved"] == {"city": 40_00, "district": 60_00}
    ops.void_for_claim("SL-1", amount_fen=100_00, **SYSTEM)
    assert board() | {"budgeted": 0} == {
        "budgeted": 0, "available": 1_000_000_00 - 100_00, "reserved": 0,
        "payable": 100_00, "in_transit": 0, "paid": 0,
    }  # fmt: skip
    with pytest.raises(ReasonMissing):
        ops.cancel_payment(_second.pk, by=make_cashier(), at=AT, reason="")


def test_three_people_make_check_and_release_a_batch():
    make_fund()
    payments = make_payments(3)
    maker, checker, releaser = make_cashier(901), make_reviewer(902), make_cashier(903)
    batch = ops.prepare_batch([payment.pk for payment in payments], by=maker, at=AT)
    assert (batch.number, batch.total_fen, batch.count) == ("ZF-2026-0001", 300_00, 3)
    with pytest.raises(WrongState):
        ops.release_batch(batch.pk, by=releaser, at=AT)
    with pytest.raises(NotPermitted):
        ops.check_batch(batch.pk, by=maker, at=AT)
    both = Actor("一人两岗", "reviewer", checker.permissions | maker.permissions, 901, region_code=REGION)
    with pytest.raises(SamePerson):
        ops.check_batch(batch.pk, by=both, at=AT)
    ops.check_batch(batch.pk, by=checker, at=AT)
    with pytest.raises(SamePerson):
        ops.release_batch(batch.pk, by=maker, at=AT)
    ops.release_batch(batch.pk, by=releaser, at=AT)
    assert set(Payment.objects.values_list("status", flat=True)) == {"in_transit"}
    assert board()["in_transit"] == 300_00
    assert [told.verb for told in timeline("batch", batch.pk)] == [
        "batch.prepared", "batch.checked", "batch.released",
    ]  # fmt: skip


def test_release_twice_moves_money_once():
    make_fund()
    batch = make_batch(make_payments(2))
    with pytest.raises(WrongState):
        ops.release_batch(batch.pk, by=make_cashier(904), at=AT)
    assert board()["in_transit"] == 200_00


def test_prepare_batch_refuses_nothing_strangers_and_payments_taken():
    make_fund()
    payments = make_payments(2)
    with pytest.raises(ops.NothingToPay):
        ops.prepare_batch([], by=make_cashier(), at=AT)
    with pytest.raises(NotFound):
        ops.prepare_batch([payments[0].pk, 0], by=make_cashier(), at=AT)
    elsewhere = make_cashier(region_code="370211")
    with pytest.raises(NotFound):
        ops.prepare_batch([payments[0].pk], by=elsewhere, at=AT)
    make_batch(payments[:1], status="prepared")
    with pytest.raises(ops.PaymentsNotQueued, match=payments[0].reference):
        ops.prepare_batch([payment.pk for payment in payments], by=make_cashier(), at=AT)
    make_fund("OTHER", name="就业补助资金", shares={"other": {"district": 1000}}, city=0)
    reference = make_reservation(programme="other")
    (other,) = ops.queue_payments(reference, [make_order("P-1")], **SYSTEM)
    with pytest.raises(ops.PaymentsOfSeveralFunds, match="就业补助资金"):
        ops.prepare_batch([payments[1].pk, other.pk], by=make_cashier(), at=AT)


@pytest.mark.parametrize(
    ("status", "undo"), [("prepared", "reject"), ("prepared", "dissolve"), ("checked", "dissolve")]
)
def test_a_batch_taken_apart_frees_its_payments(status, undo):
    make_fund()
    payments = make_payments(2)
    batch = make_batch(payments, status=status)
    who = make_reviewer(902) if undo == "reject" else make_cashier(901)
    getattr(ops, f"{undo}_batch")(batch.pk, by=who, at=AT, reason="户名有误")
    assert list(Payment.objects.values_list("status", "batch_id")) == [("queued", None)] * 2
    assert make_batch(payments).number == "ZF-2026-0002"


def test_bank_file_holds_every_payment_as_the_bank_needs_it():
    make_fund()
    batch = make_batch(make_payments(2, amount_fen=1_234_56), status="checked")
    with pytest.raises(WrongState):
        ops.bank_file(batch.pk, by=make_cashier(), at=AT)
    ops.release_batch(batch.pk, by=make_cashier(903), at=AT)
    name, data = ops.bank_file(batch.pk, by=make_cashier(), at=AT)
    assert name == "ZF-2026-0001.xlsx"
    rows = list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))
    assert rows[0] == ("批次号", "流水号", "收款户名", "收款账号", "开户银行", "金额", "用途")
    payment = batch.payments.order_by("id").first()
    assert rows[1] == (
        "ZF-2026-0001", payment.reference, "示例收款人1", payment.bank_account, "示例银行示例区支行", 1234.56,
        "职业技能培训补贴",
    )  # fmt: skip
    assert len(rows) == 3
    assert timeline("batch", batch.pk).last().verb == "batch.file_taken"
    with pytest.raises(NotPermitted):
        ops.bank_file(batch.pk, by=make_reviewer(), at=AT)


def test_shared_accounts_names_the_payees_paid_into_one_account():
    make_fund()
    same = "6299990000000000777"
    (earlier,) = make_payments(orders=[make_order("A-1", payee_id=8, payee_name="赵甲", bank_account=same)])
    make_batch([earlier])
    payments = make_payments(
        orders=[
            make_order("B-1", payee_id=9, payee_name="钱乙", bank_account=same),
            make_order("B-2", payee_id=10),
            make_order("B-3", payee_id=10),
        ]
    )
    batch = make_batch(payments, status="prepared")
    (note,) = queries.shared_accounts(batch.pk, by=make_cashier())
    assert [name for _, _, name in note.payees] == ["赵甲", "钱乙"]
    assert note.references == ("B-1",)
    assert same not in note.account_masked


def test_holders_differing_lists_accounts_in_another_name():
    make_fund()
    batch = make_batch(
        make_payments(orders=[make_order("A-1", bank_account_holder="别人"), make_order("A-2")])
    )
    assert [row.reference for row in queries.holders_differing(batch.pk, by=make_cashier())] == ["A-1"]


def test_payments_are_seen_only_in_reach():
    make_fund()
    reference = make_reservation()
    ops.queue_payments(
        reference,
        [make_order("P-1", payee_id=7), make_order("P-2", payee_id=7, payee_kind="institution")],
        **SYSTEM,
    )
    person = Actor("本人", "learner", frozenset(), 1, person_id=7)
    institution = Actor("机构", "provider_clerk", frozenset(), 2, organisation_id=7)
    assert [row.reference for row in queries.payments(person)] == ["P-1"]
    assert [row.reference for row in queries.payments(institution)] == ["P-2"]
    assert queries.payments(Actor("外区", "cashier", frozenset(), 3, "370211")).count() == 0
    assert queries.batches(institution).count() == queries.funds(person).count() == 0
    assert queries.payments(make_cashier()).count() == 2
    assert {row.reference for row in queries.payments_for("P-")} == {"P-1", "P-2"}


def test_fund_board_asks_twice_and_shows_execution(django_assert_num_queries):
    make_fund(district=1_000_00, city=400_00)
    make_reservation(amount_fen=100_00)
    with django_assert_num_queries(2):
        rows = queries.fund_board(make_cashier(), 2026)
    assert [(row.source_level, row.budgeted_fen, row.available_fen, row.reserved_fen) for row in rows] == [
        ("district", 1_000_00, 940_00, 60_00),
        ("city", 400_00, 360_00, 40_00),
    ]
    assert queries.fund_board(Actor("外区", "cashier", frozenset(), 3, "370211")) == []


def test_a_batch_cannot_be_born_released():
    fund = make_fund()
    with pytest.raises((IntegrityError, ProgrammingError)):
        PaymentBatch.objects.create(
            number="X", year=2026, serial=9, fund=fund, region_code=REGION, total_fen=1, count=1,
            prepared_at=AT, status="released",
        )  # fmt: skip
