"""Visits, drawn or ordered, and what they found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.institutions.models import Institution
from kaogong.trail.guards import LifecycleGuard, append_only, frozen
from kaogong.training.models import TrainingClass

from ..states import FINDING, INSPECTION
from .draws import DrawObject
from .inspectors import Inspector

ORIGINS = [
    ("drawn", _("随机抽查")),
    ("complaint", _("投诉举报")),
    ("risk", _("风险线索")),
    ("board", _("在线监看")),
    ("recheck", _("整改复查")),
    ("special", _("专项检查")),
]


class Inspection(models.Model):
    """One visit to one class or provider, drawn or ordered for a stated reason, by inspectors named for it."""

    lifecycle = INSPECTION
    personal = {"notes": "free_text", "because": "free_text"}

    draw_object = models.OneToOneField(
        DrawObject, models.PROTECT, null=True, related_name="inspection", verbose_name=_("抽中对象")
    )
    title = models.CharField(_("检查对象"), max_length=200)
    origin = models.CharField(_("检查来由"), max_length=10, choices=ORIGINS, default="drawn")
    because = models.CharField(_("检查事由"), max_length=500, blank=True, default="")
    because_of = models.CharField(_("线索编号"), max_length=80, blank=True, default="")
    number = models.CharField(_("检查编号"), max_length=30, unique=True)
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="inspections", verbose_name=_("机构")
    )
    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, null=True, related_name="inspections", verbose_name=_("班次")
    )
    region_code = models.CharField(_("区域"), max_length=12)
    assigned_at = models.DateTimeField(_("派出时间"))
    sheet = models.CharField(_("检查表"), max_length=40, blank=True, default="")
    inspected_on = models.DateField(_("检查日期"), null=True)
    expected = models.PositiveIntegerField(_("应到人数"), null=True)
    present = models.PositiveIntegerField(_("实到人数"), null=True)
    answers = models.JSONField(_("检查项"), default=dict)
    notes = models.TextField(_("检查记录"), blank=True, default="")
    recorded_at = models.DateTimeField(_("填写时间"), null=True)
    status = models.CharField(
        _("状态"), max_length=20, choices=INSPECTION.choices, default=INSPECTION.initial
    )

    class Meta:
        verbose_name = _("检查")
        triggers = [
            LifecycleGuard(INSPECTION),
            frozen("number", "institution", "draw_object", "title", "origin", "because", "because_of"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["assigned", "cancelled"])
                | (Q(inspected_on__isnull=False, recorded_at__isnull=False) & ~Q(sheet="")),
                name="inspection_done_has_form",
            ),
            models.CheckConstraint(
                condition=Q(expected__isnull=True, present__isnull=True)
                | Q(expected__isnull=False, present__isnull=False),
                name="inspection_counts_whole",
            ),
            models.CheckConstraint(
                condition=Q(origin="drawn", draw_object__isnull=False)
                | (~Q(origin="drawn") & Q(draw_object__isnull=True) & ~Q(because="")),
                name="inspection_drawn_or_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "-id"], name="inspection_by_region"),
            models.Index(fields=["institution", "-id"], name="inspection_by_institution"),
            models.Index(fields=["because_of"], name="inspection_by_cause", condition=~Q(because_of="")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Assignment(models.Model):
    """One inspector sent to one inspection, and afterwards whether they were there."""

    personal: dict[str, str] = {}

    inspection = models.ForeignKey(
        Inspection, models.PROTECT, related_name="assignments", verbose_name=_("检查")
    )
    inspector = models.ForeignKey(
        Inspector, models.PROTECT, related_name="assignments", verbose_name=_("检查员")
    )
    attended = models.BooleanField(_("到场"), null=True)

    class Meta:
        verbose_name = _("检查派员")
        triggers = [frozen("inspection", "inspector")]
        constraints = [models.UniqueConstraint(fields=["inspection", "inspector"], name="assignment_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id}-{self.inspector_id}"


class Photo(models.Model):
    """One photograph taken at one inspection; its digest stands in the published result."""

    append_only = True
    personal = {"content": "photo", "filename": "free_text"}

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="photos", verbose_name=_("检查"))
    filename = models.CharField(_("文件名"), max_length=120)
    content_type = models.CharField(_("类型"), max_length=20)
    content = models.BinaryField()
    digest = models.CharField(_("摘要"), max_length=64)

    class Meta:
        verbose_name = _("检查照片")
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["inspection", "digest"], name="photo_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id}-{self.digest[:8]}"


class Finding(models.Model):
    """One thing found wrong at one inspection, to be put right by a working day."""

    lifecycle = FINDING
    personal = {"content": "free_text", "answer": "free_text"}

    inspection = models.ForeignKey(
        Inspection, models.PROTECT, related_name="findings", verbose_name=_("检查")
    )
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("机构"))
    region_code = models.CharField(_("区域"), max_length=12)
    sequence = models.PositiveSmallIntegerField(_("序号"))
    item = models.CharField(_("检查项"), max_length=40, blank=True, default="")
    content = models.TextField(_("发现的问题"))
    working_days = models.PositiveSmallIntegerField(_("整改工作日数"))
    due_on = models.DateField(_("整改期限"))
    answer = models.TextField(_("整改答复"), blank=True, default="")
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    status = models.CharField(_("状态"), max_length=20, choices=FINDING.choices, default=FINDING.initial)

    class Meta:
        verbose_name = _("检查问题")
        triggers = [LifecycleGuard(FINDING), frozen("inspection", "content", "sequence")]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "sequence"], name="finding_sequence_once"),
            models.CheckConstraint(condition=~Q(content=""), name="finding_says_something"),
            models.CheckConstraint(condition=Q(working_days__gt=0), name="finding_has_days"),
            models.CheckConstraint(
                condition=Q(status__in=["opened", "escalated"])
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="finding_answered_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "due_on"], name="finding_open", condition=Q(status="opened"))
        ]

    def __str__(self) -> str:
        return f"{self.inspection.number}-{self.sequence}"
