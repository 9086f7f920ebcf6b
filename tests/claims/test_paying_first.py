"""Who paid first is who is paid, and proves it: invoices and proofs of payment, each once (先垫后补, G5)."""

from datetime import date

import pytest

from kaogong.claims import operations, queries
from kaogong.claims.models import Claim, FeeDocument
from kaogong.claims.operations.submission import EmployerNotNamed
from kaogong.funds.models import Payment
from kaogong.kernel.credit_code import make_credit_code
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing
from kaogong.training.models import Enrolment
from tests.factories.claims import (
    a_provider_clerk,
    close_notice_of,
    line_of,
    make_certified_class,
    make_learner,
    make_money,
)
from tests.factories.institutions import REGION, make_institution
from tests.factories.people import an_actor
from tests.factories.training import a_day_at, pay_fee

pytestmark = pytest.mark.django_db
AT = a_day_at(date(2026, 7, 10))
PDF = b"%PDF-1.7\n1 0 obj\n"
FIRM = make_credit_code("91", REGION, 1).value  # the one the forms of classes made for tests name


def hand_in(training_class, kind="invoice", number="26372000000012345678", *, at=AT, by=None, **fields):
    fields = {
        "issued_on": date(2026, 6, 2),
        "amount_fen": 1_200_00,
        "data": PDF,
        "filename": "票据.pdf",
    } | fields
    return operations.add_fee_document(
        training_class.pk,
        kind=kind,
        number=number,
        by=by or a_provider_clerk(training_class),
        at=at,
        **fields,
    )


def a_class_paid_by_the_employer(people, *, firm=True):
    if firm:
        make_institution("示例数控装备有限公司", kind="enterprise", is_provider=False, credit_code=FIRM)
    return make_certified_class(people, scheme_code="new_hire_training", fee_paid_by="employer")


def test_class_whose_employer_paid_first_is_paid_to_the_employer():
    make_money(programme="new_hire_training")
    person = make_learner()
    training_class = a_class_paid_by_the_employer([person])
    clerk, provider = an_actor("bureau_clerk"), a_provider_clerk(training_class)
    with pytest.raises(operations.FeeDocumentsMissing, match=f"{person.name}（发票、付款凭证）"):
        operations.submit_claim(training_class.pk, by=provider, at=AT)
    hand_in(training_class)
    hand_in(training_class, "payment_proof", "HD-1")
    claim = operations.submit_claim(training_class.pk, by=provider, at=AT)
    assert (claim.payer_mode, claim.employer.credit_code) == ("employer", FIRM)
    operations.supply_evidence(
        line_of(claim, person).pk, fact="hired_on", value="2026-05-01", source="劳动合同", by=provider, at=AT,
        reason="录用日期",
    )  # fmt: skip
    assert line_of(claim, person).amount_fen == 600_00
    operations.review_claim(claim.pk, by=clerk, at=AT)
    operations.approve_claim(claim.pk, by=an_actor("reviewer"), at=AT)
    operations.publish_claims([claim.pk], by=clerk, at=AT)
    close_notice_of(claim)
    (payment,) = Payment.objects.all()
    assert (payment.payee_id, payment.payee_name, payment.amount_fen) == (
        claim.employer_id, "示例数控装备有限公司", 600_00,
    )  # fmt: skip
    assert queries.money_story(claim.pk, by=an_actor("auditor")).disagreements == []


def test_class_that_names_no_registered_employer_is_not_claimed():
    training_class = a_class_paid_by_the_employer([make_learner()], firm=False)
    with pytest.raises(EmployerNotNamed, match=training_class.number):
        operations.submit_claim(training_class.pk, by=a_provider_clerk(training_class), at=AT)
    assert not Claim.objects.exists()


def test_documents_of_one_learner_leave_the_others_asked_for():
    one, other = make_learner("王小明"), make_learner("李小红")
    training_class = a_class_paid_by_the_employer([one, other])
    own = Enrolment.objects.get(training_class=training_class, person=one).pk
    hand_in(training_class, enrolment_id=own)
    hand_in(training_class, "payment_proof", "HD-1", enrolment_id=own)
    with pytest.raises(operations.FeeDocumentsMissing) as refusal:
        operations.submit_claim(training_class.pk, by=a_provider_clerk(training_class), at=AT)
    assert "李小红" in refusal.value.message
    assert "王小明" not in refusal.value.message


def test_the_same_invoice_is_refused_in_any_other_class_until_it_is_withdrawn():
    first, second = make_certified_class(1), make_certified_class(1)
    used = hand_in(first, number="2637 2000 0001")
    with pytest.raises(operations.InvoiceUsedAlready, match=f"263720000001已经用于班级{first.number}"):
        hand_in(second, number="263720000001")
    with pytest.raises(ReasonMissing):
        operations.withdraw_fee_document(used.pk, by=a_provider_clerk(first), at=AT, reason=" ")
    operations.withdraw_fee_document(used.pk, by=a_provider_clerk(first), at=AT, reason="开票有误")
    with pytest.raises(operations.FeeDocumentWithdrawnAlready):
        operations.withdraw_fee_document(used.pk, by=a_provider_clerk(first), at=AT, reason="再次")
    assert hand_in(second, number="263720000001").pk
    hand_in(first, "payment_proof", "HD-9")
    hand_in(second, "payment_proof", "HD-9")  # one transfer may pay for two classes


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"number": " "}, operations.FeeDocumentUnclear),
        ({"amount_fen": 0}, operations.FeeDocumentUnclear),
        ({"kind": "letter"}, operations.FeeDocumentUnclear),
        ({"issued_on": date(2026, 7, 11)}, operations.FeeDocumentDayToCome),
        ({"data": b"MZ\x90"}, operations.FeeDocumentUnreadable),
        ({"data": b""}, operations.FeeDocumentUnreadable),
        ({"enrolment_id": 0}, NotFound),
    ],
)
def test_add_fee_document_that_proves_nothing_is_refused(fields, refusal):
    training_class = make_certified_class(1)
    with pytest.raises(refusal):
        hand_in(training_class, **fields)
    assert not FeeDocument.objects.exists()


def test_fee_documents_stay_within_reach_and_every_look_by_another_body_is_kept():
    training_class, stranger = make_certified_class(1), make_certified_class(1)
    document = hand_in(training_class)
    with pytest.raises(NotFound):
        hand_in(training_class, number="2", by=a_provider_clerk(stranger))
    with pytest.raises(NotPermitted):
        hand_in(training_class, number="2", by=an_actor("bureau_clerk"))
    with pytest.raises(NotFound):
        operations.read_fee_document(document.pk, by=a_provider_clerk(stranger), at=AT)
    assert operations.read_fee_document(document.pk, by=an_actor("bureau_clerk"), at=AT).data == PDF
    from kaogong.trail.models import Entry

    assert Entry.objects.filter(verb="class.fee_document_looked").count() == 1


def test_where_nobody_says_which_documents_none_is_asked_for():
    asked = queries.fee_documents_asked("370211", "employer", date(2026, 7, 10))
    assert (asked.kinds, asked.is_said) == ((), False)
    asked = queries.fee_documents_asked("370299", "employer", date(2026, 7, 10))
    assert (asked.kinds, asked.is_said, asked.illustrative) == (("invoice", "payment_proof"), True, True)


def test_fee_somebody_else_paid_needs_no_documents_of_the_payee_and_is_judged_by_the_rules():
    training_class = make_certified_class(1)
    pay_fee(training_class, by=a_provider_clerk(training_class), paid_by="learner")
    claim = operations.submit_claim(training_class.pk, by=a_provider_clerk(training_class), at=AT)
    assert claim.amount_fen == 0
