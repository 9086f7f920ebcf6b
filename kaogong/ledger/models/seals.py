"""Seals over what was told, chained one to the next, and what stood on each account under them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import append_only

from .accounts import LedgerAccount


class LedgerSeal(models.Model):
    """One sealed batch of entries: everything committed in [from, until) transaction numbers."""

    append_only = True
    personal: dict[str, str] = {}

    from_transaction = models.BigIntegerField(unique=True)
    until_transaction = models.BigIntegerField(unique=True)
    entry_count = models.PositiveIntegerField(_("分录数"))
    latest_recorded_at = models.DateTimeField(help_text=_("其中最晚一笔的记录时间"))
    # Number and first eight bytes of the digest of each entry, in order: they name what was changed.
    marks = models.BinaryField()
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(_("摘要"), max_length=64)
    sealed_at = models.DateTimeField(_("封存时间"))
    with_balances = models.BooleanField(_("附余额"), default=False)

    class Meta:
        verbose_name = _("专账封存")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_transaction__gt=F("from_transaction")), name="ledger_seal_spans_something"
            )
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.from_transaction}–{self.until_transaction} {self.digest[:12]}"


class RecordedBalance(models.Model):
    """What stood on one account under one seal, by the order in which entries were recorded."""

    append_only = True
    personal: dict[str, str] = {}

    seal = models.ForeignKey(LedgerSeal, on_delete=models.PROTECT, related_name="balances", db_index=False)
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    balance_fen = models.BigIntegerField(_("余额"))

    class Meta:
        verbose_name = _("封存时余额")
        constraints = [
            models.UniqueConstraint(fields=["seal", "account"], name="ledger_recorded_balance_once")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.seal_id} {self.account_id}: {self.balance_fen}"
