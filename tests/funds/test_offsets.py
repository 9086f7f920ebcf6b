"""A payment set off against what its payee owes, wholly or in part."""

import pytest

from kaogong.funds import operations
from kaogong.funds.models import Payment
from kaogong.kernel.errors import NotPermitted, ReasonMissing, WrongState
from kaogong.ledger import queries as ledger
from tests.factories.funds import AT, make_batch, make_cashier, make_fund, make_payments, make_reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment() -> Payment:
    make_fund()
    return make_payments(1, reference="SL-1", amount_fen=100_01)[0]


def sums() -> dict[str, int]:
    (row,) = [row for row in ledger.trial_balance() if row.source_level == "district"]
    (other,) = [row for row in ledger.trial_balance() if row.source_level == "city"]
    return {
        state: getattr(row, f"{state}_fen") + getattr(other, f"{state}_fen") for state in ("payable", "paid")
    }


def offset(payment, fen, **words):
    words = {"by": make_cashier(), "at": AT, "reason": "本人同意抵扣", "against": "ZH-2026-00001"} | words
    return operations.offset_payment(payment.pk, amount_fen=fen, **words)


def test_offset_payment_wholly_pays_it_without_a_bank(payment):
    settled = offset(payment, 100_01)
    assert (settled.pk, settled.status, settled.batch_id) == (payment.pk, "paid", None)
    assert sums() == {"payable": 0, "paid": 100_01}
    assert ledger.recount() == []
    with pytest.raises(WrongState):
        offset(payment, 1)


def test_offset_payment_in_part_owes_the_rest_anew_each_source_its_own(payment):
    settled = offset(payment, 33_33)
    payment.refresh_from_db()
    rest = payment.replaced_by
    assert (payment.status, rest.status, rest.amount_fen) == ("replaced", "queued", 66_68)
    assert (settled.reference, settled.amount_fen, settled.status) == ("SL-1-001-D", 33_33, "paid")
    assert {k: rest.shares[k] + settled.shares[k] for k in rest.shares} == payment.shares
    assert sums() == {"payable": 66_68, "paid": 33_33}
    make_batch([rest])
    assert ledger.recount() == []


def test_offset_payment_refuses_more_than_it_is_no_reason_and_others(payment):
    with pytest.raises(operations.OffsetTooLarge, match=r"只有¥100\.01"):
        offset(payment, 100_02)
    with pytest.raises(ReasonMissing):
        offset(payment, 1, reason=" ")
    with pytest.raises(NotPermitted):
        offset(payment, 1, by=make_reviewer())
    assert sums() == {"payable": 100_01, "paid": 0}
