"""After approval: certificates held, released, revoked; conflicts found from the other side."""

from datetime import date

import pytest

from kaogong.certificates import operations as certificates
from kaogong.claims import operations, queries
from kaogong.claims.models import Claim, Conflict
from kaogong.funds import operations as funds
from kaogong.funds.models import Payment
from kaogong.kernel.actor import system_actor
from kaogong.ledger import queries as ledger
from tests.claims.test_judging import an_outside_subsidy
from tests.claims.test_story import bank_answers
from tests.factories.certificates import make_outside_certificate
from tests.factories.claims import (
    close_notice_of,
    line_of,
    make_certified_class,
    make_claim,
    make_learner,
    make_money,
)
from tests.factories.people import an_actor
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 27))


@pytest.fixture
def pair():
    make_money()
    return make_learner("陈静"), make_learner("李明")


def paid(*people) -> Claim:
    claim = make_claim(make_certified_class(list(people)), status="cleared")
    bank_answers([payment.pk for payment in Payment.objects.filter(status="queued")])
    operations.mark_paid_claims(by=system_actor(), at=AT)
    return Claim.objects.get(pk=claim.pk)


def test_stop_lines_of_certificate_revoked_after_approval_drops_the_line_and_frees_its_money(pair):
    good, bad = pair
    claim = make_claim(make_certified_class([good, bad]), status="approved")
    certificate_id = line_of(claim, bad).certificate_id
    certificates.revoke_certificate(certificate_id, by=an_actor("reviewer"), at=AT, reason="替考")
    stopped = operations.stop_lines_of_certificate(certificate_id, by=system_actor(), at=AT)
    assert stopped.dropped == [line_of(claim, bad).reference]
    assert line_of(claim, bad).status == "dropped"
    assert Claim.objects.get(pk=claim.pk).amount_fen == 1200_00
    assert sum(row.reserved_fen for row in ledger.trial_balance()) == 1200_00
    assert not operations.stop_lines_of_certificate(certificate_id, by=system_actor(), at=AT).dropped


def test_stop_lines_of_certificate_whose_payment_was_cancelled_frees_its_money_and_owes_the_others_anew(pair):
    good, bad = pair
    claim = make_claim(make_certified_class([good, bad]), status="cleared")
    payment = Payment.objects.get(reference=line_of(claim, bad).training_payment)
    funds.cancel_payment(payment.pk, by=an_actor("cashier"), at=AT, reason="金额待核")
    certificate_id = line_of(claim, bad).certificate_id
    certificates.revoke_certificate(certificate_id, by=an_actor("reviewer"), at=AT, reason="替考")
    assert operations.stop_lines_of_certificate(certificate_id, by=system_actor(), at=AT).dropped
    assert line_of(claim, bad).status == "dropped"
    (row,) = Payment.objects.filter(status="queued")
    assert (row.reference, row.amount_fen) == (line_of(claim, good).training_payment, 1200_00)
    assert sum(row.payable_fen for row in ledger.trial_balance()) == 1200_00
    assert sum(row.reserved_fen for row in ledger.trial_balance()) == 0


def test_stop_lines_of_certificate_of_the_only_line_ends_the_claim(pair):
    claim = make_claim(make_certified_class([pair[0]]), status="approved")
    certificate_id = line_of(claim, pair[0]).certificate_id
    certificates.revoke_certificate(certificate_id, by=an_actor("reviewer"), at=AT, reason="替考")
    operations.stop_lines_of_certificate(certificate_id, by=system_actor(), at=AT)
    claim.refresh_from_db()
    assert (claim.status, claim.amount_fen) == ("lapsed", 0)
    assert queries.money_story(claim.pk, by=system_actor()).disagreements == []


def test_stop_lines_of_certificate_held_waits_and_release_line_pays_after_the_notice(pair):
    good, held = pair
    claim = make_claim(make_certified_class([good, held]), status="published")
    certificate_id = line_of(claim, held).certificate_id
    reviewer = an_actor("reviewer")
    certificates.hold_certificate(certificate_id, by=reviewer, at=AT, reason="举报核查")
    operations.stop_lines_of_certificate(certificate_id, by=system_actor(), at=AT)
    close_notice_of(claim)
    assert (line_of(claim, good).status, line_of(claim, held).status) == ("cleared", "held")
    with pytest.raises(operations.CertificateStillHeld):
        operations.release_line(line_of(claim, held).pk, by=reviewer, at=AT)
    certificates.release_certificate(certificate_id, by=reviewer, at=AT, reason="查无问题")
    with pytest.raises(operations.CertificateStands):
        operations.stop_lines_of_certificate(certificate_id, by=system_actor(), at=AT)
    operations.release_line(line_of(claim, held).pk, by=reviewer, at=AT, reason="查无问题")
    assert line_of(claim, held).status == "cleared"
    assert sorted(Payment.objects.values_list("amount_fen", flat=True)) == [1200_00, 1200_00]
    assert queries.money_story(claim.pk, by=system_actor()).agrees


def test_find_conflicts_of_a_certificate_revoked_after_payment(pair):
    claim = paid(*pair)
    line = line_of(claim, pair[1])
    certificates.revoke_certificate(line.certificate_id, by=an_actor("reviewer"), at=AT, reason="替考")
    stopped = operations.stop_lines_of_certificate(line.certificate_id, by=system_actor(), at=AT)
    assert stopped.conflicts == [line.reference]
    operations.stop_lines_of_certificate(line.certificate_id, by=system_actor(), at=AT)
    (conflict,) = queries.conflicts(an_actor("bureau_clerk"))
    assert (conflict.line, conflict.rule_id) == (line, "G1")


@pytest.mark.parametrize(
    ("level", "event_on", "rules"),
    [
        (4, date(2026, 2, 1), ["G4"]),  # a higher one had before ours came to light later
        (5, date(2026, 2, 1), ["G3"]),  # the same one
        (4, date(2026, 8, 20), []),  # a higher one afterwards is as it should be
    ],
)
def test_register_subsidy_backdated_is_found_from_the_other_side(pair, level, event_on, rules):
    claim = paid(pair[0])
    assert Conflict.objects.count() == 0
    an_outside_subsidy(pair[0], level=level, event_on=event_on, paid_on=event_on)
    found = list(queries.conflicts(an_actor("bureau_clerk")))
    assert [conflict.rule_id for conflict in found] == rules
    assert all(conflict.line == line_of(claim, pair[0]) for conflict in found)


def test_find_conflicts_of_a_backdated_higher_certificate_from_elsewhere_once(pair):
    paid(pair[0])
    certificate = make_outside_certificate(pair[0], level_code="4", issued_on=date(2026, 3, 1))
    opened = operations.find_conflicts([pair[0].pk], by=system_actor(), at=AT)
    assert [(c.rule_id, c.certificate_id) for c in opened] == [("G4", certificate.pk)]
    assert operations.find_conflicts([pair[0].pk], by=system_actor(), at=AT) == []
    conflict = operations.answer_conflict(
        opened[0].pk, answer="已核实未在外地享受", by=an_actor("reviewer"), at=AT
    )
    assert conflict.status == "answered"
    assert not queries.conflicts(an_actor("bureau_clerk")).exists()


def test_release_payment_batch_sends_what_still_stands(pair):
    claim = make_claim(make_certified_class(list(pair)), status="cleared")
    batch = funds.prepare_batch([p.pk for p in Payment.objects.all()], by=an_actor("cashier"), at=AT)
    funds.check_batch(batch.pk, by=an_actor("reviewer"), at=AT)
    operations.release_payment_batch(batch.pk, by=an_actor("cashier"), at=AT)
    assert sum(row.in_transit_fen for row in ledger.trial_balance()) == claim.amount_fen
