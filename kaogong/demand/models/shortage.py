"""Demand set against supply, and the lists of short occupations made of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.demand.states import SHORTAGE_LIST
from kaogong.kernel.levels import CHOICES as LEVEL_CHOICES
from kaogong.trail.guards import LifecycleGuard, append_only, frozen

LIST_KINDS = [
    ("shortage", _("紧缺急需职业（工种）目录")),
    ("award_occupations", _("新旧动能转换奖补职业（工种）目录")),
    ("award_majors", _("新旧动能转换技工紧缺专业目录")),
    ("general", _("一般性职业技能培训目录")),
    ("wished", _("劳动者培训需求目录")),
    ("provider_majors", _("职业技能培训机构专业目录")),
]


class ShortageRun(models.Model):
    """One counting of demand against supply: where, as of when, and with which weights of which source."""

    append_only = True
    personal: dict[str, str] = {}

    region_code = models.CharField(_("区域"), max_length=12)
    as_of = models.DateField(_("截至"))
    weights = models.JSONField(_("权重"))
    sources = models.JSONField(_("数据来源"))
    computed_at = models.DateTimeField(_("计算时间"))
    computed_by = models.CharField(_("计算人"), max_length=60)

    class Meta:
        verbose_name = _("紧缺指数计算")
        triggers = append_only()
        indexes = [models.Index(fields=["region_code", "-id"], name="shortage_run_by_region")]

    def __str__(self) -> str:
        return f"{self.region_code} {self.as_of}"


class ShortageRow(models.Model):
    """One occupation in one district: every number of the working, weighed sums in hundredths of a person."""

    append_only = True
    personal: dict[str, str] = {}

    run = models.ForeignKey(ShortageRun, models.PROTECT, related_name="rows", verbose_name=_("紧缺指数计算"))
    region_code = models.CharField(_("区"), max_length=12)
    occupation_code = models.CharField(_("职业"), max_length=20)
    employers = models.PositiveIntegerField(_("用人单位数"))
    surveyed_now = models.PositiveIntegerField(_("调查：现在缺人"))
    vacancies = models.PositiveIntegerField(_("清单：招聘人数"))
    needed_now = models.PositiveIntegerField(_("现在缺人"))
    needed_in_year = models.PositiveIntegerField(_("未来12个月还要招"))
    wishes = models.PositiveIntegerField(_("想学的人"))
    holders = models.PositiveIntegerField(_("持证人数"))
    certified = models.PositiveIntegerField(_("近12个月新发证"))
    trained = models.PositiveIntegerField(_("近12个月结业"))
    pipeline = models.PositiveIntegerField(_("在培和已批准"))
    demand_hundredths = models.BigIntegerField(_("需求（百分之一人）"), null=True)
    supply_hundredths = models.BigIntegerField(_("供给（百分之一人）"), null=True)
    index_permille = models.PositiveIntegerField(_("紧缺指数"), null=True)
    is_small = models.BooleanField(_("样本少"))

    class Meta:
        verbose_name = _("紧缺指数")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["run", "region_code", "occupation_code"], name="shortage_row_once_a_run"
            ),
            models.CheckConstraint(
                condition=Q(index_permille__isnull=True) | Q(index_permille__lte=1000),
                name="shortage_index_within_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.region_code} {self.occupation_code}"


class ShortageLevel(models.Model):
    """One level of a row: its share of the row's numbers; the levels of a row add up to it (P3)."""

    append_only = True
    personal: dict[str, str] = {}

    row = models.ForeignKey(ShortageRow, models.PROTECT, related_name="levels", verbose_name=_("紧缺指数"))
    level_code = models.CharField(_("等级"), max_length=2, blank=True, default="", choices=LEVEL_CHOICES)
    employers = models.PositiveIntegerField(_("用人单位数"))
    needed_now = models.PositiveIntegerField(_("现在缺人"))
    needed_in_year = models.PositiveIntegerField(_("未来12个月还要招"))
    holders = models.PositiveIntegerField(_("持证人数"))
    certified = models.PositiveIntegerField(_("近12个月新发证"))
    trained = models.PositiveIntegerField(_("近12个月结业"))
    pipeline = models.PositiveIntegerField(_("在培和已批准"))
    demand_hundredths = models.BigIntegerField(_("需求（百分之一人）"), null=True)
    supply_hundredths = models.BigIntegerField(_("供给（百分之一人）"), null=True)
    index_permille = models.PositiveIntegerField(_("紧缺指数"), null=True)
    is_small = models.BooleanField(_("样本少"))

    class Meta:
        verbose_name = _("分等级紧缺指数")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["row", "level_code"], name="shortage_level_once_a_row"),
            models.CheckConstraint(
                condition=Q(index_permille__isnull=True) | Q(index_permille__lte=1000),
                name="shortage_level_index_within_one",
            ),
            models.CheckConstraint(
                condition=~Q(level_code="") | Q(index_permille__isnull=True),
                name="shortage_level_unnamed_has_no_index",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row_id} {self.level_code}"


class ShortageList(models.Model):
    """One version of a catalogue of short occupations (or majors) of a region, from its proposal on (B3, B4)."""

    lifecycle = SHORTAGE_LIST
    personal: dict[str, str] = {}

    kind = models.CharField(_("目录种类"), max_length=20, choices=LIST_KINDS)
    region_code = models.CharField(_("区域"), max_length=12)
    version = models.PositiveIntegerField(_("版次"))
    run = models.ForeignKey(
        ShortageRun, models.PROTECT, null=True, related_name="lists", verbose_name=_("依据的计算")
    )
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"), null=True)
    notice_id = models.BigIntegerField(_("公示"), null=True)
    created_at = models.DateTimeField(_("建立时间"))
    status = models.CharField(
        _("状态"), max_length=12, choices=SHORTAGE_LIST.choices, default=SHORTAGE_LIST.initial
    )

    class Meta:
        verbose_name = _("紧缺目录")
        triggers = [LifecycleGuard(SHORTAGE_LIST), frozen("kind", "region_code", "version", "run")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "region_code", "version"], name="shortage_list_version"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="shortage_list_lasts_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(notice_id__isnull=False),
                name="shortage_list_published_has_notice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.kind} {self.version}"


class ShortageListItem(models.Model):
    """One occupation (or, in a list of majors, one major) of one version, with why it stands there."""

    personal: dict[str, str] = {}

    shortage_list = models.ForeignKey(
        ShortageList, models.PROTECT, related_name="items", verbose_name=_("紧缺目录")
    )
    code = models.CharField(_("职业代码或专业"), max_length=60)
    index_permille = models.PositiveIntegerField(_("紧缺指数"), null=True)
    because = models.CharField(_("列入理由"), max_length=200)

    class Meta:
        verbose_name = _("目录条目")
        constraints = [
            models.UniqueConstraint(fields=["shortage_list", "code"], name="shortage_item_once"),
            models.CheckConstraint(condition=~Q(because=""), name="shortage_item_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.shortage_list_id} {self.code}"
