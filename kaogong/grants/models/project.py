"""Projects supported with public money: awarded, received, paid on, performed (H5, H6)."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import append_only, frozen

from ..states import ENTRY_KINDS, PROJECT_KINDS

_NEVER_OVERPAID = """
    IF (SELECT coalesce(sum(CASE kind WHEN 'paid' THEN amount_fen WHEN 'received' THEN -amount_fen ELSE 0 END), 0)
        FROM grants_projectentry WHERE project_id = NEW.project_id) > 0 THEN
        RAISE EXCEPTION 'project %: more paid than received', NEW.project_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


class Project(models.Model):
    """One project of one body supported with public or a sponsor's money, and for a building project what is built."""

    personal = {"sponsor": "name"}

    number = models.CharField(_("项目编号"), max_length=20, unique=True)
    title = models.CharField(_("项目名称"), max_length=120)
    kind = models.CharField(_("项目类别"), max_length=10, choices=list(PROJECT_KINDS.items()))
    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, related_name="projects", verbose_name=_("承担单位")
    )
    sponsor = models.CharField(_("赞助方"), max_length=120, blank=True, default="")
    region_code = models.CharField(_("区划"), max_length=12)
    document = models.CharField(_("核定文件"), max_length=200)
    awarded_on = models.DateField(_("核定日期"))
    awarded_fen = models.BigIntegerField(_("核定金额"))
    area_sqm = models.PositiveIntegerField(_("建筑面积（平方米）"), null=True)
    investment_fen = models.BigIntegerField(_("总投资"), null=True)
    equipment_count = models.PositiveIntegerField(_("购置设备（台套）"), null=True)
    central_fen = models.BigIntegerField(_("其中中央预算内投资"), null=True)
    illustrative = models.BooleanField(_("示例"), default=False)
    synthetic = models.BooleanField(_("演示数据"), default=False)
    created_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("扶持项目")
        constraints = [
            models.CheckConstraint(condition=Q(awarded_fen__gt=0) & ~Q(document=""), name="project_awarded"),
            models.CheckConstraint(
                condition=Q(kind="sponsored") & ~Q(sponsor="") | ~Q(kind="sponsored") & Q(sponsor=""),
                name="sponsored_project_names_its_sponsor",
            ),
            models.CheckConstraint(
                condition=Q(kind="capital")
                | Q(area_sqm=None, investment_fen=None, equipment_count=None, central_fen=None),
                name="only_capital_projects_are_built",
            ),
            models.CheckConstraint(
                condition=Q(central_fen=None) | Q(central_fen__lte=models.F("investment_fen")),
                name="central_part_within_investment",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-awarded_on"], name="project_by_region")]
        triggers = [frozen("number", "institution", "awarded_fen", "region_code")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ProjectEntry(models.Model):
    """One thing that happened to a project's money, or one look at its performance, with its document."""

    append_only = True
    personal = {"content": "photo", "payee": "name", "by_name": "name"}

    project = models.ForeignKey(Project, models.PROTECT, related_name="entries", verbose_name=_("扶持项目"))
    kind = models.CharField(_("事项"), max_length=12, choices=list(ENTRY_KINDS.items()))
    on = models.DateField(_("日期"))
    amount_fen = models.BigIntegerField(_("金额"), default=0)
    source_level = models.CharField(_("来源"), max_length=10, blank=True, default="")
    payee = models.CharField(_("付给"), max_length=120, blank=True, default="")
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    document = models.CharField(_("凭证"), max_length=200)
    filename = models.CharField(_("文件名"), max_length=120, blank=True, default="")
    content_type = models.CharField(_("类型"), max_length=40, blank=True, default="")
    content = models.BinaryField(null=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    by_account_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("登记人"), max_length=100)

    class Meta:
        verbose_name = _("项目资金记录")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="performance", amount_fen=0) & ~Q(note="")
                | Q(kind__in=["received", "paid"], amount_fen__gt=0),
                name="project_entry_has_its_sum",
            ),
            models.CheckConstraint(condition=~Q(document=""), name="project_entry_has_its_document"),
            models.CheckConstraint(
                condition=~Q(kind="received") | ~Q(source_level=""), name="receipt_names_its_source"
            ),
            models.CheckConstraint(condition=~Q(kind="paid") | ~Q(payee=""), name="payment_names_its_payee"),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="never_overpaid",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=_NEVER_OVERPAID,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind} {self.on}"
