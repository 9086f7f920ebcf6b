"""Closings of the books of a fund, and what stood on each account then."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.ledger.states import PERIOD
from kaogong.trail.guards import LifecycleGuard, append_only, frozen

from .accounts import NEVER_REMOVED, LedgerAccount


class PeriodClosing(models.Model):
    """One closing of a fund's books: nothing dated before ``until_at`` is told any more."""

    lifecycle = PERIOD
    personal = {"closed_by_name": "name"}

    fund_code = models.CharField(_("资金"), max_length=40)
    from_at = models.DateTimeField(_("期间开始"), null=True, help_text=_("首次结账时为空：从第一笔起"))
    until_at = models.DateTimeField(_("期间结束"), help_text=_("不含此时点"))
    entry_count = models.PositiveIntegerField(_("期内分录"))
    closed_at = models.DateTimeField(_("结账时间"))
    closed_by_account_id = models.BigIntegerField(_("经办账号"), null=True)
    closed_by_name = models.CharField(_("经办人"), max_length=100)
    reason = models.TextField(_("说明"), blank=True, default="")
    status = models.CharField(_("状态"), max_length=10, choices=PERIOD.choices, default=PERIOD.initial)

    class Meta:
        verbose_name = _("会计期间")
        constraints = [
            models.UniqueConstraint(
                fields=["fund_code", "until_at"],
                condition=Q(status="closed"),
                name="ledger_period_closed_once",
            ),
            models.CheckConstraint(
                condition=Q(from_at__isnull=True) | Q(until_at__gt=models.F("from_at")),
                name="ledger_period_spans_something",
            ),
        ]
        triggers = [
            LifecycleGuard(PERIOD),
            frozen(
                "fund_code", "from_at", "until_at", "entry_count", "closed_at", "closed_by_account_id",
                "closed_by_name", "reason",
            ),
            *NEVER_REMOVED,
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.fund_code} –{self.until_at:%F}"


class PeriodBalance(models.Model):
    """What stood on one account when one period was closed, by the dates of the entries."""

    append_only = True
    personal: dict[str, str] = {}

    period = models.ForeignKey(
        PeriodClosing, on_delete=models.PROTECT, related_name="balances", db_index=False
    )
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    balance_fen = models.BigIntegerField(_("期末余额"))

    class Meta:
        verbose_name = _("期末余额")
        constraints = [
            models.UniqueConstraint(fields=["period", "account"], name="ledger_period_balance_once")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.period_id} {self.account_id}: {self.balance_fen}"
