"""Who may be sent to inspect, and whom each may not inspect."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.institutions.models import Institution
from kaogong.trail.guards import append_only, frozen


class Inspector(models.Model):
    """One person who may be sent to inspect, from the day of enlisting until leaving."""

    personal = {"name": "name", "employer": "employer"}

    KINDS = [("bureau", _("本局人员")), ("expert", _("特邀专家"))]

    number = models.CharField(_("检查员编号"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    kind = models.CharField(_("来源"), max_length=10, choices=KINDS)
    account_id = models.BigIntegerField(_("账号"), null=True, unique=True)
    employer = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="+", verbose_name=_("所在单位")
    )
    region_code = models.CharField(_("所属区域"), max_length=12)
    enlisted_at = models.DateTimeField(_("入库时间"))
    left_on = models.DateField(_("出库日期"), null=True)

    class Meta:
        verbose_name = _("检查员")
        triggers = [frozen("number")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["bureau", "expert"]), name="inspector_kind_known")
        ]
        indexes = [models.Index(fields=["region_code"], name="inspector_by_region")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Interest(models.Model):
    """One institution that one inspector may not inspect, and why."""

    append_only = True
    personal = {"reason": "free_text"}

    inspector = models.ForeignKey(
        Inspector, models.PROTECT, related_name="interests", verbose_name=_("检查员")
    )
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("机构"))
    reason = models.CharField(_("回避事由"), max_length=200)
    declared_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("回避关系")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["inspector", "institution"], name="interest_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="interest_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.inspector_id}-{self.institution_id}"


class Affiliation(models.Model):
    """One institution that belongs to another, as a source says."""

    append_only = True
    personal: dict[str, str] = {}

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("机构"))
    parent = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("上级机构"))
    source = models.CharField(_("依据"), max_length=200)
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("隶属关系")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["institution", "parent"], name="affiliation_once"),
            models.CheckConstraint(condition=~Q(institution=F("parent")), name="affiliation_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} → {self.parent_id}"
