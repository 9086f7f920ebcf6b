"""What a body is scored or reports once a year: performance of bases and studios, a school's surplus."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import LifecycleGuard, append_only, frozen

from ..states import PERFORMANCE


class PerformanceReview(models.Model):
    """One body's performance of one year, scored by the dated criteria and confirmed by a second person."""

    lifecycle = PERFORMANCE
    personal = {"scores": "free_text"}

    institution = models.ForeignKey(
        "institutions.Institution",
        models.PROTECT,
        related_name="performance_reviews",
        verbose_name=_("单位"),
    )
    region_code = models.CharField(_("区划"), max_length=12)
    year = models.PositiveSmallIntegerField(_("年度"))
    scores = models.JSONField(_("逐项得分"))
    criteria = models.JSONField(_("评价标准"))
    total = models.PositiveSmallIntegerField(_("总分"))
    illustrative = models.BooleanField(_("示例标准"), default=False)
    scored_at = models.DateTimeField(_("评分时间"))
    confirmed_on = models.DateField(_("确认日期"), null=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=PERFORMANCE.choices, default=PERFORMANCE.initial
    )

    class Meta:
        verbose_name = _("绩效评价")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "year"],
                condition=~Q(status="withdrawn"),
                name="one_performance_review_a_year",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(confirmed_on__isnull=False),
                name="confirmed_performance_has_its_day",
            ),
        ]
        triggers = [LifecycleGuard(PERFORMANCE), frozen("institution", "year", "scores", "total")]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.year}"


class SurplusReport(models.Model):
    """One school's surplus of one year from training for others, and what of it went to its teachers (C10)."""

    append_only = True
    personal: dict[str, str] = {}

    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, related_name="surplus_reports", verbose_name=_("学校")
    )
    region_code = models.CharField(_("区划"), max_length=12)
    year = models.PositiveSmallIntegerField(_("年度"))
    version = models.PositiveSmallIntegerField(_("第几次填报"))
    income_fen = models.BigIntegerField(_("培训收入"))
    cost_fen = models.BigIntegerField(_("培训成本"))
    teachers_fen = models.BigIntegerField(_("用于教师劳动报酬"))
    teacher_hours = models.PositiveIntegerField(_("教师课时（百分之一）"))
    teachers = models.PositiveIntegerField(_("授课教师数"))
    share_percent = models.PositiveSmallIntegerField(_("应达比例（%）"), null=True)
    filed_at = models.DateTimeField(_("填报时间"))

    class Meta:
        verbose_name = _("培训收入结余报告")
        constraints = [
            models.UniqueConstraint(fields=["institution", "year", "version"], name="surplus_report_version"),
            models.CheckConstraint(
                condition=Q(income_fen__gte=0, cost_fen__gte=0, teachers_fen__gte=0)
                & Q(teachers_fen__lte=F("income_fen")),
                name="surplus_figures_possible",
            ),
        ]
        triggers = append_only()

    @property
    def surplus_fen(self) -> int:
        return max(self.income_fen - self.cost_fen, 0)

    @property
    def share_reached(self) -> int | None:
        """Whole percent of the surplus paid to teachers; None without a surplus."""
        return self.teachers_fen * 100 // self.surplus_fen if self.surplus_fen else None

    @property
    def is_kept(self) -> bool | None:
        """Whether the share was reached; None while no paper sets one or there is no surplus."""
        if self.share_percent is None or self.share_reached is None:
            return None
        return self.teachers_fen * 100 >= self.surplus_fen * self.share_percent

    def __str__(self) -> str:
        return f"{self.institution_id} {self.year}"
