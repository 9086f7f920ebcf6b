"""Another account for a payee: asked with proof, decided by another, and nothing paid where it should not be."""

from datetime import date, timedelta

import pytest

from kaogong.access.bank_accounts import AccountNumberWrong, AccountOnFile, HolderDiffers
from kaogong.claims import operations, queries
from kaogong.claims.models import AccountChange, CasePaper
from kaogong.claims.tasks import look_after_claims
from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.institutions.operations import set_institution_bank_account
from kaogong.kernel.actor import system_actor
from kaogong.kernel.bank_card import BankCardChecksum, make_bank_card
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.people.models import Person
from kaogong.people.operations import set_bank_account
from kaogong.trail.models import Entry
from tests.claims.test_story import agrees, bank_answers
from tests.factories.claims import (
    close_notice_of,
    line_of,
    make_certified_class,
    make_claim,
    make_learner,
    make_money,
)
from tests.factories.paper import A_PDF
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 27))
CARD = make_bank_card("622848", 7_001).value
PROOF = [("银行卡.pdf", A_PDF)]


@pytest.fixture
def cleared():
    """A claim whose allowance waits in the queue for one learner and one more for another."""
    make_money()
    pair = make_learner("李明", allowance=True), make_learner("陈静", allowance=True)
    return make_claim(make_certified_class(list(pair)), status="cleared"), *pair


def owner(person):
    return an_actor("learner", person_id=person.pk)


def ask(person, *, by=None, at=AT, account=CARD, papers=PROOF, **words) -> AccountChange:
    words = {"bank_name": "示例银行", "reason": "旧卡注销", **words}
    return operations.ask_account_change(
        "person", person.pk, account=account, papers=papers, by=by or owner(person), at=at, **words
    )


def payment_to(person, **where) -> Payment:
    return Payment.objects.filter(person_id=person.pk, **where).latest("id")


def batches_of(ids, at=AT):
    return operations.prepare_payment_batch(ids, by=an_actor("cashier"), at=at)


def test_story_of_a_change_from_the_request_to_the_payment_on_the_new_account(cleared):
    claim, ming, jing = cleared
    old = payment_to(ming)
    change = ask(ming)
    assert (change.status, change.replaces_masked) == ("asked", ming.bank_account_masked)
    assert Person.objects.get(pk=ming.pk).bank_account == ming.bank_account

    queued = list(Payment.objects.filter(status="queued").values_list("pk", flat=True))
    batch = batches_of(queued)
    assert old.pk not in batch.payments.values_list("pk", flat=True)
    assert batch.payments.filter(person_id=jing.pk).exists()
    told = Entry.objects.get(verb="batch.left_out").detail["payments"]
    assert told == [f"{old.reference}（收款账户变更待审核）"]

    clerk = an_actor("bureau_clerk")
    change = operations.approve_account_change(change.pk, by=clerk, at=AT, reason="与银行卡照片一致")
    assert (change.status, change.cooling_days, change.pays_from) == ("cooling", 3, date(2026, 7, 30))
    with pytest.raises(operations.AccountsChanging, match=old.reference):
        batches_of([old.pk])
    with pytest.raises(operations.AccountStillCooling, match="2026-07-30"):
        operations.put_account_change_in_force(change.pk, by=system_actor(), at=AT + timedelta(days=2))
    assert look_after_claims(by=system_actor(), at=AT + timedelta(days=2))["accounts"] == 0

    assert look_after_claims(by=system_actor(), at=AT + timedelta(days=3))["accounts"] == 1
    assert Person.objects.get(pk=ming.pk).bank_account == CARD
    old.refresh_from_db()
    new = Payment.objects.get(replaces=old)
    assert (old.status, new.status, new.bank_account, new.amount_fen) == (
        "cancelled",
        "queued",
        CARD,
        old.amount_fen,
    )
    assert queries.payments_of(claim)[old.reference] == new
    assert agrees(claim, clerk)
    funds.dissolve_batch(batch.pk, by=an_actor("cashier"), at=AT, reason="重组")
    bank_answers([row.pk for row in Payment.objects.filter(status="queued")])
    operations.mark_paid_claims(by=an_actor("cashier"), at=AT + timedelta(days=4))
    assert line_of(claim, ming).status == "paid"
    assert agrees(claim, clerk)
    assert look_after_claims(by=system_actor(), at=AT + timedelta(days=5))["accounts"] == 0


def test_a_batch_made_before_the_change_is_not_released_and_keeps_the_change_from_taking_effect(cleared):
    _claim, ming, _jing = cleared
    batch = batches_of([row.pk for row in Payment.objects.filter(status="queued")])
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=AT)
    change = ask(ming)
    with pytest.raises(operations.AccountsChanging, match="发放"):
        operations.release_payment_batch(batch.pk, by=an_actor("cashier"), at=AT)
    operations.approve_account_change(change.pk, by=an_actor("bureau_clerk"), at=AT)
    late = AT + timedelta(days=4)
    with pytest.raises(operations.PaymentsStandInBatch, match=batch.number):
        operations.put_account_change_in_force(change.pk, by=system_actor(), at=late)
    assert look_after_claims(by=system_actor(), at=late)["accounts"] == 0
    operations.dissolve_payment_batch(batch.pk, by=an_actor("cashier"), at=late, reason="账户变更")
    assert look_after_claims(by=system_actor(), at=late)["accounts"] == 1
    assert payment_to(ming).bank_account == CARD


def test_without_a_cooling_term_the_change_is_in_force_at_once(cleared, monkeypatch):
    _claim, ming, _jing = cleared
    monkeypatch.setattr(queries, "cooling_days", lambda region_code, on: None)
    change = operations.approve_account_change(ask(ming).pk, by=an_actor("bureau_clerk"), at=AT)
    assert (change.status, change.cooling_days, change.pays_from) == ("in_force", None, AT.date())
    assert payment_to(ming).bank_account == CARD


def test_only_the_fictional_region_has_a_cooling_term():
    assert queries.cooling_days("370299", AT.date()) == 3
    assert queries.cooling_days("370211", AT.date()) is None


def test_withdrawn_change_pays_the_account_on_file_and_what_was_not_owed_yet_is_owed():
    make_money()
    poor = make_learner("赵伟", allowance=True)
    training_class = make_certified_class([poor])
    claim = make_claim(training_class, status="published")
    change = ask(poor)
    close_notice_of(claim)
    line = line_of(claim, poor)
    assert (line.status, line.allowance_payment) == ("cleared", "")
    assert list(queries.lines_waiting(change)) == [line]
    operations.withdraw_account_change(change.pk, by=owner(poor), at=AT, reason="旧卡找到了")
    assert payment_to(poor).bank_account == poor.bank_account


def test_a_returned_change_waits_is_answered_and_decided_again(cleared):
    _claim, ming, _jing = cleared
    clerk = an_actor("bureau_clerk")
    change = operations.return_account_change(ask(ming).pk, by=clerk, at=AT, reason="照片看不清")
    assert (change.status, change.answer) == ("returned", "照片看不清")
    with pytest.raises(operations.AccountsChanging):
        batches_of([payment_to(ming).pk])
    with pytest.raises(WrongState):
        operations.approve_account_change(change.pk, by=clerk, at=AT)
    operations.ask_account_change_again(
        change.pk, reason="重拍", papers=[("重拍.pdf", A_PDF + b"%%")], by=owner(ming), at=AT
    )
    assert CasePaper.objects.filter(change=change).count() == 2
    assert operations.approve_account_change(change.pk, by=clerk, at=AT).status == "cooling"


def test_whoever_asked_does_not_decide_and_only_with_the_right(cleared):
    _claim, ming, jing = cleared
    clerk = an_actor("bureau_clerk")
    change = ask(ming, by=clerk)
    with pytest.raises(SamePerson):
        operations.approve_account_change(change.pk, by=clerk, at=AT)
    for role in ("cashier", "auditor"):
        with pytest.raises(NotPermitted):
            operations.approve_account_change(change.pk, by=an_actor(role), at=AT)
    with pytest.raises(NotFound):
        operations.approve_account_change(change.pk, by=an_actor("bureau_clerk", region_code="370211"), at=AT)
    with pytest.raises(NotPermitted):
        operations.approve_account_change(change.pk, by=owner(ming), at=AT)
    for stranger in (owner(jing), an_actor("provider_clerk", organisation_id=1)):
        with pytest.raises(NotFound):
            operations.withdraw_account_change(change.pk, by=stranger, at=AT, reason="x")
        with pytest.raises(NotFound):
            ask(ming, by=stranger)
    with pytest.raises(NotPermitted):
        ask(jing, by=an_actor("auditor"))


def test_what_a_change_must_be(cleared):
    _claim, ming, jing = cleared
    for wrong, refusal in (
        ({"account": CARD[:-1] + str((int(CARD[-1]) + 1) % 10)}, BankCardChecksum),
        ({"holder": "李小明"}, HolderDiffers),
        ({"account": ming.bank_account}, operations.AccountUnchanged),
        ({"papers": []}, operations.AccountProofMissing),
        ({"papers": [("骗人.png", b"<html>")]}, operations.CasePaperUnreadable),
        ({"reason": " "}, ReasonMissing),
        ({"bank_name": ""}, operations.AccountBankMissing),
    ):
        with pytest.raises(refusal):
            ask(ming, **wrong)
    assert not AccountChange.objects.exists()
    ask(ming)
    with pytest.raises(operations.AccountChangeUnderWay, match="6228"):
        ask(ming, account=make_bank_card("622848", 7_002).value)
    with pytest.raises(operations.AccountNotOnFile):
        ask(make_learner("无账户", account=False))
    assert ask(jing, account=make_bank_card("622848", 7_003).value, holder="陈 静").status == "asked"


def test_first_account_is_registered_at_once_and_another_is_a_change(cleared):
    claim, ming, _jing = cleared
    words = {"bank_name": "示例银行", "at": AT}
    with pytest.raises(AccountOnFile, match="变更申请"):
        set_bank_account(ming.pk, account=CARD, by=owner(ming), **words)
    new = make_learner("新来", account=False)
    with pytest.raises(HolderDiffers, match="新来"):
        set_bank_account(new.pk, account=CARD, holder="别人", by=owner(new), **words)
    set_bank_account(new.pk, account=CARD, by=owner(new), **words)
    school = claim.institution
    by = an_actor("provider_clerk", organisation_id=school.pk)
    with pytest.raises(AccountOnFile):
        set_institution_bank_account(school.pk, account="3803020109000999999", by=by, **words)
    for wrong in ("11111111", "12345678", "38030201x"):
        with pytest.raises(AccountNumberWrong):
            set_institution_bank_account(school.pk, account=wrong, by=by, **words)


def test_an_institution_changes_its_account_too_and_only_its_own_sum_waits(cleared):
    claim, _ming, _jing = cleared
    by = an_actor("provider_clerk", organisation_id=claim.institution_id)
    change = operations.ask_account_change(
        "institution", claim.institution_id, bank_name="示例农商行", account="3803020109000999999",
        reason="账户迁移", papers=PROOF, by=by, at=AT,
    )  # fmt: skip
    batch = batches_of([row.pk for row in Payment.objects.filter(status="queued")])
    assert set(batch.payments.values_list("payee_kind", flat=True)) == {"person"}
    operations.approve_account_change(change.pk, by=an_actor("reviewer"), at=AT)
    operations.put_account_change_in_force(change.pk, by=system_actor(), at=AT + timedelta(days=3))
    sum_ = Payment.objects.filter(payee_kind="institution").latest("id")
    assert (sum_.status, sum_.bank_account) == ("queued", "3803020109000999999")
    assert agrees(claim, an_actor("bureau_clerk"))


def test_what_was_with_the_bank_when_the_change_took_effect_and_is_stopped_is_owed_on_the_new_account(
    cleared, monkeypatch
):
    claim, ming, jing = cleared
    batch = batches_of([row.pk for row in Payment.objects.filter(status="queued")])
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=AT)
    operations.release_payment_batch(batch.pk, by=an_actor("cashier"), at=AT)
    monkeypatch.setattr(queries, "cooling_days", lambda region_code, on: None)
    change = operations.approve_account_change(ask(ming).pk, by=an_actor("bureau_clerk"), at=AT)
    assert (change.status, payment_to(ming).status) == ("in_force", "in_transit")
    operations.stop_payment_batch(batch.pk, by=an_actor("cashier"), at=AT, reason="名单有误")
    assert payment_to(ming, status="queued").bank_account == CARD
    assert payment_to(jing, status="queued").bank_account == jing.bank_account
    queued = Payment.objects.filter(status="queued", person_id=ming.pk)
    assert [row.amount_fen for row in queued] == [payment_to(ming, status="stopped").amount_fen]
    assert agrees(claim, an_actor("bureau_clerk"))


def test_an_account_of_another_payee_is_told_before_the_decision(cleared):
    _claim, ming, jing = cleared
    change = ask(ming, account=jing.bank_account)
    assert queries.others_on_account(change) == [str(jing)]
    operations.approve_account_change(change.pk, by=an_actor("bureau_clerk"), at=AT)
    assert Entry.objects.get(verb="account_change.approved").detail["shared"] == 1


def test_a_payment_the_bank_sent_back_is_paid_anew_once_the_change_is_in_force(cleared):
    claim, ming, _jing = cleared
    failed = payment_to(ming)
    bank_answers([failed.pk], failing={failed.reference: "账户已销户"})
    words = {"bank_name": "示例银行", "reason": "更正", "by": owner(ming), "at": AT}
    with pytest.raises(operations.AccountProofMissing):
        operations.correct_returned_payment(failed.pk, account=CARD, **words)
    change = operations.correct_returned_payment(failed.pk, account=CARD, papers=PROOF, **words)
    assert (change.status, change.returned_payment) == ("asked", failed.reference)
    failed.refresh_from_db()
    assert failed.status == "failed"
    with pytest.raises(operations.AccountChangeUnderWay):
        operations.correct_returned_payment(failed.pk, account=ming.bank_account, papers=PROOF, **words)
    operations.approve_account_change(change.pk, by=an_actor("bureau_clerk"), at=AT)
    assert look_after_claims(by=system_actor(), at=AT + timedelta(days=3))["accounts"] == 1
    again = Payment.objects.get(replaces=failed)
    assert (again.status, again.bank_account) == ("queued", CARD)
    assert agrees(claim, an_actor("bureau_clerk"))


def test_a_payment_sent_back_is_paid_anew_at_once_on_the_account_on_file(cleared):
    _claim, ming, _jing = cleared
    failed = payment_to(ming)
    bank_answers([failed.pk], failing={failed.reference: "开户行名称有误"})
    again = operations.correct_returned_payment(
        failed.pk, bank_name="示例银行示例区支行", account=ming.bank_account, reason="行名更正",
        by=owner(ming), at=AT,
    )  # fmt: skip
    assert (again.status, again.replaces_id, again.bank_name) == ("queued", failed.pk, "示例银行示例区支行")
    assert Person.objects.get(pk=ming.pk).bank_name == "示例银行示例区支行"


def test_looks_are_recorded_and_the_number_is_never_in_the_trail(cleared):
    _claim, ming, jing = cleared
    change, clerk = ask(ming), an_actor("bureau_clerk")
    (paper,) = queries.case_papers(change_id=change.pk)
    assert operations.read_case_paper(paper.pk, by=owner(ming), at=AT).data == A_PDF
    assert not Entry.objects.filter(verb="account_change.paper_looked").exists()
    operations.read_case_paper(paper.pk, by=clerk, at=AT)
    assert Entry.objects.get(verb="account_change.paper_looked").actor_account_id == clerk.account_id
    with pytest.raises(NotFound):
        operations.read_case_paper(paper.pk, by=owner(jing), at=AT)
    with pytest.raises(ReasonMissing):
        operations.reveal_changed_account(change.pk, by=clerk, at=AT, reason="")
    with pytest.raises(NotPermitted):
        operations.reveal_changed_account(change.pk, by=an_actor("cashier"), at=AT, reason="看看")
    assert operations.reveal_changed_account(change.pk, by=clerk, at=AT, reason="核对") == CARD
    assert Entry.objects.filter(verb="account_change.looked").count() == 1
    assert all(CARD not in str(entry.__dict__) for entry in Entry.objects.all())
