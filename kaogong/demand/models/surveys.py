"""Rounds of asking enterprises, and what they answered."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.demand.states import DEMAND_REPLY, DEMAND_ROUND
from kaogong.institutions.models import Institution
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.trail.guards import LifecycleGuard, append_only, frozen

ROUND_KINDS = [("posts", _("用工需求调查")), ("wages", _("工资分配调查"))]
PAY_FORMS = [("annual", _("年薪制")), ("equity", _("股权制")), ("option", _("期权制"))]
SEQUENCES = [("management", _("管理序列")), ("technical", _("专技序列")), ("skill", _("技能序列"))]


class DemandRound(models.Model):
    """One round of asking the enterprises of a region: for their posts, or for what they pay."""

    lifecycle = DEMAND_ROUND
    personal: dict[str, str] = {}

    kind = models.CharField(_("调查种类"), max_length=10, choices=ROUND_KINDS)
    title = models.CharField(_("调查名称"), max_length=120)
    region_code = models.CharField(_("区域"), max_length=12)
    opens_on = models.DateField(_("开始"))
    closes_on = models.DateField(_("截止"))
    calendar = models.CharField(_("按周期开展"), max_length=10, blank=True, default="")
    created_at = models.DateTimeField(_("建立时间"))
    status = models.CharField(
        _("状态"), max_length=12, choices=DEMAND_ROUND.choices, default=DEMAND_ROUND.initial
    )

    class Meta:
        verbose_name = _("企业调查")
        triggers = [LifecycleGuard(DEMAND_ROUND), frozen("kind", "region_code", "calendar", "created_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="demand_round_lasts_a_day"
            ),
            models.CheckConstraint(condition=Q(kind__in=["posts", "wages"]), name="demand_round_kind_known"),
            models.UniqueConstraint(
                fields=["region_code", "kind", "calendar"],
                condition=~Q(calendar=""),
                name="demand_round_once_a_period",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-opens_on"], name="demand_round_by_region")]

    def __str__(self) -> str:
        return self.title


class DemandReply(models.Model):
    """One enterprise asked in one round: its draft, and which revision of its lines counts."""

    lifecycle = DEMAND_REPLY
    personal = {"credit_code": "institution", "name": "employer", "draft": "free_text"}

    round = models.ForeignKey(DemandRound, models.PROTECT, related_name="replies", verbose_name=_("企业调查"))
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("机构")
    )
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18)
    name = models.CharField(_("企业名称"), max_length=120)
    region_code = models.CharField(_("区域"), max_length=12)
    draft = models.JSONField(_("未提交的内容"), default=list, blank=True)
    draft_saved_at = models.DateTimeField(_("保存时间"), null=True)
    revision = models.PositiveIntegerField(_("填报次数"), default=0)
    submitted_at = models.DateTimeField(_("填报时间"), null=True)
    reminded_at = models.DateTimeField(_("提醒时间"), null=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=DEMAND_REPLY.choices, default=DEMAND_REPLY.initial
    )

    class Meta:
        verbose_name = _("企业填报")
        triggers = [LifecycleGuard(DEMAND_REPLY), frozen("round", "credit_code")]
        constraints = [
            models.UniqueConstraint(fields=["round", "credit_code"], name="demand_reply_once_a_round"),
            models.CheckConstraint(
                condition=Q(revision=0, submitted_at__isnull=True)
                | Q(revision__gt=0, submitted_at__isnull=False),
                name="demand_reply_sent_has_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-id"], name="demand_reply_by_institution"),
            models.Index(fields=["region_code", "-id"], name="demand_reply_by_region"),
        ]

    def __str__(self) -> str:
        return f"{self.round.title} {self.name}"


class PostLine(models.Model):
    """One post of one reply: whom the enterprise lacks now, and how many more within twelve months."""

    append_only = True
    personal: dict[str, str] = {}

    reply = models.ForeignKey(DemandReply, models.PROTECT, related_name="posts", verbose_name=_("企业填报"))
    revision = models.PositiveIntegerField(_("填报次数"))
    post = models.CharField(_("岗位"), max_length=60)
    occupation_code = models.CharField(_("职业"), max_length=20)
    level_code = models.CharField(_("等级"), max_length=2, blank=True, default="", choices=LEVEL_CHOICES)
    needed_now = models.PositiveIntegerField(_("现在缺人"))
    needed_in_year = models.PositiveIntegerField(_("未来12个月还要招"))
    wage_fen = models.BigIntegerField(_("月工资"), null=True)

    class Meta:
        verbose_name = _("用工岗位")
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                condition=Q(needed_now__gt=0) | Q(needed_in_year__gt=0), name="post_line_asks_for_somebody"
            ),
            models.CheckConstraint(
                condition=Q(wage_fen__isnull=True) | Q(wage_fen__gt=0), name="post_line_wage_positive"
            ),
        ]
        indexes = [models.Index(fields=["reply", "revision"], name="post_line_of_reply")]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.post}"


class WageLine(models.Model):
    """What one enterprise paid in a year to so many people of one post, each."""

    append_only = True
    personal: dict[str, str] = {}

    reply = models.ForeignKey(DemandReply, models.PROTECT, related_name="wages", verbose_name=_("企业填报"))
    revision = models.PositiveIntegerField(_("填报次数"))
    sequence = models.CharField(_("岗位序列"), max_length=12, choices=SEQUENCES)
    occupation_code = models.CharField(_("职业"), max_length=20)
    level_code = models.CharField(_("等级"), max_length=2, blank=True, default="", choices=LEVEL_CHOICES)
    people = models.PositiveIntegerField(_("人数"))
    yearly_fen = models.BigIntegerField(_("全年工资"))
    annual_people = models.PositiveIntegerField(_("年薪制人数"), default=0)
    equity_people = models.PositiveIntegerField(_("股权制人数"), default=0)
    option_people = models.PositiveIntegerField(_("期权制人数"), default=0)

    class Meta:
        verbose_name = _("工资数据")
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                condition=Q(people__gt=0) & Q(yearly_fen__gt=0), name="wage_line_pays_somebody"
            ),
            models.CheckConstraint(
                condition=Q(sequence__in=["management", "technical", "skill"]),
                name="wage_line_sequence_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    annual_people__lte=F("people"),
                    equity_people__lte=F("people"),
                    option_people__lte=F("people"),
                ),
                name="wage_line_forms_within_people",
            ),
        ]
        indexes = [models.Index(fields=["reply", "revision"], name="wage_line_of_reply")]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.sequence}"
