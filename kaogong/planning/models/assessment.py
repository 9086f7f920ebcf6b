"""The yearly assessment of districts and departments: units, points with their working, objections (O5, H4, D11)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.planning.states import SCORE_SOURCES, SHOWN_AS, UNIT_ASSESSMENT, UNIT_KINDS, UNIT_OBJECTION
from kaogong.trail.guards import LifecycleGuard, frozen, kept_but_sealed_anew


class UnitAssessment(models.Model):
    """One region's assessment of its units for one year, by the criteria as they stood when it was opened."""

    lifecycle = UNIT_ASSESSMENT
    personal: dict[str, str] = {}

    region_code = models.CharField(_("区域"), max_length=12)
    year = models.PositiveSmallIntegerField(_("年度"))
    criteria = models.JSONField(_("考核标准"))
    grades = models.JSONField(_("等级和后果"))
    source = models.CharField(_("标准依据"), max_length=300)
    illustrative = models.BooleanField(_("示例考核标准"), default=False)
    opened_at = models.DateTimeField(_("开始时间"))
    measured_at = models.DateTimeField(_("取数时间"), null=True)
    object_until = models.DateField(_("提出意见截止"), null=True)
    shown_as = models.CharField(_("通报方式"), max_length=8, choices=list(SHOWN_AS.items()), default="rank")
    published_on = models.DateField(_("通报日期"), null=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=UNIT_ASSESSMENT.choices, default=UNIT_ASSESSMENT.initial
    )

    class Meta:
        verbose_name = _("单位考核")
        triggers = [
            LifecycleGuard(UNIT_ASSESSMENT),
            frozen("region_code", "year", "criteria", "grades", "source", "illustrative"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "year"],
                condition=~Q(status="cancelled"),
                name="unit_assessment_once_a_year",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["told", "confirmed", "published"]) | Q(object_until__isnull=False),
                name="unit_assessment_told_has_a_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.year}"


class AssessedUnit(models.Model):
    """One district or department in one assessment, with its total, place and grade; what follows is only named."""

    personal: dict[str, str] = {}

    assessment = models.ForeignKey(
        UnitAssessment, models.PROTECT, related_name="units", verbose_name=_("单位考核")
    )
    kind = models.CharField(_("类别"), max_length=12, choices=list(UNIT_KINDS.items()))
    region_code = models.CharField(_("区域"), max_length=12)
    department = models.CharField(_("部门"), max_length=40, blank=True, default="")
    name = models.CharField(_("单位"), max_length=120)
    total = models.IntegerField(_("总分（百分之一分）"), null=True)
    rank = models.PositiveSmallIntegerField(_("名次"), null=True)
    grade_code = models.CharField(_("考核等级"), max_length=10, blank=True, default="")
    grade_label = models.CharField(_("等级名称"), max_length=40, blank=True, default="")
    consequence = models.CharField(_("后果"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("被考核单位")
        triggers = [frozen("assessment", "kind", "region_code", "department", "name")]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "region_code", "department"], name="assessed_unit_once"
            ),
            models.CheckConstraint(
                condition=Q(grade_code="", rank__isnull=True) | Q(total__isnull=False, rank__isnull=False),
                name="assessed_unit_result_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitScore(models.Model):
    """The points of one unit on one criterion with what they rest on; a later row stands in its place.

    ``working`` keeps every figure the points were measured from as it was; ``is_excluded``: the criterion does
    not apply to this unit and its weight is left out.
    """

    personal = {"scored_by": "name", "paper": "file", "paper_title": "file", "ground": "free_text"}

    unit = models.ForeignKey(
        AssessedUnit, models.PROTECT, related_name="scores", verbose_name=_("被考核单位")
    )
    criterion_code = models.CharField(_("标准代码"), max_length=40)
    source = models.CharField(_("来源"), max_length=12, choices=list(SCORE_SOURCES.items()))
    points = models.IntegerField(_("得分（百分之一分）"))
    is_excluded = models.BooleanField(_("不适用"), default=False)
    figure = models.CharField(_("数据"), max_length=200, blank=True, default="")
    working = models.JSONField(_("测算过程"), default=list)
    snapshot = models.CharField(_("快照"), max_length=80, blank=True, default="")
    ground = models.CharField(_("理由"), max_length=500, blank=True, default="")
    paper = SealedTextField(purpose="planning.unitscore.paper", blank=True)
    paper_title = models.CharField(_("附件"), max_length=120, blank=True, default="")
    scored_by = models.CharField(_("评分人"), max_length=60)
    scored_at = models.DateTimeField(_("评分时间"))

    class Meta:
        verbose_name = _("考核得分")
        triggers = kept_but_sealed_anew(
            "unit_id", "criterion_code", "source", "points", "is_excluded", "figure", "working", "snapshot",
            "ground", "paper_title", "scored_by", "scored_at",
        )  # fmt: skip
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=0), name="unit_score_not_below_nothing"),
            models.CheckConstraint(
                condition=Q(source="measured") | ~Q(ground=""), name="unit_score_by_hand_says_why"
            ),
            models.CheckConstraint(
                condition=Q(is_excluded=False) | Q(points=0), name="unit_score_excluded_is_nothing"
            ),
        ]
        indexes = [models.Index(fields=["unit", "criterion_code", "-id"], name="unit_score_latest")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.criterion_code}"


class UnitObjection(models.Model):
    """What one unit says against its points on one criterion within the term, and the answer."""

    lifecycle = UNIT_OBJECTION
    personal = {"content": "free_text", "answer": "free_text", "paper": "file", "paper_title": "file"}

    unit = models.ForeignKey(
        AssessedUnit, models.PROTECT, related_name="objections", verbose_name=_("被考核单位")
    )
    region_code = models.CharField(_("区域"), max_length=12)
    criterion_code = models.CharField(_("标准代码"), max_length=40)
    content = models.TextField(_("意见"))
    paper = SealedTextField(purpose="planning.unitobjection.paper", blank=True)
    paper_title = models.CharField(_("附件"), max_length=120, blank=True, default="")
    received_at = models.DateTimeField(_("收到时间"))
    answer = models.TextField(_("答复"), blank=True, default="")
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=UNIT_OBJECTION.choices, default=UNIT_OBJECTION.initial
    )

    class Meta:
        verbose_name = _("考核意见")
        triggers = [
            LifecycleGuard(UNIT_OBJECTION),
            frozen("unit", "region_code", "criterion_code", "content", "received_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(content=""), name="unit_objection_says"),
            models.CheckConstraint(
                condition=Q(status="received") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="unit_objection_settled_is_answered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["region_code"], name="unit_objection_waiting", condition=Q(status="received")
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.criterion_code}"
