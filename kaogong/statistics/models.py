"""Snapshots of the facts, and figures nobody here can count, as somebody states them."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.access.sealing import SealedTextField, kept_file
from kaogong.kernel.errors import Refused
from kaogong.trail.guards import LifecycleGuard, append_only, frozen, kept_but_sealed_anew
from kaogong.training.models.filing import CONTENT_TYPES

from .states import SNAPSHOT


class Snapshot(models.Model):
    """The facts as the registers held them at one instant: one folder of files, never changed once it stands.

    ``taken_at`` is when they were read, ``as_of`` when they were last seen to be unchanged since. ``files`` names
    each file with its digest, rows and bytes; ``recipe`` is the digest of what turned registers into facts.
    """

    lifecycle = SNAPSHOT
    personal = {"frozen_by": "name"}

    number = models.PositiveIntegerField(_("编号"), unique=True)
    taken_at = models.DateTimeField(_("读取时间"))
    as_of = models.DateTimeField(_("数据截至"))
    watermark = models.BigIntegerField(_("留痕位置"))
    recipe = models.CharField(_("取数口径摘要"), max_length=64)
    folder = models.CharField(_("目录"), max_length=80, unique=True)
    files = models.JSONField(_("文件"), default=dict)
    rows = models.JSONField(_("行数"), default=dict)
    digest = models.CharField(_("摘要"), max_length=64)
    frozen_at = models.DateTimeField(_("冻结时间"), null=True)
    frozen_by = models.CharField(_("冻结人"), max_length=100, blank=True, default="")
    frozen_because = models.CharField(_("冻结原因"), max_length=300, blank=True, default="")
    status = models.CharField(_("状态"), max_length=12, choices=SNAPSHOT.choices, default=SNAPSHOT.initial)

    class Meta:
        verbose_name = _("统计数据")
        constraints = [
            models.CheckConstraint(condition=Q(as_of__gte=F("taken_at")), name="snapshot_as_of_after_taken"),
            models.CheckConstraint(
                condition=Q(status="taken", frozen_at__isnull=True, frozen_by="", frozen_because="")
                | (Q(frozen_at__isnull=False) & ~Q(frozen_by="") & ~Q(frozen_because="")),
                name="snapshot_frozen_says_by_whom",
            ),
        ]
        triggers = [
            LifecycleGuard(SNAPSHOT),
            frozen("number", "taken_at", "recipe", "folder", "files", "rows", "digest"),
            pgtrigger.Protect(
                name="frozen_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.status = 'frozen'"),
            ),
            pgtrigger.Protect(
                name="frozen_unchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.status = 'frozen'"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class StatedFigure(models.Model):
    """One figure of one region and period that nobody here can count, as one document gives it.

    ``value`` is in the indicator's unit, shares in hundredths of a percent. A correction is a new row that names
    the one it ``replaces``; which figures hold is which nobody replaced.
    """

    append_only = True
    personal = {"stated_by": "name"}

    indicator_code = models.CharField(_("指标"), max_length=80)
    region_code = models.CharField(_("区域"), max_length=12)
    start_on = models.DateField(_("起"))
    end_on = models.DateField(_("止"))
    value = models.BigIntegerField(_("数值"))
    document = models.CharField(_("来源文件"), max_length=200)
    clause = models.CharField(_("条款或页码"), max_length=120, blank=True, default="")
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    illustrative = models.BooleanField(_("示例"), default=False)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("更正的数值"),
    )
    reason = models.CharField(_("更正原因"), max_length=300, blank=True, default="")
    stated_at = models.DateTimeField(_("填报时间"))
    stated_by = models.CharField(_("填报人"), max_length=100)

    class Meta:
        verbose_name = _("引用数据")
        triggers = append_only()
        indexes = [
            models.Index(fields=["indicator_code", "region_code", "start_on"], name="stated_figure_of"),
            models.Index(fields=["region_code", "-id"], name="stated_figure_by_region"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(end_on__gt=F("start_on")), name="stated_figure_lasts_a_day"),
            models.CheckConstraint(condition=~Q(document=""), name="stated_figure_names_its_source"),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, reason="") | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="stated_figure_corrected_with_reason",
            ),
            models.UniqueConstraint(
                fields=["indicator_code", "region_code", "start_on", "end_on"],
                condition=Q(replaces__isnull=True),
                name="stated_figure_first_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_code} {self.region_code} {self.start_on}"


class StatedPaperChanged(Refused):
    """保存的来源文件“{filename}”与上传时不同，不能使用。请联系系统管理员，并更正这项数据、重新附上文件。"""


class StatedPaper(models.Model):
    """The document one stated figure was read from, as it was handed in with that figure."""

    personal = {"content": "file", "filename": "free_text", "added_by": "name"}

    figure = models.OneToOneField(
        StatedFigure, models.PROTECT, related_name="paper", verbose_name=_("引用数据")
    )
    filename = models.CharField(_("文件名"), max_length=200)
    format = models.CharField(_("格式"), max_length=8, choices=[(code, code) for code in CONTENT_TYPES])
    size = models.PositiveIntegerField(_("字节数"))
    digest = models.CharField(_("摘要"), max_length=64)
    content = SealedTextField(purpose="statistics.statedpaper.content")
    added_at = models.DateTimeField(_("上传时间"))
    added_by = models.CharField(_("上传人"), max_length=100)

    class Meta:
        verbose_name = _("引用数据的来源文件")
        triggers = kept_but_sealed_anew(
            "figure", "filename", "format", "size", "digest", "added_at", "added_by"
        )

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.format]

    @property
    def data(self) -> bytes:
        """The file as it came; its digest says that it still is."""
        return kept_file(self.content, self.digest, StatedPaperChanged(filename=self.filename))

    def __str__(self) -> str:
        return self.filename
