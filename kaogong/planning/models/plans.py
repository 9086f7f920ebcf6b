"""A year's training plan: what departments and districts ask for, and what is decided of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.planning.states import ANNUAL_PLAN, OVERLAP_ANSWERS, PLAN_LINE, PLAN_SUBMISSION
from kaogong.trail.guards import LifecycleGuard, append_only, frozen


class AnnualPlan(models.Model):
    """The training plan of one region for one year; the numbers decided stand in its versions.

    ``capacity_percent`` is how much capacity weighs beside need when numbers are split; ``totals`` are the
    people per programme to be split where they differ from the sum asked for.
    """

    lifecycle = ANNUAL_PLAN
    personal: dict[str, str] = {}

    region_code = models.CharField(_("区域"), max_length=12)
    year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("名称"), max_length=120)
    due_on = models.DateField(_("提报截止"))
    capacity_percent = models.PositiveSmallIntegerField(_("产能权重（%）"), default=50)
    within_capacity = models.BooleanField(_("不超过产能"), default=True)
    totals = models.JSONField(_("分项目总数"), default=dict)
    notice_number = models.CharField(_("公示编号"), max_length=20, blank=True, default="")
    opened_at = models.DateTimeField(_("开始征集"))
    status = models.CharField(
        _("状态"), max_length=12, choices=ANNUAL_PLAN.choices, default=ANNUAL_PLAN.initial
    )

    class Meta:
        verbose_name = _("年度培训计划")
        triggers = [LifecycleGuard(ANNUAL_PLAN), frozen("region_code", "year")]
        constraints = [
            models.CheckConstraint(condition=Q(capacity_percent__lte=100), name="plan_weight_is_a_share"),
            models.UniqueConstraint(
                fields=["region_code", "year"], condition=~Q(status="withdrawn"), name="plan_once_a_year"
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-year"], name="plan_by_region")]

    def __str__(self) -> str:
        return self.title


class PlanSubmission(models.Model):
    """What one department of one region asks to have in a plan; ``region_code`` is whose figures they are."""

    lifecycle = PLAN_SUBMISSION
    personal = {"contact": "phone"}

    plan = models.ForeignKey(
        AnnualPlan, models.PROTECT, related_name="submissions", verbose_name=_("年度培训计划")
    )
    region_code = models.CharField(_("提报区域"), max_length=12)
    department = models.CharField(_("提报部门"), max_length=40)
    contact = models.CharField(_("联系人和电话"), max_length=120, blank=True, default="")
    problems = models.JSONField(_("未采纳的行"), default=list)
    drafted_at = models.DateTimeField(_("填报时间"))
    status = models.CharField(
        _("状态"), max_length=12, choices=PLAN_SUBMISSION.choices, default=PLAN_SUBMISSION.initial
    )

    class Meta:
        verbose_name = _("计划提报")
        triggers = [LifecycleGuard(PLAN_SUBMISSION), frozen("plan", "region_code", "department")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "region_code", "department"], name="plan_asked_once")
        ]
        indexes = [models.Index(fields=["region_code", "-id"], name="submission_by_region")]

    def __str__(self) -> str:
        return f"{self.region_code} {self.department}"


class PlanLine(models.Model):
    """One line asked for: so many people of one programme, in one district, with the places there are."""

    lifecycle = PLAN_LINE
    personal: dict[str, str] = {}

    submission = models.ForeignKey(
        PlanSubmission, models.PROTECT, related_name="lines", verbose_name=_("计划提报")
    )
    sequence = models.PositiveIntegerField(_("序号"))
    region_code = models.CharField(_("培训区域"), max_length=12)
    programme = models.CharField(_("培训项目"), max_length=60)
    occupation_code = models.CharField(_("职业"), max_length=20, blank=True, default="")
    group_code = models.CharField(_("人员类别"), max_length=40, blank=True, default="")
    people = models.PositiveIntegerField(_("需求人数"))
    capacity = models.PositiveIntegerField(_("培训能力"))
    note = models.CharField(_("备注"), max_length=200, blank=True, default="")
    status = models.CharField(_("状态"), max_length=12, choices=PLAN_LINE.choices, default=PLAN_LINE.initial)

    class Meta:
        verbose_name = _("计划项")
        triggers = [
            LifecycleGuard(PLAN_LINE),
            frozen(
                "submission",
                "region_code",
                "programme",
                "occupation_code",
                "group_code",
                "people",
                "capacity",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["submission", "sequence"], name="plan_line_sequence_once"),
            models.CheckConstraint(condition=Q(people__gte=1), name="plan_line_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}/{self.sequence}"


class OverlapDecision(models.Model):
    """What was decided of two lines of different departments for the same people; the latest stands."""

    append_only = True
    personal: dict[str, str] = {}

    plan = models.ForeignKey(
        AnnualPlan, models.PROTECT, related_name="overlaps", verbose_name=_("年度培训计划")
    )
    first = models.ForeignKey(PlanLine, models.PROTECT, related_name="+", verbose_name=_("前一项"))
    second = models.ForeignKey(PlanLine, models.PROTECT, related_name="+", verbose_name=_("后一项"))
    answer = models.CharField(_("处理"), max_length=20, choices=list(OVERLAP_ANSWERS.items()))
    reason = models.CharField(_("理由"), max_length=500)
    decided_at = models.DateTimeField(_("处理时间"))

    class Meta:
        verbose_name = _("重复处理")
        triggers = append_only()
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="overlap_says_why"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="overlap_in_order"),
        ]
        indexes = [models.Index(fields=["plan", "first", "second"], name="overlap_of_plan")]

    def __str__(self) -> str:
        return f"{self.first_id}+{self.second_id}"


class PlanVersion(models.Model):
    """The numbers of a plan as once proposed, with the method they were split by; a revision is a new one."""

    append_only = True
    personal: dict[str, str] = {}

    plan = models.ForeignKey(
        AnnualPlan, models.PROTECT, related_name="versions", verbose_name=_("年度培训计划")
    )
    number = models.PositiveSmallIntegerField(_("版本"))
    capacity_percent = models.PositiveSmallIntegerField(_("产能权重（%）"))
    within_capacity = models.BooleanField(_("不超过产能"))
    people = models.PositiveIntegerField(_("计划人数"))
    reason = models.CharField(_("理由"), max_length=500, blank=True, default="")
    made_at = models.DateTimeField(_("形成时间"))

    class Meta:
        verbose_name = _("计划版本")
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"


class PlanTask(models.Model):
    """One line's share of one version: how many people it was given, beside what it asked for and could take."""

    append_only = True
    personal: dict[str, str] = {}

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="tasks", verbose_name=_("计划版本"))
    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="tasks", verbose_name=_("计划项"))
    region_code = models.CharField(_("培训区域"), max_length=12)
    department = models.CharField(_("部门"), max_length=40)
    programme = models.CharField(_("培训项目"), max_length=60)
    people = models.PositiveIntegerField(_("计划人数"))

    class Meta:
        verbose_name = _("分解任务")
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["version", "line"], name="plan_task_once")]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.line_id}"
