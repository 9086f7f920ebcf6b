"""Funds, who bears which part of them, and money set aside."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import frozen


class Fund(models.Model):
    """One earmarked fund of one region in one year."""

    personal: dict[str, str] = {}

    code = models.CharField(_("资金代码"), max_length=40)
    name = models.CharField(_("资金名称"), max_length=100)
    region_code = models.CharField(_("区域"), max_length=12)
    year = models.PositiveSmallIntegerField(_("年度"))
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


class FundShare(models.Model):
    """Which level of government bears which part (in permille) of one programme paid from one fund."""

    personal: dict[str, str] = {}

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="shares")
    programme = models.CharField(_("项目"), max_length=60)
    region_code = models.CharField(_("区域"), max_length=12)
    year = models.PositiveSmallIntegerField(_("年度"))
    shares = models.JSONField(_("分担比例（千分）"))

    class Meta:
        verbose_name = _("资金分担")
        constraints = [
            models.UniqueConstraint(fields=["fund", "programme"], name="share_once_per_programme"),
            models.UniqueConstraint(
                fields=["region_code", "year", "programme"], name="programme_paid_from_one_fund"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.programme}"


class Reservation(models.Model):
    """Money of one fund set aside for one thing; how much is left stands in the ledger by its reference."""

    personal: dict[str, str] = {}

    reference = models.CharField(_("业务编号"), max_length=100, unique=True)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="reservations")
    programme = models.CharField(_("项目"), max_length=60)
    amount_fen = models.BigIntegerField(_("预留金额"))
    shares = models.JSONField(_("各级分担"))
    reserved_at = models.DateTimeField(_("预留时间"))

    class Meta:
        verbose_name = _("资金预留")
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="reservation_positive")]
        triggers = [frozen("reference", "fund_id", "programme", "amount_fen", "shares")]

    def __str__(self) -> str:
        return self.reference
