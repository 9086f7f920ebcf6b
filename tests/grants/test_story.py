"""A grant from the first word to the last fen, and a pay subsidy that stops with its contract."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.gateways.bank import StandInBank
from kaogong.grants import operations, queries
from kaogong.grants.models import Grant, Instalment
from kaogong.kernel.actor import system_actor
from kaogong.ledger import queries as ledger
from kaogong.people import queries as people
from tests.factories.claims import make_learner
from tests.factories.grants import (
    APPLIED_ON,
    PAY_TERMS,
    close_notice_of,
    make_grant,
    make_talent_fund,
)
from tests.factories.institutions import make_institution
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(APPLIED_ON)


def bank_pays(at) -> int:
    """Everything queued goes to the bank through three people and comes back paid; what telling it asked."""
    ids = list(Payment.objects.filter(status="queued").values_list("pk", flat=True))
    batch = operations.prepare_payment_batch(ids, by=an_actor("cashier"), at=at)
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=at)
    releaser = an_actor("cashier")
    operations.release_payment_batch(batch.pk, by=releaser, at=at)
    _, sheet = funds.bank_file(batch.pk, by=releaser, at=at)
    funds.read_bank_return(
        StandInBank(None).answer(sheet, on=at.date()), f"{batch.number}.xlsx", by=releaser, at=at
    )
    with CaptureQueriesContext(connection) as told:
        operations.mark_paid_grants(by=releaser, at=at)
    return len(told)


def statuses(grant: Grant) -> list[str]:
    return [row.status for row in queries.instalments(grant.pk)]


def sums(reference: str) -> dict[str, int]:
    return {state: sum(parts.values()) for state, parts in ledger.standing(reference).items()}


def test_a_settling_grant_from_application_to_the_lifelong_file():
    make_talent_fund()
    person = make_learner("李师傅")
    grant = make_grant(person_id=person.pk, status="submitted")
    # The recognition is for the bureau to say: until then nothing is decided.
    assert (grant.verdict, grant.judged_fen) == ("needs_evidence", 0)
    clerk = an_actor("bureau_clerk")
    operations.determine_fact(
        grant.pk, fact="approved", value=True, source="人社局认定文件2026年3号", by=clerk, at=AT
    )
    grant.refresh_from_db()
    assert (grant.verdict, grant.judged_fen) == ("payable", 200_000_00)
    operations.review_grant(grant.pk, by=clerk, at=AT)
    operations.approve_grant(grant.pk, by=an_actor("reviewer"), at=AT)
    (instalment,) = queries.instalments(grant.pk)
    assert (instalment.status, instalment.amount_fen) == ("reserved", 200_000_00)
    assert sums(instalment.reference)["reserved"] == 200_000_00
    assert instalment.decision.rulebook_digest and instalment.decision.facts["tier"] == "provincial"
    operations.publish_grants([grant.pk], by=clerk, at=AT)
    closed = close_notice_of(grant, by=clerk)
    assert statuses(grant) == ["queued"]
    bank_pays(closed)
    grant.refresh_from_db()
    assert (grant.status, statuses(grant), grant.amount_fen) == ("paid", ["paid"], 200_000_00)
    (instalment,) = queries.instalments(grant.pk)
    assert sums(instalment.payment)["paid"] == 200_000_00
    assert [entry.reference for entry in people.file_of(person.pk)][-1] == instalment.reference


def test_many_instalments_paid_at_once_ask_no_more_of_the_database_than_few():
    make_talent_fund()

    def paid(count: int) -> int:
        grants = [make_grant(person_id=make_learner().pk, status="cleared") for _ in range(count)]
        asked = bank_pays(a_day_at(date(2026, 8, 10)))
        assert {Grant.objects.get(pk=grant.pk).status for grant in grants} == {"paid"}
        return asked

    assert paid(1) == paid(4)


def test_a_pay_subsidy_is_paid_yearly_to_the_employer_and_stops_when_the_contract_ends_early():
    make_talent_fund()
    make_talent_fund(year=2027)
    talent, employer = make_learner("王专家"), make_institution("示例机床有限公司", kind="enterprise")
    grant = make_grant(
        "flexible_talent_pay", person_id=talent.pk, institution_id=employer.pk, status="cleared"
    )
    # 20 % of 400,000 yuan is 80,000 a year, for each of the three years of the contract.
    assert [(row.due_on, row.amount_fen) for row in queries.instalments(grant.pk)] == [
        (APPLIED_ON, 80_000_00),
        (date(2027, 3, 1), 0),
        (date(2028, 3, 1), 0),
    ]
    payment = Payment.objects.get()
    assert (payment.payee_kind, payment.payee_id, payment.amount_fen) == (
        "institution",
        employer.pk,
        80_000_00,
    )
    bank_pays(a_day_at(date(2026, 8, 10)))
    assert operations.look_after_grants(by=system_actor(), at=a_day_at(date(2027, 2, 26)))["due"] == 0
    told = operations.look_after_grants(by=system_actor(), at=a_day_at(date(2027, 3, 1)))
    assert (told["due"], statuses(grant)) == (1, ["paid", "queued", "planned"])
    bank_pays(a_day_at(date(2027, 3, 10)))
    operations.determine_fact(
        grant.pk,
        fact="contract_ended_on",
        value="2027-12-31",
        source="解除协议通知",
        by=an_actor("bureau_clerk"),
        at=a_day_at(date(2028, 1, 4)),
    )
    operations.look_after_grants(by=system_actor(), at=a_day_at(date(2028, 3, 1)))
    grant.refresh_from_db()
    assert (grant.status, statuses(grant)) == ("paid", ["paid", "paid", "refused"])
    refused = Instalment.objects.get(grant=grant, sequence=3)
    assert "合同期" in str(refused.decision.decision)
    assert grant.amount_fen == 160_000_00


def test_a_year_without_a_fund_waits_and_says_so_until_there_is_one():
    make_talent_fund()
    grant = make_grant("flexible_talent_pay", person_id=make_learner().pk, status="cleared")
    due = a_day_at(date(2027, 3, 1))
    operations.look_after_grants(by=system_actor(), at=due)
    second = Instalment.objects.get(grant=grant, sequence=2)
    assert second.status == "planned" and "2027" in second.waits_for
    make_talent_fund(year=2027)
    operations.look_after_grants(by=system_actor(), at=due + timedelta(hours=1))
    second.refresh_from_db()
    assert (second.status, second.waits_for) == ("queued", "")


def test_pay_above_the_cap_is_cut_to_the_cap():
    make_talent_fund()
    grant = make_grant(
        "flexible_talent_pay",
        person_id=make_learner().pk,
        facts=PAY_TERMS | {"annual_pay_fen": 900_000_00},
        status="approved",
    )
    assert grant.amount_fen == 100_000_00
