"""Work with the bank in the background, in reach."""

from django.db.models import QuerySet

from kaogong.kernel.actor import Actor

from ..models import BankWork, PaymentBatch
from .reach import only, within_reach


def bank_works(by: Actor) -> QuerySet[BankWork]:
    """All of it, the newest first, without the files."""
    rows = BankWork.objects.select_related("batch", "bank_return").defer("content").order_by("-id")
    return within_reach(rows, by)


def bank_work(work_id: int, by: Actor) -> BankWork:
    return only(bank_works(by).filter(pk=work_id))


def work_of_batch(batch: PaymentBatch) -> BankWork | None:
    """The last work on a batch, running or ended."""
    return BankWork.objects.filter(batch=batch).defer("content").order_by("-id").first()
