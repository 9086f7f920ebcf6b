"""What asking money back refuses, and what the database refuses by itself."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.ledger import queries as ledger
from kaogong.recoveries import operations, queries
from kaogong.recoveries.models import Recoupment, RecoupmentPart
from kaogong.recoveries.operations import Asked
from tests.factories.people import an_actor, make_person
from tests.factories.recoveries import OPENED_ON, make_owed, make_paid, make_recoupment
from tests.factories.training import a_day_at
from tests.recoveries.test_story import note, status, sums

pytestmark = pytest.mark.django_db
AT = a_day_at(OPENED_ON)
WORDS = {"cause": "audit", "clause": "第31条", "facts": "重复发放。"}
CONSENT = {"consent_document": "同意书-1", "consented_on": date(2026, 6, 9), "consented_by": "王小明"}


def open_for(*asked, by=None, **words):
    return operations.open_recoupment(
        [Asked(*one) for one in asked], **(WORDS | words), by=by or an_actor("bureau_clerk"), at=AT
    )


def test_open_recoupment_never_asks_for_more_than_was_paid_and_is_not_asked_yet():
    (payment,) = make_paid(1000_00)
    first = open_for((payment.pk, 600_00))
    with pytest.raises(operations.MoreThanPaid, match=r"还能追回¥400.00，不能追回¥400.01"):
        open_for((payment.pk, 400_01))
    operations.drop_recoupment(first.pk, by=an_actor("reviewer"), at=AT, reason="重复立项")
    assert open_for((payment.pk, 1000_00)).amount_fen == 1000_00


def test_the_database_itself_refuses_more_than_was_paid():
    (payment,) = make_paid(1000_00)
    recoupment = open_for((payment.pk, 600_00))
    with pytest.raises(IntegrityError, match="more asked back than was paid"), transaction.atomic():
        RecoupmentPart.objects.create(
            recoupment=recoupment, payment=payment, line_reference="x", amount_fen=400_01, shares={}
        )


def test_open_recoupment_of_money_not_paid_of_two_debtors_or_without_a_ground():
    (payment,) = make_paid(1000_00)
    (queued,) = make_owed(500_00, person=make_person("李明"))
    with pytest.raises(operations.PaymentNotPaid, match="待组批"):
        open_for((queued.pk, 1))
    with pytest.raises(operations.DebtorsDiffer):
        open_for((payment.pk, 1), (queued.pk, 1))
    with pytest.raises(operations.RecoupmentIncomplete):
        open_for((payment.pk, 1), clause=" ")
    with pytest.raises(operations.NothingToAskBack):
        open_for((payment.pk, 0))
    with pytest.raises(NotPermitted):
        open_for((payment.pk, 1), by=an_actor("cashier"))
    with pytest.raises(NotFound):
        open_for((payment.pk, 1), by=an_actor("bureau_clerk", region_code="510700"))
    assert Recoupment.objects.count() == 0


def test_approve_and_drop_take_another_person():
    both = an_actor("bureau_clerk").may_also("approve_recoupment").may_also("drop_recoupment")
    recoupment = make_recoupment(status="opened", by=both)
    with pytest.raises(SamePerson):
        operations.approve_recoupment(recoupment.pk, by=both, at=AT)
    with pytest.raises(SamePerson):
        operations.drop_recoupment(recoupment.pk, by=both, at=AT, reason="不追了")
    assert sums() == {"paid": 1000_00}


def test_serve_recoupment_takes_the_deadline_from_the_rule_or_says_there_is_none(monkeypatch):
    recoupment = make_recoupment(status="approved")
    clerk = an_actor("bureau_clerk")
    words = {
        "served_on": date(2026, 6, 2),
        "served_how": "邮寄",
        "by": clerk,
        "at": a_day_at(date(2026, 6, 3)),
    }
    with pytest.raises(operations.DeadlineFixed, match="15个工作日"):
        operations.serve_recoupment(recoupment.pk, due_on=date(2026, 9, 1), **words)
    with pytest.raises(operations.ServingIncomplete):
        operations.serve_recoupment(recoupment.pk, **(words | {"served_on": date(2026, 6, 4)}))
    monkeypatch.setattr("kaogong.recoveries.queries.owing.conduct", lambda *_: None)
    served = operations.serve_recoupment(recoupment.pk, **words)
    assert (served.due_on, served.objection_until) == (None, None)
    assert queries.interest(served, date(2028, 1, 1)).fen == 0


def test_note_receipt_refuses_too_much_by_name_and_a_bank_line_twice():
    recoupment = make_recoupment()
    note(recoupment, 400_00, " b-1 ")
    with pytest.raises(operations.ReceiptTooLarge, match=r"还应退¥600.00，不能收¥600.01"):
        note(recoupment, 600_01, "B-2")
    with pytest.raises(operations.BankReferenceTaken, match="TK-2026-00001"):
        note(recoupment, 1_00, "B-1")
    with pytest.raises(operations.ReceiptWrong):
        note(recoupment, 1_00, "B-3", on=date(2026, 6, 1))
    with pytest.raises(NotPermitted):
        note(recoupment, 1_00, "B-3", by=an_actor("bureau_clerk"))
    assert sums() == {"recovering": 600_00, "recovered": 400_00}


def test_reverse_receipt_brings_back_what_was_over_and_the_bank_line_may_come_again():
    recoupment = make_recoupment()
    receipt = note(recoupment, 1000_00, "B-1")
    assert status(recoupment) == "recovered"
    with pytest.raises(ReasonMissing):
        operations.reverse_receipt(receipt.pk, by=an_actor("reviewer"), at=AT, reason="")
    operations.reverse_receipt(receipt.pk, by=an_actor("reviewer"), at=AT, reason="记错了人")
    assert status(recoupment) == "paying"
    assert sums() == {"recovering": 1000_00}
    assert ledger.recount() == []
    note(recoupment, 1000_00, "B-1")
    assert (status(recoupment), sums()) == ("recovered", {"recovered": 1000_00})


def test_a_receipt_given_back_to_the_budget_is_not_reversed():
    recoupment = make_recoupment()
    receipt = note(recoupment, 1000_00, "B-1")
    operations.give_back_receipt(receipt.pk, by=an_actor("reviewer"), at=AT)
    with pytest.raises(WrongState):
        operations.reverse_receipt(receipt.pk, by=an_actor("reviewer"), at=AT, reason="记错")


def test_write_off_takes_a_document_a_reason_and_a_second_person():
    recoupment = make_recoupment()
    note(recoupment, 300_00, "B-1")
    clerk = an_actor("bureau_clerk").may_also("write_off_recoupment")
    with pytest.raises(operations.DocumentMissing):
        operations.propose_write_off(recoupment.pk, document=" ", by=clerk, at=AT, reason="失联")
    operations.propose_write_off(recoupment.pk, document="会议纪要3号", by=clerk, at=AT, reason="失联")
    with pytest.raises(SamePerson):
        operations.write_off_recoupment(recoupment.pk, by=clerk, at=AT, reason="同意")
    operations.keep_recoupment(recoupment.pk, by=an_actor("reviewer"), at=AT, reason="再查")
    operations.propose_write_off(recoupment.pk, document="会议纪要5号", by=clerk, at=AT, reason="终本裁定")
    operations.write_off_recoupment(recoupment.pk, by=an_actor("reviewer"), at=AT, reason="同意")
    assert sums() == {"recovered": 300_00, "written_off": 700_00}
    assert ledger.recount() == []


def test_drop_recoupment_only_while_nothing_came_back():
    recoupment = make_recoupment()
    receipt = note(recoupment, 300_00, "B-1")
    with pytest.raises(operations.ReceiptsStanding, match=r"¥300.00"):
        operations.drop_recoupment(recoupment.pk, by=an_actor("reviewer"), at=AT, reason="不该追")
    operations.reverse_receipt(receipt.pk, by=an_actor("reviewer"), at=AT, reason="退还")
    operations.drop_recoupment(recoupment.pk, by=an_actor("reviewer"), at=AT, reason="不该追")
    assert sums() == {"paid": 1000_00}


def test_offset_payment_never_without_consent_nor_of_another_payee():
    recoupment = make_recoupment()
    person = recoupment.person
    (own,) = make_owed(500_00, person=person)
    (other,) = make_owed(500_00, person=make_person("李明"), reference="SL-3")
    cashier = an_actor("cashier")

    def offset(payment, fen=500_00, **words):
        return operations.offset_payment(
            recoupment.pk, payment.pk, amount_fen=fen, **(CONSENT | words), by=cashier,
            at=a_day_at(date(2026, 6, 10)),
        )  # fmt: skip

    for lacking in ({"consent_document": " "}, {"consented_by": ""}, {"consented_on": date(2026, 6, 11)}):
        with pytest.raises(operations.ConsentMissing):
            offset(own, **lacking)
    with pytest.raises(operations.PaymentOfAnother, match="李明"):
        offset(other)
    assert sums() == {"payable": 1000_00, "recovering": 1000_00}
    receipt = offset(own)
    assert sums() == {"payable": 500_00, "paid": 500_00, "recovering": 500_00, "recovered": 500_00}
    with pytest.raises(operations.OffsetNotReversible):
        operations.reverse_receipt(receipt.pk, by=an_actor("reviewer"), at=AT, reason="抵错")
    assert ledger.recount() == []


def test_plan_recoupment_sums_to_what_is_owed():
    recoupment = make_recoupment()
    clerk = an_actor("bureau_clerk")
    for plan in ([(date(2026, 7, 1), 999_99)], [], [(date(2026, 5, 1), 1000_00)],
                 [(date(2026, 7, 1), 500_00), (date(2026, 7, 1), 500_00)]):  # fmt: skip
        with pytest.raises(operations.PlanWrong):
            operations.plan_recoupment(recoupment.pk, plan, by=clerk, at=AT)
    operations.plan_recoupment(recoupment.pk, [(date(2026, 7, 1), 1000_00)], by=clerk, at=AT)
    operations.plan_recoupment(
        recoupment.pk, [(date(2026, 9, 1), 600_00), (date(2026, 8, 1), 400_00)], by=clerk, at=AT
    )
    assert [(one.version, one.amount_fen) for one in queries.instalments(recoupment.pk)] == [
        (2, 400_00), (2, 600_00),
    ]  # fmt: skip


def test_object_to_recoupment_by_the_debtor_within_the_days_and_answered():
    recoupment = make_recoupment()
    debtor = an_actor("learner", person_id=recoupment.person_id)
    at = a_day_at(date(2026, 6, 8))
    with pytest.raises(NotFound):
        operations.object_to_recoupment(
            recoupment.pk, content="没有", by=an_actor("learner", person_id=make_person().pk), at=at
        )
    objection = operations.object_to_recoupment(recoupment.pk, content="只领过一次。", by=debtor, at=at)
    with pytest.raises(operations.ObjectionOpen):
        operations.object_to_recoupment(recoupment.pk, content="再说一次", by=debtor, at=at)
    operations.dismiss_recoupment_objection(
        objection.pk, answer="银行流水有两笔。", by=an_actor("reviewer"), at=at
    )
    with pytest.raises(operations.ObjectionLate):
        operations.object_to_recoupment(
            recoupment.pk, content="又想起来", by=debtor, at=a_day_at(date(2026, 6, 17))
        )


def test_a_debtor_sees_a_recoupment_only_once_it_was_served():
    recoupment = make_recoupment(status="approved")
    debtor = an_actor("learner", person_id=recoupment.person_id)
    assert not queries.recoupments(debtor).exists()
    with pytest.raises(NotFound):
        queries.recoupment(recoupment.pk, by=debtor)
    operations.serve_recoupment(
        recoupment.pk, served_on=OPENED_ON, served_how="邮寄", by=an_actor("bureau_clerk"), at=AT
    )
    assert queries.recoupment(recoupment.pk, by=debtor).pk == recoupment.pk
