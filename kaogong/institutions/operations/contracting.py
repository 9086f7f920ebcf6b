"""Contracts: drafted, recognised, suspended, resumed and ended."""

from datetime import date, datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.levels import level_of
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import begin, move, require_may

from .. import queries
from ..models import Contract, ContractScope, Suspension
from ..states import CONTRACT
from .reach import day_of, require_reach


class ContractNumberTaken(Refused):
    """协议编号“{number}”已经使用。"""


class ContractDatesWrong(Refused):
    """协议的结束日期应晚于开始日期。"""


class ScopeEmpty(Refused):
    """请至少填写一个培训职业和等级。"""


class ScopeUnknown(Refused):
    """《职业分类大典（2022年版）》里没有代码“{code}”的职业。"""


class ArrangementMissing(Refused):
    """还有{count}个班没有结业，请选择这些班怎么安排。"""


class NotAProvider(Refused):
    """“{name}”没有登记为培训机构，不能签约承担培训。"""


@transaction.atomic
def draft_contract(
    institution_id: int,
    *,
    number: str,
    starts_on: date,
    ends_on: date,
    head_count: int,
    scopes: list[tuple[str, str]],
    by: Actor,
    at: datetime,
    area: str = "",
    basis: str = "",
    region_code: str = "",
    audience: str = "anyone",
    amends: Contract | None = None,
    supervisor_account_id: int | None = None,
    supervisor_name: str = "",
    reason: str = "",
) -> Contract:
    """Draft a contract on the days of [starts_on, ends_on) for (occupation code, level code) pairs (C3)."""
    if by.role != "system":
        require_may(by, Permission.RECOGNISE_PROVIDER, "签约")
    institution = queries.institution(institution_id, by=by)
    if not institution.is_provider:
        raise NotAProvider(name=institution.name)
    region_code = region_code or institution.region_code
    require_reach(region_code, by)
    if ends_on <= starts_on:
        raise ContractDatesWrong()
    if not scopes:
        raise ScopeEmpty()
    for occupation_code, level_code in scopes:
        occupation = catalog.occupation(occupation_code)
        if occupation is None or occupation.tier != 4:
            raise ScopeUnknown(code=occupation_code)
        if level_code:
            level_of(level_code)
    contract, is_new = Contract.objects.get_or_create(
        number=tidy(number),
        defaults={
            "institution": institution,
            "region_code": region_code,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "head_count": head_count,
            "area": tidy(area),
            "basis": tidy(basis),
            "audience": audience,
            "amends": amends,
            "supervisor_account_id": supervisor_account_id,
            "supervisor_name": supervisor_name,
            "created_at": at,
        },
    )
    if not is_new:
        raise ContractNumberTaken(number=contract.number)
    ContractScope.objects.bulk_create(
        ContractScope(contract=contract, occupation_code=occupation_code, level_code=level_code)
        for occupation_code, level_code in sorted(set(scopes))
    )
    begin(contract, "drafted", by=by, at=at, reason=reason)
    return contract


@transaction.atomic
def recognise_provider(contract_id: int, *, by: Actor, at: datetime, reason: str = "") -> Contract:
    """Recognise the provider of a drafted contract; from its first day it may train (C1)."""
    contract = queries.contract_for_update(contract_id, by=by)
    if contract.status == CONTRACT.initial and by.may(CONTRACT.move("recognise").may):
        contract.recognised_at = at  # before the move: the database wants an instant on every recognised row
        if not contract.supervisor_name:  # 谁审批、谁负责、谁监管
            contract.supervisor_account_id, contract.supervisor_name = by.account_id, by.name
        contract.save(update_fields=["recognised_at", "supervisor_account_id", "supervisor_name"])
    move(contract, "recognise", by=by, at=at, reason=reason)
    return contract


@transaction.atomic
def suspend_provider(contract_id: int, *, by: Actor, at: datetime, reason: str) -> Contract:
    """Suspend a contract from today; classes of earlier days keep their ground."""
    contract = queries.contract_for_update(contract_id, by=by)
    move(contract, "suspend", by=by, at=at, reason=reason)
    Suspension.objects.create(contract=contract, start_on=day_of(at), reason=reason)
    return contract


@transaction.atomic
def resume_provider(contract_id: int, *, by: Actor, at: datetime, reason: str) -> Contract:
    """Let a suspended contract hold again from today."""
    contract = queries.contract_for_update(contract_id, by=by)
    move(contract, "resume", by=by, at=at, reason=reason)
    Suspension.objects.filter(contract=contract, end_on__isnull=True).update(end_on=day_of(at))
    return contract


@transaction.atomic
def end_contract(
    contract_id: int,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    open_classes: int = 0,
    arrangement: str = "",
) -> Contract:
    """End a contract for good: from today it gives no right to train.

    While ``open_classes`` are under way, what happens to their learners must be said.
    """
    contract = queries.contract_for_update(contract_id, by=by)
    if contract.status in CONTRACT.move("end").sources:
        if open_classes and arrangement not in dict(Contract.ARRANGEMENTS):
            raise ArrangementMissing(count=open_classes)
        contract.ended_on = day_of(at)  # before the move, as above; a refused move undoes it
        contract.arrangement = arrangement
        contract.save(update_fields=["ended_on", "arrangement"])
    move(contract, "end", by=by, at=at, reason=reason, open_classes=open_classes, arrangement=arrangement)
    return contract


@transaction.atomic
def cancel_contract(contract_id: int, *, by: Actor, at: datetime, reason: str) -> Contract:
    """Give up a drafted contract that was not signed after all."""
    contract = queries.contract_for_update(contract_id, by=by)
    move(contract, "cancel", by=by, at=at, reason=reason)
    return contract
