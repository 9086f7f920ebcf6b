"""Where a grant's money stands, what holds it back, and which grants some payments pay."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from kaogong.claims.models import PaymentHold
from kaogong.claims.queries import first_references
from kaogong.funds import queries as funds
from kaogong.funds.models import Payment
from kaogong.kernel.region_code import RegionCode

from ..models import Grant, Instalment


def holds_of_grants(grants: Iterable[Grant]) -> dict[int, list[PaymentHold]]:
    """Grant id → the standing holds over its applicant or its person, the earliest first.

    A hold of a person reaches their grants in the region it was placed for, and below.
    """
    grants = list(grants)
    bodies = {grant.institution_id for grant in grants} - {None}
    people = {grant.person_id for grant in grants} - {None}
    standing = list(
        PaymentHold.objects.filter(status="placed")
        .filter(Q(held="institution", institution__in=bodies) | Q(held="person", person__in=people))
        .select_related("institution", "person")
        .order_by("id")
    )
    found = {}
    for grant in grants:
        over = [
            hold
            for hold in standing
            if (hold.held == "institution" and hold.institution_id == grant.institution_id)
            or (
                hold.held == "person"
                and hold.person_id == grant.person_id
                and RegionCode(hold.region_code).covers(grant.region_code)
            )
        ]
        if over:
            found[grant.pk] = over
    return found


def payment_of(instalment: Instalment) -> Payment | None:
    """The payment that stands for an instalment now: corrected accounts are followed."""
    if not instalment.payment:
        return None
    rows = list(funds.payments_for(instalment.payment))
    by_id = {row.pk: row for row in rows}
    standing = None
    for row in rows:  # oldest first, so that the last replacement stays
        first = row
        while first.replaces_id in by_id:
            first = by_id[first.replaces_id]
        if first.reference == instalment.payment:
            standing = row
    return standing


def instalments_of_payments(references: Iterable[str]) -> QuerySet[Instalment]:
    """The instalments some payments (corrections taken back to the first) pay."""
    rows = Instalment.objects.filter(payment__in=list(references)).exclude(payment="")
    return rows.select_related("grant__institution", "grant__person").order_by("id")


def instalments_in_batch(batch_id: int) -> QuerySet[Instalment]:
    """The instalments a batch pays."""
    return instalments_of_payments(first_references(batch_id))


def held_among_payments(payment_ids: Iterable[int]) -> dict[int, list[PaymentHold]]:
    """Payment id → the holds over the grant it pays; payments that nothing holds are left out."""
    first: dict[int, str] = {}
    for row in Payment.objects.filter(pk__in=list(payment_ids)).defer("bank_account"):
        pk = row.pk
        while row.replaces_id is not None:
            row = Payment.objects.defer("bank_account").get(pk=row.replaces_id)
        first[pk] = row.reference
    rows = {row.payment: row.grant for row in instalments_of_payments(first.values())}
    over = holds_of_grants(rows.values())
    return {
        pk: over[rows[reference].pk]
        for pk, reference in first.items()
        if reference in rows and rows[reference].pk in over
    }
