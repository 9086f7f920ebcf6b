"""What a month's claim rests on: the wage each head was paid, and the papers handed in with it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField, kept_file
from kaogong.trail.guards import append_only, kept_but_sealed_anew
from kaogong.training.models.filing import CONTENT_TYPES

from .claim import Claim, ClaimLine
from .paying import FeeDocumentChanged


class MonthWage(models.Model):
    """The wage one head of a month's claim was paid, as the employer says."""

    append_only = True
    personal: dict[str, str] = {}

    line = models.OneToOneField(ClaimLine, models.PROTECT, related_name="wage", verbose_name=_("明细"))
    wage_fen = models.BigIntegerField(_("当月工资"))
    paid_on = models.DateField(_("发放日期"))

    class Meta:
        verbose_name = _("用工月工资")
        constraints = [models.CheckConstraint(condition=Q(wage_fen__gt=0), name="month_wage_is_a_sum")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.line_id}"


class ClaimDocument(models.Model):
    """One paper handed in with a claim, as it came: the wage sheet of a month."""

    personal = {"content": "file", "filename": "free_text", "added_by": "name"}

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="documents", verbose_name=_("申领"))
    kind = models.CharField(_("材料种类"), max_length=20, choices=[("wage_proof", _("工资发放凭证"))])
    filename = models.CharField(_("文件名"), max_length=200)
    format = models.CharField(_("格式"), max_length=8, choices=[(code, code) for code in CONTENT_TYPES])
    digest = models.CharField(_("摘要"), max_length=64)
    content = SealedTextField(purpose="claims.claimdocument.content")
    added_at = models.DateTimeField(_("上传时间"))
    added_by = models.CharField(_("上传人"), max_length=100)

    class Meta:
        verbose_name = _("申领材料")
        constraints = [
            models.UniqueConstraint(fields=["claim", "kind", "digest"], name="claim_document_once")
        ]
        triggers = kept_but_sealed_anew(
            "claim", "kind", "filename", "format", "digest", "added_at", "added_by"
        )

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.format]

    @property
    def data(self) -> bytes:
        """The file as it came; its digest says that it still is."""
        return kept_file(self.content, self.digest, FeeDocumentChanged(filename=self.filename))

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.filename}"
