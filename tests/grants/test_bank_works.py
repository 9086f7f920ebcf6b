"""A large batch released and a large answer read in the background: asked once, done once, its progress in view."""

from datetime import date
from unittest import mock

import pytest

from kaogong.funds import operations as funds
from kaogong.funds import queries
from kaogong.funds.models import BankReturn, BankWork
from kaogong.gateways.bank import StandInBank
from kaogong.grants import tasks
from kaogong.kernel.errors import NotPermitted, WrongState
from kaogong.ledger import queries as ledger
from kaogong.trail.models import Entry
from tests.factories.funds import AT, make_batch, make_cashier, make_fund, make_payments, make_reviewer
from tests.factories.people import an_actor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def deferred(monkeypatch):
    monkeypatch.setattr(tasks, "PAYMENTS_AT_ONCE", 1)
    monkeypatch.setattr(tasks, "BYTES_AT_ONCE", 10)
    with mock.patch("kaogong.grants.tasks.work_later.defer") as deferred:
        yield deferred


@pytest.fixture
def checked():
    make_fund()
    return make_batch(make_payments(3, reference="SL-1"), status="checked")


def standing(state: str) -> int:
    return sum(getattr(row, f"{state}_fen") for row in ledger.trial_balance())


def do(work: BankWork) -> BankWork:
    return tasks.do_bank_work(work.pk, at=AT)


def test_a_large_batch_is_released_later_once_and_says_how_far_it_is(checked, deferred):
    releaser = an_actor("cashier", region_code="370299")
    work = tasks.release_batch(checked.pk, by=releaser, at=AT)
    deferred.assert_called_once_with(work_id=work.pk)
    assert (work.total, queries.batch(checked.pk, by=releaser).status) == (3, "checked")
    assert tasks.release_batch(checked.pk, by=releaser, at=AT).pk == work.pk
    done = do(work)
    work.refresh_from_db()
    assert (work.done, work.percent, done.refusal) == (3, 100, "")
    assert queries.batch(checked.pk, by=releaser).status == "released"
    do(work)  # begun again after a death between its end and the queue hearing of it
    assert standing("in_transit") == 300_00
    assert Entry.objects.filter(verb="batch.released").count() == 1


def test_whoever_may_not_release_asks_in_vain_and_nothing_is_taken_up(checked):
    with pytest.raises(NotPermitted):
        tasks.release_batch(checked.pk, by=make_reviewer(), at=AT)
    funds.release_batch(checked.pk, by=make_cashier(903), at=AT)
    with pytest.raises(WrongState):
        tasks.release_batch(checked.pk, by=make_cashier(904), at=AT)
    assert not BankWork.objects.exists()


def test_killed_in_the_middle_nothing_happened_and_it_is_done_when_begun_again(checked, monkeypatch):
    work = tasks.release_batch(checked.pk, by=an_actor("cashier", region_code="370299"), at=AT)
    from kaogong.funds.operations import batches

    really = batches.move_many
    monkeypatch.setattr(batches, "SLICE", 1)
    calls = []

    def killed_at_the_second(*args, **words):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return really(*args, **words)

    monkeypatch.setattr(batches, "move_many", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        do(work)
    work.refresh_from_db()
    assert (work.finished_at, work.done) == (None, 1)  # how far it was is seen, though nothing of it stands
    assert (standing("payable"), standing("in_transit")) == (300_00, 0)
    monkeypatch.setattr(batches, "move_many", really)
    assert do(work).finished_at == AT
    assert standing("in_transit") == 300_00
    assert ledger.recount() == []


def test_what_cannot_be_released_any_more_is_told_and_changes_nothing(checked):
    work = tasks.release_batch(checked.pk, by=an_actor("cashier", region_code="370299"), at=AT)
    funds.dissolve_batch(checked.pk, by=make_cashier(904), at=AT, reason="重组")
    assert "已解散" in do(work).refusal
    assert standing("in_transit") == 0


def test_a_large_answer_is_read_later_once_and_its_file_is_kept_no_longer(checked, deferred):
    funds.release_batch(checked.pk, by=make_cashier(903), at=AT)
    _, payments = funds.bank_file(checked.pk, by=make_cashier(903), at=AT)
    data = StandInBank({"SL-1-002": "户名不符"}).answer(payments, on=date(2026, 3, 3))
    read, work = tasks.read_return(data, "回盘.xlsx", by=an_actor("cashier", region_code="370299"), at=AT)
    assert read is None
    assert (BankReturn.objects.count(), standing("in_transit")) == (0, 300_00)
    done = do(work)
    assert (done.bank_return.paid_count, done.bank_return.failed_count, done.is_repeated) == (2, 1, False)
    work.refresh_from_db()
    assert (work.content, work.done, work.total) == ("", 3, 3)
    assert do(work).bank_return_id == done.bank_return_id
    assert (standing("paid"), standing("returned"), BankReturn.objects.count()) == (200_00, 100_00, 1)


def test_an_answer_nobody_can_read_is_told_as_how_it_ended(checked):
    _, work = tasks.read_return(
        b"not a sheet at all", "回盘.xlsx", by=an_actor("cashier", region_code="370299"), at=AT
    )
    assert do(work).refusal
    assert BankReturn.objects.count() == 0
