"""Funds, payments, batches and bank returns."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.kernel.money import yuan
from kaogong.trail.guards import LifecycleGuard, append_only, frozen

from .states import BATCH, OUTCOMES, PAYEE_KINDS, PAYMENT

ACCOUNT_PURPOSE = "funds.payment.bank_account"


class Fund(models.Model):
    """One earmarked fund of one region in one year."""

    personal: dict[str, str] = {}

    code = models.CharField(_("资金代码"), max_length=40)
    name = models.CharField(_("资金名称"), max_length=100)
    region_code = models.CharField(_("区域"), max_length=12)
    year = models.PositiveSmallIntegerField(_("年度"))
    illustrative = models.BooleanField(_("示例标准"), default=False)

    class Meta:
        verbose_name = _("专项资金")
        constraints = [
            models.UniqueConstraint(fields=["code", "year"], name="fund_once_a_year"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="fund_is_named"),
        ]
        triggers = [frozen("code", "year", "region_code")]

    def __str__(self) -> str:
        return self.name if str(self.year) in self.name else f"{self.name}（{self.year}）"


class FundShare(models.Model):
    """Which level of government bears which part (in permille) of one programme paid from one fund."""

    personal: dict[str, str] = {}

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="shares")
    programme = models.CharField(_("项目"), max_length=60)
    region_code = models.CharField(_("区域"), max_length=12)
    year = models.PositiveSmallIntegerField(_("年度"))
    shares = models.JSONField(_("分担比例（千分）"))

    class Meta:
        verbose_name = _("资金分担")
        constraints = [
            models.UniqueConstraint(fields=["fund", "programme"], name="share_once_per_programme"),
            models.UniqueConstraint(
                fields=["region_code", "year", "programme"], name="programme_paid_from_one_fund"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.programme}"


class Reservation(models.Model):
    """Money of one fund set aside for one thing; how much is left stands in the ledger by its reference."""

    personal: dict[str, str] = {}

    reference = models.CharField(_("业务编号"), max_length=100, unique=True)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="reservations")
    programme = models.CharField(_("项目"), max_length=60)
    amount_fen = models.BigIntegerField(_("预留金额"))
    shares = models.JSONField(_("各级分担"))
    reserved_at = models.DateTimeField(_("预留时间"))

    class Meta:
        verbose_name = _("资金预留")
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="reservation_positive")]
        triggers = [frozen("reference", "fund_id", "programme", "amount_fen", "shares")]

    def __str__(self) -> str:
        return self.reference


class PaymentBatch(models.Model):
    """Payments of one fund sent to the bank together, made, checked and released by three people."""

    lifecycle = BATCH
    personal: dict[str, str] = {}

    number = models.CharField(_("批次号"), max_length=20, unique=True)
    year = models.PositiveSmallIntegerField(_("年度"))
    serial = models.PositiveIntegerField(_("序号"))
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="batches", verbose_name=_("资金"))
    region_code = models.CharField(_("区域"), max_length=12)
    total_fen = models.BigIntegerField(_("总金额"))
    count = models.PositiveIntegerField(_("笔数"))
    prepared_at = models.DateTimeField(_("组批时间"))
    status = models.CharField(_("状态"), max_length=10, choices=BATCH.choices, default=BATCH.initial)

    class Meta:
        verbose_name = _("付款批次")
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="batch_serial_once"),
            models.CheckConstraint(condition=Q(total_fen__gt=0, count__gt=0), name="batch_not_empty"),
        ]
        indexes = [models.Index(fields=["region_code", "-id"], name="batch_by_region")]
        triggers = [
            LifecycleGuard(BATCH),
            frozen("number", "year", "serial", "fund_id", "total_fen", "count"),
        ]

    def __str__(self) -> str:
        return self.number


class Payment(models.Model):
    """One sum owed to one payee for one thing, into one bank account."""

    lifecycle = PAYMENT
    personal = {
        "payee_name": "name",
        "bank_account": "bank_account",
        "bank_account_index": "bank_account",
        "bank_account_masked": "bank_account",
        "bank_account_holder": "name",
    }

    reference = models.CharField(_("流水号"), max_length=120, unique=True)
    reservation = models.ForeignKey(Reservation, on_delete=models.PROTECT, related_name="payments")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="payments", verbose_name=_("资金"))
    programme = models.CharField(_("项目"), max_length=60)
    year = models.PositiveSmallIntegerField(_("年度"))
    purpose = models.CharField(_("用途"), max_length=100)
    payee_kind = models.CharField(_("收款人类别"), max_length=12, choices=PAYEE_KINDS)
    payee_id = models.BigIntegerField(_("收款人"))
    payee_name = models.CharField(_("收款人名称"), max_length=200)
    bank_name = models.CharField(_("开户银行"), max_length=200)
    bank_account = SealedTextField(_("银行账号"), purpose=ACCOUNT_PURPOSE)
    bank_account_index = models.BinaryField(max_length=16)
    bank_account_masked = models.CharField(_("银行账号"), max_length=40)
    bank_account_holder = models.CharField(_("户名"), max_length=200)
    amount_fen = models.BigIntegerField(_("金额"))
    shares = models.JSONField(_("各级分担"))
    institution_id = models.BigIntegerField(_("机构"), null=True)
    person_id = models.BigIntegerField(_("个人"), null=True)
    region_code = models.CharField(_("区域"), max_length=12)
    batch = models.ForeignKey(
        PaymentBatch, on_delete=models.PROTECT, null=True, related_name="payments", verbose_name=_("批次")
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("替换的付款")
    )
    queued_at = models.DateTimeField(_("生成时间"))
    answered_at = models.DateTimeField(_("银行答复时间"), null=True)
    failure_reason = models.CharField(_("失败原因"), max_length=200, blank=True, default="")
    status = models.CharField(_("状态"), max_length=10, choices=PAYMENT.choices, default=PAYMENT.initial)

    class Meta:
        verbose_name = _("付款")
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=Q(payee_kind="institution", institution_id=F("payee_id"), person_id__isnull=True)
                | Q(payee_kind="person", person_id=F("payee_id"), institution_id__isnull=True),
                name="payment_has_one_payee",
            ),
            models.CheckConstraint(
                condition=~Q(bank_account_masked="") & ~Q(bank_account_holder="") & ~Q(bank_name=""),
                name="payment_has_an_account",
            ),
            models.CheckConstraint(
                condition=Q(status="queued")
                | Q(status="cancelled", batch__isnull=True)
                | (~Q(status__in=["queued", "cancelled"]) & Q(batch__isnull=False)),
                name="payment_batch_fits_status",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["failed", "replaced"]) | Q(failure_reason=""),
                name="payment_reason_only_when_failed",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "status", "id"], name="payment_by_region"),
            # Oldest first among the few that wait: without it the newest of a million are found last.
            models.Index(fields=["id"], name="payment_queue", condition=Q(status="queued")),
            models.Index(fields=["institution_id", "-id"], name="payment_by_institution"),
            models.Index(fields=["person_id", "-id"], name="payment_by_person"),
            models.Index(fields=["bank_account_index"], name="payment_by_account"),
            models.Index(fields=["payee_name"], name="payment_by_payee", opclasses=["varchar_pattern_ops"]),
            BrinIndex(fields=["queued_at"], name="payment_by_day", pages_per_range=32),
        ]
        triggers = [
            LifecycleGuard(PAYMENT),
            frozen(
                "reference", "reservation_id", "fund_id", "programme", "year", "payee_kind", "payee_id",
                "amount_fen", "shares", "bank_account_index", "bank_account_holder", "bank_name",
                "replaces_id",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reference} {yuan(self.amount_fen)}"


class BankReturn(models.Model):
    """One file the bank answered with, as it was read."""

    append_only = True
    personal: dict[str, str] = {}

    filename = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField(_("摘要"), max_length=64, unique=True)
    batch = models.ForeignKey(
        PaymentBatch, on_delete=models.PROTECT, null=True, related_name="returns", verbose_name=_("批次")
    )
    region_code = models.CharField(_("区域"), max_length=12)
    received_at = models.DateTimeField(_("读取时间"))
    paid_count = models.PositiveIntegerField(_("成功笔数"))
    failed_count = models.PositiveIntegerField(_("失败笔数"))
    problem_count = models.PositiveIntegerField(_("问题行数"))

    class Meta:
        verbose_name = _("银行回盘")
        triggers = append_only()

    def __str__(self) -> str:
        return self.filename

    @property
    def line_count(self) -> int:
        return self.paid_count + self.failed_count + self.problem_count


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

    class Meta:
        verbose_name = _("回盘明细")
        constraints = [
            models.UniqueConstraint(fields=["bank_return", "row_number"], name="return_line_once"),
            models.CheckConstraint(
                condition=(Q(outcome="problem") & ~Q(problem=""))
                | Q(outcome__in=["paid", "failed"], problem="", payment__isnull=False),
                name="return_line_answers_or_explains",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.bank_return_id}:{self.row_number}"
