"""Funds, and money set aside in them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import frozen

from .waterfall import Waterfall


class Fund(models.Model):
    """One earmarked fund of one region in one year."""

    personal: dict[str, str] = {}

    code = models.CharField(_("资金代码"), max_length=40)
    name = models.CharField(_("资金名称"), max_length=100)
    region_code = models.CharField(_("区域"), max_length=12)
    year = models.PositiveSmallIntegerField(_("年度"))
    kind_code = models.CharField(_("资金种类"), max_length=40, blank=True, default="")
    department = models.CharField(_("使用单位"), max_length=100, blank=True, default="")
    illustrative = models.BooleanField(_("示例标准"), default=False)

    class Meta:
        verbose_name = _("专项资金")
        constraints = [
            models.UniqueConstraint(fields=["code", "year"], name="fund_once_a_year"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="fund_is_named"),
        ]
        triggers = [frozen("code", "year", "region_code")]

    def __str__(self) -> str:
        return self.name if str(self.year) in self.name else f"{self.name}（{self.year}）"


class Reservation(models.Model):
    """Money of one fund set aside for one thing; how much is left stands in the ledger by its reference."""

    personal: dict[str, str] = {}

    reference = models.CharField(_("业务编号"), max_length=100, unique=True)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="reservations")
    programme = models.CharField(_("项目"), max_length=60)
    amount_fen = models.BigIntegerField(_("预留金额"))
    shares = models.JSONField(_("各级分担"))
    reserved_at = models.DateTimeField(_("预留时间"))
    event_on = models.DateField(_("认定日期"), null=True)
    region_code = models.CharField(_("区域"), max_length=12, blank=True, default="")
    waterfall = models.ForeignKey(
        Waterfall,
        on_delete=models.PROTECT,
        null=True,
        related_name="reservations",
        verbose_name=_("列支顺序"),
    )

    class Meta:
        verbose_name = _("资金预留")
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="reservation_positive")]
        indexes = [models.Index(fields=["fund", "programme", "-reserved_at"], name="reservation_recent")]
        triggers = [
            frozen("reference", "fund_id", "programme", "amount_fen", "shares", "waterfall_id", "event_on")
        ]

    def __str__(self) -> str:
        return self.reference
