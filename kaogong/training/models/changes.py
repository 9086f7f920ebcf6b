"""Changes of a class after its approval."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.institutions.models import Institution
from kaogong.trail.guards import LifecycleGuard, frozen
from kaogong.training.states import CLASS_CHANGE

from .classes import TrainingClass
from .sessions import Session

CHANGE_KINDS = [
    ("trainer", _("换教师")),
    ("room", _("换教室")),
    ("site", _("换地点")),
    ("hour", _("改时间")),
    ("day", _("改日期")),
    ("topic", _("改授课内容")),
    ("dates", _("改起止日期")),
    ("plan", _("改课程安排")),
    ("cancel", _("取消一次课")),
    ("make_up", _("补课")),
]


class ClassChange(models.Model):
    """One change of one class asked for after its approval: what was, what is to be, and why."""

    lifecycle = CLASS_CHANGE
    personal = {"reason": "free_text", "proposed_by": "name"}

    training_class = models.ForeignKey(TrainingClass, models.PROTECT, related_name="changes")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    region_code = models.CharField(_("所属区域"), max_length=12)
    kind = models.CharField(_("变更事项"), max_length=12, choices=CHANGE_KINDS)
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("课次")
    )
    before = models.JSONField(_("原来"), default=dict)
    after = models.JSONField(_("改为"), default=dict)
    reason = models.CharField(_("理由"), max_length=500)
    needs_approval = models.BooleanField(_("须经审批"))
    rule = models.CharField(_("依据"), max_length=300, blank=True, default="")
    proposed_at = models.DateTimeField(_("提出时间"))
    proposed_by = models.CharField(_("提出人"), max_length=100)
    status = models.CharField(
        _("状态"), max_length=12, choices=CLASS_CHANGE.choices, default=CLASS_CHANGE.initial
    )

    class Meta:
        verbose_name = _("开班变更")
        indexes = [
            models.Index(fields=["training_class", "-id"], name="change_of_class"),
            models.Index(
                fields=["region_code", "proposed_at"], name="change_open", condition=Q(status="proposed")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "session", condition=Q(status="proposed"), name="change_open_once_per_session"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="change_has_reason"),
            models.CheckConstraint(
                condition=~Q(status="approved", needs_approval=False)
                & ~Q(status="logged", needs_approval=True),
                name="change_logged_or_approved",
            ),
        ]
        triggers = [
            LifecycleGuard(CLASS_CHANGE),
            frozen(
                "training_class", "kind", "session", "before", "after", "reason", "needs_approval", "rule"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.training_class_id} {self.get_kind_display()}"
