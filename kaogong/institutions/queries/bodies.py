"""Reading bodies: which there are, and how they are paid."""

from collections.abc import Iterable

from django.db.models import Min, Q, QuerySet

from kaogong.access.bank_accounts import BankAccount, bank_accounts, on_account
from kaogong.access.queries import in_reach, organisations_served
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import compact, tidy

from ..models import Institution

INSTITUTION_KINDS = Institution.KINDS


def reachable(by: Actor) -> QuerySet[Institution]:
    rows = Institution.objects.defer("bank_account")
    return in_reach(rows, by, organisation="id")


def institution(institution_id: int, *, by: Actor) -> Institution:
    """One institution in reach; NotFound otherwise."""
    found = reachable(by).filter(pk=institution_id).first()
    if found is None:
        raise NotFound()
    return found


def institution_for_update(institution_id: int, *, by: Actor) -> Institution:
    """The same, locked."""
    found = reachable(by).select_for_update().filter(pk=institution_id).first()
    if found is None:
        raise NotFound()
    return found


def institutions(by: Actor, text: str = "") -> QuerySet[Institution]:
    """Institutions in reach by name; ``text`` is part of a name or the beginning of a credit code."""
    rows = reachable(by).order_by("name", "id")
    text = tidy(text)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(credit_code__startswith=compact(text).upper()))
    return rows


def institution_by_credit_code(credit_code: str) -> Institution | None:
    return Institution.objects.defer("bank_account").filter(credit_code=compact(credit_code).upper()).first()


def institution_names(institution_ids: Iterable[int]) -> dict[int, str]:
    """Institution id → name."""
    return dict(Institution.objects.filter(pk__in=list(institution_ids)).values_list("pk", "name"))


def assessors(region_code: str) -> QuerySet[Institution]:
    """Assessment bodies of a region, by name."""
    return (
        Institution.objects.defer("bank_account")
        .filter(is_assessor=True, region_code__startswith=RegionCode(region_code).prefix)
        .order_by("name")
    )


def bank_account_of(institution_id: int) -> BankAccount | None:
    """Where the institution is paid, in clear; None when it has given no account."""
    return bank_accounts(Institution.objects.filter(pk=institution_id)).get(institution_id)


def institutions_on_account(account: str) -> QuerySet[Institution]:
    """Everyone registered on one bank account."""
    return on_account(Institution.objects.defer("bank_account"), account)


def providers_without_account(by: Actor) -> QuerySet[Institution]:
    """Recognised providers in reach for whom nobody can log in, the longest waiting first.

    Each carries ``recognised_at``, the instant its first contract in force was recognised.
    """
    rows = reachable(by).filter(contracts__status="recognised")
    rows = rows.annotate(recognised_at=Min("contracts__recognised_at"))
    return rows.exclude(pk__in=organisations_served("provider_clerk")).order_by("recognised_at", "id")
