"""Packs: who asked for which days, how far the work is, and the archive itself."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.trail.guards import LifecycleGuard, frozen, kept_but_sealed_anew

from ..states import AUDIT_PACK


class AuditPack(models.Model):
    """One archive of everything about the money of one region on the days of [from_on, to_on], both included."""

    lifecycle = AUDIT_PACK
    personal = {"asked_by_name": "name", "reason": "free_text"}

    number = models.CharField(_("审计包编号"), max_length=20, unique=True)
    region_code = models.CharField(_("区划"), max_length=12)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"))
    is_full = models.BooleanField(_("含完整个人信息"), default=False)
    authority = models.CharField(_("授权"), max_length=200, blank=True, default="")
    reason = models.CharField(_("用途"), max_length=300)
    asked_at = models.DateTimeField(_("提出时间"))
    asked_by_account_id = models.BigIntegerField(null=True)
    asked_by_name = models.CharField(_("提出人"), max_length=100)
    done = models.PositiveIntegerField(_("已写"), default=0)
    total = models.PositiveIntegerField(_("应写"), default=0)
    rows = models.PositiveBigIntegerField(_("行数"), default=0)
    size = models.PositiveBigIntegerField(_("字节数"), default=0)
    content_digest = models.CharField(_("内容指纹"), max_length=64, blank=True, default="")
    file_digest = models.CharField(_("文件指纹"), max_length=64, blank=True, default="")
    is_kept = models.BooleanField(_("可以下载"), default=False)
    refusal = models.TextField(_("没有制成的原因"), blank=True, default="")
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=AUDIT_PACK.choices, default=AUDIT_PACK.initial
    )

    class Meta:
        verbose_name = _("审计包")
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="audit_pack_has_its_days"),
            models.CheckConstraint(
                condition=Q(is_full=False) | ~Q(authority=""), name="full_audit_pack_has_authority"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="audit_pack_says_what_for"),
            models.CheckConstraint(
                condition=~Q(status="ready") | (Q(finished_at__isnull=False) & ~Q(content_digest="")),
                name="ready_audit_pack_has_its_digest",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-asked_at"], name="audit_pack_newest")]
        triggers = [
            LifecycleGuard(AUDIT_PACK),
            frozen(
                "number", "region_code", "from_on", "to_on", "is_full", "authority", "reason", "asked_at",
                "asked_by_account_id", "asked_by_name",
            ),
        ]  # fmt: skip

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    def __str__(self) -> str:
        return self.number


class AuditPackPart(models.Model):
    """One piece of one archive, in order: an archive may be larger than what a page can hold at once."""

    personal = {"content": "file"}

    pack = models.ForeignKey(AuditPack, models.PROTECT, related_name="parts", verbose_name=_("审计包"))
    sequence = models.PositiveIntegerField(_("序号"))
    content = SealedTextField(purpose="audit.auditpackpart.content")

    class Meta:
        verbose_name = _("审计包分块")
        constraints = [models.UniqueConstraint(fields=["pack", "sequence"], name="audit_pack_part_once")]
        triggers = kept_but_sealed_anew("pack", "sequence")

    def __str__(self) -> str:
        return f"{self.pack_id}-{self.sequence}"
