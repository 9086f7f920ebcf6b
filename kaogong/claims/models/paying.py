"""What proves who paid first: invoices and proofs of payment, as they came."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField, kept_file
from kaogong.kernel.errors import Refused
from kaogong.trail.guards import frozen
from kaogong.training.models.filing import CONTENT_TYPES

FEE_DOCUMENTS = [("invoice", _("发票")), ("payment_proof", _("付款凭证"))]


class FeeDocumentChanged(Refused):
    """保存的票据“{filename}”与上传时不同，不能使用。请联系系统管理员，并重新上传。"""


class FeeDocument(models.Model):
    """One invoice or proof of payment of a fee somebody paid first: of one learner, or of a whole class.

    A wrong one is withdrawn with a reason, never changed or removed; an invoice stands once in the product.
    """

    personal = {"content": "file", "filename": "free_text", "added_by": "name"}

    training_class = models.ForeignKey(
        "training.TrainingClass", models.PROTECT, related_name="fee_documents", verbose_name=_("班级")
    )
    enrolment = models.ForeignKey(
        "training.Enrolment", models.PROTECT, null=True, blank=True, related_name="fee_documents"
    )
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    region_code = models.CharField(_("区划"), max_length=12)
    kind = models.CharField(_("票据种类"), max_length=20, choices=FEE_DOCUMENTS)
    number = models.CharField(_("号码"), max_length=40)
    issued_on = models.DateField(_("开具日期"))
    amount_fen = models.BigIntegerField(_("票面金额"))
    filename = models.CharField(_("文件名"), max_length=200)
    format = models.CharField(_("格式"), max_length=8, choices=[(code, code) for code in CONTENT_TYPES])
    size = models.PositiveIntegerField(_("字节数"))
    digest = models.CharField(_("摘要"), max_length=64)
    content = SealedTextField(purpose="claims.feedocument.content")
    added_at = models.DateTimeField(_("上传时间"))
    added_by = models.CharField(_("上传人"), max_length=100)
    withdrawn_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("作废理由"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("垫付票据")
        indexes = [models.Index(fields=["training_class", "kind", "id"], name="fee_document_of_class")]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(kind="invoice", withdrawn_at__isnull=True),
                name="invoice_used_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, size__gt=0) & ~Q(number=""), name="fee_document_whole"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="fee_document_withdrawn_with_reason",
            ),
        ]
        triggers = [
            frozen(
                "training_class", "enrolment", "institution", "region_code", "kind", "number", "issued_on",
                "amount_fen", "filename", "format", "size", "digest", "added_at", "added_by",
            ),
            pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
        ]  # fmt: skip

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.format]

    @property
    def data(self) -> bytes:
        """The file as it came; its digest says that it still is."""
        return kept_file(self.content, self.digest, FeeDocumentChanged(filename=self.filename))

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
