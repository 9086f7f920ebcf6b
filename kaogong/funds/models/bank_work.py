"""Work with the bank that takes longer than a page waits: how far it is and how it ended."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.trail.guards import frozen

from ..states import WORK_KINDS
from .bank_return import BankReturn
from .payment import PaymentBatch

FILE_PURPOSE = "funds.bank_work.content"


class BankWork(models.Model):
    """A large batch being released, or a large answer being read, in the background."""

    personal = {"by_name": "name", "content": "bank_account", "refusal": "free_text"}

    kind = models.CharField(_("事项"), max_length=8, choices=WORK_KINDS)
    batch = models.ForeignKey(
        PaymentBatch, on_delete=models.PROTECT, null=True, related_name="works", verbose_name=_("批次")
    )
    filename = models.CharField(_("文件名"), max_length=200, blank=True, default="")
    content = SealedTextField(_("文件"), purpose=FILE_PURPOSE)  # until it is read
    region_code = models.CharField(_("区域"), max_length=12)
    asked_at = models.DateTimeField(_("提交时间"))
    by_account_id = models.BigIntegerField(_("经办账号"), null=True)
    by_name = models.CharField(_("经办人"), max_length=100)
    total = models.PositiveIntegerField(_("应办笔数"), default=0)
    done = models.PositiveIntegerField(_("已办笔数"), default=0)
    refusal = models.TextField(_("没有完成的原因"), blank=True, default="")
    bank_return = models.ForeignKey(
        BankReturn, on_delete=models.PROTECT, null=True, related_name="works", verbose_name=_("银行回盘")
    )
    is_repeated = models.BooleanField(_("以前读过"), default=False)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = _("银行批量办理")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="release", batch__isnull=False, filename="")
                | (Q(kind="read", batch__isnull=True) & ~Q(filename="")),
                name="bank_work_is_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=False) | Q(refusal="", bank_return__isnull=True),
                name="bank_work_ends_with_its_result",
            ),
            models.UniqueConstraint(
                fields=["batch"], condition=Q(finished_at__isnull=True), name="one_bank_work_of_a_batch"
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-id"], name="bank_work_by_region")]
        triggers = [frozen("kind", "batch_id", "filename", "region_code", "asked_at", "by_account_id")]

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0

    def __str__(self) -> str:
        return self.filename or str(self.batch)
