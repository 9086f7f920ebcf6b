"""What vouchers are worth to the classes they are bound to."""

from collections.abc import Iterable

from kaogong.training import queries as training
from kaogong.training.queries import Fee

from ..models import Voucher


def worth_fen(voucher: Voucher, fee: Fee | None) -> int | None:
    """What a voucher pays: its face, or the fee up to its face; None where the fee is not proven yet."""
    if voucher.issue.worth == "face":
        return voucher.face_fen
    if fee is None or not fee.is_proven:
        return None
    return min(voucher.face_fen, fee.amount_fen)


def vouchers_of_enrolments(enrolment_ids: Iterable[int]) -> dict[int, Voucher]:
    """Enrolment → the voucher bound to it, redeemed ones included."""
    rows = Voucher.objects.filter(enrolment__in=list(enrolment_ids), status__in=("bound", "redeemed"))
    return {row.enrolment_id: row for row in rows.select_related("issue")}


def worths_of_enrolments(class_id: int, enrolment_ids: Iterable[int]) -> dict[int, int | None]:
    """Enrolment of a class → what its voucher pays; no key where none is bound."""
    found = vouchers_of_enrolments(enrolment_ids)
    fees = training.fees_by_enrolment(class_id, list(found)) if found else {}
    return {pk: worth_fen(voucher, fees.get(pk)) for pk, voucher in found.items()}
