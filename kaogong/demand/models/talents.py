"""Skilled people a region's units bring in from elsewhere, followed until they leave (L7)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.demand.states import CHANNELS, INTRODUCED_TALENT
from kaogong.institutions.models import Institution
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.people.models import Person
from kaogong.trail.guards import LifecycleGuard, append_only, frozen

MODES = [("full_time", _("全职引进")), ("flexible", _("柔性引进"))]
TIERS = [("city", _("市级")), ("province", _("省级")), ("nation", _("国家级"))]


class IntroducedTalent(models.Model):
    """One person one unit brought in: how, as what, until when by contract, and whether still there."""

    lifecycle = INTRODUCED_TALENT
    personal = {"credit_code": "institution", "employer": "employer", "came_from": "address"}

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("人员"))
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="+", verbose_name=_("机构")
    )
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18)
    employer = models.CharField(_("引进单位"), max_length=120)
    region_code = models.CharField(_("区域"), max_length=12)
    mode = models.CharField(_("引进方式"), max_length=10, choices=MODES)
    tier = models.CharField(_("领军人才级别"), max_length=10, blank=True, default="", choices=TIERS)
    occupation_code = models.CharField(_("职业"), max_length=20)
    level_code = models.CharField(_("等级"), max_length=2, blank=True, default="", choices=LEVEL_CHOICES)
    channel = models.CharField(
        _("引进渠道"), max_length=10, blank=True, default="", choices=list(CHANNELS.items())
    )
    came_from = models.CharField(_("来自"), max_length=60, blank=True, default="")
    introduced_on = models.DateField(_("引进日期"))
    contract_ends_on = models.DateField(_("合同到期日"), null=True)
    left_on = models.DateField(_("离开日期"), null=True)
    created_at = models.DateTimeField(_("登记时间"))
    status = models.CharField(
        _("状态"), max_length=12, choices=INTRODUCED_TALENT.choices, default=INTRODUCED_TALENT.initial
    )

    class Meta:
        verbose_name = _("引进技能人才")
        triggers = [
            LifecycleGuard(INTRODUCED_TALENT),
            frozen("person", "credit_code", "region_code", "introduced_on", "created_at"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "credit_code"],
                condition=Q(status__in=["told", "here"]),
                name="talent_here_once",
            ),
            models.CheckConstraint(
                condition=~Q(status="left") | Q(left_on__isnull=False, left_on__gte=F("introduced_on")),
                name="talent_left_has_a_day",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-introduced_on"], name="talent_by_region")]

    def __str__(self) -> str:
        return f"{self.employer} {self.introduced_on}"


class TalentAffirmation(models.Model):
    """What a unit said in one year: somebody it brought in is still there."""

    personal = {"affirmed_by": "name"}

    talent = models.ForeignKey(
        IntroducedTalent, models.PROTECT, related_name="affirmations", verbose_name=_("引进技能人才")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    affirmed_by = models.CharField(_("确认人"), max_length=60)
    affirmed_at = models.DateTimeField(_("确认时间"))

    class Meta:
        verbose_name = _("在岗年度确认")
        triggers = append_only()
        constraints = [models.UniqueConstraint(fields=["talent", "year"], name="talent_affirmed_once_a_year")]

    def __str__(self) -> str:
        return f"{self.talent_id} {self.year}"
