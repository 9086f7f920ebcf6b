"""Reading what came back from the bank."""

from django.db.models import QuerySet

from kaogong.kernel.actor import Actor

from ..models import BankReturn, BankReturnLine, PaymentBatch
from .reach import only, within_reach


def bank_returns(by: Actor) -> QuerySet[BankReturn]:
    """Returns read, newest first."""
    return within_reach(BankReturn.objects.select_related("batch").order_by("-id"), by)


def bank_return(return_id: int, by: Actor) -> BankReturn:
    return only(bank_returns(by).filter(pk=return_id))


def readings_of(digest: str) -> list[BankReturn]:
    """Every reading of one file, the first first."""
    return list(BankReturn.objects.filter(digest=digest).order_by("reading"))


def rows_untaken(readings: list[BankReturn]) -> set[int]:
    """The rows of a file that every reading so far had to leave."""
    lines = BankReturnLine.objects.filter(bank_return__in=readings)
    taken = set(lines.exclude(outcome="problem").values_list("row_number", flat=True))
    return set(lines.values_list("row_number", flat=True)) - taken


def rows_read(readings: list[BankReturn]) -> set[int]:
    """Every row of a file that was kept when it was read before."""
    return set(BankReturnLine.objects.filter(bank_return__in=readings).values_list("row_number", flat=True))


def payments_rejected(batch_number: str, by: Actor) -> list[tuple[str, int]] | None:
    """Reference and amount of every payment of a batch sent to the bank; None where there is no such batch."""
    sent = within_reach(PaymentBatch.objects.filter(number=batch_number), by)
    found = sent.filter(released_at__isnull=False).first()
    if found is None:
        return None
    return list(found.payments.order_by("id").values_list("reference", "amount_fen"))


def return_lines(return_id: int, by: Actor) -> QuerySet[BankReturnLine]:
    """The lines of one return in their order, each with what was made of it."""
    lines = BankReturnLine.objects.filter(bank_return=bank_return(return_id, by))
    return lines.select_related("payment").defer("payment__bank_account").order_by("row_number")
