"""The catalogue's rows: codes, names and the days they stand."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

EDITION = "2022"


class Region(models.Model):
    """One administrative division under one name: today's (``ends_on`` null) or one that has ended."""

    personal: dict[str, str] = {}

    code = models.CharField(_("代码"), max_length=12)
    name = models.CharField(_("名称"), max_length=60)
    level = models.PositiveSmallIntegerField(_("层级"), help_text=_("1省 2市 3县 4乡镇街道"))
    parent_code = models.CharField(_("上级"), max_length=12, blank=True, default="")
    starts_on = models.DateField(_("启用"), null=True)
    ends_on = models.DateField(_("停用"), null=True)
    successor_code = models.CharField(_("后继代码"), max_length=12, blank=True, default="")
    fictional = models.BooleanField(_("虚构"), default=False)

    class Meta:
        verbose_name = _("行政区划")
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(ends_on__isnull=True), name="one_current_region_per_code"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="region_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(fields=["code"], opclasses=["varchar_pattern_ops"], name="region_by_code"),
            models.Index(fields=["parent_code"], name="region_by_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"


class Occupation(models.Model):
    """One line of one edition of the 职业分类大典; tier 4 is an occupation, 1–3 are its groups."""

    personal: dict[str, str] = {}

    edition = models.CharField(_("版本"), max_length=4, default=EDITION)
    code = models.CharField(_("代码"), max_length=12)
    name = models.CharField(_("名称"), max_length=120)
    tier = models.PositiveSmallIntegerField(_("层级"))
    parent_code = models.CharField(_("上级"), max_length=12, blank=True, default="")
    green = models.BooleanField(_("绿色职业"), default=False)
    digital = models.BooleanField(_("数字职业"), default=False)

    class Meta:
        verbose_name = _("职业")
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="occupation_code_once_per_edition")
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"


class Industry(models.Model):
    """One line of GB/T 4754-2017; depth 1 is a section (letter), 4 a class."""

    personal: dict[str, str] = {}

    code = models.CharField(_("代码"), max_length=4, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    depth = models.PositiveSmallIntegerField(_("层级"))
    section = models.CharField(_("门类"), max_length=1)
    parent_code = models.CharField(_("上级"), max_length=4, blank=True, default="")

    class Meta:
        verbose_name = _("行业")

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"


class CodeItem(models.Model):
    """One code of one small list (ethnic group, education, sex, group of people…)."""

    personal: dict[str, str] = {}

    table = models.CharField(_("代码表"), max_length=40)
    code = models.CharField(_("代码"), max_length=60)
    label = models.CharField(_("名称"), max_length=120)
    mapped_code = models.CharField(_("对应代码"), max_length=60, blank=True, default="")
    note = models.CharField(_("说明"), max_length=120, blank=True, default="")
    sequence = models.PositiveIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("代码")
        constraints = [models.UniqueConstraint(fields=["table", "code"], name="code_once_per_table")]

    def __str__(self) -> str:
        return f"{self.table} {self.code} {self.label}"


class SubsidisedOccupation(models.Model):
    """One occupation a region subsidises, at these levels, on the days of [starts_on, ends_on).

    The level code "" stands for training that leads to no skill level.
    """

    personal: dict[str, str] = {}

    region_code = models.CharField(_("区域"), max_length=12)
    occupation_code = models.CharField(_("职业"), max_length=12)
    level_codes = ArrayField(models.CharField(max_length=2, blank=True), verbose_name=_("等级"))
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"), null=True)
    reference = models.CharField(_("依据"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("补贴职业")
        constraints = [
            models.CheckConstraint(condition=Q(level_codes__len__gt=0), name="listing_names_a_level"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="listing_lasts_a_day",
            ),
            ExclusionConstraint(
                name="one_listing_at_a_time",
                expressions=[
                    ("region_code", RangeOperators.EQUAL),
                    ("occupation_code", RangeOperators.EQUAL),
                    (
                        Func("starts_on", "ends_on", function="DATERANGE", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.occupation_code} {self.starts_on}"


class ShortageOccupation(models.Model):
    """One occupation on a region's published list of a kind on the days of [starts_on, ends_on) (B3, B4)."""

    personal: dict[str, str] = {}

    list_kind = models.CharField(_("目录种类"), max_length=20, default="shortage")
    region_code = models.CharField(_("区域"), max_length=12)
    occupation_code = models.CharField(_("职业"), max_length=12)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"), null=True)
    reference = models.CharField(_("依据"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("紧缺职业")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="shortage_lasts_a_day",
            ),
            ExclusionConstraint(
                name="one_shortage_at_a_time",
                expressions=[
                    ("list_kind", RangeOperators.EQUAL),
                    ("region_code", RangeOperators.EQUAL),
                    ("occupation_code", RangeOperators.EQUAL),
                    (
                        Func("starts_on", "ends_on", function="DATERANGE", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.occupation_code} {self.starts_on}"


class ReferenceVersion(models.Model):
    """Which state of the reference files one table holds now."""

    personal: dict[str, str] = {}

    table = models.CharField(_("表"), max_length=40, unique=True)
    digest = models.CharField(_("摘要"), max_length=64)
    rows = models.PositiveIntegerField(_("行数"))
    loaded_at = models.DateTimeField(_("装入时间"))

    class Meta:
        verbose_name = _("参考数据版本")

    def __str__(self) -> str:
        return f"{self.table} {self.digest[:12]}"
