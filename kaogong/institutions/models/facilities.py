"""Where a body teaches: its sites and their rooms."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .institution import Institution


class Site(models.Model):
    """One place where an institution teaches or assesses."""

    personal: dict[str, str] = {}

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="sites", verbose_name=_("机构"))
    name = models.CharField(_("名称"), max_length=80)
    address = models.CharField(_("地址"), max_length=200)
    region_code = models.CharField(_("所在区域"), max_length=12)
    capacity = models.PositiveIntegerField(_("容纳人数"))
    latitude = models.DecimalField(_("纬度"), max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6, null=True)

    class Meta:
        verbose_name = _("培训场地")
        constraints = [
            models.UniqueConstraint(fields=["institution", "name"], name="site_name_once"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="site_on_the_globe",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    """One room, workshop, computer room or field of a site in which a class can sit."""

    personal: dict[str, str] = {}

    KINDS = [
        ("classroom", _("教室")),
        ("workshop", _("实训车间")),
        ("computer_room", _("机房")),
        ("field", _("田间")),
        ("other", _("其他")),
    ]

    site = models.ForeignKey(Site, models.PROTECT, related_name="rooms", verbose_name=_("场地"))
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=20, choices=KINDS, default="classroom")
    capacity = models.PositiveIntegerField(_("容纳人数"))
    accessible = models.BooleanField(_("无障碍"), default=False)
    left_on = models.DateField(_("停用日期"), null=True)

    class Meta:
        verbose_name = _("教室与实训场所")
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="room_name_once_per_site"),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="room_holds_somebody"),
            models.CheckConstraint(
                condition=Q(kind__in=["classroom", "workshop", "computer_room", "field", "other"]),
                name="room_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.name}"


class Equipment(models.Model):
    """So many pieces of one model of equipment with which one body trains one occupation."""

    personal: dict[str, str] = {}

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="equipment", verbose_name=_("机构")
    )
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, related_name="equipment", verbose_name=_("场地")
    )
    occupation_code = models.CharField(_("培训职业"), max_length=12)
    title = models.CharField(_("设备名称"), max_length=80)
    model = models.CharField(_("设备型号"), max_length=80, blank=True, default="")
    quantity = models.PositiveIntegerField(_("数量"))
    left_on = models.DateField(_("停用日期"), null=True)

    class Meta:
        verbose_name = _("设施设备")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "occupation_code", "title", "model"],
                condition=Q(left_on__isnull=True),
                name="equipment_once",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="equipment_is_there"),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.title}"
