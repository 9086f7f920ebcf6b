"""What a provider is asked about a finding, and what it says."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.institutions.models import Institution
from kaogong.trail.guards import frozen, kept_but_sealed_anew

from .finding import RiskFinding


class RiskQuestion(models.Model):
    """One time one provider was asked about one finding, with the day by which it should answer."""

    personal = {"question": "free_text", "asked_by_name": "name"}

    finding = models.ForeignKey(
        RiskFinding, models.PROTECT, related_name="questions", verbose_name=_("风险发现")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="risk_questions", verbose_name=_("机构")
    )
    region_code = models.CharField(_("区划"), max_length=12)
    round = models.PositiveSmallIntegerField(_("第几次"))
    question = models.TextField(_("请说明"))
    asked_at = models.DateTimeField(_("提出时间"))
    asked_by_account_id = models.BigIntegerField(null=True)
    asked_by_name = models.CharField(_("提出人"), max_length=100)
    due_on = models.DateField(_("期限"))
    answered_at = models.DateTimeField(_("答复时间"), null=True)

    class Meta:
        verbose_name = _("请机构说明")
        triggers = [frozen("finding", "institution", "round", "question", "asked_at", "due_on")]
        constraints = [
            models.UniqueConstraint(fields=["finding", "institution", "round"], name="risk_question_once"),
            models.CheckConstraint(condition=~Q(question=""), name="risk_question_asks"),
        ]
        indexes = [
            models.Index(
                fields=["institution", "due_on"],
                name="risk_question_open",
                condition=Q(answered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.finding.number}-{self.round}"


class RiskAnswer(models.Model):
    """What one provider said to one question, with the document it handed in; never changed."""

    personal = {"text": "free_text", "document": "file", "document_name": "free_text", "by_name": "name"}

    question = models.OneToOneField(
        RiskQuestion, models.PROTECT, related_name="answer", verbose_name=_("请机构说明")
    )
    text = models.TextField(_("说明"))
    document_name = models.CharField(_("附件"), max_length=120, blank=True, default="")
    document_type = models.CharField(_("附件类型"), max_length=80, blank=True, default="")
    document_digest = models.CharField(_("附件指纹"), max_length=64, blank=True, default="")
    document = SealedTextField(purpose="risk.riskanswer.document", blank=True)
    answered_at = models.DateTimeField(_("答复时间"))
    by_account_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("答复人"), max_length=100)
    is_late = models.BooleanField(_("逾期"), default=False)

    class Meta:
        verbose_name = _("机构说明")
        triggers = kept_but_sealed_anew(
            "question",
            "text",
            "document_name",
            "document_type",
            "document_digest",
            "answered_at",
            "by_account_id",
            "by_name",
            "is_late",
        )
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="risk_answer_says_something"),
            models.CheckConstraint(
                condition=Q(document_name="", document_digest="")
                | (~Q(document_name="") & ~Q(document_digest="")),
                name="risk_answer_document_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.question)
