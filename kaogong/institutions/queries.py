"""Reading institutions, and what they are recognised for on a day."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Min, Prefetch, Q, QuerySet

from kaogong.access.bank_accounts import BankAccount, bank_accounts, on_account
from kaogong.access.queries import in_reach, organisations_served
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import compact, tidy

from .models import Contract, ContractScope, Institution, Site, Suspension, Trainer

INSTITUTION_KINDS = Institution.KINDS


def _reachable(by: Actor) -> QuerySet[Institution]:
    rows = Institution.objects.defer("bank_account")
    return in_reach(rows, by, organisation="id")


def institution(institution_id: int, *, by: Actor) -> Institution:
    """One institution in reach; NotFound otherwise."""
    found = _reachable(by).filter(pk=institution_id).first()
    if found is None:
        raise NotFound()
    return found


def providers_without_account(by: Actor) -> QuerySet[Institution]:
    """Recognised providers in reach for whom nobody can log in, the longest waiting first.

    Each carries ``recognised_at``, the instant its first contract in force was recognised.
    """
    rows = _reachable(by).filter(contracts__status="recognised")
    rows = rows.annotate(recognised_at=Min("contracts__recognised_at"))
    return rows.exclude(pk__in=organisations_served("provider_clerk")).order_by("recognised_at", "id")


def institution_for_update(institution_id: int, *, by: Actor) -> Institution:
    """The same, locked."""
    found = _reachable(by).select_for_update().filter(pk=institution_id).first()
    if found is None:
        raise NotFound()
    return found


def institutions(by: Actor, text: str = "") -> QuerySet[Institution]:
    """Institutions in reach by name; ``text`` is part of a name or the beginning of a credit code."""
    rows = _reachable(by).order_by("name", "id")
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


def contract(contract_id: int, *, by: Actor) -> Contract:
    """One contract in reach; NotFound otherwise."""
    found = contracts(by).filter(pk=contract_id).first()
    if found is None:
        raise NotFound()
    return found


def contract_for_update(contract_id: int, *, by: Actor) -> Contract:
    """The same, locked."""
    found = in_reach(Contract.objects.all(), by).select_for_update().filter(pk=contract_id).first()
    if found is None:
        raise NotFound()
    return found


def contracts(by: Actor, institution_id: int | None = None) -> QuerySet[Contract]:
    """Contracts in reach, latest first, with institution and scope."""
    rows = (
        in_reach(Contract.objects.all(), by)
        .select_related("institution")
        .defer("institution__bank_account")
        .prefetch_related("scopes")
    )
    if institution_id is not None:
        rows = rows.filter(institution_id=institution_id)
    return rows.order_by("-starts_on", "-id")


def contract_for(institution_id: int, occupation_code: str, level_code: str, on: date) -> Contract | None:
    """The contract that lets the institution train in that occupation and level on the day, if any (C3)."""
    return (
        _in_force(Contract.objects.filter(institution_id=institution_id), on)
        .filter(scopes__occupation_code=occupation_code, scopes__level_code=level_code)
        .order_by("starts_on", "id")
        .first()
    )


def is_in_scope(institution_id: int, occupation_code: str, level_code: str, on: date) -> bool:
    """Say whether some contract in force on the day covers the occupation at the level."""
    return contract_for(institution_id, occupation_code, level_code, on) is not None


def is_recognised_on(institution_id: int, on: date) -> bool:
    """Say whether the institution had a contract in force on the day (C1)."""
    return _in_force(Contract.objects.filter(institution_id=institution_id), on).exists()


def contracts_in_force(on: date) -> QuerySet[Contract]:
    """Every contract that gives a right to train on the day."""
    return _in_force(Contract.objects.all(), on)


def recognised_among(institution_ids: Iterable[int], on: date) -> set[int]:
    """Those of the institutions that had a contract in force on the day."""
    rows = contracts_in_force(on).filter(institution_id__in=list(institution_ids))
    return set(rows.values_list("institution_id", flat=True))


def recognised_providers(region_code: str, on: date) -> QuerySet[Institution]:
    """Recognised providers of a region on the day, for anyone; each has ``contracts_in_force`` (B2)."""
    in_force = _in_force(
        Contract.objects.filter(region_code__startswith=RegionCode(region_code).prefix), on
    ).prefetch_related(Prefetch("scopes", ContractScope.objects.order_by("occupation_code", "-level_code")))
    return (
        Institution.objects.defer("bank_account")
        .filter(pk__in=in_force.values("institution_id"), is_provider=True)
        .prefetch_related(
            Prefetch("contracts", in_force.order_by("-starts_on"), to_attr="contracts_in_force")
        )
        .order_by("name")
    )


def providers_training(region_code: str, on: date, occupation_codes: Iterable[str]) -> QuerySet[Institution]:
    """Those of the recognised providers who may train in one of the occupations on the day."""
    in_force = _in_force(Contract.objects.filter(scopes__occupation_code__in=list(occupation_codes)), on)
    return recognised_providers(region_code, on).filter(pk__in=in_force.values("institution_id"))


def training_areas(region_code: str, on: date) -> tuple[set[str], set[str]]:
    """Where recognised providers are: the codes of their regions, and the areas their contracts name."""
    in_force = _in_force(Contract.objects.filter(region_code__startswith=RegionCode(region_code).prefix), on)
    there = Institution.objects.filter(pk__in=in_force.values("institution_id"), is_provider=True)
    return (
        set(there.values_list("region_code", flat=True).distinct()),
        set(in_force.exclude(area="").values_list("area", flat=True).distinct()),
    )


def providers_in_area(area: str, on: date) -> QuerySet:
    """Ids of the institutions with a contract in force for that area."""
    return _in_force(Contract.objects.filter(area=area), on).values("institution_id")


def suspensions(contract_id: int) -> QuerySet[Suspension]:
    """Every suspension of a contract, latest first."""
    return Suspension.objects.filter(contract_id=contract_id).order_by("-start_on", "-id")


def sites(institution_id: int) -> QuerySet[Site]:
    return Site.objects.filter(institution_id=institution_id).order_by("name")


def trainers(institution_id: int) -> QuerySet[Trainer]:
    """Trainers by name, without the sealed number."""
    return Trainer.objects.defer("id_number").filter(institution_id=institution_id).order_by("name", "id")


def bank_account_of(institution_id: int) -> BankAccount | None:
    """Where the institution is paid, in clear; None when it has given no account."""
    return bank_accounts(Institution.objects.filter(pk=institution_id)).get(institution_id)


def institutions_on_account(account: str) -> QuerySet[Institution]:
    """Everyone registered on one bank account."""
    return on_account(Institution.objects.defer("bank_account"), account)


def _in_force(rows: QuerySet[Contract], on: date) -> QuerySet[Contract]:
    """Recognised, within term, not yet ended and not suspended on the day, whatever has happened since."""
    interrupted = Suspension.objects.filter(
        Q(end_on__isnull=True) | Q(end_on__gt=on), start_on__lte=on
    ).values("contract_id")
    return rows.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=on),
        recognised_at__isnull=False,
        starts_on__lte=on,
        ends_on__gt=on,
    ).exclude(pk__in=interrupted)
