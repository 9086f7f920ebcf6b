"""Pilots, brands and chains, and the tenders that were won."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import append_only

from .institution import Institution


class Pilot(models.Model):
    """One body named a pilot by one paper, on the days of [starts_on, ends_on) (C11)."""

    personal: dict[str, str] = {}

    KINDS = [
        ("integration", _("产教融合试点企业")),
        ("production_training", _("产训结合试点")),
        ("leading_enterprise", _("行业龙头骨干企业培训试点")),
    ]

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="pilots", verbose_name=_("机构")
    )
    kind = models.CharField(_("试点"), max_length=30, choices=KINDS)
    document = models.CharField(_("依据文号"), max_length=120)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"), null=True)

    class Meta:
        verbose_name = _("试点")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "kind"], condition=Q(ends_on__isnull=True), name="pilot_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="pilot_runs_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.kind}"


class Brand(models.Model):
    """One name, mark, way of running and set of rules under which bodies train; one for each city (C7)."""

    personal: dict[str, str] = {}

    KINDS = [("chain", _("连锁品牌")), ("city", _("一市一品牌")), ("county", _("一县一项目"))]

    name = models.CharField(_("品牌名称"), max_length=80, unique=True)
    kind = models.CharField(_("类别"), max_length=10, choices=KINDS)
    region_code = models.CharField(_("所属区域"), max_length=12)
    owner = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("品牌所有者"))
    image = models.CharField(_("统一形象标识"), max_length=200)
    trade_mark = models.CharField(_("统一商标字号"), max_length=120)
    way_of_running = models.CharField(_("统一经营模式"), max_length=200)
    rules = models.CharField(_("统一管理制度"), max_length=200)
    registered_at = models.DateTimeField(_("登记时间"))
    ended_on = models.DateField(_("终止日期"), null=True)

    class Meta:
        verbose_name = _("品牌")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "region_code"],
                condition=Q(ended_on__isnull=True, kind__in=["city", "county"]),
                name="brand_one_for_each_place",
            )
        ]

    def __str__(self) -> str:
        return self.name


class BrandMember(models.Model):
    """One body running under one brand, on the days of [joined_on, left_on)."""

    personal: dict[str, str] = {}

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="members", verbose_name=_("品牌"))
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="brandings", verbose_name=_("机构")
    )
    joined_on = models.DateField(_("加入日期"))
    left_on = models.DateField(_("退出日期"), null=True)

    class Meta:
        verbose_name = _("连锁成员")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "institution"], condition=Q(left_on__isnull=True), name="brand_member_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.brand_id} {self.institution_id}"


class Tender(models.Model):
    """One result of buying training by tender, as filed (C1)."""

    append_only = True
    personal: dict[str, str] = {}

    number = models.CharField(_("招标采购编号"), max_length=60, unique=True)
    title = models.CharField(_("项目名称"), max_length=200)
    region_code = models.CharField(_("区域"), max_length=12)
    awarded_on = models.DateField(_("中标日期"))
    filing_number = models.CharField(_("备案号"), max_length=60)
    filed_at = models.DateTimeField(_("录入时间"))

    class Meta:
        verbose_name = _("招标结果")
        triggers = append_only()
        constraints = [
            models.CheckConstraint(condition=~Q(filing_number=""), name="tender_was_filed"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class TenderAward(models.Model):
    """One body that won one tender."""

    append_only = True
    personal: dict[str, str] = {}

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="awards", verbose_name=_("招标结果"))
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="awards", verbose_name=_("中标机构")
    )

    class Meta:
        verbose_name = _("中标")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["tender", "institution"], name="award_once_per_tender")
        ]

    def __str__(self) -> str:
        return f"{self.tender_id} {self.institution_id}"
