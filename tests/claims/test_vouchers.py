"""A voucher's way to money: its worth is what the claim pays, to the provider, out of what was set aside for it."""

from datetime import date

import pytest

from kaogong.claims import operations, queries
from kaogong.claims.operations.attested import revoke_certificate
from kaogong.funds.models import Payment
from kaogong.ledger import queries as ledger
from kaogong.training import operations as training
from kaogong.training.models import Enrolment
from kaogong.vouchers import operations as voucher_operations
from kaogong.vouchers.models import Voucher
from tests.factories.assessment import make_exam
from tests.factories.claims import (
    a_provider_clerk,
    close_notice_of,
    line_of,
    make_certified_class,
    make_claim,
    make_learner,
    make_money,
)
from tests.factories.institutions import make_institution
from tests.factories.people import an_actor
from tests.factories.training import a_day_at, attend_all, make_class
from tests.factories.vouchers import SCHEME, make_vouchers
from tests.ledger.test_concurrency import at_once

pytestmark = pytest.mark.django_db
BUDGET = 1_000_000_00


def a_certified_class_with(people, vouchers, *, fee_fen=1_200_00):
    """A class that began, whose learners bound their vouchers, trained and passed."""
    training_class = make_class(
        make_institution(), status="running", people=people, scheme_code=SCHEME, fee_paid_by=""
    )
    clerk = a_provider_clerk(training_class)
    if fee_fen:
        training.record_fee(
            training_class.pk, paid_by="provider", amount_fen=fee_fen, paid_on=training_class.starts_on,
            receipt_number="PJ-1", by=clerk, at=a_day_at(training_class.starts_on, 10),
        )  # fmt: skip
    for voucher in vouchers:
        seat = Enrolment.objects.get(training_class=training_class, person_id=voucher.person_id)
        voucher_operations.bind_voucher(
            voucher.number, enrolment_id=seat.pk, by=clerk, at=a_day_at(training_class.starts_on)
        )
    attend_all(training_class, by=clerk)
    training.finish_class(training_class.pk, by=clerk, at=a_day_at(training_class.ends_on, 18))
    make_exam(training_class, status="certified")
    training_class.refresh_from_db()
    return training_class


def sums() -> dict[str, int]:
    rows = ledger.trial_balance()
    assert ledger.recount() == []
    told = {s: sum(getattr(row, f"{s}_fen") for row in rows) for s in ("available", "reserved", "payable")}
    return {state: fen for state, fen in told.items() if fen}


def test_story_of_vouchers_from_the_list_to_the_providers_account():
    make_money(programme=SCHEME)
    face, none = make_learner("王小明"), make_learner("李小红")
    (voucher,) = make_vouchers([face], face_fen=800_00)
    training_class = a_certified_class_with([face, none], [voucher])
    assert sums() == {"available": BUDGET - 800_00, "reserved": 800_00}
    claim = make_claim(training_class, status="reviewed")
    assert (line_of(claim, face).amount_fen, line_of(claim, none).verdict) == (800_00, "refused")
    operations.approve_claim(claim.pk, by=an_actor("reviewer"), at=a_day_at(date(2026, 7, 11)))
    assert sums() == {"available": BUDGET - 800_00, "reserved": 800_00}
    voucher.refresh_from_db()
    assert (voucher.status, voucher.redeemed_fen, voucher.claim_reference) == (
        "redeemed", 800_00, line_of(claim, face).reference,
    )  # fmt: skip
    operations.publish_claims([claim.pk], by=an_actor("bureau_clerk"), at=a_day_at(date(2026, 7, 13)))
    close_notice_of(claim)
    (payment,) = Payment.objects.all()
    assert (payment.payee_kind, payment.payee_id, payment.amount_fen) == (
        "institution", training_class.institution_id, 800_00,
    )  # fmt: skip
    assert queries.money_story(claim.pk, by=an_actor("auditor")).disagreements == []


@pytest.mark.parametrize(
    ("terms", "fee_fen", "paid"),
    [
        ({"worth": "face", "face_fen": 800_00}, 600_00, 800_00),
        ({"worth": "offset", "face_fen": 800_00}, 600_00, 600_00),
        ({"worth": "offset", "face_fen": 800_00}, 1_200_00, 800_00),
        ({"worth": "face", "face_fen": 3_000_00}, 1_200_00, 2_000_00),  # the scheme's ceiling
    ],
)
def test_worth_of_a_voucher_decides_and_what_is_left_of_it_goes_back(terms, fee_fen, paid):
    make_money(programme=SCHEME)
    person = make_learner()
    vouchers = make_vouchers([person], **terms)
    claim = make_claim(a_certified_class_with([person], vouchers, fee_fen=fee_fen), status="approved")
    assert claim.amount_fen == paid
    assert sums() == {"available": BUDGET - paid, "reserved": paid}


def test_offset_without_a_proven_fee_asks_for_it():
    make_money(programme=SCHEME)
    person = make_learner()
    vouchers = make_vouchers([person], worth="offset")
    claim = make_claim(a_certified_class_with([person], vouchers, fee_fen=0))
    assert (line_of(claim, person).verdict, claim.amount_fen) == ("needs_evidence", 0)


def test_line_stopped_after_approval_spends_its_voucher_and_frees_the_money():
    make_money(programme=SCHEME)
    person = make_learner()
    vouchers = make_vouchers([person])
    claim = make_claim(a_certified_class_with([person], vouchers), status="approved")
    certificate = line_of(claim, person).certificate_id
    revoke_certificate(certificate, by=an_actor("reviewer"), at=a_day_at(date(2026, 7, 13)), reason="替考")
    assert sums() == {"available": BUDGET}
    assert Voucher.objects.get().status == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_two_providers_who_bind_one_voucher_at_once_one_has_it():
    make_money(programme=SCHEME)
    person = make_learner()
    (voucher,) = make_vouchers([person])
    classes = [
        make_class(
            make_institution(),
            status="running",
            people=[person],
            scheme_code=SCHEME,
            starts_on=date(2026, month, 1),
            ends_on=date(2026, month, 28),
        )
        for month in (6, 8)
    ]
    seats = [Enrolment.objects.get(training_class=one, person=person).pk for one in classes]
    clerks = [a_provider_clerk(one) for one in classes]
    outcomes = at_once(
        *(
            lambda seat=seat, by=by: voucher_operations.bind_voucher(
                voucher.number, enrolment_id=seat, by=by, at=a_day_at(date(2026, 6, 1))
            )
            for seat, by in zip(seats, clerks, strict=True)
        )
    )
    assert sum(isinstance(one, voucher_operations.VoucherUsed) for one in outcomes) == 1
    assert Voucher.objects.get().status == "bound"


def test_class_of_the_scheme_without_vouchers_pays_nobody():
    claim = make_claim(make_certified_class(1, scheme_code=SCHEME))
    assert claim.amount_fen == 0
