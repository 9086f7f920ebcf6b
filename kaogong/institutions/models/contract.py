"""What a provider may train, when, and when not."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.trail.guards import LifecycleGuard, frozen

from ..states import CONTRACT
from .institution import Institution


class Contract(models.Model):
    """One agreement to train at public expense on the days of [starts_on, ends_on) (C3)."""

    lifecycle = CONTRACT
    personal = {"supervisor_name": "name"}

    number = models.CharField(_("协议编号"), max_length=40, unique=True)
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="contracts", verbose_name=_("机构")
    )
    region_code = models.CharField(_("签约区域"), max_length=12)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    head_count = models.PositiveIntegerField(_("培训人数"))
    area = models.CharField(_("培训地域"), max_length=120, blank=True, default="")
    basis = models.CharField(_("招标或备案文号"), max_length=120, blank=True, default="")
    AUDIENCES = [
        ("anyone", _("面向社会")),
        ("own_staff", _("本企业职工")),
        ("own_and_others", _("本企业职工，并面向关联企业、中小微企业和社会")),
    ]
    ARRANGEMENTS = [
        ("finish", _("已开的班由本机构办完，经办部门跟班监管")),
        ("transfer", _("学员转入其他认定机构，已学课时结转")),
        ("cancel", _("停办，学员另行安排，未完成课时不计补贴")),
    ]

    audience = models.CharField(_("培训对象"), max_length=20, choices=AUDIENCES, default="anyone")
    amends = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="amendments", verbose_name=_("所补充的协议")
    )
    supervisor_account_id = models.BigIntegerField(_("监管责任人账号"), null=True)
    supervisor_name = models.CharField(_("监管责任人"), max_length=60, blank=True, default="")
    arrangement = models.CharField(
        _("在训班次安排"), max_length=10, choices=ARRANGEMENTS, blank=True, default=""
    )
    recognised_at = models.DateTimeField(_("认定时间"), null=True)
    ended_on = models.DateField(_("终止日期"), null=True)
    created_at = models.DateTimeField(_("登记时间"))
    status = models.CharField(_("状态"), max_length=20, choices=CONTRACT.choices, default=CONTRACT.initial)

    class Meta:
        verbose_name = _("协议")
        triggers = [LifecycleGuard(CONTRACT), frozen("number")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="contract_lasts_a_day"),
            models.CheckConstraint(
                condition=Q(status__in=["drafted", "cancelled"]) | Q(recognised_at__isnull=False),
                name="contract_recognised_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(status="ended") | Q(ended_on__isnull=False), name="contract_ended_has_day"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ContractScope(models.Model):
    """One occupation at one level a contract covers; the level "" is training without a level."""

    personal: dict[str, str] = {}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="scopes", verbose_name=_("协议"))
    occupation_code = models.CharField(_("职业"), max_length=12)
    level_code = models.CharField(_("等级"), max_length=2, choices=LEVEL_CHOICES, blank=True, default="")

    class Meta:
        verbose_name = _("协议范围")
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "occupation_code", "level_code"], name="scope_once_per_contract"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.occupation_code} {self.level_code}"


class Suspension(models.Model):
    """The days of [start_on, end_on) on which one contract gave no right to train."""

    personal: dict[str, str] = {}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="suspensions", verbose_name=_("协议"))
    start_on = models.DateField(_("起"))
    end_on = models.DateField(_("止"), null=True)
    reason = models.TextField(_("理由"))

    class Meta:
        verbose_name = _("暂停")
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(end_on__isnull=True), name="one_open_suspension"
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
                name="suspension_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.start_on}"
