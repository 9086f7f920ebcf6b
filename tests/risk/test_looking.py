"""A look finds what is there, keeps it once, and leaves nothing half done."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from kaogong.claims import queries as claims
from kaogong.claims.models import PaymentHold
from kaogong.detection import DETECTORS
from kaogong.kernel.actor import system_actor
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.people import operations as people
from kaogong.risk import operations, queries, tasks
from kaogong.risk.models import RiskEvidence, RiskFinding, RiskPass, RiskSubject
from kaogong.risk.operations import looking
from kaogong.trail.models import Entry
from kaogong.web.parts.risk import missing_words
from tests.factories.claims import make_claim, make_money
from tests.factories.people import an_actor
from tests.factories.training import a_day_at, enrol

from .worlds import AT, CARD, REGION, a_clerk, a_ring, an_honest_class, look, the_ring

pytestmark = pytest.mark.django_db


def everything() -> list:
    """Every finding with what it says, its evidence, its subjects and its holds; not when it was last seen."""
    return [
        list(
            RiskFinding.objects.order_by("pk").values_list(
                "pk", "key", "digest", "severity", "status", "figures"
            )
        ),
        list(RiskEvidence.objects.order_by("pk").values_list("pk", "digest")),
        list(RiskSubject.objects.order_by("pk").values_list("pk", flat=True)),
        list(PaymentHold.objects.order_by("pk").values_list("pk", "status")),
        Entry.objects.exclude(subject_kind="risk_pass").count(),
    ]


def test_run_risk_check_finds_a_ring_and_leaves_honest_people_alone():
    ring, honest = a_ring(), an_honest_class()
    done = look()
    finding = the_ring()
    assert (finding.severity, finding.family, finding.status) == ("severe", "ring", "found")
    assert finding.people_count == 8
    assert finding.training_class_id == ring.pk
    assert finding.number == "FX-2026-000001"
    assert (
        DETECTORS[finding.kind].says.filled(finding.figures)
        == "8名学员的补贴进入同一个银行账户，他们的住址有8处"
    )
    learners = set(ring.enrolments.values_list("person_id", flat=True))
    assert (
        set(
            RiskSubject.objects.filter(finding=finding, person__isnull=False).values_list(
                "person_id", flat=True
            )
        )
        == learners
    )
    assert {row.row["person"] for row in queries.evidence(finding.pk)} == learners
    assert not queries.findings_of_class(honest.pk).filter(rank=3).exists()
    assert list(queries.findings_of_class(ring.pk).filter(rank=3)) == [finding]
    assert (done.classes, done.people, done.counts["account_shared"]) == (2, 16, 1)
    assert done.finished_at is not None
    assert done.data_digest
    assert "device_shared" in done.not_looked
    assert done.not_looked["device_shared"]["lacks"]


def test_evidence_never_tells_an_account():
    a_ring()
    look()
    told = str(list(RiskEvidence.objects.values_list("row", flat=True)))
    assert CARD not in told
    assert CARD[-6:] not in told


def test_run_risk_check_twice_changes_nothing():
    a_ring()
    look()
    before = everything()
    again = look(at=AT + timedelta(days=1))
    assert everything() == before
    assert (again.found_new, again.found_again) == (0, RiskFinding.objects.count())
    finding = the_ring()
    assert finding.last_seen_at == AT + timedelta(days=1)
    assert finding.first_seen_at == AT
    assert RiskPass.objects.values_list("data_digest").distinct().count() == 1
    assert operations.run_risk_check(again.pk, by=system_actor(), at=AT).finished_at == again.finished_at


def test_a_detector_that_fails_ends_no_look_and_is_named_in_it_in_the_trail_and_the_log(monkeypatch, caplog):
    a_ring()
    look()
    finding = the_ring()

    def breaks(_look):
        raise ZeroDivisionError("on purpose")
        yield

    for kind in ("account_shared", "site_too_small"):
        monkeypatch.setitem(DETECTORS, kind, replace(DETECTORS[kind], look=breaks))
    done = look(at=AT + timedelta(days=1))
    assert done.finished_at and not done.refusal and done.looked
    assert done.not_looked["account_shared"] == {"lacks": [], "unset": [], "failed": True}
    assert not done.not_looked["device_shared"]["failed"]
    assert "account_shared" not in done.looked
    finding.refresh_from_db()
    assert (finding.status, finding.gone_since_at) == ("found", None)  # not looked for is not gone
    entry = Entry.objects.get(verb="risk.failed")
    assert "account_shared" in entry.detail["kinds"] and "ZeroDivisionError" in entry.detail["errors"]
    assert any("account_shared" in said.getMessage() and said.exc_info for said in caplog.records)
    assert missing_words(done.not_looked["account_shared"]) == "出错"


def test_a_look_that_dies_leaves_nothing_and_may_be_made_again(monkeypatch):
    a_ring()
    asked = operations.ask_risk_check(by=system_actor(), at=AT, region_code=REGION)
    kept = looking.keep_findings

    def dies(*arguments, **rest):
        kept(*arguments, **rest)
        raise DatabaseError("killed")

    monkeypatch.setattr(looking, "keep_findings", dies)
    with pytest.raises(DatabaseError), transaction.atomic():
        operations.run_risk_check(asked.pk, by=system_actor(), at=AT)
    assert not RiskFinding.objects.exists()
    assert not RiskEvidence.objects.exists()
    assert not PaymentHold.objects.exists()
    asked.refresh_from_db()
    assert asked.finished_at is None
    monkeypatch.setattr(looking, "keep_findings", kept)
    operations.run_risk_check(asked.pk, by=system_actor(), at=AT)
    assert the_ring().status == "found"


def test_a_severe_finding_holds_the_money_of_everyone_in_the_ring():
    make_money()
    ring = a_ring()
    claim = make_claim(ring, status="approved")
    look()
    finding = the_ring()
    holds = [hold for hold in queries.holds_of_finding(finding) if hold.status == "placed"]
    assert {hold.person_id for hold in holds} == set(ring.enrolments.values_list("person_id", flat=True))
    over = claims.holds_of_lines(claims.lines(claim.pk))
    assert set(over) == set(claims.lines(claim.pk).values_list("pk", flat=True))
    assert "8名学员的补贴进入同一个银行账户" in holds[0].reason


def test_a_notice_or_serious_finding_holds_nothing():
    make_money()
    make_claim(a_ring(people=5), status="approved")
    look()
    assert the_ring().severity == "serious"
    assert not PaymentHold.objects.exists()


def test_a_closed_finding_stays_closed_until_new_rows_come():
    ring = a_ring()
    look()
    finding = the_ring()
    operations.close_risk_finding(finding.pk, outcome="innocent", reason="村集体代收", by=a_clerk(), at=AT)
    assert not PaymentHold.objects.filter(status="placed").exists()
    look(at=AT + timedelta(days=1))
    assert the_ring().status == "closed"
    assert not PaymentHold.objects.filter(status="placed").exists()
    a_ring(people=2, institution=ring.institution, starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 15))
    look(at=AT + timedelta(days=2))
    again = the_ring()
    assert (again.pk, again.status, again.outcome) == (finding.pk, "reopened", "")
    assert again.people_count == 10
    assert PaymentHold.objects.filter(status="placed", cause=finding.cause).count() == 10


def test_a_sign_that_is_gone_says_so_and_is_not_closed():
    ring = a_ring()
    look()
    from kaogong.kernel.bank_card import make_bank_card

    for n, enrolment in enumerate(ring.enrolments.all()):
        people.set_bank_account(
            enrolment.person_id, bank_name="示例银行", account=make_bank_card("622848", 9_000 + n).value,
            by=system_actor(), at=AT,
        )  # fmt: skip
    done = look(at=AT + timedelta(days=1))
    finding = the_ring()
    assert (finding.status, finding.gone_since_at) == ("found", AT + timedelta(days=1))
    assert done.found_no_more >= 1
    assert PaymentHold.objects.filter(status="placed", cause=finding.cause).count() == 8


def test_a_look_over_one_class_finds_what_concerns_it_only():
    ring, honest = a_ring(), an_honest_class()
    look(training_class_id=honest.pk)
    assert not RiskFinding.objects.filter(kind="account_shared").exists()
    done = look(training_class_id=ring.pk)
    assert the_ring().training_class_id == ring.pk
    assert (done.scope, done.training_class_id) == ("class", ring.pk)


def test_a_look_over_one_class_never_makes_less_of_a_wider_one():
    ring = a_ring()
    look()
    before = everything()[:4]
    look(training_class_id=ring.pk, at=AT + timedelta(days=1))
    assert everything()[:4] == before


def test_ask_risk_check_wants_a_right_and_a_region_in_reach():
    ring = a_ring()
    with pytest.raises(NotPermitted):
        operations.ask_risk_check(by=an_actor("cashier"), at=AT, region_code=REGION)
    with pytest.raises(NotPermitted):
        operations.ask_risk_check(by=a_clerk("370211"), at=AT, region_code=REGION)
    with pytest.raises(NotFound):
        operations.ask_risk_check(by=a_clerk("370211"), at=AT, training_class_id=ring.pk)
    asked = operations.ask_risk_check(by=a_clerk(), at=AT)
    assert asked.region_code == REGION
    with pytest.raises(NotFound):
        operations.run_risk_check(asked.pk, by=a_clerk("370211"), at=AT)
    assert not RiskFinding.objects.exists()


def test_findings_are_seen_in_their_region_and_by_no_provider():
    ring = a_ring()
    look()
    finding = the_ring()
    assert list(queries.risk_findings(a_clerk()).filter(pk=finding.pk)) == [finding]
    with pytest.raises(NotFound):
        queries.risk_finding(finding.pk, by=a_clerk("370211"))
    provider = an_actor("provider_clerk", organisation_id=ring.institution_id)
    assert not queries.risk_findings(provider).exists()
    assert not queries.risk_findings(an_actor("learner")).exists()


def test_look_at_finished_looks_once_at_each_class_that_finished():
    ring = a_ring()
    at = a_day_at(ring.ends_on + timedelta(days=1))
    (done,) = tasks.look_at_finished(by=system_actor(), at=at)
    assert done.training_class_id == ring.pk
    assert the_ring().last_pass_id == done.pk
    assert tasks.look_at_finished(by=system_actor(), at=at) == []


def test_somebody_enrolled_later_is_found_with_the_others():
    ring = a_ring(people=7)
    look()
    assert the_ring().severity == "serious"
    more = a_ring(
        people=1, institution=ring.institution, starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 15)
    )
    look(at=AT + timedelta(days=1))
    finding = the_ring()
    assert (finding.severity, finding.people_count) == ("severe", 8)
    assert finding.subjects.filter(training_class=more).exists()
    assert enrol is not None


def test_the_database_refuses_to_change_evidence():
    a_ring()
    look()
    row = RiskEvidence.objects.first()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE risk_riskevidence SET row = '{}' WHERE id = %s", [row.pk])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE risk_riskfinding SET status = 'closed' WHERE id = %s", [the_ring().pk])
