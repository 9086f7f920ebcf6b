"""Duties the papers give to units, and what units report of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField
from kaogong.planning.states import DUTY_ITEM
from kaogong.trail.guards import LifecycleGuard, frozen, kept_but_sealed_anew


class DutyItem(models.Model):
    """One clause of a paper as a duty: who leads, who joins, and how far it is. A heading has no units."""

    lifecycle = DUTY_ITEM
    personal = {"officer": "name"}

    region_code = models.CharField(_("区域"), max_length=12)
    code = models.CharField(_("代码"), max_length=40)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", verbose_name=_("上级事项"), null=True, blank=True
    )
    title = models.CharField(_("事项"), max_length=200)
    lead_unit = models.CharField(_("牵头单位"), max_length=120, blank=True, default="")
    joint_units = models.JSONField(_("配合单位"), default=list)
    clause = models.CharField(_("依据"), max_length=120)
    source = models.CharField(_("出处"), max_length=40)
    officer = models.CharField(_("承办人"), max_length=60, blank=True, default="")
    due_on = models.DateField(_("完成期限"), null=True, blank=True)
    status = models.CharField(_("状态"), max_length=12, choices=DUTY_ITEM.choices, default=DUTY_ITEM.initial)

    class Meta:
        verbose_name = _("责任事项")
        triggers = [LifecycleGuard(DUTY_ITEM), frozen("region_code", "code", "parent", "clause", "source")]
        constraints = [
            models.UniqueConstraint(fields=["region_code", "code"], name="duty_item_once"),
            models.CheckConstraint(
                condition=Q(status="unassigned") | ~Q(lead_unit=""), name="duty_assigned_to_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_overdue(self, today) -> bool:
        """Whether it should have been finished before today."""
        return self.status in ("assigned", "reported") and self.due_on is not None and self.due_on < today


class DutyReport(models.Model):
    """What a unit reports of one duty, with a paper where there is one."""

    personal = {"paper": "file", "paper_title": "file"}

    duty = models.ForeignKey(DutyItem, models.PROTECT, related_name="reports", verbose_name=_("责任事项"))
    unit = models.CharField(_("报告单位"), max_length=120)
    content = models.TextField(_("进展"))
    paper = SealedTextField(purpose="planning.dutyreport.paper", blank=True)
    paper_title = models.CharField(_("附件"), max_length=120, blank=True, default="")
    reported_at = models.DateTimeField(_("报告时间"))

    class Meta:
        verbose_name = _("进展报告")
        triggers = kept_but_sealed_anew("duty_id", "unit", "content", "paper_title", "reported_at")
        constraints = [models.CheckConstraint(condition=~Q(content=""), name="duty_report_says")]

    def __str__(self) -> str:
        return f"{self.duty_id}/{self.pk}"
