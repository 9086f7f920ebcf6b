"""Which money waits, and why: holds in reach, and the standing holds over lines, payments and claims."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.funds.models import Payment
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode

from ..models import Claim, ClaimLine, PaymentHold
from .judging import rulebook
from .money import first_references, lines_of_payments

_WITH = ("training_class", "institution", "person", "line__claim", "line__person")


def payment_holds(by: Actor, *, status: str = "") -> QuerySet[PaymentHold]:
    """Holds in reach, the one due first first."""
    rows = PaymentHold.objects.select_related(*_WITH).order_by("due_on", "id")
    rows = in_reach(rows, by)
    return rows.filter(status=status) if status else rows


def payment_hold(hold_id: int, *, by: Actor) -> PaymentHold:
    """One hold in reach, or NotFound."""
    found = payment_holds(by).filter(pk=hold_id).first()
    if found is None:
        raise NotFound()
    return found


def payment_hold_for_update(hold_id: int, *, by: Actor) -> PaymentHold:
    """The same hold, locked until the transaction ends."""
    rows = payment_holds(by).select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=hold_id).first()
    if found is None:
        raise NotFound()
    return found


def holds_overdue(by: Actor, on: date) -> QuerySet[PaymentHold]:
    """Standing holds somebody should have decided before this day."""
    return payment_holds(by, status="placed").filter(due_on__lt=on)


def holds_caused_by(cause: str) -> QuerySet[PaymentHold]:
    """Every hold of one cause, standing or lifted."""
    return PaymentHold.objects.filter(cause=cause).select_related(*_WITH).order_by("id")


def hold_working_days(region_code: str, on: date) -> int | None:
    """How many working days a hold may stand undecided; None where no data says."""
    days = rulebook().conduct(region_code[:6], "risk", on).value("hold_working_days")
    return days.value if days is not None else None


def holds_of_lines(lines: Iterable[ClaimLine]) -> dict[int, list[PaymentHold]]:
    """Line id → the standing holds over it, the earliest first; lines that nothing holds are left out.

    A hold of a person reaches their lines in the region it was placed for, and below.
    """
    lines = list(lines)
    if not lines:
        return {}
    facts = {
        line_id: (class_id, institution_id, person_id, region_code)
        for line_id, class_id, institution_id, person_id, region_code in ClaimLine.objects.filter(
            pk__in=[line.pk for line in lines]
        ).values_list(
            "pk", "claim__training_class_id", "claim__institution_id", "person_id", "claim__region_code"
        )
    }
    standing = PaymentHold.objects.filter(status="placed").filter(
        Q(held="class", training_class__in={row[0] for row in facts.values()})
        | Q(held="institution", institution__in={row[1] for row in facts.values()})
        | Q(held="person", person__in={row[2] for row in facts.values()})
        | Q(held="line", line__in=list(facts))
    )
    by_thing: dict[tuple[str, int], list[PaymentHold]] = {}
    for hold in standing.select_related(*_WITH).order_by("id"):
        thing = {
            "class": hold.training_class_id,
            "institution": hold.institution_id,
            "person": hold.person_id,
            "line": hold.line_id,
        }[hold.held]
        by_thing.setdefault((hold.held, thing), []).append(hold)
    found = {}
    for line_id, (class_id, institution_id, person_id, region_code) in facts.items():
        over = [
            *by_thing.get(("class", class_id), []),
            *by_thing.get(("institution", institution_id), []),
            *by_thing.get(("line", line_id), []),
            *(
                hold
                for hold in by_thing.get(("person", person_id), [])
                if RegionCode(hold.region_code).covers(region_code)
            ),
        ]
        if over:
            found[line_id] = sorted(over, key=lambda hold: hold.pk)
    return found


def holds_of_claim(claim: Claim) -> list[PaymentHold]:
    """The standing holds over any line of a claim, the earliest first."""
    over = holds_of_lines(ClaimLine.objects.filter(claim=claim).only("pk"))
    found = {hold.pk: hold for holds in over.values() for hold in holds}
    return [found[pk] for pk in sorted(found)]


def holds_of_class(training_class_id: int) -> QuerySet[PaymentHold]:
    """Every hold of one class or of a line or the institution of it that still stands."""
    own = Q(held="class", training_class_id=training_class_id) | Q(
        held="line", line__claim__training_class_id=training_class_id
    )
    of_provider = Q(held="institution", institution__classes=training_class_id)
    rows = PaymentHold.objects.filter(own | of_provider, status="placed")
    return rows.select_related(*_WITH).order_by("id")


def holds_of_institution(institution_id: int) -> QuerySet[PaymentHold]:
    """The standing holds of one institution, of its classes and of its lines."""
    rows = PaymentHold.objects.filter(institution_id=institution_id, status="placed")
    return rows.select_related(*_WITH).order_by("due_on", "id")


def holds_of_person(person_id: int) -> list[PaymentHold]:
    """The standing holds over any line of one person."""
    unpaid = ("approved", "held", "cleared")
    over = holds_of_lines(ClaimLine.objects.filter(person_id=person_id, status__in=unpaid).only("pk"))
    found = {hold.pk: hold for holds in over.values() for hold in holds}
    return [found[pk] for pk in sorted(found)]


def holds_of_payments(payment_ids: Iterable[int]) -> dict[int, list[PaymentHold]]:
    """Payment id → the standing holds over any line it pays; payments that nothing holds are left out."""
    first: dict[int, str] = {}
    rows = {row.pk: row for row in Payment.objects.filter(pk__in=list(payment_ids)).defer("bank_account")}
    for pk, row in rows.items():
        while row.replaces_id is not None:
            row = Payment.objects.defer("bank_account").get(pk=row.replaces_id)
        first[pk] = row.reference
    lines = list(lines_of_payments(set(first.values())))
    over = holds_of_lines(lines)
    by_reference: dict[str, dict[int, PaymentHold]] = {}
    for line in lines:
        for hold in over.get(line.pk, []):
            for reference in {line.training_payment, line.allowance_payment} - {""}:
                by_reference.setdefault(reference, {})[hold.pk] = hold
    return {
        pk: [by_reference[reference][key] for key in sorted(by_reference[reference])]
        for pk, reference in first.items()
        if reference in by_reference
    }


def lines_held(hold: PaymentHold) -> QuerySet[ClaimLine]:
    """The lines whose money one hold keeps from leaving, in the order of their claims."""
    rows = ClaimLine.objects.filter(status__in=("judged", "approved", "held", "cleared"))
    if hold.held == "class":
        rows = rows.filter(claim__training_class_id=hold.training_class_id)
    elif hold.held == "institution":
        rows = rows.filter(claim__institution_id=hold.institution_id)
    elif hold.held == "line":
        rows = rows.filter(pk=hold.line_id)
    else:
        rows = rows.filter(
            person_id=hold.person_id, claim__region_code__startswith=RegionCode(hold.region_code).prefix
        )
    return rows.select_related("claim__institution", "person").order_by("claim_id", "sequence")


def payments_held(payments: Iterable[Payment]) -> list[tuple[Payment, PaymentHold]]:
    """Those of the payments that something holds back, each with the first hold over it."""
    payments = list(payments)
    over = holds_of_payments([payment.pk for payment in payments])
    return [(payment, over[payment.pk][0]) for payment in payments if payment.pk in over]


def claims_of_payments(payment_ids: Iterable[int]) -> list[int]:
    """The claims some payments pay for."""
    references = set()
    for row in Payment.objects.filter(pk__in=list(payment_ids)).defer("bank_account"):
        while row.replaces_id is not None:
            row = Payment.objects.defer("bank_account").get(pk=row.replaces_id)
        references.add(row.reference)
    return sorted(set(lines_of_payments(references).values_list("claim_id", flat=True)))


def may_still_be_paid(held: str, subject_id: int) -> bool:
    """Whether money of the subject could still leave: it has a living claim, or was never claimed for."""
    claim = {
        "class": "claim__training_class",
        "institution": "claim__institution",
        "person": "person",
        "line": "pk",
    }[held]
    rows = ClaimLine.objects.filter(**{claim: subject_id}).exclude(status__in=("withdrawn", "left_out"))
    return not rows.exists() or rows.exclude(status__in=("paid", "dropped", "refused")).exists()


def held_in_batch(batch_id: int) -> dict[int, list[PaymentHold]]:
    """The payments of a batch that something holds, with the holds."""
    if not first_references(batch_id):
        return {}
    return holds_of_payments(Payment.objects.filter(batch_id=batch_id).values_list("pk", flat=True))


def payment_references(payment_ids: Iterable[int]) -> dict[int, str]:
    """Payment id → its reference."""
    return dict(Payment.objects.filter(pk__in=list(payment_ids)).values_list("pk", "reference"))
