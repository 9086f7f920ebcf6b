"""Money that came back, and what waits to be asked back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.funds.models import Payment
from kaogong.trail.guards import LifecycleGuard, frozen

from ..states import CAUSES, KINDS, LEAD, RECEIPT
from .recoupment import Recoupment


class RecoupmentReceipt(models.Model):
    """One sum that came back for one recoupment: by the bank, or set off against what the debtor was owed."""

    lifecycle = RECEIPT
    personal = {"consented_by": "name"}

    number = models.CharField(_("收据编号"), max_length=20, unique=True)
    recoupment = models.ForeignKey(Recoupment, models.PROTECT, related_name="receipts")
    region_code = models.CharField(_("区划"), max_length=12)
    kind = models.CharField(_("方式"), max_length=8, choices=list(KINDS.items()))
    amount_fen = models.BigIntegerField(_("本金"))
    interest_fen = models.BigIntegerField(_("利息"), default=0)
    shares = models.JSONField(_("各级分担"))
    received_on = models.DateField(_("到账日期"))
    bank_reference = models.CharField(_("银行流水号"), max_length=80)
    noted_at = models.DateTimeField(_("登记时间"))
    payment = models.OneToOneField(
        Payment, models.PROTECT, null=True, related_name="+", verbose_name=_("抵扣的付款")
    )
    consent_document = models.CharField(_("同意抵扣的文件"), max_length=200, blank=True, default="")
    consented_on = models.DateField(_("同意日期"), null=True)
    consented_by = models.CharField(_("同意人"), max_length=100, blank=True, default="")
    status = models.CharField(_("状态"), max_length=12, choices=RECEIPT.choices, default=RECEIPT.initial)

    class Meta:
        verbose_name = _("追回收据")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0, interest_fen__gte=0)
                & (Q(amount_fen__gt=0) | Q(interest_fen__gt=0)),
                name="receipt_of_something",
            ),
            models.CheckConstraint(condition=~Q(bank_reference=""), name="receipt_names_its_bank_line"),
            models.UniqueConstraint(
                fields=["bank_reference"], condition=~Q(status="reversed"), name="bank_line_received_once"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="offset", payment__isnull=False, consented_on__isnull=False, interest_fen=0)
                    & ~Q(consent_document="")
                    & ~Q(consented_by="")
                )
                | Q(
                    kind="bank",
                    payment__isnull=True,
                    consented_on__isnull=True,
                    consent_document="",
                    consented_by="",
                ),
                name="offset_only_with_consent",
            ),
        ]
        triggers = [
            LifecycleGuard(RECEIPT),
            frozen(
                "number", "recoupment_id", "kind", "amount_fen", "interest_fen", "shares", "received_on",
                "bank_reference", "payment_id", "consent_document", "consented_on", "consented_by",
            ),
        ]  # fmt: skip

    @property
    def total_fen(self) -> int:
        return self.amount_fen + self.interest_fen

    def __str__(self) -> str:
        return self.number


class RecoveryLead(models.Model):
    """One thing found that should be asked back, until somebody opens a recoupment for it or says why not."""

    lifecycle = LEAD
    personal = {"debtor_name": "name"}

    cause = models.CharField(_("追回原因"), max_length=12, choices=list(CAUSES.items()))
    source = models.CharField(_("来源"), max_length=80)
    region_code = models.CharField(_("区划"), max_length=12)
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, related_name="+", verbose_name=_("原付款")
    )
    institution_id = models.BigIntegerField(_("机构"), null=True)
    person_id = models.BigIntegerField(_("个人"), null=True)
    debtor_name = models.CharField(_("退款方"), max_length=200)
    line_reference = models.CharField(_("申领明细"), max_length=60, blank=True, default="")
    amount_fen = models.BigIntegerField(_("应退金额"))
    why = models.TextField(_("说明"))
    found_at = models.DateTimeField(_("发现时间"))
    recoupment = models.ForeignKey(
        Recoupment, models.PROTECT, null=True, related_name="leads", verbose_name=_("追回")
    )
    status = models.CharField(_("状态"), max_length=10, choices=LEAD.choices, default=LEAD.initial)

    class Meta:
        verbose_name = _("追回线索")
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "source", "payment"],
                name="recovery_lead_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recovery_lead_of_something"),
            models.CheckConstraint(
                condition=Q(status="taken", recoupment__isnull=False)
                | (~Q(status="taken") & Q(recoupment__isnull=True))
                | Q(status="found"),
                name="taken_lead_names_its_recoupment",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "status", "found_at"], name="recovery_lead_queue")]
        triggers = [
            LifecycleGuard(LEAD),
            frozen("cause", "source", "payment_id", "amount_fen", "line_reference", "found_at"),
        ]

    def __str__(self) -> str:
        return self.line_reference or self.source
