"""Many things moved at once keep to every rule that one keeps to."""

import pytest

from kaogong.funds.models import Payment
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.kernel.lifecycle import Lifecycle
from kaogong.trail.models import Entry
from kaogong.trail.operations import begin_many, move, move_many
from kaogong.trail.queries import timeline
from tests.factories.funds import AT, make_batch, make_cashier, make_fund, make_payments, make_reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def payments():
    make_fund()
    return make_payments(4)


def told(payment) -> dict:
    entry = timeline("payment", payment.pk).last()
    names = ("at", "verb", "subject_kind", "subject_id", "subject_label", "actor_account_id", "actor_name",
             "actor_role", "reason", "detail", "region_code", "organisation_id")  # fmt: skip
    return {name: getattr(entry, name) for name in names}


def test_many_write_what_one_writes(payments):
    batch = make_batch(payments, status="prepared")
    words = {"by": make_reviewer(), "at": AT, "reason": " 账户不对 "}
    rows = list(Payment.objects.filter(batch=batch).order_by("id"))
    move(rows[0], "reject", batch=batch.number, row=1, **words)
    assert move_many(rows[1:], "reject", batch=batch.number, details={rows[1].pk: {"row": 1}}, **words) == 3
    one, many = told(rows[0]), told(rows[1])
    assert many | {"subject_id": "", "subject_label": ""} == one | {"subject_id": "", "subject_label": ""}
    assert many["subject_label"] == str(rows[1])
    assert "row" not in told(rows[2])["detail"]
    assert {row.status for row in rows} == {"queued"}
    assert set(Payment.objects.values_list("status", flat=True)) == {"queued"}


def test_one_that_may_not_stops_all(payments):
    batch = make_batch(payments, status="prepared")
    rows = list(Payment.objects.filter(batch=batch).order_by("id"))
    move(rows[3], "unbatch", by=make_cashier(), at=AT, reason="先取出")
    entries = Entry.objects.count()
    with pytest.raises(WrongState, match="待组批"):
        move_many(rows, "unbatch", by=make_cashier(), at=AT, reason="取出")
    assert Entry.objects.count() == entries
    assert list(Payment.objects.order_by("id").values_list("status", flat=True)) == ["batched"] * 3 + [
        "queued"
    ]


def test_permission_reason_and_a_row_gone_are_asked_as_ever(payments):
    with pytest.raises(NotPermitted):
        move_many(payments, "batch", by=make_reviewer(), at=AT)
    batch = make_batch(payments, status="prepared")
    rows = list(Payment.objects.filter(batch=batch))
    with pytest.raises(ReasonMissing):
        move_many(rows, "unbatch", by=make_cashier(), at=AT, reason=" ")
    with pytest.raises(Payment.DoesNotExist):
        move_many([*rows, Payment(pk=10**9)], "unbatch", by=make_cashier(), at=AT, reason="取出")
    assert move_many([], "unbatch", by=make_reviewer(), at=AT) == 0


def test_a_second_person_is_asked_for_among_many(payments):
    batches = [make_batch([payment], status="prepared") for payment in payments[:3]]
    both = {*make_cashier().permissions, *make_reviewer().permissions}
    maker = Actor("甲", "cashier", frozenset(both), 901, region_code="370299")
    with pytest.raises(SamePerson):
        move_many(batches, "check", by=maker, at=AT)
    assert move_many(batches, "check", by=make_reviewer(), at=AT) == 3
    assert isinstance(type(batches[0]).lifecycle, Lifecycle)
    with pytest.raises(SamePerson):
        move_many(batches, "release", by=maker, at=AT)


def test_begin_many_tells_each(payments):
    begin_many(payments, "noticed", by=make_cashier(), at=AT, details={payments[0].pk: {"row": 7}}, size=4)
    assert told(payments[0])["detail"] == {"target": "queued", "size": 4, "row": 7}
    assert told(payments[3])["detail"] == {"target": "queued", "size": 4}
