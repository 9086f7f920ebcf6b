"""Reading contracts, and what a body is recognised for on a day."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode

from ..models import Contract, ContractScope, Institution, Suspension


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
        in_force_on(Contract.objects.filter(institution_id=institution_id), on)
        .filter(scopes__occupation_code=occupation_code, scopes__level_code=level_code)
        .order_by("starts_on", "id")
        .first()
    )


def is_in_scope(institution_id: int, occupation_code: str, level_code: str, on: date) -> bool:
    """Say whether some contract in force on the day covers the occupation at the level."""
    return contract_for(institution_id, occupation_code, level_code, on) is not None


def is_recognised_on(institution_id: int, on: date) -> bool:
    """Say whether the institution had a contract in force on the day (C1)."""
    return in_force_on(Contract.objects.filter(institution_id=institution_id), on).exists()


def contracts_in_force(on: date) -> QuerySet[Contract]:
    """Every contract that gives a right to train on the day."""
    return in_force_on(Contract.objects.all(), on)


def recognised_among(institution_ids: Iterable[int], on: date) -> set[int]:
    """Those of the institutions that had a contract in force on the day."""
    rows = contracts_in_force(on).filter(institution_id__in=list(institution_ids))
    return set(rows.values_list("institution_id", flat=True))


def recognised_providers(region_code: str, on: date) -> QuerySet[Institution]:
    """Recognised providers of a region on the day, for anyone; each has ``contracts_in_force`` (B2)."""
    in_force = in_force_on(
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
    in_force = in_force_on(Contract.objects.filter(scopes__occupation_code__in=list(occupation_codes)), on)
    return recognised_providers(region_code, on).filter(pk__in=in_force.values("institution_id"))


def training_areas(region_code: str, on: date) -> tuple[set[str], set[str]]:
    """Where recognised providers are: the codes of their regions, and the areas their contracts name."""
    in_force = in_force_on(
        Contract.objects.filter(region_code__startswith=RegionCode(region_code).prefix), on
    )
    there = Institution.objects.filter(pk__in=in_force.values("institution_id"), is_provider=True)
    return (
        set(there.values_list("region_code", flat=True).distinct()),
        set(in_force.exclude(area="").values_list("area", flat=True).distinct()),
    )


def providers_in_area(area: str, on: date) -> QuerySet:
    """Ids of the institutions with a contract in force for that area."""
    return in_force_on(Contract.objects.filter(area=area), on).values("institution_id")


def suspensions(contract_id: int) -> QuerySet[Suspension]:
    """Every suspension of a contract, latest first."""
    return Suspension.objects.filter(contract_id=contract_id).order_by("-start_on", "-id")


def in_force_on(rows: QuerySet[Contract], on: date) -> QuerySet[Contract]:
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
