"""Sanctions on the ladder of a region, what each changed, and who supervises whom."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.institutions.models import Contract, Institution
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, frozen

from ..states import SANCTION
from .cases import Case

EFFECTS = {
    "published": _("在门户公布"),
    "contract_suspended": _("暂停协议，不得新开班"),
    "contract_ended": _("解除协议"),
    "claims_held": _("暂缓拨付补贴"),
    "barred": _("列入黑名单，不得签约"),
}


class Sanction(models.Model):
    """One step of the ladder taken against one institution or person: proposed, heard, confirmed, in force."""

    lifecycle = SANCTION
    personal = {"reason": "free_text", "statement": "free_text"}

    number = models.CharField(_("处理编号"), max_length=20, unique=True)
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="sanctions", verbose_name=_("机构")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="sanctions", verbose_name=_("人员")
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, related_name="sanctions", verbose_name=_("案件")
    )
    region_code = models.CharField(_("区域"), max_length=12)
    step = models.CharField(_("处理措施代码"), max_length=40)
    label = models.CharField(_("处理措施"), max_length=60)
    effects = models.JSONField(_("效力"), default=list)
    months = models.PositiveSmallIntegerField(_("期限（月）"), null=True)
    basis = models.CharField(_("依据"), max_length=300)
    reason = models.TextField(_("理由"))
    proposed_at = models.DateTimeField(_("提出时间"))
    plead_until = models.DateField(_("陈述申辩期限"))
    statement = models.TextField(_("陈述申辩"), blank=True, default="")
    pleaded_at = models.DateTimeField(_("陈述时间"), null=True)
    start_on = models.DateField(_("开始日期"), null=True)
    end_on = models.DateField(_("届满日期"), null=True)
    ended_on = models.DateField(_("结束日期"), null=True)
    status = models.CharField(_("状态"), max_length=12, choices=SANCTION.choices, default=SANCTION.initial)

    class Meta:
        verbose_name = _("处理")
        triggers = [
            LifecycleGuard(SANCTION),
            frozen("number", "institution", "person", "case", "step", "effects", "months", "reason", "basis"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(institution__isnull=False, person__isnull=True)
                | Q(institution__isnull=True, person__isnull=False),
                name="sanction_of_one",
            ),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(basis=""), name="sanction_says_why"),
            models.CheckConstraint(
                condition=Q(statement="", pleaded_at__isnull=True)
                | (~Q(statement="") & Q(pleaded_at__isnull=False)),
                name="sanction_statement_whole",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["told", "in_force", "ended", "restored"])
                | Q(start_on__isnull=False),
                name="sanction_told_has_its_first_day",
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gt=F("start_on")), name="sanction_lasts_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["ended", "restored"]) | Q(ended_on__isnull=False),
                name="sanction_over_has_its_last_day",
            ),
            models.UniqueConstraint(
                fields=["institution", "person", "step"],
                condition=Q(status__in=["proposed", "confirmed", "told", "in_force"]),
                nulls_distinct=False,
                name="sanction_of_a_step_once",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code", "-id"], name="sanction_by_region"),
            models.Index(fields=["end_on"], name="sanction_ending", condition=Q(status="in_force")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"


class Consequence(models.Model):
    """One thing a sanction changed below — a contract suspended or ended, payments held — until undone."""

    personal: dict[str, str] = {}

    sanction = models.ForeignKey(
        Sanction, models.PROTECT, related_name="consequences", verbose_name=_("处理")
    )
    effect = models.CharField(_("效力"), max_length=30)
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, related_name="+", verbose_name=_("协议")
    )
    reference = models.CharField(_("编号"), max_length=80)
    done_at = models.DateTimeField(_("执行时间"))
    undone_at = models.DateTimeField(_("恢复时间"), null=True)

    class Meta:
        verbose_name = _("处理后果")
        triggers = [frozen("sanction", "effect", "contract", "reference", "done_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["sanction", "effect", "reference"],
                condition=Q(undone_at__isnull=True),
                name="consequence_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sanction_id} {self.effect} {self.reference}"


class Duty(models.Model):
    """Who answers for one kind of approval in one region, and who supervises it, from a day on."""

    personal: dict[str, str] = {}

    region_code = models.CharField(_("区域"), max_length=12)
    matter = models.CharField(_("审批事项"), max_length=60)
    responsible_account_id = models.BigIntegerField(_("责任人"))
    supervisor_account_id = models.BigIntegerField(_("监管人"))
    since_on = models.DateField(_("起始日期"))
    until_on = models.DateField(_("终止日期"), null=True)
    named_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("审批监管责任")
        triggers = [frozen("region_code", "matter", "responsible_account_id", "supervisor_account_id")]
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "matter"],
                condition=Q(until_on__isnull=True),
                name="duty_of_a_matter_once",
            ),
            models.CheckConstraint(
                condition=~Q(responsible_account_id=F("supervisor_account_id")), name="duty_of_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.matter}"
