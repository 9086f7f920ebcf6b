"""The ledger's rows. Nothing here is imported outside this folder."""

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kaogong.trail.guards import append_only, frozen

from .states import KINDS, SOURCE_LEVELS, STATES


class _TransactionNumber(Func):
    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


def _balanced(entry: str) -> pgtrigger.Trigger:
    """Refuse at commit an entry of fewer than two legs, or one that does not balance within each source."""
    return pgtrigger.Trigger(
        name="sums_to_zero",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=[("fault", "text"), ("leg_count", "bigint")],
        # Legs first, then each one's account by its key: no plan made for empty tables can be slow.
        func=f"""
            WITH legs AS MATERIALIZED (
                SELECT account_id, amount_fen FROM ledger_leg WHERE entry_id = NEW.{entry}
            ), sums AS (
                SELECT (SELECT concat_ws('/', a.fund_code, a.year, a.programme, a.source_level)
                        FROM ledger_ledgeraccount a WHERE a.id = legs.account_id) AS whose,
                       sum(amount_fen) AS fen, count(*) AS legs
                FROM legs GROUP BY whose
            )
            SELECT coalesce(sum(legs), 0), string_agg(whose || ' ' || fen, '; ') FILTER (WHERE fen <> 0)
            INTO leg_count, fault FROM sums;
            IF leg_count < 2 THEN
                RAISE EXCEPTION 'journal entry % has % legs', NEW.{entry}, leg_count
                    USING ERRCODE = 'check_violation';
            END IF;
            IF fault IS NOT NULL THEN
                RAISE EXCEPTION 'journal entry % does not balance: %', NEW.{entry}, fault
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608 - entry is a column named in this file
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
                condition=~Q(fund_code="") & ~Q(programme=""), name="ledger_account_names_its_use"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.fund_code} {self.year} {self.programme} {self.source_level} {self.state}"


class AccountBalance(models.Model):
    """What the legs of one account add up to, kept so that it can be locked and cannot be overdrawn."""

    personal: dict[str, str] = {}

    account = models.OneToOneField(
        LedgerAccount, on_delete=models.PROTECT, related_name="balance", primary_key=True
    )
    is_source = models.BooleanField(_("资金源头"), help_text=_("预算科目记贷方，只会小于或等于零"))
    balance_fen = models.BigIntegerField(_("余额"), default=0)

    class Meta:
        verbose_name = _("科目余额")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_source=True, balance_fen__lte=0) | Q(is_source=False, balance_fen__gte=0),
                name="ledger_balance_not_overdrawn",
            )
        ]
        triggers = [
            frozen("account_id", "is_source"),
            pgtrigger.Protect(name="never_removed", operation=pgtrigger.Delete),
            append_only()[1],
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.balance_fen}"


class JournalEntry(models.Model):
    """One movement of money, told once: what was asked for, by whom, when, under which key."""

    append_only = True
    personal = {"by_name": "name"}

    key = models.CharField(_("幂等键"), max_length=200, unique=True)
    kind = models.CharField(_("业务"), max_length=20, choices=KINDS)
    fund_code = models.CharField(_("资金"), max_length=40)
    programme = models.CharField(_("项目"), max_length=60)
    year = models.PositiveSmallIntegerField(_("年度"))
    amounts = models.JSONField(_("各级金额"), encoder=DjangoJSONEncoder)
    reference = models.CharField(_("业务编号"), max_length=120)
    note = models.TextField(_("说明"), blank=True, default="")
    at = models.DateTimeField(_("时间"))
    by_account_id = models.BigIntegerField(_("经办账号"), null=True)
    by_name = models.CharField(_("经办人"), max_length=100)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by", verbose_name=_("冲销分录")
    )
    transaction_number = models.BigIntegerField(db_default=_TransactionNumber(), editable=False)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("专账分录")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="journal_kind_known"),
            models.CheckConstraint(condition=~Q(key=""), name="journal_key_given"),
            models.CheckConstraint(
                condition=Q(kind="reverse", reverses__isnull=False)
                | (~Q(kind="reverse") & Q(reverses__isnull=True)),
                name="journal_reversal_names_entry",
            ),
        ]
        indexes = [
            models.Index(fields=["reference", "id"], name="journal_by_reference"),
            models.Index(fields=["fund_code", "year", "-id"], name="journal_by_fund"),
        ]
        triggers = [*append_only(), _balanced("id")]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Leg(models.Model):
    """One account's part of an entry: positive arrives, negative leaves."""

    append_only = True
    personal: dict[str, str] = {}

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="legs")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="legs")
    amount_fen = models.BigIntegerField(_("金额"))

    class Meta:
        verbose_name = _("分录行")
        constraints = [
            models.UniqueConstraint(fields=["entry", "account"], name="leg_once_per_account"),
            models.CheckConstraint(condition=~Q(amount_fen=0), name="leg_moves_something"),
        ]
        triggers = [
            *append_only(),
            _balanced("entry_id"),
            pgtrigger.Trigger(
                name="told_with_its_entry",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT FROM ledger_journalentry e WHERE e.id = NEW.entry_id
                        AND e.transaction_number = pg_current_xact_id()::text::bigint
                    ) THEN
                        RAISE EXCEPTION 'a leg is told in the transaction of its entry'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount_fen:+d}"
