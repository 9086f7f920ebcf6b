"""The files of a pack: which rows belong to the period, and what every id in them leads to.

A payment belongs when it was queued, answered or sent in the period, or shares a batch with one that does;
everything a payment rests on comes with it, whatever its own day.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from kaogong.certificates.models import Certificate
from kaogong.claims.models import (
    Adjustment,
    Claim,
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
from kaogong.grants.models import Grant, GrantDecision, Instalment
from kaogong.institutions.models import Institution
from kaogong.notices.models import Notice, NoticeRow, Objection
from kaogong.people.models import Person
from kaogong.risk.models import RiskFinding
from kaogong.trail.models import Entry
from kaogong.training.models import TrainingClass

from .masking import digest_of, fields_of, mask_of
from .period import Period

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

    def written(self, *, is_full: bool) -> Iterator[dict[str, Any]]:
        """The rows as the file holds them; never more than a few thousand at once."""
        model = self.rows.model
        names = self.names or fields_of(model, is_full=is_full)
        mask = None if is_full else self.mask or mask_of(model)
        found = self.rows.order_by("pk").values(*names).iterator(chunk_size=AT_ONCE)
        while part := list(islice(found, AT_ONCE)):
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
    )
    lines = ClaimLine.objects.filter(claim__in=claims.values("pk"))
    decisions = Decision.objects.filter(line__in=lines.values("pk"))
    instalments = Instalment.objects.filter(reference__in=reserved)
    grants = Grant.objects.filter(
        Q(**period.here()) & (Q(**period.on("submitted_at")) | Q(pk__in=instalments.values("grant_id")))
    )
    instalments = Instalment.objects.filter(grant__in=grants.values("pk"))
    grant_decisions = GrantDecision.objects.filter(grant__in=grants.values("pk"))
    notices = Notice.objects.filter(
        Q(**period.here())
        & (
            Q(**period.on("created_at"))
            | Q(pk__in=claims.values("published_notice_id"))
            | Q(pk__in=grants.values("published_notice_id"))
        )
    )
    returns = BankReturn.objects.filter(
        Q(**period.here()) & (Q(**period.on("received_at")) | Q(lines__payment__in=payments.values("pk")))
    ).distinct()
    return_lines = BankReturnLine.objects.filter(bank_return__in=returns.values("pk")).filter(
        Q(payment__in=payments.values("pk")) | Q(payment__isnull=True)
    )
    holds = PaymentHold.objects.filter(**period.here(), placed_at__lt=period.end).filter(
        Q(lifted_at__isnull=True) | Q(lifted_at__gte=period.start)
    )
    used = Q(digest__in=decisions.values("rulebook_digest")) | Q(
        digest__in=grant_decisions.values("rulebook_digest")
    )
    funds = Fund.objects.filter(**period.here())
    people = Person.objects.filter(
        Q(pk__in=lines.values("person_id"))
        | Q(pk__in=payments.values("person_id"))
        | Q(pk__in=grants.values("person_id"))
    )
    institutions = Institution.objects.filter(
        Q(pk__in=claims.values("institution_id"))
        | Q(pk__in=claims.values("employer_id"))
        | Q(pk__in=payments.values("institution_id"))
        | Q(pk__in=grants.values("institution_id"))
    )
    classes = TrainingClass.objects.filter(pk__in=claims.values("training_class_id"))
    findings = RiskFinding.objects.filter(**period.here(), first_seen_at__lt=period.end).filter(
        Q(**period.on("last_seen_at"))
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
        Table("notices/objections", Objection.objects.filter(notice__in=notices.values("pk")), is_flat=False),
        Table("claims/claims", claims, ("amount_fen",)),
        Table("claims/lines", lines, ("amount_fen", "allowance_fen")),
        Table("claims/decisions", decisions, ("amount_fen", "allowance_fen"), _facts_digested, is_flat=False),
        Table("claims/evidence", Evidence.objects.filter(line__in=lines.values("pk")), is_flat=False),
        Table("claims/waivers", Waiver.objects.filter(line__in=lines.values("pk")), is_flat=False),
        Table("claims/conflicts", Conflict.objects.filter(line__in=lines.values("pk")), is_flat=False),
        Table("claims/adjustments", Adjustment.objects.filter(line__in=lines.values("pk")), is_flat=False),
        Table("claims/holds", holds),
        Table("risk/findings", findings, is_flat=False),
        Table("grants/grants", grants, ("amount_fen",)),
        Table("grants/decisions", grant_decisions, ("amount_fen",), _facts_digested, is_flat=False),
        Table("grants/instalments", instalments, ("amount_fen",)),
        Table("funds/batches", batches, ("total_fen",), _with_steps),
        Table("funds/payments", payments, ("amount_fen",), mask=_mask_payment),
        Table("funds/returns", returns),
        Table("funds/return_lines", return_lines, ("amount_fen",)),
        *_recoveries(period),
    ]


_PERSON = ["id", "name", "id_number_masked", "sex", "born_on", "region_code", "synthetic"]


def _payments(period: Period) -> QuerySet[Payment]:
    own = Q(**period.on("queued_at")) | Q(**period.on("answered_at"))
    return Payment.objects.filter(Q(**period.here()) & (own | Q(batch__in=_batches(period).values("pk"))))


def _batches(period: Period) -> QuerySet[PaymentBatch]:
    touched = Payment.objects.filter(
        Q(**period.on("queued_at")) | Q(**period.on("answered_at")) | Q(**period.on("replaced_by__queued_at"))
    )
    return PaymentBatch.objects.filter(
        Q(**period.here())
        & (
            Q(**period.on("prepared_at"))
            | Q(**period.on("released_at"))
            | Q(pk__in=touched.filter(batch__isnull=False).values("batch_id"))
        )
    )


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


def _with_steps(rows: Rows) -> None:
    """Who took each step of a batch, as the trail tells, whatever day it was."""
    steps: dict[str, list[dict[str, Any]]] = {str(row["id"]): [] for row in rows}
    told = Entry.objects.filter(subject_kind="batch", subject_id__in=list(steps)).order_by("id")
    for subject, verb, at, account, name, entry in told.values_list(
        "subject_id", "verb", "at", "actor_account_id", "actor_name", "id"
    ):
        step = {"verb": verb, "at": at, "account_id": account, "name": name, "entry_id": entry}
        steps[subject].append(step)
    for row in rows:
        row["steps"] = steps[str(row["id"])]


def _recoveries(period: Period) -> list[Table]:
    """Everything kept of money asked back, by the region its rows name or by what they hang on."""
    found = []
    for model in apps.get_app_config("recoveries").get_models():
        rows = _within(model, period)
        if rows is not None:
            sums = tuple(
                f.name for f in model._meta.concrete_fields
                if f.name.endswith("_fen") and f.get_internal_type().endswith("IntegerField")
            )  # fmt: skip
            found.append(Table(f"recoveries/{model._meta.model_name}", rows, sums, is_flat=False))
    return found


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
