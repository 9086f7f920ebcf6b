"""Which source pays which part: versions of the order in which pots are drawn on, and their trials."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import LifecycleGuard, append_only, frozen

from ..states import WATERFALL


class Waterfall(models.Model):
    """One version of who pays one programme of one region: tiers in order, for events from a day on.

    Each tier of ``tiers`` names a fund's code, the permille each level of government bears of what the tier
    pays, and the most it pays in a year (``most_fen``, None: until its pots are dry).
    """

    lifecycle = WATERFALL
    personal = {"drafted_by": "name"}

    region_code = models.CharField(_("区域"), max_length=12)
    programme = models.CharField(_("项目"), max_length=60)
    number = models.PositiveSmallIntegerField(_("版次"))
    tiers = models.JSONField(_("列支顺序"))
    starts_on = models.DateField(_("起始日"), null=True)  # only the first version has no first day
    ends_on = models.DateField(_("止日"), null=True)
    document = models.CharField(_("依据文件"), max_length=200, blank=True, default="")
    reason = models.CharField(_("说明"), max_length=300, blank=True, default="")
    drafted_at = models.DateTimeField(_("起草时间"))
    drafted_by = models.CharField(_("起草人"), max_length=100)
    status = models.CharField(_("状态"), max_length=12, choices=WATERFALL.choices, default=WATERFALL.initial)

    class Meta:
        verbose_name = _("列支顺序")
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "programme", "number"], name="waterfall_number_once"
            ),
            models.UniqueConstraint(
                fields=["region_code", "programme"],
                condition=Q(status="in_force"),
                name="waterfall_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=False) | Q(number=1), name="waterfall_begins_unless_first"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["in_force", "superseded"], ends_on__isnull=False)
                | (~Q(status="superseded") & Q(ends_on__isnull=True)),
                name="waterfall_ends_when_superseded",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="waterfall_ends_after_it_begins",
            ),
        ]
        triggers = [
            LifecycleGuard(WATERFALL),
            frozen("region_code", "programme", "number"),
            pgtrigger.Protect(
                name="tiers_fixed_once_approved",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.tiers IS DISTINCT FROM NEW.tiers AND OLD.status NOT IN ('drafted', 'simulated')"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.programme} v{self.number}"


class WaterfallPreview(models.Model):
    """One trial of one waterfall on the claims of a stretch of days, kept as it came out."""

    append_only = True
    personal = {"run_by": "name"}

    waterfall = models.ForeignKey(Waterfall, on_delete=models.PROTECT, related_name="previews")
    digest = models.CharField(_("顺序指纹"), max_length=64)
    since = models.DateField(_("自"))
    until = models.DateField(_("至"))
    claims = models.PositiveIntegerField(_("申领数"))
    short_claims = models.PositiveIntegerField(_("资金不足的申领数"))
    result = models.JSONField(_("试算结果"))
    run_at = models.DateTimeField(_("试算时间"))
    run_by = models.CharField(_("试算人"), max_length=100)

    class Meta:
        verbose_name = _("列支顺序试算")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.waterfall_id} {self.run_at:%Y-%m-%d}"
