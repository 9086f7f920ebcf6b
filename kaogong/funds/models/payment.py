"""Payments and the batches they are sent in."""

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.kernel.money import yuan
from kaogong.trail.guards import LifecycleGuard, frozen

from ..states import BATCH, PAYEE_KINDS, PAYMENT, UNPAID
from .batch_terms import BatchTerms
from .budget import Fund, Reservation

ACCOUNT_PURPOSE = "funds.payment.bank_account"


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
    layout_code = models.CharField(_("银行文件格式"), max_length=40, default="sheet")
    layout_since = models.DateField(_("格式启用日期"), null=True)
    terms = models.ForeignKey(
        BatchTerms, on_delete=models.PROTECT, null=True, related_name="batches", verbose_name=_("付款设置")
    )
    released_at = models.DateTimeField(_("发放时间"), null=True)
    cut_off_at = models.DateTimeField(_("停付截止时间"), null=True)
    file_digest = models.CharField(_("银行文件摘要"), max_length=64, blank=True, default="")
    status = models.CharField(_("状态"), max_length=10, choices=BATCH.choices, default=BATCH.initial)

    class Meta:
        verbose_name = _("付款批次")
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="batch_serial_once"),
            models.CheckConstraint(condition=Q(total_fen__gt=0, count__gt=0), name="batch_not_empty"),
            models.CheckConstraint(  # batches made before layouts were kept have no day of one
                condition=~Q(status__in=["released", "settled", "stopped"])
                | Q(layout_since__isnull=True)
                | (Q(released_at__isnull=False) & ~Q(file_digest="")),
                name="batch_sent_with_its_digest",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-id"], name="batch_by_region")]
        triggers = [
            LifecycleGuard(BATCH),
            frozen(
                "number",
                "year",
                "serial",
                "fund_id",
                "total_fen",
                "count",
                "layout_code",
                "layout_since",
                "terms_id",
            ),
            pgtrigger.Protect(  # written once, when the file is made
                name="file_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.file_digest <> '' AND (OLD.file_digest, OLD.released_at, OLD.cut_off_at)"
                    " IS DISTINCT FROM (NEW.file_digest, NEW.released_at, NEW.cut_off_at)"
                ),
            ),
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
    offset_for = models.CharField(_("抵扣的追回"), max_length=20, blank=True, default="")
    queued_at = models.DateTimeField(_("生成时间"))
    answered_at = models.DateTimeField(_("银行答复时间"), null=True)
    came_back_at = models.DateTimeField(_("银行退回时间"), null=True)
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
                | (~Q(status__in=["queued", "cancelled"]) & Q(batch__isnull=False))
                | (Q(status__in=["paid", "replaced"], batch__isnull=True) & ~Q(offset_for="")),
                name="payment_batch_fits_status",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["failed", "returned", "replaced", "voided"]) | Q(failure_reason=""),
                name="payment_reason_only_when_failed",
            ),
            models.CheckConstraint(
                condition=Q(status="returned", came_back_at__isnull=False)
                | Q(status__in=["replaced", "voided"])
                | (~Q(status="returned") & Q(came_back_at__isnull=True)),
                name="payment_returned_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "status", "id"], name="payment_by_region"),
            # Oldest first among the few that wait: without it the newest of a million are found last.
            models.Index(fields=["id"], name="payment_queue", condition=Q(status="queued")),
            models.Index(
                fields=["came_back_at"], name="payment_came_back", condition=Q(came_back_at__isnull=False)
            ),
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

    @property
    def is_unpaid(self) -> bool:
        """Whether the bank failed to pay it or gave it back, and nobody has decided on it yet."""
        return self.status in UNPAID

    def __str__(self) -> str:
        return f"{self.reference} {yuan(self.amount_fen)}"
