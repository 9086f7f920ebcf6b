"""What is to be reached by when, what was counted, and who was asked why it lags."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.planning.states import DIRECTIONS, KINDS, SUPERVISION_NOTICE, TARGET, TIMES
from kaogong.trail.guards import LifecycleGuard, append_only, frozen, kept_but_sealed_anew


class Target(models.Model):
    """One figure a region is to reach within [starts_on, ends_on), as one clause of one paper says it.

    ``value`` is in the indicator's own whole units; a share is in hundredths of a percent. A district's part of
    its city's target has the city's as ``parent``; ``working`` is what it was split by.
    """

    lifecycle = TARGET
    personal: dict[str, str] = {}

    region_code = models.CharField(_("区域"), max_length=12)
    code = models.CharField(_("代码"), max_length=60)
    kind = models.CharField(_("性质"), max_length=10, choices=list(KINDS.items()))
    title = models.CharField(_("目标"), max_length=200)
    indicator_code = models.CharField(_("指标"), max_length=60)
    where = models.JSONField(_("范围"), default=dict)
    time = models.CharField(_("时间口径"), max_length=10, choices=list(TIMES.items()))
    starts_on = models.DateField(_("开始"))
    ends_on = models.DateField(_("结束"))
    direction = models.CharField(_("方向"), max_length=10, choices=list(DIRECTIONS.items()))
    value = models.BigIntegerField(_("目标值"))
    unit = models.CharField(_("单位"), max_length=20)
    owner = models.CharField(_("责任单位"), max_length=120, blank=True, default="")
    co_owners = models.JSONField(_("配合单位"), default=list)
    clause = models.CharField(_("依据"), max_length=120)
    source = models.CharField(_("出处"), max_length=40, blank=True, default="")
    quote = models.TextField(_("原文"), blank=True, default="")
    note = models.CharField(_("说明"), max_length=400, blank=True, default="")
    illustrative = models.BooleanField(_("示例"), default=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="shares", verbose_name=_("分解自"), null=True, blank=True
    )
    working = models.JSONField(_("分解测算"), default=dict)
    drafted_at = models.DateTimeField(_("拟定时间"))
    status = models.CharField(_("状态"), max_length=12, choices=TARGET.choices, default=TARGET.initial)

    class Meta:
        verbose_name = _("目标")
        triggers = [
            LifecycleGuard(TARGET),
            frozen("region_code", "code", "kind", "indicator_code", "where", "time", "starts_on", "ends_on",
                   "direction", "value", "unit", "clause", "parent"),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="target_lasts_a_day"),
            models.CheckConstraint(condition=Q(value__gte=0), name="target_value_counts"),
            models.CheckConstraint(condition=~Q(clause=""), name="target_says_by_what"),
            models.UniqueConstraint(
                fields=["region_code", "code", "starts_on"],
                condition=~Q(status="withdrawn"),
                name="target_once",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-ends_on", "-id"], name="target_by_region")]

    def __str__(self) -> str:
        return self.title


class TargetReading(models.Model):
    """What was counted of one target at one moment, with the points of its course and of the year before.

    ``points`` are [[last day, value or null], …] month by month; ``snapshot`` names the facts they were counted from.
    """

    append_only = True
    personal: dict[str, str] = {}

    target = models.ForeignKey(Target, models.PROTECT, related_name="readings", verbose_name=_("目标"))
    as_of = models.DateField(_("截至"))
    value = models.BigIntegerField(_("完成"), null=True)
    points = models.JSONField(_("逐月"), default=list)
    earlier = models.JSONField(_("上年同期"), default=list)
    snapshot = models.CharField(_("快照"), max_length=80, blank=True, default="")
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    read_at = models.DateTimeField(_("统计时间"))

    class Meta:
        verbose_name = _("目标进度")
        triggers = append_only()
        indexes = [models.Index(fields=["target", "-id"], name="target_reading_latest")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.as_of}"


class SupervisionNotice(models.Model):
    """One unit asked why one target lags and what it will do about it, by ``due_on`` (督办).

    ``region_code`` is the region of the unit asked; ``from_region_code`` the one that asks.
    """

    lifecycle = SUPERVISION_NOTICE
    personal: dict[str, str] = {}

    number = models.CharField(_("督办编号"), max_length=20, unique=True)
    target = models.ForeignKey(Target, models.PROTECT, related_name="supervisions", verbose_name=_("目标"))
    region_code = models.CharField(_("被督办区域"), max_length=12)
    from_region_code = models.CharField(_("督办区域"), max_length=12)
    unit = models.CharField(_("被督办单位"), max_length=120)
    title = models.CharField(_("事项"), max_length=200)
    said = models.TextField(_("进度情况"))
    asked = models.TextField(_("要求"))
    working_days = models.PositiveSmallIntegerField(_("期限（工作日）"))
    issued_on = models.DateField(_("发出日期"))
    due_on = models.DateField(_("回复期限"))
    status = models.CharField(
        _("状态"), max_length=12, choices=SUPERVISION_NOTICE.choices, default=SUPERVISION_NOTICE.initial
    )

    class Meta:
        verbose_name = _("督办通知")
        triggers = [
            LifecycleGuard(SUPERVISION_NOTICE),
            frozen(
                "number", "target", "region_code", "from_region_code", "unit", "said", "asked", "issued_on"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gt=F("issued_on")), name="supervision_due_later"),
            models.CheckConstraint(condition=~Q(asked=""), name="supervision_asks_something"),
        ]
        indexes = [
            models.Index(fields=["region_code", "-id"], name="supervision_by_region"),
            models.Index(fields=["due_on"], name="supervision_open", condition=Q(status="issued")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"

    def is_overdue(self, today) -> bool:
        """Whether a reply is owed and its day is past."""
        return self.status == "issued" and self.due_on < today


class SupervisionReply(models.Model):
    """One reply to a supervision notice, with a paper where there is one; a later reply stands beside it."""

    personal = {"paper": "file", "paper_title": "file", "replier": "name"}

    notice = models.ForeignKey(
        SupervisionNotice, models.PROTECT, related_name="replies", verbose_name=_("督办通知")
    )
    content = models.TextField(_("回复"))
    replier = models.CharField(_("回复人"), max_length=60, blank=True, default="")
    paper = SealedTextField(purpose="planning.supervisionreply.paper", blank=True)
    paper_title = models.CharField(_("附件"), max_length=120, blank=True, default="")
    replied_at = models.DateTimeField(_("回复时间"))

    class Meta:
        verbose_name = _("督办回复")
        triggers = kept_but_sealed_anew("notice_id", "content", "replier", "paper_title", "replied_at")
        constraints = [models.CheckConstraint(condition=~Q(content=""), name="supervision_reply_says")]

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.pk}"
