"""Accounts, what stands on each, and their closing."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.ledger.states import ACCOUNT_CLOSING, SOURCE_LEVELS, SPONSOR, SPONSOR_FUNDS, STATES
from kaogong.trail.guards import LifecycleGuard, append_only, frozen

NEVER_REMOVED = (
    pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
    append_only()[1],
)


class LedgerAccount(models.Model):
    """One state of the money that one source gives to one programme of one fund in one year."""

    append_only = True
    personal: dict[str, str] = {}

    fund_code = models.CharField(_("资金"), max_length=40)
    programme = models.CharField(_("项目"), max_length=60)
    year = models.PositiveSmallIntegerField(_("年度"))
    source_level = models.CharField(_("资金来源"), max_length=10, choices=SOURCE_LEVELS)
    state = models.CharField(_("状态"), max_length=12, choices=STATES)

    class Meta:
        verbose_name = _("专账科目")
        constraints = [
            models.UniqueConstraint(
                fields=["fund_code", "year", "programme", "source_level", "state"], name="ledger_account_once"
            ),
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="ledger_account_state_known"),
            models.CheckConstraint(
                condition=Q(source_level__in=list(SOURCE_LEVELS)), name="ledger_account_source_known"
            ),
            models.CheckConstraint(
                condition=Q(source_level=SPONSOR, fund_code__startswith=SPONSOR_FUNDS)
                | (~Q(source_level=SPONSOR) & ~Q(fund_code__startswith=SPONSOR_FUNDS)),
                name="sponsors_money_lies_apart",
            ),
            models.CheckConstraint(
                condition=~Q(fund_code="") & ~Q(programme=""), name="ledger_account_names_its_use"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.fund_code} {self.year} {self.programme} {self.source_level} {self.state}"


class AccountBalance(models.Model):
    """One part of what the legs of one account add up to: a row to lock and a check to violate.

    An account nobody competes for has one part; one that many draw on at once is spread over several
    (docs/decisions/0009-posting.md). All parts of an account
    say the same of its closing.
    """

    personal: dict[str, str] = {}

    pk = models.CompositePrimaryKey("account_id", "part")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="parts", db_index=False)
    part = models.PositiveSmallIntegerField(_("分段"), db_default=0)
    is_source = models.BooleanField(_("资金源头"), help_text=_("预算科目记贷方，只会小于或等于零"))
    balance_fen = models.BigIntegerField(_("余额"), db_default=0)
    closed_before = models.DateTimeField(_("结账时点"), null=True, help_text=_("早于此时点的业务不再记账"))
    is_closed = models.BooleanField(_("已关闭"), db_default=False)

    class Meta:
        verbose_name = _("科目余额")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_source=True, balance_fen__lte=0) | Q(is_source=False, balance_fen__gte=0),
                name="ledger_balance_not_overdrawn",
            )
        ]
        triggers = [frozen("account_id", "part", "is_source"), *NEVER_REMOVED]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.part}: {self.balance_fen}"


class AccountClosing(models.Model):
    """One closing of one account: nothing more is posted on it until somebody else opens it again."""

    lifecycle = ACCOUNT_CLOSING
    personal = {"closed_by_name": "name"}

    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="closings")
    closed_at = models.DateTimeField(_("关闭时间"))
    closed_by_account_id = models.BigIntegerField(_("经办账号"), null=True)
    closed_by_name = models.CharField(_("经办人"), max_length=100)
    reason = models.TextField(_("理由"))
    status = models.CharField(
        _("状态"), max_length=10, choices=ACCOUNT_CLOSING.choices, default=ACCOUNT_CLOSING.initial
    )

    class Meta:
        verbose_name = _("科目关闭")
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(status="closed"), name="ledger_account_closed_once"
            )
        ]
        triggers = [
            LifecycleGuard(ACCOUNT_CLOSING),
            frozen("account_id", "closed_at", "closed_by_account_id", "closed_by_name", "reason"),
            *NEVER_REMOVED,
        ]

    def __str__(self) -> str:
        return str(self.account)
