"""The guide of wages made of one closed round."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.demand.states import WAGE_GUIDE
from kaogong.trail.guards import LifecycleGuard, append_only, frozen

from .surveys import PAY_FORMS, SEQUENCES, DemandRound


class WageGuide(models.Model):
    """One guide of a region, with the cell sizes it was made by."""

    lifecycle = WAGE_GUIDE
    personal: dict[str, str] = {}

    round = models.ForeignKey(DemandRound, models.PROTECT, related_name="guides", verbose_name=_("企业调查"))
    region_code = models.CharField(_("区域"), max_length=12)
    sizes = models.JSONField(_("最小单元"))
    created_at = models.DateTimeField(_("建立时间"))
    published_at = models.DateTimeField(_("发布时间"), null=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=WAGE_GUIDE.choices, default=WAGE_GUIDE.initial
    )

    class Meta:
        verbose_name = _("工资价位")
        triggers = [LifecycleGuard(WAGE_GUIDE), frozen("round", "region_code", "sizes")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False),
                name="wage_guide_published_has_instant",
            ),
        ]
        indexes = [models.Index(fields=["region_code", "-id"], name="wage_guide_by_region")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.created_at:%Y-%m-%d}"


class WageGuideCell(models.Model):
    """One sequence × occupation × level: its quartiles, or why they are not shown (then no number is kept)."""

    append_only = True
    personal: dict[str, str] = {}

    guide = models.ForeignKey(WageGuide, models.PROTECT, related_name="cells", verbose_name=_("工资价位"))
    sequence = models.CharField(_("岗位序列"), max_length=12, choices=SEQUENCES)
    occupation_code = models.CharField(_("职业"), max_length=20)
    level_code = models.CharField(_("等级"), max_length=2, blank=True, default="")
    firms = models.PositiveIntegerField(_("企业数"), null=True)
    people = models.PositiveIntegerField(_("人数"), null=True)
    lower_fen = models.BigIntegerField(_("下四分位"), null=True)
    median_fen = models.BigIntegerField(_("中位数"), null=True)
    upper_fen = models.BigIntegerField(_("上四分位"), null=True)
    hidden_because = models.CharField(_("不公布的原因"), max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("工资价位条目")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["guide", "sequence", "occupation_code", "level_code"], name="wage_cell_once_a_guide"
            ),
            models.CheckConstraint(
                condition=Q(
                    hidden_because="",
                    firms__isnull=False,
                    people__isnull=False,
                    lower_fen__isnull=False,
                    median_fen__isnull=False,
                    upper_fen__isnull=False,
                )
                | (
                    ~Q(hidden_because="")
                    & Q(
                        firms__isnull=True,
                        people__isnull=True,
                        lower_fen__isnull=True,
                        median_fen__isnull=True,
                        upper_fen__isnull=True,
                    )
                ),
                name="wage_cell_shown_or_hidden_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guide_id} {self.sequence} {self.occupation_code} {self.level_code}"


class WageGuideForm(models.Model):
    """How many people of one sequence are paid one way (年薪制, 股权制, 期权制), or why that is not shown (L14)."""

    append_only = True
    personal: dict[str, str] = {}

    guide = models.ForeignKey(WageGuide, models.PROTECT, related_name="forms", verbose_name=_("工资价位"))
    sequence = models.CharField(_("岗位序列"), max_length=12, choices=SEQUENCES)
    form = models.CharField(_("分配方式"), max_length=10, choices=PAY_FORMS)
    firms = models.PositiveIntegerField(_("企业数"), null=True)
    people = models.PositiveIntegerField(_("人数"), null=True)
    hidden_because = models.CharField(_("不公布的原因"), max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("分配方式")
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(fields=["guide", "sequence", "form"], name="wage_form_once_a_guide"),
            models.CheckConstraint(
                condition=Q(hidden_because="", firms__isnull=False, people__isnull=False)
                | (~Q(hidden_because="") & Q(firms__isnull=True, people__isnull=True)),
                name="wage_form_shown_or_hidden_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guide_id} {self.sequence} {self.form}"
