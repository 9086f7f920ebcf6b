"""Cases of error, fault or fraud, graded by stated criteria, and what is to be paid back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.institutions.models import Institution
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, frozen
from kaogong.training.models import TrainingClass

from ..states import CASE, RECOVERY

CAUSES = [
    ("finding", _("检查问题")),
    ("complaint", _("投诉举报")),
    ("risk", _("风险线索")),
    ("audit", _("审计发现")),
]
GRADES = [("error", _("失误")), ("fault", _("违规")), ("fraud", _("骗取"))]


class Case(models.Model):
    """One matter that may be an error, a fault or a fraud, graded by one person and confirmed by another."""

    lifecycle = CASE
    personal = {
        "facts": "free_text",
        "criteria": "free_text",
        "grade_reason": "free_text",
        "tolerance": "free_text",
    }

    number = models.CharField(_("案件编号"), max_length=20, unique=True)
    cause = models.CharField(_("案件来由"), max_length=10, choices=CAUSES)
    because_of = models.CharField(_("线索编号"), max_length=80)
    region_code = models.CharField(_("区域"), max_length=12)
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="cases", verbose_name=_("机构")
    )
    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, null=True, related_name="cases", verbose_name=_("班次")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="cases", verbose_name=_("人员")
    )
    facts = models.TextField(_("查明的事实"))
    opened_at = models.DateTimeField(_("立案时间"))
    grade = models.CharField(_("定性"), max_length=10, choices=GRADES, blank=True, default="")
    grade_reason = models.TextField(_("定性理由"), blank=True, default="")
    criteria = models.JSONField(_("逐项标准"), default=list)
    tolerance = models.TextField(_("容错理由"), blank=True, default="")
    graded_at = models.DateTimeField(_("定性时间"), null=True)
    handed_over_at = models.DateTimeField(_("移送时间"), null=True)
    handed_over_to = models.CharField(_("移送单位"), max_length=120, blank=True, default="")
    status = models.CharField(_("状态"), max_length=12, choices=CASE.choices, default=CASE.initial)

    class Meta:
        verbose_name = _("案件")
        verbose_name_plural = _("案件")
        triggers = [LifecycleGuard(CASE), frozen("number", "cause", "because_of", "facts", "opened_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(institution__isnull=False) | Q(person__isnull=False),
                name="case_is_about_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(facts="") & ~Q(because_of=""), name="case_says_what_and_whence"
            ),
            models.CheckConstraint(
                condition=Q(grade="", grade_reason="", graded_at__isnull=True)
                | (~Q(grade="") & ~Q(grade_reason="") & Q(graded_at__isnull=False)),
                name="case_grade_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["graded", "confirmed", "closed"]) | ~Q(grade=""),
                name="case_graded_has_grade",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at__isnull=True, handed_over_to="")
                | (Q(handed_over_at__isnull=False) & ~Q(handed_over_to="")),
                name="case_handing_over_whole",
            ),
            models.UniqueConstraint(
                fields=["cause", "because_of"],
                condition=~Q(status="dismissed"),
                name="case_of_a_cause_once",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-id"], name="case_by_region")]

    def __str__(self) -> str:
        return self.number


class Recovery(models.Model):
    """One sum demanded back under one case, until it came back or was waived."""

    lifecycle = RECOVERY
    personal = {"reason": "free_text", "evidence": "free_text"}

    case = models.ForeignKey(Case, models.PROTECT, related_name="recoveries", verbose_name=_("案件"))
    region_code = models.CharField(_("区域"), max_length=12)
    claim_number = models.CharField(_("申领编号"), max_length=30, blank=True, default="")
    amount_fen = models.BigIntegerField(_("追回金额"))
    reason = models.CharField(_("追回理由"), max_length=500)
    due_on = models.DateField(_("退回期限"))
    demanded_at = models.DateTimeField(_("通知时间"))
    evidence = models.CharField(_("退回凭证"), max_length=200, blank=True, default="")
    settled_at = models.DateTimeField(_("退回时间"), null=True)
    status = models.CharField(_("状态"), max_length=12, choices=RECOVERY.choices, default=RECOVERY.initial)

    class Meta:
        verbose_name = _("追回")
        triggers = [LifecycleGuard(RECOVERY), frozen("case", "amount_fen", "reason", "demanded_at")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="recovery_of_something"),
            models.CheckConstraint(
                condition=Q(evidence="", settled_at__isnull=True)
                | (~Q(evidence="") & Q(settled_at__isnull=False)),
                name="recovery_settled_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status="recovered") | ~Q(evidence=""), name="recovery_has_its_receipt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}-{self.pk}"
