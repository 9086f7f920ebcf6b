"""Entries and their legs."""

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kaogong.ledger.states import KINDS
from kaogong.trail.guards import append_only

from .accounts import LedgerAccount
from .guards import Always


class _TransactionNumber(Func):
    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


# Both look once a statement, at the rows it brought: an entry is whole and balanced when its own statement
# ends, and gets no further leg. Row by row, or at commit, the same costs several times as much; so does adding
# the legs again from their table, which the second has just seen.
WHOLE_WHEN_TOLD = Always(
    name="whole_when_told",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    level=pgtrigger.Statement,
    referencing=pgtrigger.Referencing(new="fresh"),
    declare=[("wrong", "record")],
    func="""
        SELECT f.id INTO wrong FROM fresh f
        WHERE NOT EXISTS (SELECT FROM ledger_leg l WHERE l.entry_id = f.id)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'journal entry % has 0 legs', wrong.id
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """,
)
TOLD_WITH_ITS_ENTRY = Always(
    name="told_with_its_entry",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    level=pgtrigger.Statement,
    referencing=pgtrigger.Referencing(new="fresh"),
    declare=[("wrong", "record"), ("is_plain", "boolean")],
    func="""
        -- Nearly always there is one entry of two legs; one look then answers all that is asked below.
        SELECT count(*) = 2 AND count(a.id) = 2 AND sum(f.amount_fen) = 0
               AND min(f.entry_id) = max(f.entry_id)
               AND min(ARRAY[a.fund_code, a.year::text, a.programme, a.source_level])
                 = max(ARRAY[a.fund_code, a.year::text, a.programme, a.source_level])
               AND 2 = (SELECT count(*) FROM ledger_leg l JOIN ledger_journalentry e ON e.id = l.entry_id
                        WHERE l.entry_id = min(f.entry_id))
        INTO is_plain
        FROM (SELECT entry_id, account_id, amount_fen FROM fresh LIMIT 3) f
        LEFT JOIN ledger_ledgeraccount a ON a.id = f.account_id;
        IF is_plain THEN
            RETURN NULL;
        END IF;
        IF EXISTS (
            SELECT FROM (SELECT entry_id, count(*) AS legs FROM fresh GROUP BY entry_id) f
            WHERE f.legs <> (SELECT count(*) FROM ledger_leg l WHERE l.entry_id = f.entry_id)
               OR (SELECT e.id FROM ledger_journalentry e WHERE e.id = f.entry_id) IS NULL
        ) THEN
            RAISE EXCEPTION 'a leg is told in the statement of its entry'
                USING ERRCODE = 'check_violation';
        END IF;
        -- no leg is of nothing, so what sums to zero has two legs or more
        SELECT f.entry_id, sum(f.amount_fen) AS fen, count(a.id) AS legs,
               concat_ws('/', a.fund_code, a.year, a.programme, a.source_level) AS whose
        INTO wrong
        FROM fresh f LEFT JOIN ledger_ledgeraccount a ON a.id = f.account_id
        GROUP BY f.entry_id, a.fund_code, a.year, a.programme, a.source_level
        HAVING sum(f.amount_fen) <> 0 OR count(a.id) = 0
        LIMIT 1;
        IF wrong.legs = 0 THEN
            RAISE EXCEPTION 'journal entry % has 0 legs on accounts there are', wrong.entry_id
                USING ERRCODE = 'check_violation';
        ELSIF FOUND THEN
            RAISE EXCEPTION 'journal entry % does not balance: % %', wrong.entry_id, wrong.whose, wrong.fen
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    """,
)


class JournalEntry(models.Model):
    """One movement of money, told once: what was asked for, by whom, when, under which key."""

    append_only = True
    personal = {"by_name": "name"}

    key = models.CharField(_("幂等键"), max_length=200)
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
            models.UniqueConstraint(fields=["key"], name="journal_key_once"),
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
            models.Index(fields=["transaction_number", "id"], name="journal_in_seal_order"),
            models.Index(fields=["at", "id"], name="journal_by_date"),
            models.Index(  # few among millions: what was asked back of one payment
                fields=["note"],
                name="journal_asked_back",
                condition=Q(kind__in=["claim_back", "drop_claim_back"]),
            ),
        ]
        triggers = [*append_only(), WHOLE_WHEN_TOLD]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Leg(models.Model):
    """One account's part of an entry: positive arrives, negative leaves.

    No foreign key is asked of the database: each would lock the account's row anew for every leg. The
    triggers look for entry and account once a statement, and neither is ever removed.
    """

    append_only = True
    personal: dict[str, str] = {}

    entry = models.ForeignKey(
        JournalEntry, on_delete=models.PROTECT, related_name="legs", db_constraint=False, db_index=False
    )
    account = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, related_name="legs", db_constraint=False
    )
    amount_fen = models.BigIntegerField(_("金额"))

    class Meta:
        verbose_name = _("分录行")
        constraints = [
            models.UniqueConstraint(fields=["entry", "account"], name="leg_once_per_account"),
            models.CheckConstraint(condition=~Q(amount_fen=0), name="leg_moves_something"),
        ]
        triggers = [*append_only(), TOLD_WITH_ITS_ENTRY]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount_fen:+d}"
