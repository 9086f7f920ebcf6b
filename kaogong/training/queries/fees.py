"""Who paid the training fee first (先垫后补): said once for the class, and of one learner where it differs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kaogong.training.models import PAYER_CHOICES, Enrolment, FeePayment

PAYERS = dict(PAYER_CHOICES)


@dataclass(frozen=True, slots=True)
class Fee:
    """What is on record of one learner's fee; ``is_own`` when said of this learner alone."""

    paid_by: str
    amount_fen: int | None
    paid_on: date | None
    receipt_number: str
    is_own: bool

    @property
    def payer(self) -> str:
        """The payer in words."""
        return str(PAYERS[self.paid_by])

    @property
    def is_proven(self) -> bool:
        """Whether sum, day and receipt are all there."""
        return bool(self.amount_fen and self.paid_on and self.receipt_number)

    @property
    def counts_as_paid_by(self) -> str:
        """The payer a claim may rely on: a provider's word for itself counts with its proof only."""
        return self.paid_by if self.is_proven or self.paid_by != "provider" else ""


def fee_of_class(class_id: int) -> Fee | None:
    """What was said for the whole class."""
    row = FeePayment.objects.filter(training_class_id=class_id, enrolment=None).first()
    return _fee(row) if row else None


def fees_by_enrolment(class_id: int, enrolment_ids: Iterable[int] | None = None) -> dict[int, Fee]:
    """Enrolment → its fee, the learner's own where there is one; nothing known, no key.

    Of everybody in the class, unless the enrolments asked for are named.
    """
    told = {row.enrolment_id: _fee(row) for row in FeePayment.objects.filter(training_class_id=class_id)}
    shared = told.pop(None, None)
    if shared is None:
        return told
    if enrolment_ids is None:
        rows = Enrolment.objects.filter(training_class_id=class_id)
        enrolment_ids = rows.values_list("pk", flat=True).order_by()
    return {pk: told.get(pk, shared) for pk in enrolment_ids}


def fees_of(enrolments: Iterable[Enrolment]) -> dict[int, Fee]:
    """The same of enrolments in any classes, in one query."""
    class_of = {enrolment.pk: enrolment.training_class_id for enrolment in enrolments}
    rows = FeePayment.objects.filter(training_class_id__in=set(class_of.values()))
    told = {(row.training_class_id, row.enrolment_id): _fee(row) for row in rows}
    found = {pk: told.get((class_id, pk)) or told.get((class_id, None)) for pk, class_id in class_of.items()}
    return {pk: fee for pk, fee in found.items() if fee is not None}


def fee_of(enrolment: Enrolment) -> Fee | None:
    """The fee of one learner in one class."""
    return fees_of([enrolment]).get(enrolment.pk)


def _fee(row: FeePayment) -> Fee:
    return Fee(row.paid_by, row.amount_fen, row.paid_on, row.receipt_number, row.enrolment_id is not None)
