"""What is told each quarter of the market for skills: posts wanted, people seeking, one against the other."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.demand.states import MARKET_BULLETIN
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.trail.guards import LifecycleGuard, frozen


class MarketBulletin(models.Model):
    """技能人才市场供需信息 of one region and quarter, drawn from its rounds, lists and seekers (B3)."""

    lifecycle = MARKET_BULLETIN
    personal: dict[str, str] = {}

    region_code = models.CharField(_("区域"), max_length=12)
    starts_on = models.DateField(_("季度起"))
    ends_on = models.DateField(_("季度止"))
    replies = models.PositiveIntegerField(_("计入的企业填报"), default=0)
    lists = models.PositiveIntegerField(_("计入的招聘清单"), default=0)
    seekers_source = models.CharField(_("求职人数来源"), max_length=120, blank=True, default="")
    created_at = models.DateTimeField(_("建立时间"))
    published_at = models.DateTimeField(_("发布时间"), null=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=MARKET_BULLETIN.choices, default=MARKET_BULLETIN.initial
    )

    class Meta:
        verbose_name = _("市场供需信息")
        triggers = [LifecycleGuard(MARKET_BULLETIN), frozen("region_code", "starts_on", "ends_on")]
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "starts_on"],
                condition=~Q(status="withdrawn"),
                name="market_bulletin_once_a_quarter",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False),
                name="market_bulletin_published_has_instant",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-starts_on"], name="market_bulletin_by_region")]

    def __str__(self) -> str:
        return f"{self.region_code} {self.starts_on}"


class MarketSeekers(models.Model):
    """So many people seeking posts of one occupation and level in one district, as the sheet of a quarter says."""

    personal: dict[str, str] = {}

    bulletin = models.ForeignKey(
        MarketBulletin, models.PROTECT, related_name="seekers", verbose_name=_("市场供需信息")
    )
    region_code = models.CharField(_("区"), max_length=12)
    occupation_code = models.CharField(_("职业"), max_length=20)
    level_code = models.CharField(_("等级"), max_length=2, blank=True, default="", choices=LEVEL_CHOICES)
    people = models.PositiveIntegerField(_("求职人数"))

    class Meta:
        verbose_name = _("求职人数")
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "region_code", "occupation_code", "level_code"],
                name="market_seekers_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.region_code} {self.occupation_code} {self.level_code}"


class MarketCell(models.Model):
    """One occupation in one district ("": over all of them); a number that is hidden is not kept."""

    personal: dict[str, str] = {}

    bulletin = models.ForeignKey(
        MarketBulletin, models.PROTECT, related_name="cells", verbose_name=_("市场供需信息")
    )
    region_code = models.CharField(_("区"), max_length=12, blank=True, default="")
    occupation_code = models.CharField(_("职业"), max_length=20, blank=True, default="")
    wanted = models.PositiveIntegerField(_("招聘人数"), null=True)
    seeking = models.PositiveIntegerField(_("求职人数"), null=True)
    ratio_hundredths = models.PositiveIntegerField(_("求人倍率"), null=True)

    class Meta:
        verbose_name = _("市场供需条目")
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "region_code", "occupation_code"], name="market_cell_once"
            ),
            models.CheckConstraint(
                condition=Q(ratio_hundredths__isnull=True) | Q(wanted__isnull=False, seeking__isnull=False),
                name="market_ratio_of_numbers_shown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.region_code} {self.occupation_code}"
