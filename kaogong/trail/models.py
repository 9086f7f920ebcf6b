"""The trail's rows."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Func
from django.db.models.functions import Now

from .guards import append_only


class _TransactionNumber(Func):
    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Entry(models.Model):
    """One thing done by one actor to one subject, at one instant, for one reason."""

    append_only = True
    personal = {"actor_name": "name"}

    transaction_number = models.BigIntegerField(db_default=_TransactionNumber(), editable=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    verb = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    subject_label = models.CharField(max_length=200, blank=True, default="")
    actor_account_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=100)
    actor_role = models.CharField(max_length=40)
    reason = models.TextField(blank=True, default="")
    detail = models.JSONField(default=dict, blank=True)
    region_code = models.CharField(max_length=12, blank=True, default="")
    organisation_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="entry_by_subject"),
            models.Index(fields=["transaction_number", "id"], name="entry_in_seal_order"),
            models.Index(fields=["actor_account_id", "-id"], name="entry_by_actor"),
            models.Index(fields=["verb", "-id"], name="entry_by_verb"),
            models.Index(fields=["subject_label"], name="entry_by_label", opclasses=["varchar_pattern_ops"]),
            BrinIndex(fields=["at"], name="entry_by_day", pages_per_range=32),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.actor_name} {self.verb} {self.subject_label}"


class Seal(models.Model):
    """One sealed batch of entries: everything committed in [from, until) transaction numbers."""

    append_only = True
    personal: dict[str, str] = {}

    from_transaction = models.BigIntegerField(unique=True)
    until_transaction = models.BigIntegerField(unique=True)
    entry_count = models.PositiveIntegerField()
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_transaction__gt=models.F("from_transaction")),
                name="seal_spans_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_transaction}–{self.until_transaction} {self.digest[:12]}"
