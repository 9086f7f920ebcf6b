"""Writing institutions: registering them, contracting with them, and what follows."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from kaogong.access.bank_accounts import keep_bank_account
from kaogong.access.permissions import Permission
from kaogong.access.sealing import blind_index
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.credit_code import CreditCode
from kaogong.kernel.errors import NotFound, NotPermitted, Refused
from kaogong.kernel.id_number import IdNumber
from kaogong.kernel.levels import level_of
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import compact, tidy, tidy_name
from kaogong.trail.operations import begin, move, record, require_may

from . import queries
from .models import (
    TRAINER_ID_NUMBER,
    Contract,
    ContractScope,
    Institution,
    Site,
    Suspension,
    Trainer,
)
from .states import CONTRACT


class CreditCodeTaken(Refused):
    """统一社会信用代码{credit_code}已登记为“{name}”。"""


class InstitutionNameMissing(Refused):
    """请填写机构名称。"""


class ContractNumberTaken(Refused):
    """协议编号“{number}”已经使用。"""


class ContractDatesWrong(Refused):
    """协议的结束日期应晚于开始日期。"""


class ScopeEmpty(Refused):
    """请至少填写一个培训职业和等级。"""


class ScopeUnknown(Refused):
    """《职业分类大典（2022年版）》里没有代码“{code}”的职业。"""


class NotAProvider(Refused):
    """“{name}”没有登记为培训机构，不能签约承担培训。"""


class SiteNameTaken(Refused):
    """这家机构已经有名为“{name}”的场地。"""


class TrainerTaken(Refused):
    """{name}（{id_number}）已经登记为这家机构的教师。"""


class AccountNumberWrong(Refused):
    """银行账号应为8至32位数字。"""


@transaction.atomic
def register_institution(
    *,
    credit_code: str,
    name: str,
    kind: str,
    region_code: str,
    by: Actor,
    at: datetime,
    is_provider: bool = False,
    is_assessor: bool = False,
    address: str = "",
    contact_name: str = "",
    phone: str = "",
    certificate_body_code: str = "",
    synthetic: bool = False,
    reason: str = "",
) -> Institution:
    """Register one body by its unified social credit code, checked by GB 32100 and GB 11714 (C1)."""
    if by.role != "system":
        require_may(by, Permission.REGISTER_INSTITUTION, "登记机构")
    _require_reach(region_code, by)
    code = CreditCode.parse(credit_code)
    name = tidy_name(name)
    if not name:
        raise InstitutionNameMissing()
    institution, is_new = Institution.objects.get_or_create(
        credit_code=code.value,
        defaults={
            "name": name,
            "kind": kind,
            "is_provider": is_provider,
            "is_assessor": is_assessor,
            "region_code": region_code,
            "address": tidy(address),
            "contact_name": tidy_name(contact_name),
            "phone": tidy(phone),
            "certificate_body_code": certificate_body_code,
            "synthetic": synthetic or catalog.is_fictional_region(code.region_code),
            "created_at": at,
        },
    )
    if not is_new:
        raise CreditCodeTaken(credit_code=code.value, name=institution.name)
    record("institution.registered", institution, by=by, at=at, reason=reason, credit_code=code.value)
    return institution


@transaction.atomic
def set_institution_bank_account(
    institution_id: int,
    *,
    bank_name: str,
    account: str,
    by: Actor,
    at: datetime,
    holder: str = "",
    reason: str = "",
) -> Institution:
    """Set the settlement account an institution is paid on; the holder is the institution by default."""
    _require_any(by, "变更银行账号", Permission.EDIT_OWN_INSTITUTION, Permission.CORRECT_BANK_ACCOUNT)
    institution = queries.institution_for_update(institution_id, by=by)
    digits = compact(account).replace("-", "")
    if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 32 and digits.strip("0")):
        raise AccountNumberWrong()
    keep_bank_account(
        institution, bank_name=bank_name, account=digits, holder=tidy_name(holder) or institution.name
    )
    record(
        "institution.bank_account_set",
        institution,
        by=by,
        at=at,
        reason=reason,
        account=institution.bank_account_masked,
    )
    return institution


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
    reason: str = "",
) -> Contract:
    """Draft a contract on the days of [starts_on, ends_on) for (occupation code, level code) pairs (C3)."""
    if by.role != "system":
        require_may(by, Permission.RECOGNISE_PROVIDER, "签约")
    institution = queries.institution(institution_id, by=by)
    if not institution.is_provider:
        raise NotAProvider(name=institution.name)
    region_code = region_code or institution.region_code
    _require_reach(region_code, by)
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
        contract.save(update_fields=["recognised_at"])
    move(contract, "recognise", by=by, at=at, reason=reason)
    return contract


@transaction.atomic
def suspend_provider(contract_id: int, *, by: Actor, at: datetime, reason: str) -> Contract:
    """Suspend a contract from today; classes of earlier days keep their ground."""
    contract = queries.contract_for_update(contract_id, by=by)
    move(contract, "suspend", by=by, at=at, reason=reason)
    Suspension.objects.create(contract=contract, start_on=_day(at), reason=reason)
    return contract


@transaction.atomic
def resume_provider(contract_id: int, *, by: Actor, at: datetime, reason: str) -> Contract:
    """Let a suspended contract hold again from today."""
    contract = queries.contract_for_update(contract_id, by=by)
    move(contract, "resume", by=by, at=at, reason=reason)
    Suspension.objects.filter(contract=contract, end_on__isnull=True).update(end_on=_day(at))
    return contract


@transaction.atomic
def end_contract(contract_id: int, *, by: Actor, at: datetime, reason: str) -> Contract:
    """End a contract for good: from today it gives no right to train."""
    contract = queries.contract_for_update(contract_id, by=by)
    if contract.status in CONTRACT.move("end").sources:
        contract.ended_on = _day(at)  # before the move, as above; a refused move undoes it
        contract.save(update_fields=["ended_on"])
    move(contract, "end", by=by, at=at, reason=reason)
    return contract


@transaction.atomic
def add_site(
    institution_id: int,
    *,
    name: str,
    address: str,
    capacity: int,
    by: Actor,
    at: datetime,
    region_code: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    reason: str = "",
) -> Site:
    """Add a place where the institution teaches or assesses; capacity in persons."""
    _require_any(by, "登记场地", Permission.EDIT_OWN_INSTITUTION, Permission.REGISTER_INSTITUTION)
    institution = queries.institution(institution_id, by=by)
    site, is_new = Site.objects.get_or_create(
        institution=institution,
        name=tidy(name),
        defaults={
            "address": tidy(address),
            "region_code": region_code or institution.region_code,
            "capacity": capacity,
            "latitude": latitude,
            "longitude": longitude,
        },
    )
    if not is_new:
        raise SiteNameTaken(name=site.name)
    record("site.added", site, by=by, at=at, reason=reason)
    return site


@transaction.atomic
def add_trainer(
    institution_id: int,
    *,
    name: str,
    id_number: str,
    employment: str,
    by: Actor,
    at: datetime,
    qualification: str = "",
    level_code: str = "",
    reason: str = "",
) -> Trainer:
    """Add a person who teaches for the institution: ``employment`` is full, part or expert."""
    _require_any(by, "登记教师", Permission.EDIT_OWN_INSTITUTION, Permission.REGISTER_INSTITUTION)
    institution = queries.institution(institution_id, by=by)
    number = IdNumber.parse(id_number, on=_day(at))
    if level_code:
        level_of(level_code)
    trainer, is_new = Trainer.objects.get_or_create(
        institution=institution,
        id_number_index=blind_index(number.value, TRAINER_ID_NUMBER),
        defaults={
            "name": tidy_name(name),
            "id_number": number.value,
            "id_number_masked": number.masked,
            "employment": employment,
            "qualification": tidy(qualification),
            "level_code": level_code,
        },
    )
    if not is_new:
        raise TrainerTaken(name=trainer.name, id_number=trainer.id_number_masked)
    record("trainer.added", trainer, by=by, at=at, reason=reason)
    return trainer


def _day(at: datetime) -> date:
    return timezone.localdate(at)


def _require_any(by: Actor, label: str, *permissions: Permission) -> None:
    if by.role != "system" and not any(by.may(permission) for permission in permissions):
        raise NotPermitted(label=label)


def _require_reach(region_code: str, by: Actor) -> None:
    region = RegionCode(region_code)
    if by.role != "system" and not (by.region_code and RegionCode(by.region_code).covers(region)):
        raise NotFound()
