"""A sponsor's money from the agreement to the last fen given back, and every way it may not be mixed or misused."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from kaogong.funds import operations as funds
from kaogong.funds import queries as fund_queries
from kaogong.funds.models import Payment, Transfer
from kaogong.funds.queries.waterfall_division import Tier
from kaogong.gateways.bank import StandInBank
from kaogong.grants import operations, queries
from kaogong.grants.models import SponsoredSpending, SponsoredUse
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson, WrongState
from kaogong.ledger import operations as ledger
from kaogong.ledger import queries as books
from kaogong.trail.models import Entry
from tests.factories.claims import make_learner
from tests.factories.grants import PROGRAMME, make_talent_fund
from tests.factories.institutions import make_institution
from tests.factories.paper import A_PDF
from tests.factories.people import an_actor
from tests.factories.sponsored import AT, SIGNED_ON, USES, make_sponsorship

pytestmark = pytest.mark.django_db
CAME = {"奖金": 150_000_00, "场地设备": 50_000_00}


def standing(made) -> dict[str, tuple[int, int, int, int]]:
    """Use → received, under way, paid, left."""
    return {
        row.use.name: (row.received_fen, row.under_way_fen, row.paid_fen, row.left_fen)
        for row in queries.standing_of(made)
    }


def ask(made, use="奖金", fen=80_000_00, **words):
    words = {"what": "一等奖奖金", "document": "获奖名单", "by": an_actor("bureau_clerk"), "at": AT} | words
    if "institution_id" not in words and "person_id" not in words:
        words["person_id"] = make_learner("李师傅").pk
    return operations.ask_spending(made.pk, use=use, amount_fen=fen, **words)


def approve(row):
    return operations.approve_spending(row.pk, by=an_actor("reviewer"), at=AT)


def to_the_bank(*, answers: str = "paid"):
    """Everything queued goes to the bank through three people and comes back as told."""
    ids = list(Payment.objects.filter(status="queued").values_list("pk", flat=True))
    batch = operations.prepare_payment_batch(ids, by=an_actor("cashier"), at=AT)
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=AT)
    releaser = an_actor("cashier")
    operations.release_payment_batch(batch.pk, by=releaser, at=AT)
    _, sheet = funds.bank_file(batch.pk, by=releaser, at=AT)
    failing = dict.fromkeys((row.reference for row in Payment.objects.filter(batch=batch)), "账户不存在")
    bank = StandInBank(failing if answers == "failed" else None)
    funds.read_bank_return(bank.answer(sheet, on=AT.date()), f"{batch.number}.xlsx", by=releaser, at=AT)


def test_story_from_the_agreement_to_the_last_fen_given_back():
    made = make_sponsorship(received=CAME)
    assert made.number == "ZZ-2026-00001"
    assert made.fund.kind_code == "sponsorship"
    assert standing(made) == {
        "奖金": (150_000_00, 0, 0, 150_000_00),
        "场地设备": (50_000_00, 0, 0, 50_000_00),
    }
    approve(ask(made))
    assert standing(made)["奖金"] == (150_000_00, 80_000_00, 0, 70_000_00)
    to_the_bank()
    assert standing(made)["奖金"] == (150_000_00, 0, 80_000_00, 70_000_00)
    with pytest.raises(operations.SponsorshipUnsettled, match=r"120,000\.00"):
        operations.close_sponsorship(made.pk, by=an_actor("reviewer"), at=AT)
    back = operations.ask_give_back(made.pk, document="退款函", by=an_actor("bureau_clerk"), at=AT)
    assert [(row.use.name, row.amount_fen, row.institution_id) for row in back] == [
        ("奖金", 70_000_00, made.sponsor_id), ("场地设备", 50_000_00, made.sponsor_id),
    ]  # fmt: skip
    for row in back:
        approve(row)
    to_the_bank()
    rows = {row.use.name: row for row in queries.standing_of(made)}
    assert (rows["奖金"].spent_fen, rows["奖金"].given_back_fen, rows["奖金"].left_fen) == (
        80_000_00,
        70_000_00,
        0,
    )
    closed = operations.close_sponsorship(made.pk, by=an_actor("reviewer"), at=AT)
    assert closed.status == "closed"
    told = queries.told_to_sponsor(closed)
    assert [(line.what, line.amount_fen) for line in told] == [
        ("received", 150_000_00), ("received", 50_000_00), ("spent", 80_000_00), ("given_back", 70_000_00),
        ("given_back", 50_000_00),
    ]  # fmt: skip
    with pytest.raises(WrongState):
        ask(closed, fen=1_00)


def test_every_entry_of_the_fund_is_a_sponsors_and_adds_up():
    made = make_sponsorship(received=CAME)
    approve(ask(made))
    to_the_bank()
    rows = books.trial_balance(made.fund.code)
    assert {row.source_level for row in rows} == {"sponsor"}
    assert sum(row.budgeted_fen for row in rows) == 200_000_00
    assert all(row.difference_fen == 0 for row in rows)
    assert not list(books.recount())


def test_a_use_the_agreement_does_not_list_is_refused_by_name():
    made = make_sponsorship(received=CAME)
    with pytest.raises(operations.UseNotAgreed, match=r"没有“差旅费”这一用途.*奖金、场地设备"):
        ask(made, use="差旅费", fen=1_00)
    with pytest.raises(operations.UseNotAgreed):
        operations.receive_sponsored(
            made.pk,
            amounts={"差旅费": 1_00},
            document="回单",
            on=SIGNED_ON,
            by=an_actor("bureau_clerk"),
            at=AT,
        )


def test_the_list_of_uses_is_closed_in_the_database_too():
    made = make_sponsorship()
    with pytest.raises(IntegrityError, match="list of uses is closed"), transaction.atomic():
        SponsoredUse.objects.create(sponsorship=made, name="差旅费", most_fen=1_00)
    with pytest.raises(IntegrityError, match="do not add up"), transaction.atomic():
        other = make_sponsorship(sponsor=made.sponsor, status="registered")
        SponsoredUse.objects.create(sponsorship=other, name="差旅费", most_fen=1_00)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_no_subsidy_is_ever_drawn_from_a_sponsors_money():
    made = make_sponsorship(received=CAME)
    reviewer = an_actor("reviewer")
    with pytest.raises(funds.SponsorsMoneyApart, match="社会赞助资金"):
        funds.draft_waterfall(
            region_code=made.region_code, programme=PROGRAMME, tiers=[Tier(made.fund.code, {"city": 1000})],
            starts_on=date(2026, 9, 1), document="文", by=reviewer, at=AT,
        )  # fmt: skip
    with pytest.raises(funds.SponsorsMoneyApart):
        funds.set_budget(
            made.fund.pk, programme=PROGRAMME, source_level="city", amount_fen=1_00, by=reviewer, at=AT
        )
    with pytest.raises(funds.SponsorsMoneyApart):
        funds.record_transfer(
            made.fund.pk, programme="奖金", source_level="city", kind="received", amount_fen=1_00, document="文",
            told_on=SIGNED_ON, by=reviewer, at=AT,
        )  # fmt: skip
    words = {"programme": "奖金", "year": 2026, "reference": "x", "by": reviewer, "at": AT}
    with pytest.raises(ledger.SourceMixed, match="不得混用"):
        ledger.reserve(made.fund.code, amounts={"city": 1_00}, key="x1", **words)


def test_no_sponsors_money_ever_comes_into_a_public_fund():
    fund = make_talent_fund()
    reviewer = an_actor("reviewer")
    with pytest.raises(ledger.SourceMixed):
        funds.set_budget(
            fund.pk, programme=PROGRAMME, source_level="sponsor", amount_fen=1_00, by=reviewer, at=AT
        )
    with pytest.raises(funds.FundCodeKept):
        funds.open_fund(
            code="ZZ-1", name="x", region_code=fund.region_code, year=2026, shares={}, by=reviewer, at=AT
        )
    with pytest.raises(funds.SharesNotWhole):
        funds.open_fund(
            code="X", name="x", region_code=fund.region_code, year=2026, shares={PROGRAMME: {"sponsor": 1000}},
            by=reviewer, at=AT,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="sponsors_money_lies_apart"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_ledgeraccount (fund_code, year, programme, source_level, state)"
            " VALUES (%s, 2026, 'x', 'sponsor', 'available')", [fund.code],
        )  # fmt: skip


def test_sponsored_and_public_payments_are_never_one_batch_nor_set_off():
    make_talent_fund()
    approve(ask(make_sponsorship(received=CAME)))
    payment = Payment.objects.get()
    with pytest.raises(funds.SponsorsMoneyNotOffset):
        funds.offset_payment(
            payment.pk, amount_fen=1_00, against="ZH-1", by=an_actor("cashier"), at=AT, reason="抵扣"
        )


def test_spending_needs_another_person_and_agreements_too():
    both = an_actor("bureau_clerk")
    both = replace(both, permissions=both.permissions | an_actor("reviewer").permissions)
    registered = make_sponsorship(status="registered", by=both)
    with pytest.raises(SamePerson):
        operations.confirm_sponsorship(registered.pk, by=both, at=AT)
    with pytest.raises(NotPermitted):
        operations.confirm_sponsorship(registered.pk, by=an_actor("bureau_clerk"), at=AT)
    made = make_sponsorship(sponsor=registered.sponsor, received=CAME)
    row = ask(made, by=both)
    with pytest.raises(SamePerson):
        operations.approve_spending(row.pk, by=both, at=AT)
    with pytest.raises(NotPermitted):
        operations.approve_spending(row.pk, by=an_actor("bureau_clerk"), at=AT)
    with pytest.raises(NotFound):
        operations.approve_spending(row.pk, by=an_actor("reviewer", region_code="510700"), at=AT)
    assert not Payment.objects.exists()
    approve(row)
    assert Payment.objects.get().reference == f"{row.reference}/P1"
    with pytest.raises(WrongState):
        approve(row)


def test_never_more_than_came_nor_than_was_agreed():
    made = make_sponsorship(received=CAME)
    ask(made, fen=100_000_00)
    with pytest.raises(operations.SponsoredShort, match=r"50,000\.00"):
        ask(made, fen=50_000_01)
    with pytest.raises(operations.ReceiptAboveAgreement):
        operations.receive_sponsored(
            made.pk,
            amounts={"奖金": 50_000_01},
            document="回单2",
            on=SIGNED_ON,
            by=an_actor("bureau_clerk"),
            at=AT,
        )
    with pytest.raises(Exception, match="已经登记过"):
        operations.receive_sponsored(
            made.pk, amounts={"奖金": 1_00}, document="银行回单20260305-1", on=SIGNED_ON,
            by=an_actor("bureau_clerk"), at=AT,
        )  # fmt: skip


def test_register_sponsorship_wants_its_paper_and_uses_that_add_up():
    sponsor = make_institution("示例重工集团", kind="enterprise")
    given = {
        "event": "大赛", "document": "协议", "agreed_on": SIGNED_ON, "uses": USES, "agreed_fen": 300_000_00,
        "filename": "a.pdf", "content": A_PDF, "by": an_actor("bureau_clerk"), "at": AT,
    }  # fmt: skip
    with pytest.raises(operations.UsesIncomplete, match="现为"):
        operations.register_sponsorship(sponsor.pk, **given | {"agreed_fen": 1})
    with pytest.raises(operations.UsesIncomplete):
        operations.register_sponsorship(sponsor.pk, **given | {"uses": [USES[0], USES[0]]})
    with pytest.raises(operations.GrantPaperUnreadable):
        operations.register_sponsorship(sponsor.pk, **given | {"content": b""})
    with pytest.raises(operations.DayToCome):
        operations.register_sponsorship(sponsor.pk, **given | {"agreed_on": date(2027, 1, 1)})
    made = operations.register_sponsorship(sponsor.pk, **given)
    assert made.data == A_PDF
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM grants_sponsorship WHERE id = %s", [made.pk])
        assert b"%PDF" not in bytes(str(cursor.fetchone()[0]), "utf-8")


def test_a_receipt_written_down_wrongly_is_answered_by_its_opposite():
    made = make_sponsorship(received=CAME)
    wrong = Transfer.objects.get(programme="场地设备")
    with pytest.raises(ReasonMissing):
        operations.correct_sponsored_receipt(made.pk, wrong.pk, by=an_actor("reviewer"), at=AT, reason=" ")
    operations.correct_sponsored_receipt(made.pk, wrong.pk, by=an_actor("reviewer"), at=AT, reason="记错用途")
    assert standing(made)["场地设备"] == (0, 0, 0, 0)
    approve(ask(made, fen=150_000_00))
    spent = Transfer.objects.get(programme="奖金", corrects=None)
    with pytest.raises(ledger.BudgetExceeded):
        operations.correct_sponsored_receipt(made.pk, spent.pk, by=an_actor("reviewer"), at=AT, reason="记错")


def test_what_the_bank_gave_back_is_paid_anew_or_dropped():
    made = make_sponsorship(received=CAME)
    row = approve(ask(made))
    with pytest.raises(NotPermitted):
        operations.drop_spending(row.pk, by=an_actor("bureau_clerk"), at=AT, reason="停办")
    to_the_bank(answers="failed")
    payment = Payment.objects.get()
    assert payment.status in ("failed", "returned")
    operations.give_up_payment(payment.pk, by=an_actor("cashier"), at=AT, reason="账户不存在")
    assert SponsoredSpending.objects.get().status == "dropped"
    assert standing(made)["奖金"] == (150_000_00, 0, 0, 150_000_00)


def test_a_sum_is_dropped_before_the_batch_and_refused_once_it_is_in_one():
    made = make_sponsorship(received=CAME)
    first, second = approve(ask(made)), approve(ask(made, fen=1_000_00))
    operations.drop_spending(second.pk, by=an_actor("cashier"), at=AT, reason="停办")
    assert standing(made)["奖金"] == (150_000_00, 80_000_00, 0, 70_000_00)
    to_the_bank()
    with pytest.raises(operations.SpendingOnItsWay):
        operations.drop_spending(first.pk, by=an_actor("cashier"), at=AT, reason="停办")


def test_withdraw_and_refuse_leave_the_money_free():
    made = make_sponsorship(received=CAME)
    operations.withdraw_spending(ask(made).pk, by=an_actor("bureau_clerk"), at=AT, reason="填错")
    operations.refuse_spending(ask(made).pk, by=an_actor("reviewer"), at=AT, reason="超标准")
    assert standing(made)["奖金"] == (150_000_00, 0, 0, 150_000_00)
    assert {row.status for row in SponsoredSpending.objects.all()} == {"withdrawn", "refused"}


def test_a_payee_without_an_account_or_two_payees_are_refused():
    made = make_sponsorship(received=CAME)
    row = ask(made, person_id=make_learner("无账户", account=False).pk)
    with pytest.raises(operations.SpendingAccountWanting, match="无账户"):
        approve(row)
    with pytest.raises(operations.PayeeUnclear):
        ask(made, person_id=1, institution_id=2)


def test_what_the_trail_says_of_a_sum_is_what_was_decided():
    row = approve(ask(make_sponsorship(received=CAME)))
    told = Entry.objects.get(verb="spending.approved", subject_id=str(row.pk)).detail
    assert (told["amount_fen"], told["use"], told["payee"]) == (80_000_00, "奖金", ["person", row.person_id])


def test_the_fund_is_on_the_board_and_no_part_of_the_execution_of_budgets():
    make_talent_fund()
    made = make_sponsorship(received=CAME)
    board = fund_queries.fund_board(an_actor("reviewer"), 2026)
    assert sum(row.budgeted_fen for row in board if row.fund.pk == made.fund.pk) == 200_000_00
    told = fund_queries.execution(board, "programme")
    assert {row.key for row in told} == {PROGRAMME}
