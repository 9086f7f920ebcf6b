"""One look over the records of a region, or over one class and what lies around it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import frozen
from kaogong.training.models import TrainingClass

SCOPES = [("region", _("全区划")), ("class", _("一个班次"))]


class RiskPass(models.Model):
    """One look: over what, with which data and thresholds, what it found, which signs it could not look for.

    ``data_digest`` is of everything read, ``settings_digest`` of every threshold: equal digests found equal
    things. ``counts`` is kind → findings; ``not_looked`` kind → what was missing,
    or that it failed.
    """

    personal = {"asked_by_name": "name"}

    scope = models.CharField(_("范围"), max_length=10, choices=SCOPES)
    region_code = models.CharField(_("区划"), max_length=12)
    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, null=True, related_name="risk_passes", verbose_name=_("班次")
    )
    on = models.DateField(_("核查日期"))
    asked_at = models.DateTimeField(_("提交时间"))
    asked_by_account_id = models.BigIntegerField(null=True)
    asked_by_name = models.CharField(_("提交人"), max_length=100)
    step = models.CharField(_("进行到"), max_length=40, blank=True, default="")
    steps_done = models.PositiveIntegerField(_("已完成"), default=0)
    steps_total = models.PositiveIntegerField(_("共"), default=0)
    classes = models.PositiveIntegerField(_("班次"), default=0)
    people = models.PositiveIntegerField(_("学员"), default=0)
    data_digest = models.CharField(_("数据指纹"), max_length=64, blank=True, default="")
    settings_digest = models.CharField(_("阈值指纹"), max_length=64, blank=True, default="")
    counts = models.JSONField(_("各类发现"), default=dict, blank=True)
    looked = models.JSONField(_("核查了"), default=list, blank=True)
    not_looked = models.JSONField(_("未能核查"), default=dict, blank=True)
    found_new = models.PositiveIntegerField(_("新发现"), default=0)
    found_again = models.PositiveIntegerField(_("再次发现"), default=0)
    found_no_more = models.PositiveIntegerField(_("未再发现"), default=0)
    duration_ms = models.PositiveIntegerField(_("用时（毫秒）"), default=0)
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    refusal = models.TextField(_("未能完成的原因"), blank=True, default="")

    class Meta:
        verbose_name = _("风险核查")
        indexes = [
            models.Index(fields=["region_code", "-asked_at"], name="risk_pass_newest"),
            models.Index(fields=["training_class", "-asked_at"], name="risk_pass_of_class"),
        ]
        triggers = [frozen("scope", "region_code", "training_class", "on", "asked_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="region", training_class__isnull=True)
                | Q(scope="class", training_class__isnull=False),
                name="risk_pass_scope_whole",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, refusal="", data_digest="", settings_digest="")
                | (Q(finished_at__isnull=False, refusal="") & ~Q(data_digest="") & ~Q(settings_digest=""))
                | (Q(finished_at__isnull=False) & ~Q(refusal="")),
                name="risk_pass_finished_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} {self.asked_at:%F}"

    @property
    def percent(self) -> int:
        """How far it is, of a hundred."""
        return 100 * self.steps_done // self.steps_total if self.steps_total else 0

    @property
    def is_running(self) -> bool:
        return self.finished_at is None
