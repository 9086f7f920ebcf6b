"""The files of a pack: which rows belong to the period, and what every id in them leads to.

A payment belongs when it was queued, answered or sent in the period, or shares a batch with one that does;
everything a payment rests on comes with it, whatever its own day. Nothing that came into being after the period
belongs, and each row reads as it stood at the period's end (``rewinding``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from django.apps import apps
from django.db.models import BigIntegerField, Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce

from kaogong.certificates.models import Certificate
from kaogong.claims.models import (
    AccountChange,
    Adjustment,
    Claim,
    ClaimAppeal,
    ClaimLine,
    Conflict,
    Decision,
    Evidence,
    PaymentHold,
    RulebookEdition,
    Waiver,
)
from kaogong.funds.models import (
    BankReturn,
    BankReturnLine,
    BudgetVersion,
    CarryOver,
    Fund,
    Payment,
    PaymentBatch,
    Reservation,
    Transfer,
)
from kaogong.grants.models import (
    Grant,
    GrantDecision,
    Instalment,
    SponsoredSpending,
    SponsoredUse,
    Sponsorship,
)
from kaogong.institutions.models import Institution
from kaogong.notices.models import Notice, NoticeRow, Objection
from kaogong.people.models import Person
from kaogong.risk.models import RiskFinding
from kaogong.trail.models import Entry
from kaogong.training.models import TrainingClass

from .masking import digest_of, fields_of, mask_of
from .period import Period
from .rewinding import rewind

AT_ONCE = 2_000
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """One file of a pack: its rows in the order of their ids, and the columns of fen that are added up."""

    path: str
    rows: QuerySet
    sums: tuple[str, ...] = ()
    complete: Callable[[Rows], None] | None = None  # what else a row says, for many rows at once
    is_flat: bool = True  # whether a sheet of it is worth having beside the lines
    mask: Callable[[dict[str, Any]], None] | None = None
    names: list[str] = field(default_factory=list)

    def written(self, period: Period) -> Iterator[dict[str, Any]]:
        """The rows as the file holds them, at the end of the period; never more than a few thousand at once."""
        model = self.rows.model
        names = self.names or fields_of(model, is_full=period.is_full)
        mask = None if period.is_full else self.mask or mask_of(model)
        found = self.rows.order_by("pk").values(*names).iterator(chunk_size=AT_ONCE)
        while part := list(islice(found, AT_ONCE)):
            rewind(model, part, period)
            if self.complete:
                self.complete(part)
            for row in part:
                if mask:
                    mask(row)
                yield row


def tables(period: Period) -> list[Table]:
    """Every file but the ledger's and the trail's, the ones others lead to first."""
    payments, batches = _payments(period), _batches(period)
    paid_for = payments.values("reservation_id")
    reserved = Reservation.objects.filter(pk__in=paid_for).values("reference")
    claims = Claim.objects.filter(
        Q(**period.here()) & (Q(**period.on("submitted_at")) | Q(number__in=reserved))
    ).filter(submitted_at__lt=period.end)
    lines = ClaimLine.objects.filter(claim__in=claims.values("pk"))
    decisions = Decision.objects.filter(line__in=lines.values("pk"), decided_at__lt=period.end)
    instalments = Instalment.objects.filter(reference__in=reserved)
    grants = Grant.objects.filter(
        Q(**period.here()) & (Q(**period.on("submitted_at")) | Q(pk__in=instalments.values("grant_id")))
    )
    instalments = Instalment.objects.filter(grant__in=grants.values("pk")).exclude(
        grant__in=_done_since("grant.approved", period)
    )
    grant_decisions = GrantDecision.objects.filter(grant__in=grants.values("pk"), decided_at__lt=period.end)
    notices = Notice.objects.filter(
        Q(**period.here())
        & (
            Q(**period.on("created_at"))
            | Q(pk__in=claims.values("published_notice_id"))
            | Q(pk__in=grants.values("published_notice_id"))
            | Q(number__in=[*_left_since("claim", claims, period), *_left_since("grant", grants, period)])
        )
    ).filter(created_at__lt=period.end)
    returns = BankReturn.objects.filter(
        Q(**period.here()) & (Q(**period.on("received_at")) | Q(lines__payment__in=payments.values("pk")))
    )
    returns = returns.filter(received_at__lt=period.end).distinct()
    return_lines = BankReturnLine.objects.filter(bank_return__in=returns.values("pk")).filter(
        Q(payment__in=payments.values("pk")) | Q(payment__isnull=True)
    )
    holds = PaymentHold.objects.filter(**period.here(), placed_at__lt=period.end).filter(
        Q(lifted_at__isnull=True) | Q(lifted_at__gte=period.start)
    )
    appeals = _of(ClaimAppeal, "claim", claims, "filed_at", period)
    changes = AccountChange.objects.filter(**period.here(), asked_at__lt=period.end).filter(
        Q(**period.on("asked_at"))
        | Q(**period.on("decided_at"))
        | Q(person__in=payments.values("person_id"))
        | Q(institution__in=payments.values("institution_id"))
    )
    sponsored = Sponsorship.objects.filter(**period.here(), registered_at__lt=period.end)
    spendings = _of(SponsoredSpending, "sponsorship", sponsored, "asked_at", period)
    used = Q(digest__in=decisions.values("rulebook_digest")) | Q(
        digest__in=grant_decisions.values("rulebook_digest")
    )
    funds = Fund.objects.filter(**period.here())
    people = Person.objects.filter(
        Q(pk__in=lines.values("person_id"))
        | Q(pk__in=payments.values("person_id"))
        | Q(pk__in=grants.values("person_id"))
        | Q(pk__in=changes.values("person_id"))
        | Q(pk__in=spendings.values("person_id"))
    )
    institutions = Institution.objects.filter(
        Q(pk__in=claims.values("institution_id"))
        | Q(pk__in=claims.values("employer_id"))
        | Q(pk__in=payments.values("institution_id"))
        | Q(pk__in=grants.values("institution_id"))
        | Q(pk__in=changes.values("institution_id"))
        | Q(pk__in=spendings.values("institution_id"))
        | Q(pk__in=sponsored.values("sponsor_id"))
    )
    classes = TrainingClass.objects.filter(pk__in=claims.values("training_class_id"))
    findings = RiskFinding.objects.filter(**period.here(), first_seen_at__lt=period.end).filter(
        Q(last_seen_at__gte=period.start)
        | Q(**period.on("decided_at"))
        | Q(training_class__in=classes.values("pk"))
    )
    return [
        Table("people/people", people, names=[*_PERSON, "id_number", "phone"] if period.is_full else _PERSON),
        Table("people/institutions", institutions),
        Table("people/classes", classes),
        Table("people/certificates", Certificate.objects.filter(pk__in=lines.values("certificate_id"))),
        Table("rulebook/editions", RulebookEdition.objects.filter(used), is_flat=False),
        Table("funds/funds", funds),
        Table("funds/budget_versions", BudgetVersion.objects.filter(fund__in=funds, **period.on("set_at"))),
        Table("funds/transfers", Transfer.objects.filter(fund__in=funds, **period.on("recorded_at"))),
        Table("funds/carry_overs", CarryOver.objects.filter(source__in=funds, **period.on("carried_at"))),
        Table("funds/reservations", Reservation.objects.filter(pk__in=paid_for), ("amount_fen",)),
        Table("notices/notices", notices, is_flat=False),
        Table("notices/rows", NoticeRow.objects.filter(notice__in=notices.values("pk")), is_flat=False),
        Table("notices/objections", _of(Objection, "notice", notices, "received_at", period), is_flat=False),
        Table("claims/claims", claims, ("amount_fen",)),
        Table("claims/lines", lines, ("amount_fen", "allowance_fen")),
        Table("claims/decisions", decisions, ("amount_fen", "allowance_fen"), _facts_digested, is_flat=False),
        Table("claims/evidence", _of(Evidence, "line", lines, "at", period), is_flat=False),
        Table("claims/waivers", _of(Waiver, "line", lines, "at", period), is_flat=False),
        Table("claims/conflicts", _of(Conflict, "line", lines, "found_at", period), is_flat=False),
        Table("claims/adjustments", _of(Adjustment, "line", lines, "found_at", period), is_flat=False),
        Table("claims/holds", holds),
        Table("claims/account_changes", changes, is_flat=False),
        Table("claims/appeals", appeals, is_flat=False),
        Table("risk/findings", findings, is_flat=False),
        Table("grants/grants", grants, ("amount_fen",)),
        Table("grants/decisions", grant_decisions, ("amount_fen",), _facts_digested, is_flat=False),
        Table("grants/instalments", instalments, ("amount_fen",)),
        Table("sponsors/agreements", sponsored, ("agreed_fen",)),
        Table(
            "sponsors/uses",
            SponsoredUse.objects.filter(sponsorship__in=sponsored.values("pk")),
            ("most_fen",),
        ),
        Table("sponsors/spendings", spendings, ("amount_fen",)),
        Table("funds/batches", batches, ("total_fen",), partial(_with_steps, period.end)),
        Table("funds/payments", payments, ("amount_fen",), mask=_mask_payment),
        Table("funds/returns", returns),
        Table("funds/return_lines", return_lines, ("amount_fen",)),
        *_recoveries(period),
    ]


def _of(model: type[Model], owner: str, owners: QuerySet, born: str, period: Period) -> QuerySet:
    """The rows that hang on these, and were there before the end of the period."""
    return model._default_manager.filter(**{f"{owner}__in": owners.values("pk"), f"{born}__lt": period.end})


def _done_since(verb: str, period: Period) -> QuerySet:
    """What this was done to after the period."""
    return _keyed(Entry.objects.filter(verb=verb, at__gte=period.end)).values("key")


def _keyed(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    return entries.annotate(key=Cast("subject_id", BigIntegerField()))


def _left_since(kind: str, things: QuerySet, period: Period) -> list[str]:
    """The notices these things stood in at the end and were taken out of since."""
    gone = _keyed(Entry.objects.filter(verb=f"{kind}.unpublished", at__gte=period.end))
    return list(gone.filter(key__in=things.values("pk")).values_list("detail__notice", flat=True))


_PERSON = ["id", "name", "id_number_masked", "sex", "born_on", "region_code", "synthetic"]


def _payments(period: Period) -> QuerySet[Payment]:
    own = Q(**period.on("queued_at")) | Q(**period.on("answered_at")) | Q(**period.on("came_back_at"))
    mine = own | Q(batch__in=_batches(period).values("pk")) | Q(pk__in=_unbatched_since(period))
    return Payment.objects.filter(Q(**period.here()) & mine).filter(queued_at__lt=period.end)


def _unbatched_since(period: Period) -> QuerySet:
    """Payments that stood in a batch of the period and were taken out of it after its end."""
    apart = PaymentBatch.objects.filter(
        Q(pk__in=_done_since("batch.dissolved", period)) | Q(pk__in=_done_since("batch.rejected", period)),
        **period.here(), **period.on("prepared_at"),
    )  # fmt: skip
    numbers = list(apart.values_list("number", flat=True))
    if not numbers:
        return Payment.objects.none().values("pk")
    told = Entry.objects.filter(verb="payment.batched", at__lt=period.end, detail__batch__in=numbers)
    return _keyed(told).values("key")


def _batches(period: Period) -> QuerySet[PaymentBatch]:
    touched = Payment.objects.filter(
        Q(**period.on("queued_at"))
        | Q(**period.on("answered_at"))
        | Q(**period.on("came_back_at"))
        | Q(**period.on("replaced_by__queued_at"))
    )
    return PaymentBatch.objects.filter(
        Q(**period.here())
        & (
            Q(**period.on("prepared_at"))
            | Q(**period.on("released_at"))
            | Q(pk__in=touched.filter(batch__isnull=False).values("batch_id"))
        )
    ).filter(prepared_at__lt=period.end)


def people_of(period: Period) -> QuerySet[Person]:
    """Whose data a pack holds."""
    return tables(period)[0].rows


def _mask_payment(row: dict[str, Any]) -> None:
    if row["payee_kind"] == "person":
        mask_of(Payment)(row)


def _facts_digested(rows: Rows) -> None:
    """A masked decision still says what all of its facts added up to."""
    for row in rows:
        row["facts_digest"] = digest_of(row["facts"])


def _with_steps(end: datetime, rows: Rows) -> None:
    """Who took each step of a batch up to the end, as the trail tells."""
    steps: dict[str, list[dict[str, Any]]] = {str(row["id"]): [] for row in rows}
    told = Entry.objects.filter(subject_kind="batch", subject_id__in=list(steps), at__lt=end).order_by("id")
    for subject, verb, at, account, name, entry in told.values_list(
        "subject_id", "verb", "at", "actor_account_id", "actor_name", "id"
    ):
        step = {"verb": verb, "at": at, "account_id": account, "name": name, "entry_id": entry}
        steps[subject].append(step)
    for row in rows:
        row["steps"] = steps[str(row["id"])]


# When a row of money asked back came into being; a part is as old as its recoupment.
_BORN = {
    "recoupment": "opened_at", "recoupmentpart": "recoupment__opened_at", "recoupmentreceipt": "noted_at",
    "recoupmentobjection": "raised_at", "recoverylead": "found_at", "plannedinstalment": "recoupment__opened_at",
}  # fmt: skip


def _recoveries(period: Period) -> list[Table]:
    """Everything kept of money asked back up to the end, by the region its rows name or by what they hang on."""
    found = []
    for model in apps.get_app_config("recoveries").get_models():
        rows = _within(model, period)
        if rows is not None:
            name = model._meta.model_name
            rows = rows.filter(**{f"{_BORN[name]}__lt": period.end}) if name in _BORN else rows
            sums = tuple(
                f.name for f in model._meta.concrete_fields
                if f.name.endswith("_fen") and f.get_internal_type().endswith("IntegerField")
            )  # fmt: skip
            rows = _planned(rows, period) if name == "plannedinstalment" else rows
            found.append(Table(f"recoveries/{name}", rows, sums, is_flat=False))
    return found


def _planned(rows: QuerySet, period: Period) -> QuerySet:
    """The plans agreed up to the end: the trail tells of each."""
    told = _keyed(Entry.objects.filter(verb="recoupment.planned", at__lt=period.end))
    count = told.filter(key=OuterRef("recoupment_id")).order_by().values("key").annotate(n=Count("pk"))
    return rows.filter(version__lte=Coalesce(Subquery(count.values("n")), 0))


def _within(model: type[Model], period: Period) -> QuerySet | None:
    """A model's rows of the region: by its own column or its payment's, or by that of what it belongs to."""
    names = {field.name for field in model._meta.concrete_fields}
    if "region_code" in names:
        here = Q(**period.here())
        return model._default_manager.filter(
            here | Q(**period.here("payment__region_code")) if "payment" in names else here
        )
    for one in model._meta.concrete_fields:
        if one.many_to_one and "region_code" in {f.name for f in one.related_model._meta.concrete_fields}:
            return model._default_manager.filter(**period.here(f"{one.name}__region_code"))
    return None
