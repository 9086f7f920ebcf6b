"""The yearly evaluation of providers: rounds, scores, grades and appeals (O5, C5)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.notices.models import Notice
from kaogong.trail.guards import LifecycleGuard, frozen

from ..states import APPEAL, EVALUATION
from .institution import Institution

SOURCES = [("measured", _("系统数据")), ("assessor", _("评估人员")), ("third_party", _("第三方调查"))]


class EvaluationRound(models.Model):
    """One region's evaluation of its providers for one year, by the criteria as they stood that day."""

    lifecycle = EVALUATION
    personal: dict[str, str] = {}

    region_code = models.CharField(_("区域"), max_length=12)
    year = models.PositiveSmallIntegerField(_("年度"))
    criteria = models.JSONField(_("评估标准"))
    grades = models.JSONField(_("等级和后果"))
    source = models.CharField(_("标准依据"), max_length=300)
    illustrative = models.BooleanField(_("示例标准"), default=False)
    opened_at = models.DateTimeField(_("开始时间"))
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("公示"))
    appeal_until = models.DateField(_("申诉截止"), null=True)
    status = models.CharField(
        _("状态"), max_length=20, choices=EVALUATION.choices, default=EVALUATION.initial
    )

    class Meta:
        verbose_name = _("年度评估")
        triggers = [
            LifecycleGuard(EVALUATION),
            frozen("region_code", "year", "criteria", "grades", "source", "illustrative"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["region_code", "year"], name="evaluation_once_a_year"),
            models.CheckConstraint(
                condition=~Q(status__in=["published", "final"])
                | Q(notice__isnull=False, appeal_until__isnull=False),
                name="evaluation_published_has_notice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}"


class Evaluation(models.Model):
    """One provider's total and grade in one round; what follows is named and done by a person."""

    personal: dict[str, str] = {}

    round = models.ForeignKey(
        EvaluationRound, models.PROTECT, related_name="evaluations", verbose_name=_("年度评估")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="evaluations", verbose_name=_("机构")
    )
    total = models.IntegerField(_("总分（百分之一分）"), null=True)
    grade_code = models.CharField(_("等级"), max_length=10, blank=True, default="")
    grade_label = models.CharField(_("等级名称"), max_length=40, blank=True, default="")
    consequence = models.CharField(_("后果"), max_length=300, blank=True, default="")
    next_step = models.CharField(_("下一步"), max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("机构评估")
        constraints = [
            models.UniqueConstraint(fields=["round", "institution"], name="evaluation_once_per_institution"),
            models.CheckConstraint(
                condition=Q(grade_code="", grade_label="")
                | (Q(total__isnull=False) & ~Q(grade_code="") & ~Q(grade_label="")),
                name="evaluation_grade_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.institution_id}"


class Score(models.Model):
    """The points of one provider on one criterion, from its one source."""

    personal = {"scored_by": "name", "remark": "free_text"}

    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="scores", verbose_name=_("机构评估")
    )
    criterion_code = models.CharField(_("标准代码"), max_length=40)
    source = models.CharField(_("来源"), max_length=12, choices=SOURCES)
    points = models.IntegerField(_("得分（百分之一分）"))
    figure = models.CharField(_("数据"), max_length=120, blank=True, default="")
    remark = models.CharField(_("说明"), max_length=300, blank=True, default="")
    scored_by = models.CharField(_("评分人"), max_length=60)
    scored_at = models.DateTimeField(_("评分时间"))

    class Meta:
        verbose_name = _("评估得分")
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "criterion_code"], name="score_once_per_criterion"),
            models.CheckConstraint(condition=Q(points__gte=0), name="score_not_below_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.criterion_code}"


class GradeAppeal(models.Model):
    """What one provider says against its proposed grade, and the answer."""

    lifecycle = APPEAL
    personal = {"content": "free_text", "answer": "free_text"}

    evaluation = models.OneToOneField(
        Evaluation, models.PROTECT, related_name="appeal", verbose_name=_("机构评估")
    )
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("机构"))
    region_code = models.CharField(_("区域"), max_length=12)
    content = models.TextField(_("申诉内容"))
    received_at = models.DateTimeField(_("收到时间"))
    answer_by_on = models.DateField(_("答复期限"), null=True)
    answer = models.TextField(_("答复"), blank=True, default="")
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    status = models.CharField(_("状态"), max_length=20, choices=APPEAL.choices, default=APPEAL.initial)

    class Meta:
        verbose_name = _("等级申诉")
        triggers = [LifecycleGuard(APPEAL), frozen("content", "received_at")]
        constraints = [
            models.CheckConstraint(condition=~Q(content=""), name="appeal_says_something"),
            models.CheckConstraint(
                condition=Q(status="received") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="appeal_settled_is_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"申诉 {self.pk}"
