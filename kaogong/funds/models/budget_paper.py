"""The papers behind a budget: its versions, transfers from above, what was carried over, the surcharge."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.ledger.states import PUBLIC_LEVELS, SOURCE_LEVELS
from kaogong.trail.guards import append_only

from ..states import SURCHARGE_KINDS, TRANSFER_KINDS
from .budget import Fund


class BudgetVersion(models.Model):
    """One version of what one source gives to one programme: how much before, how much from then on, and why."""

    append_only = True
    personal = {"set_by": "name"}

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="budget_versions")
    programme = models.CharField(_("项目"), max_length=60)
    source_level = models.CharField(_("资金来源"), max_length=10, choices=SOURCE_LEVELS)
    number = models.PositiveSmallIntegerField(_("版次"))
    before_fen = models.BigIntegerField(_("原预算"))
    amount_fen = models.BigIntegerField(_("预算"))
    document = models.CharField(_("依据文件"), max_length=200, blank=True, default="")
    reason = models.CharField(_("说明"), max_length=300, blank=True, default="")
    entry_key = models.CharField(_("分录"), max_length=200, unique=True)
    set_at = models.DateTimeField(_("下达时间"))
    set_by = models.CharField(_("经办人"), max_length=100)

    class Meta:
        verbose_name = _("预算版本")
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "programme", "source_level", "number"], name="budget_version_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0, before_fen__gte=0) & ~Q(amount_fen=F("before_fen")),
                name="budget_version_changes_something",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.fund_id} {self.programme} {self.source_level} v{self.number}"


class Transfer(models.Model):
    """One sum a level of government announced or paid in for one programme; a mistake is answered by its opposite."""

    append_only = True
    personal = {"recorded_by": "name"}

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="transfers")
    programme = models.CharField(_("项目"), max_length=60)
    source_level = models.CharField(_("资金来源"), max_length=10, choices=SOURCE_LEVELS)
    kind = models.CharField(_("类别"), max_length=10, choices=TRANSFER_KINDS)
    amount_fen = models.BigIntegerField(_("金额"))
    document = models.CharField(_("文号或凭证号"), max_length=200)
    told_on = models.DateField(_("下达或到账日期"))
    reason = models.CharField(_("说明"), max_length=300, blank=True, default="")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by", verbose_name=_("更正")
    )
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.CharField(_("登记人"), max_length=100)

    class Meta:
        verbose_name = _("上级下达与到位")
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "programme", "source_level", "kind", "document"],
                condition=Q(corrects__isnull=True),
                name="transfer_document_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, corrects__isnull=True)
                | (Q(amount_fen__lt=0, corrects__isnull=False) & ~Q(reason="")),
                name="transfer_positive_or_corrects",
            ),
            models.CheckConstraint(condition=~Q(document=""), name="transfer_names_its_document"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.document}"


class CarryOver(models.Model):
    """One sum left at a year's end that one source's budget of the next year begins with."""

    append_only = True
    personal = {"carried_by": "name"}

    source = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="carried_out")
    target = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="carried_in")
    programme = models.CharField(_("项目"), max_length=60)
    source_level = models.CharField(_("资金来源"), max_length=10, choices=SOURCE_LEVELS)
    amount_fen = models.BigIntegerField(_("金额"))
    document = models.CharField(_("依据文件"), max_length=200)
    reason = models.CharField(_("说明"), max_length=300, blank=True, default="")
    carried_at = models.DateTimeField(_("结转时间"))
    carried_by = models.CharField(_("经办人"), max_length=100)

    class Meta:
        verbose_name = _("年终结转")
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="carry_over_positive"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="carry_over_goes_elsewhere"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.source_id} {self.programme} {self.amount_fen}"


class SurchargeEntry(models.Model):
    """One sum of the education surcharge collected, or used for vocational education, by one level in one year."""

    append_only = True
    personal = {"recorded_by": "name"}

    region_code = models.CharField(_("区域"), max_length=12)
    source_level = models.CharField(_("级次"), max_length=10, choices=PUBLIC_LEVELS)
    year = models.PositiveSmallIntegerField(_("年度"))
    kind = models.CharField(_("类别"), max_length=10, choices=SURCHARGE_KINDS)
    amount_fen = models.BigIntegerField(_("金额"))
    purpose = models.CharField(_("用途"), max_length=200, blank=True, default="")
    document = models.CharField(_("依据文件"), max_length=200)
    told_on = models.DateField(_("日期"))
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by", verbose_name=_("更正")
    )
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.CharField(_("登记人"), max_length=100)

    class Meta:
        verbose_name = _("教育附加收支")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, corrects__isnull=True)
                | Q(amount_fen__lt=0, corrects__isnull=False),
                name="surcharge_positive_or_corrects",
            ),
            models.CheckConstraint(condition=~Q(document=""), name="surcharge_names_its_document"),
        ]
        indexes = [models.Index(fields=["region_code", "year"], name="surcharge_by_region")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.region_code} {self.year} {self.kind}"
