"""Where a grant's money stands, what holds it back, and which grants some payments pay."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from kaogong.claims.models import PaymentHold
from kaogong.claims.queries import first_references, first_references_of
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


def instalments_to_settle() -> QuerySet[Instalment]:
    """Instalments whose payment arrived while they wait, or came back after they were paid."""
    of_it = Payment.objects.filter(reservation__reference=OuterRef("reference"))
    return Instalment.objects.filter(
        Q(status="queued") & Exists(of_it.filter(status="paid"))
        | Q(status="paid", reference__in=_came_back().values("reservation__reference"))
    )


def instalments_of(grant_ids: Iterable[int]) -> QuerySet[Instalment]:
    """The instalments of some grants that are owed or paid, in their order."""
    rows = Instalment.objects.filter(grant_id__in=list(grant_ids), status__in=("queued", "paid"))
    return rows.order_by("grant_id", "sequence")


def instalment_states(grants: Iterable[Grant]) -> dict[int, set[str]]:
    """Grant → the states its instalments are in."""
    grants = list(grants)
    found: dict[int, set[str]] = {grant.pk: set() for grant in grants}
    rows = Instalment.objects.filter(grant__in=list(found)).order_by().values_list("grant_id", "status")
    for grant_id, status in rows.distinct():
        found[grant_id].add(status)
    return found


def times_given_back(instalments: Iterable[Instalment]) -> dict[str, int]:
    """First payment of an instalment → how often the bank gave its money back after it had arrived."""
    about = [row.reference for row in instalments]
    rows = _came_back().filter(reservation__reference__in=about, answered_at__isnull=False)
    return Counter(first_references_of(rows.values_list("pk", flat=True)).values()) if about else Counter()


def _came_back() -> QuerySet[Payment]:
    return Payment.objects.filter(came_back_at__isnull=False)


def instalments_of_payments(references: Iterable[str]) -> QuerySet[Instalment]:
    """The instalments some payments (corrections taken back to the first) pay."""
    rows = Instalment.objects.filter(payment__in=list(references)).exclude(payment="")
    return rows.select_related("grant__institution", "grant__person").order_by("id")


def instalments_in_batch(batch_id: int) -> QuerySet[Instalment]:
    """The instalments a batch pays."""
    return instalments_of_payments(first_references(batch_id))


def held_among_payments(payment_ids: Iterable[int]) -> dict[int, list[PaymentHold]]:
    """Payment id → the holds over the grant it pays; payments that nothing holds are left out."""
    first = first_references_of(payment_ids)
    rows = {row.payment: row.grant for row in instalments_of_payments(first.values())}
    over = holds_of_grants(rows.values())
    return {
        pk: over[rows[reference].pk]
        for pk, reference in first.items()
        if reference in rows and rows[reference].pk in over
    }
