"""What the bank answered with, file by file and line by line."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import append_only

from ..states import OUTCOMES
from .payment import Payment, PaymentBatch


class BankReturn(models.Model):
    """One reading of one file the bank answered with; what could not be taken may be read again later."""

    append_only = True
    personal: dict[str, str] = {}

    filename = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField(_("摘要"), max_length=64)
    reading = models.PositiveSmallIntegerField(_("第几次读取"), default=1)
    layout_code = models.CharField(_("文件格式"), max_length=40, blank=True, default="")
    batch = models.ForeignKey(
        PaymentBatch, on_delete=models.PROTECT, null=True, related_name="returns", verbose_name=_("批次")
    )
    region_code = models.CharField(_("区域"), max_length=12)
    received_at = models.DateTimeField(_("读取时间"))
    paid_count = models.PositiveIntegerField(_("成功笔数"))
    failed_count = models.PositiveIntegerField(_("失败笔数"))
    returned_count = models.PositiveIntegerField(_("退汇笔数"), default=0)
    repeated_count = models.PositiveIntegerField(_("重复行数"), default=0)
    problem_count = models.PositiveIntegerField(_("问题行数"))

    class Meta:
        verbose_name = _("银行回盘")
        constraints = [models.UniqueConstraint(fields=["digest", "reading"], name="return_read_in_order")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.filename

    @property
    def line_count(self) -> int:
        told = (self.paid_count, self.failed_count, self.returned_count)
        return sum(told) + self.repeated_count + self.problem_count


class BankReturnLine(models.Model):
    """One line of a bank return: what it said, and what was made of it."""

    append_only = True
    personal: dict[str, str] = {"account_masked": "bank_account"}

    bank_return = models.ForeignKey(BankReturn, on_delete=models.PROTECT, related_name="lines")
    row_number = models.PositiveIntegerField(_("行号"))
    reference = models.CharField(_("流水号"), max_length=120, blank=True, default="")
    account_masked = models.CharField(_("收款账号"), max_length=60, blank=True, default="")
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, related_name="return_lines", verbose_name=_("付款")
    )
    outcome = models.CharField(_("结果"), max_length=8, choices=OUTCOMES)
    amount_fen = models.BigIntegerField(_("金额"), null=True)
    reason = models.CharField(_("失败原因"), max_length=200, blank=True, default="")
    problem = models.CharField(_("问题"), max_length=300, blank=True, default="")
    problem_code = models.CharField(_("问题种类"), max_length=40, blank=True, default="")

    class Meta:
        verbose_name = _("回盘明细")
        constraints = [
            models.UniqueConstraint(fields=["bank_return", "row_number"], name="return_line_once"),
            models.CheckConstraint(
                condition=(Q(outcome="problem") & ~Q(problem=""))
                | (Q(outcome="repeated", payment__isnull=False) & ~Q(problem=""))
                | Q(outcome__in=["paid", "failed", "returned"], problem="", payment__isnull=False),
                name="return_line_answers_or_explains",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.bank_return_id}:{self.row_number}"
