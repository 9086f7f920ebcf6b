"""Recording who paid the training fee first (先垫后补)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import record, require_may
from kaogong.training import queries
from kaogong.training.models import Enrolment, FeePayment


class FeePayerUnknown(Refused):
    """请选择培训费由谁垫付。"""

    form_field = "paid_by"


class FeeProofMissing(Refused):
    """请填写垫付金额和票据号，没有票据的不能登记。"""

    form_field = "receipt_number"


class FeeDayToCome(Refused):
    """垫付日期{paid_on}还没有到。"""

    form_field = "paid_on"


class FeeOfCancelledClass(Refused):
    """班级{number}已取消，不再登记培训费。"""


@transaction.atomic
def record_fee(
    class_id: int,
    *,
    paid_by: str,
    amount_fen: int,
    paid_on: date,
    receipt_number: str,
    by: Actor,
    at: datetime,
    enrolment_id: int | None = None,
) -> FeePayment:
    """Record who paid the fee first, how much each, when and on which receipt; the class's or one learner's.

    What is said of the class leaves alone the learners of whom something else was said.
    """
    require_may(by, Permission.RECORD_FEE, "登记培训费")
    training_class = queries.training_class_for_update(class_id, by=by)
    receipt_number = tidy(receipt_number)
    if training_class.status == "cancelled":
        raise FeeOfCancelledClass(number=training_class.number)
    if paid_by not in queries.PAYERS:
        raise FeePayerUnknown()
    if amount_fen <= 0 or not receipt_number:
        raise FeeProofMissing()
    if paid_on > timezone.localtime(at).date():
        raise FeeDayToCome(paid_on=paid_on)
    enrolment = None
    if enrolment_id is not None:
        enrolment = Enrolment.objects.filter(pk=enrolment_id, training_class=training_class).first()
        if enrolment is None:
            raise NotFound()
    fee, _ = FeePayment.objects.update_or_create(
        training_class=training_class,
        enrolment=enrolment,
        defaults={
            "paid_by": paid_by,
            "amount_fen": amount_fen,
            "paid_on": paid_on,
            "receipt_number": receipt_number[:60],
        },
    )
    subject = enrolment or training_class
    record(
        f"{subject.lifecycle.name}.fee_recorded",
        subject,
        by=by,
        at=at,
        paid_by=paid_by,
        amount_fen=amount_fen,
        paid_on=str(paid_on),
        receipt_number=receipt_number,
    )
    return fee
