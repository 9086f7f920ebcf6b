"""A sign found, whom it concerns, and every row it ever rested on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.institutions.models import Institution, Trainer
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, append_only, frozen
from kaogong.training.models import TrainingClass

from ..states import ESCALATIONS, FAMILIES, OUTCOMES, RISK_FINDING, SEVERITIES
from .looking import RiskPass

_RANKS = {"notice": 1, "serious": 2, "severe": 3}


class RiskFinding(models.Model):
    """One sign of one subject: the same sign found again is the same row, whatever was done about it.

    ``key`` names the sign and its subject (a ring that grows is named anew and stays the same row),
    ``digest`` everything it said when last seen. ``institution`` is
    the one concerned, null where there are several: who they all are stands in the subjects.
    """

    lifecycle = RISK_FINDING
    personal = {"reason": "free_text", "figures": "training_record"}

    number = models.CharField(_("发现编号"), max_length=20, unique=True)
    key = models.CharField(_("标识"), max_length=120, unique=True)
    kind = models.CharField(_("种类"), max_length=60)
    family = models.CharField(_("类别"), max_length=10, choices=list(FAMILIES.items()))
    severity = models.CharField(_("等级"), max_length=10, choices=list(SEVERITIES.items()))
    rank = models.PositiveSmallIntegerField(_("等级序"))
    region_code = models.CharField(_("区划"), max_length=12)
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="risk_findings", verbose_name=_("机构")
    )
    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, null=True, related_name="risk_findings", verbose_name=_("班次")
    )
    people_count = models.PositiveIntegerField(_("涉及学员"), default=0)
    figures = models.JSONField(_("数字"), default=dict)
    digest = models.CharField(_("内容指纹"), max_length=64)
    rows_in_all = models.PositiveIntegerField(_("依据条数"), default=0)
    first_seen_at = models.DateTimeField(_("首次发现"))
    last_seen_at = models.DateTimeField(_("最近发现"))
    first_pass = models.ForeignKey(RiskPass, models.PROTECT, related_name="+", verbose_name=_("首次核查"))
    last_pass = models.ForeignKey(
        RiskPass, models.PROTECT, related_name="findings", verbose_name=_("最近核查")
    )
    gone_since_at = models.DateTimeField(_("不再出现"), null=True)
    due_on = models.DateField(_("机构说明期限"), null=True)
    outcome = models.CharField(
        _("办理结果"),
        max_length=12,
        choices=[*OUTCOMES.items(), *ESCALATIONS.items()],
        blank=True,
        default="",
    )
    reason = models.TextField(_("理由"), blank=True, default="")
    decided_at = models.DateTimeField(_("办理时间"), null=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=RISK_FINDING.choices, default=RISK_FINDING.initial
    )

    class Meta:
        verbose_name = _("风险发现")
        triggers = [
            LifecycleGuard(RISK_FINDING),
            frozen("number", "kind", "family", "first_seen_at", "first_pass"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity="notice", rank=1)
                | Q(severity="serious", rank=2)
                | Q(severity="severe", rank=3),
                name="risk_finding_rank_is_its_severity",
            ),
            models.CheckConstraint(
                condition=Q(last_seen_at__gte=models.F("first_seen_at")), name="risk_finding_seen_forward"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", reason="", decided_at__isnull=True)
                | (~Q(outcome="") & ~Q(reason="") & Q(decided_at__isnull=False)),
                name="risk_finding_outcome_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["closed", "escalated"]) | ~Q(outcome=""),
                name="risk_finding_over_says_how",
            ),
            models.CheckConstraint(
                condition=~Q(status="asked") | Q(due_on__isnull=False), name="risk_finding_asked_has_its_day"
            ),
        ]
        indexes = [
            models.Index(
                fields=["region_code", "status", "-rank", "first_seen_at"], name="risk_finding_queue"
            ),
            models.Index(fields=["region_code", "-rank", "-id"], name="risk_finding_list"),
            models.Index(fields=["institution", "status"], name="risk_finding_of_institution"),
            models.Index(fields=["kind", "-id"], name="risk_finding_by_kind"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def cause(self) -> str:
        """What a payment hold placed because of it names."""
        return f"risk_finding:{self.pk}"

    @staticmethod
    def rank_of(severity: str) -> int:
        return _RANKS[severity]


class RiskSubject(models.Model):
    """One institution, class, learner or trainer that one finding concerns."""

    personal: dict[str, str] = {}

    finding = models.ForeignKey(
        RiskFinding, models.PROTECT, related_name="subjects", verbose_name=_("风险发现")
    )
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, related_name="+")
    training_class = models.ForeignKey(TrainingClass, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    trainer = models.ForeignKey(Trainer, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("风险涉及对象")
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "institution", "training_class", "person", "trainer"],
                nulls_distinct=False,
                name="risk_subject_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    institution__isnull=False,
                    training_class__isnull=True,
                    person__isnull=True,
                    trainer__isnull=True,
                )
                | Q(
                    institution__isnull=True,
                    training_class__isnull=False,
                    person__isnull=True,
                    trainer__isnull=True,
                )
                | Q(
                    institution__isnull=True,
                    training_class__isnull=True,
                    person__isnull=False,
                    trainer__isnull=True,
                )
                | Q(
                    institution__isnull=True,
                    training_class__isnull=True,
                    person__isnull=True,
                    trainer__isnull=False,
                ),
                name="risk_subject_is_one_thing",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution"], name="risk_of_institution", condition=Q(institution__isnull=False)
            ),
            models.Index(
                fields=["training_class"], name="risk_of_class", condition=Q(training_class__isnull=False)
            ),
            models.Index(fields=["person"], name="risk_of_person", condition=Q(person__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id}"


class RiskEvidence(models.Model):
    """One row a finding rests on: keys of records and figures, as they were when it was seen; never changed."""

    append_only = True
    personal = {"row": "training_record"}

    finding = models.ForeignKey(
        RiskFinding, models.PROTECT, related_name="evidence", verbose_name=_("风险发现")
    )
    risk_pass = models.ForeignKey(RiskPass, models.PROTECT, related_name="+", verbose_name=_("核查"))
    sequence = models.PositiveIntegerField(_("序号"))
    row = models.JSONField(_("依据"))
    digest = models.CharField(_("指纹"), max_length=64)
    seen_at = models.DateTimeField(_("发现时间"))

    class Meta:
        verbose_name = _("风险依据")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["finding", "digest"], name="risk_evidence_once"),
            models.UniqueConstraint(fields=["finding", "sequence"], name="risk_evidence_in_order"),
        ]
        indexes = [models.Index(fields=["digest"], name="risk_evidence_by_digest")]

    def __str__(self) -> str:
        return f"{self.finding_id}-{self.sequence}"
