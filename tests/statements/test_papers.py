"""Numbered papers: statements, receipts, year's certificates; real PDFs opened and read."""

import shutil
import subprocess
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from kaogong.funds import operations as funds
from kaogong.gateways.bank import StandInBank
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing
from kaogong.statements import operations, queries
from kaogong.statements.models import IssuedPaper
from kaogong.web.parts.statements import paper_file
from tests.factories import make_person
from tests.factories.funds import AT, make_batch, make_cashier, make_fund, make_order, make_payments

pytestmark = pytest.mark.django_db
CASHIER = {"by": make_cashier(904), "at": AT + timedelta(days=2)}
MARCH = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 4)}
NEXT_YEAR = {"by": make_cashier(904), "at": AT + timedelta(days=400)}


def words_of(pdf: bytes) -> str:
    """What the file says, told by another program than the one that wrote it."""
    assert pdf.startswith(b"%PDF-")
    read = subprocess.run(
        [shutil.which("pdftotext"), "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return read.stdout.decode()


@pytest.fixture
def person(db):
    return make_person("王小明")


@pytest.fixture
def paid(person):
    """Two payments to one person: 100 yuan arrived, 100 came back."""
    make_fund()
    orders = [make_order(f"SL-1-{n}", payee_id=person.pk, payee_name="王小明") for n in (1, 2)]
    batch = make_batch(make_payments(orders=orders, reference="SL-1"))
    _, payments = funds.bank_file(batch.pk, by=make_cashier(904), at=AT)
    answer = StandInBank({"SL-1-2": "户名不符"}).answer(payments, on=date(2026, 3, 3))
    funds.read_bank_return(answer, "回盘.xlsx", by=make_cashier(904), at=AT + timedelta(days=1))
    return batch.payments.get(status="paid")


def test_a_statement_says_what_was_owed_paid_and_came_back_and_adds_up(person, paid):
    made = operations.issue_statement(person_id=person.pk, **MARCH, **CASHIER)
    body = made.facts["body"]
    assert (body["opening_fen"], body["closing_fen"]) == (0, 100_00)
    assert [event["what"] for event in body["events"]] == ["decided", "decided", "paid", "returned"]
    assert body["opening_fen"] + sum(event["owed_fen"] for event in body["events"]) == body["closing_fen"]
    later = queries.account_of(person_id=person.pk, starts_on=date(2026, 3, 3), ends_on=date(2026, 3, 4))
    assert (later.opening_fen, later.closing_fen) == (200_00, 100_00)
    told = words_of(paper_file(made)[1])
    for word in (made.number, "补贴资金对账单", "期末应付余额", "银行退回", "100.00", made.verification_code):
        assert word in told


def test_a_corrected_account_owes_nothing_twice(person, paid):
    failed = paid.batch.payments.get(status="failed")
    funds.correct_bank_account(
        failed.pk,
        bank_name="示例银行",
        bank_account="6299990000009999123",
        bank_account_holder="王小明",
        **CASHIER,
    )
    account = queries.account_of(person_id=person.pk, **MARCH)
    assert account.closing_fen == 100_00


def test_numbers_run_without_gaps_one_series_for_each_kind_and_year(person, paid):
    first = operations.issue_statement(person_id=person.pk, **MARCH, **CASHIER)
    with pytest.raises(RuntimeError), transaction.atomic():
        operations.issue_statement(person_id=person.pk, **MARCH, **CASHIER)
        raise RuntimeError
    second = operations.issue_statement(person_id=person.pk, **MARCH, **CASHIER)
    assert (first.number, second.number) == ("DZ-2026-000001", "DZ-2026-000002")
    assert operations.issue_receipt(paid.pk, **CASHIER).number == "SJ-2026-000001"


def test_a_payment_has_one_receipt_and_only_when_it_arrived(person, paid):
    made = operations.issue_receipt(paid.pk, **CASHIER)
    assert operations.issue_receipt(paid.pk, **CASHIER).pk == made.pk
    told = words_of(paper_file(made)[1])
    assert "壹佰元整" in told
    assert paid.bank_account not in told
    with pytest.raises(operations.PaymentNotPaid):
        operations.issue_receipt(paid.batch.payments.get(status="failed").pk, **CASHIER)


def test_a_reissue_keeps_number_and_words_and_says_so(person, paid):
    made = operations.issue_receipt(paid.pk, **CASHIER)
    with pytest.raises(ReasonMissing):
        operations.reissue_paper(made.pk, reason=" ", **CASHIER)
    operations.reissue_paper(made.pk, reason="原件遗失", **CASHIER)
    again = queries.paper(made.pk, make_cashier())
    told = words_of(paper_file(again)[1])
    assert "第 1 次补发" in told
    assert made.number in told
    assert (again.digest, again.facts) == (made.digest, made.facts)


def test_the_years_certificate_is_for_a_year_that_is_over_and_is_replaced_when_it_changes(person, paid):
    with pytest.raises(operations.SpanNotOver):
        operations.issue_year_certificate(2026, person_id=person.pk, **CASHIER)
    with pytest.raises(operations.NothingPaid):
        operations.issue_year_certificate(2025, person_id=person.pk, **CASHIER)
    made = operations.issue_year_certificate(2026, person_id=person.pk, **NEXT_YEAR)
    assert made.facts["body"]["net_fen"] == 100_00
    assert operations.issue_year_certificate(2026, person_id=person.pk, **NEXT_YEAR).pk == made.pk
    more = make_batch(make_payments(orders=[make_order("SL-2-1", payee_id=person.pk)], reference="SL-2"))
    _, payments = funds.bank_file(more.pk, by=make_cashier(904), at=AT)
    funds.read_bank_return(
        StandInBank().answer(payments, on=date(2026, 3, 9)), "二.xlsx", by=make_cashier(904), at=AT
    )
    second = operations.issue_year_certificate(2026, person_id=person.pk, **NEXT_YEAR)
    made.refresh_from_db()
    assert (second.number, second.replaces_id, made.status) == ("NS-2026-000002", made.pk, "superseded")
    assert made.number in words_of(paper_file(second)[1])


def test_what_was_sealed_is_kept(person, paid):
    made = operations.issue_receipt(paid.pk, **CASHIER)
    assert queries.is_whole(made)
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedPaper.objects.filter(pk=made.pk).update(facts={})


def test_number_and_code_verify_a_paper_and_nothing_else_does(person, paid):
    made = operations.issue_receipt(paid.pk, **CASHIER)
    assert queries.paper_verified(made.number.lower(), f" {made.verification_code} ").pk == made.pk
    assert queries.paper_verified(made.number, "0" * 12) is None
    assert queries.paper_verified("SJ-2026-999999", made.verification_code) is None


def test_a_person_issues_and_sees_only_their_own(person, paid):
    made = operations.issue_receipt(paid.pk, **CASHIER)
    other = make_person("李兰")
    learner = Actor("李兰", "learner", CASHIER["by"].permissions, 920, person_id=other.pk)
    with pytest.raises(NotFound):
        queries.paper(made.pk, learner)
    with pytest.raises(NotFound):
        operations.issue_receipt(paid.pk, by=learner, at=AT)
    with pytest.raises(NotFound):
        operations.issue_statement(person_id=person.pk, **MARCH, by=learner, at=CASHIER["at"])


def test_money_that_came_back_is_owed_again_and_every_paper_that_counted_it_says_so(person, paid):
    receipt = operations.issue_receipt(paid.pk, **CASHIER)
    statement = operations.issue_statement(person_id=person.pk, **MARCH, **CASHIER)
    year = {"person_id": person.pk, "by": CASHIER["by"], "at": CASHIER["at"] + timedelta(days=400)}
    certificate = operations.issue_year_certificate(2026, **year)
    assert queries.corrections_of(receipt) == queries.corrections_of(statement) == []
    later = year["at"] + timedelta(days=1)
    funds.read_bank_return(
        f"流水号,金额,结果,失败原因\n{paid.reference},100.00,退汇,销户".encode(),
        "退汇.csv",
        by=CASHIER["by"],
        at=later,
    )
    for paper in (receipt, statement, certificate):
        assert [one.reference for one in queries.corrections_of(paper)] == [paid.reference]
        assert "被银行退回" in words_of(paper_file(paper)[1])
    account = queries.account_of(person_id=person.pk, starts_on=date(2026, 3, 1), ends_on=date(2027, 12, 31))
    assert [event.what for event in account.events][-1] == "came_back"
    assert account.closing_fen == 200_00
    with pytest.raises(operations.NothingPaid):
        operations.issue_year_certificate(2026, **(year | {"at": later}))
    with pytest.raises(operations.PaymentNotPaid):
        operations.issue_receipt(paid.pk, by=CASHIER["by"], at=later)
    funds.void_payment(paid.pk, by=CASHIER["by"], at=later, reason="本人放弃")
    account = queries.account_of(person_id=person.pk, starts_on=date(2026, 3, 1), ends_on=date(2027, 12, 31))
    assert (account.events[-1].what, account.closing_fen) == ("voided", 100_00)
