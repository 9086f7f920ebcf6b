"""Samples: the payments drawn from, fixed first; the seed; what was drawn."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.funds.models import Payment
from kaogong.trail.guards import LifecycleGuard, append_only, frozen

from ..states import AUDIT_SAMPLE, METHODS


class AuditSample(models.Model):
    """One plan: how many payments of which days are looked at, by which method; the roster stands before the seed."""

    lifecycle = AUDIT_SAMPLE
    personal = {"prepared_by_name": "name", "reason": "free_text"}

    number = models.CharField(_("抽样编号"), max_length=20, unique=True)
    region_code = models.CharField(_("区划"), max_length=12)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"))
    method = models.CharField(_("方法"), max_length=10, choices=list(METHODS.items()))
    size = models.PositiveIntegerField(_("应抽"))
    reason = models.CharField(_("用途"), max_length=300)
    roster = models.BinaryField(_("总体"))
    roster_digest = models.CharField(_("总体指纹"), max_length=64)
    roster_count = models.PositiveIntegerField(_("总体笔数"))
    roster_fen = models.BigIntegerField(_("总体金额"))
    seed = models.CharField(_("种子"), max_length=100, blank=True, default="")
    seed_source = models.CharField(_("种子来源"), max_length=200, blank=True, default="")
    result_digest = models.CharField(_("结果指纹"), max_length=64, blank=True, default="")
    prepared_at = models.DateTimeField(_("准备时间"))
    prepared_by_account_id = models.BigIntegerField(null=True)
    prepared_by_name = models.CharField(_("准备人"), max_length=100)
    drawn_at = models.DateTimeField(_("抽取时间"), null=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=AUDIT_SAMPLE.choices, default=AUDIT_SAMPLE.initial
    )

    class Meta:
        verbose_name = _("审计抽样")
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="audit_sample_has_its_days"),
            models.CheckConstraint(
                condition=Q(size__gt=0) & Q(size__lte=F("roster_count")), name="audit_sample_size_possible"
            ),
            models.CheckConstraint(
                condition=Q(status="prepared", seed="", drawn_at__isnull=True, result_digest="")
                | (Q(drawn_at__isnull=False) & ~Q(seed="") & ~Q(seed_source="") & ~Q(result_digest="")),
                name="audit_sample_drawn_whole",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-prepared_at"], name="audit_sample_newest")]
        triggers = [
            LifecycleGuard(AUDIT_SAMPLE),
            frozen(
                "number", "region_code", "from_on", "to_on", "method", "size", "reason", "roster",
                "roster_digest", "roster_count", "roster_fen", "prepared_at", "prepared_by_account_id",
                "prepared_by_name",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class SampledPayment(models.Model):
    """One payment drawn in one plan: its place, its amount and why it was drawn."""

    append_only = True
    personal: dict[str, str] = {}

    sample = models.ForeignKey(
        AuditSample, models.PROTECT, related_name="payments", verbose_name=_("审计抽样")
    )
    place = models.PositiveIntegerField(_("序号"))
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="+", verbose_name=_("付款"))
    amount_fen = models.BigIntegerField(_("金额"))
    risk = models.PositiveIntegerField(_("风险分"), default=0)
    why = models.CharField(_("为何抽中"), max_length=200)

    class Meta:
        verbose_name = _("抽中的付款")
        constraints = [
            models.UniqueConstraint(fields=["sample", "place"], name="sampled_payment_place_once"),
            models.UniqueConstraint(fields=["sample", "payment"], name="sampled_payment_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.sample_id}-{self.place}"
