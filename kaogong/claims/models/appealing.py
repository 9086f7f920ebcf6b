"""What is said against a decision on a claim, and the papers handed in with that and with account changes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField, kept_file
from kaogong.trail.guards import LifecycleGuard, frozen, kept_but_sealed_anew
from kaogong.training.models.filing import CONTENT_TYPES

from ..states import CLAIM_APPEAL
from .accounts import AccountChange
from .claim import Claim, ClaimLine
from .paying import FeeDocumentChanged

FOLLOWED = [
    ("resumed", _("申领恢复审核")),
    ("claimed_again", _("已重新列入申领")),
    ("claimable", _("可以再次申领")),
    ("nothing_left", _("决定已被取代，没有需要恢复的")),
]


class ClaimAppeal(models.Model):
    """What one claimant says against one decision on a claim or a line of it, and the answer."""

    lifecycle = CLAIM_APPEAL
    personal = {
        "content": "free_text",
        "answer": "free_text",
        "decided_reason": "free_text",
        "decided_by": "name",
        "filed_by": "name",
    }

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="appeals", verbose_name=_("申领"))
    line = models.ForeignKey(
        ClaimLine, models.PROTECT, null=True, blank=True, related_name="appeals", verbose_name=_("申领明细")
    )
    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, related_name="+", verbose_name=_("申领机构")
    )
    person = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("申诉人")
    )
    region_code = models.CharField(_("区划"), max_length=12)
    against = models.CharField(
        _("所不服的决定"),
        max_length=10,
        choices=[
            ("returned", _("退回")),
            ("refused", _("不予补贴")),
            ("dropped", _("停拨")),
            ("lapsed", _("全部停拨")),
        ],
    )
    decision_entry_id = models.BigIntegerField(_("决定的记录"))
    decided_at = models.DateTimeField(_("决定时间"))
    decided_by = models.CharField(_("决定人"), max_length=100)
    decided_reason = models.TextField(_("决定理由"), blank=True, default="")
    appeal_until = models.DateField(_("申诉截止"), null=True)
    content = models.TextField(_("申诉理由"))
    filed_at = models.DateTimeField(_("提出时间"))
    filed_by = models.CharField(_("提出人"), max_length=100)
    answer_by_on = models.DateField(_("答复期限"), null=True)
    answer = models.TextField(_("答复"), blank=True, default="")
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    followed = models.CharField(_("结果"), max_length=20, choices=FOLLOWED, blank=True, default="")
    new_claim = models.ForeignKey(
        Claim, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("重新列入的申领")
    )
    status = models.CharField(
        _("状态"), max_length=10, choices=CLAIM_APPEAL.choices, default=CLAIM_APPEAL.initial
    )

    class Meta:
        verbose_name = _("申领申诉")
        constraints = [
            models.UniqueConstraint(fields=["decision_entry_id"], name="one_appeal_of_a_decision"),
            models.CheckConstraint(condition=~Q(content=""), name="claim_appeal_says_something"),
            models.CheckConstraint(
                condition=Q(status="filed") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="claim_appeal_settled_is_answered",
            ),
            models.CheckConstraint(
                condition=Q(against__in=["returned", "lapsed"], line__isnull=True)
                | Q(against__in=["refused", "dropped"], line__isnull=False),
                name="claim_appeal_names_what_it_is_against",
            ),
            models.CheckConstraint(
                condition=~Q(followed="claimed_again") | Q(new_claim__isnull=False),
                name="claim_appeal_names_the_new_claim",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "status", "filed_at"], name="claim_appeal_queue"),
        ]
        triggers = [
            LifecycleGuard(CLAIM_APPEAL),
            frozen(
                "claim", "line", "institution", "person", "region_code", "against", "decision_entry_id",
                "decided_at", "decided_by", "decided_reason", "appeal_until", "content", "filed_at",
                "filed_by", "answer_by_on",
            ),
        ]  # fmt: skip

    @property
    def named(self) -> str:
        """What is appealed about: the claim, or the line of it."""
        return self.line.reference if self.line_id is not None else self.claim.number

    def __str__(self) -> str:
        return f"申诉 {self.named}"


class CasePaper(models.Model):
    """One paper handed in with an account change or an appeal, as it came."""

    personal = {"content": "file", "filename": "free_text", "added_by": "name"}

    change = models.ForeignKey(
        AccountChange, models.PROTECT, null=True, related_name="papers", verbose_name=_("收款账户变更")
    )
    appeal = models.ForeignKey(
        ClaimAppeal, models.PROTECT, null=True, related_name="papers", verbose_name=_("申领申诉")
    )
    filename = models.CharField(_("文件名"), max_length=200)
    format = models.CharField(_("格式"), max_length=8, choices=[(code, code) for code in CONTENT_TYPES])
    digest = models.CharField(_("摘要"), max_length=64)
    content = SealedTextField(purpose="claims.casepaper.content")
    added_at = models.DateTimeField(_("上传时间"))
    added_by = models.CharField(_("上传人"), max_length=100)

    class Meta:
        verbose_name = _("变更和申诉材料")
        constraints = [
            models.CheckConstraint(
                condition=Q(change__isnull=False, appeal__isnull=True)
                | Q(change__isnull=True, appeal__isnull=False),
                name="case_paper_of_one_thing",
            ),
            models.UniqueConstraint(fields=["change", "digest"], name="case_paper_once_in_a_change"),
            models.UniqueConstraint(fields=["appeal", "digest"], name="case_paper_once_in_an_appeal"),
        ]
        triggers = kept_but_sealed_anew(
            "change", "appeal", "filename", "format", "digest", "added_at", "added_by"
        )

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.format]

    @property
    def data(self) -> bytes:
        """The file as it came; its digest says that it still is."""
        return kept_file(self.content, self.digest, FeeDocumentChanged(filename=self.filename))

    def __str__(self) -> str:
        return self.filename
