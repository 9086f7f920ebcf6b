"""How the batches of a fund go to the bank."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import append_only

from .budget import Fund


class BatchTerms(models.Model):
    """From one day on: the layout one fund's batches are written in, the account paid from, the budget codes."""

    append_only = True
    personal: dict[str, str] = {}

    fund = models.ForeignKey(
        Fund, on_delete=models.PROTECT, related_name="batch_terms", verbose_name=_("资金")
    )
    since = models.DateField(_("启用日期"))
    layout_code = models.CharField(_("银行文件格式"), max_length=40)
    payer = models.CharField(_("付款户名"), max_length=200, blank=True, default="")
    payer_account = models.CharField(_("付款账号"), max_length=40, blank=True, default="")
    payer_bank = models.CharField(_("付款开户银行"), max_length=200, blank=True, default="")
    codes = models.JSONField(_("预算编码"), default=dict, blank=True)
    set_at = models.DateTimeField(_("设置时间"))

    class Meta:
        verbose_name = _("付款设置")
        constraints = [
            models.CheckConstraint(condition=~Q(layout_code=""), name="batch_terms_name_a_layout"),
        ]
        indexes = [models.Index(fields=["fund", "-since", "-id"], name="batch_terms_in_force")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.fund_id} {self.layout_code} {self.since:%F}"
