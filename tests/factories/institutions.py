"""Makers of institutions, contracts, sites and trainers."""

from datetime import date, datetime
from itertools import count

from kaogong.institutions.models import Contract, Institution, Room, Site, Trainer
from kaogong.institutions.operations import (
    add_room,
    add_site,
    add_trainer,
    draft_contract,
    recognise_provider,
    register_institution,
    set_institution_bank_account,
)
from kaogong.kernel.actor import system_actor
from kaogong.kernel.credit_code import make_credit_code

from .people import AT, REGION, an_actor, an_id_number

COOK = ("4-03-02-01", "5")  # 中式烹调师 五级/初级工
_serial = count(1)


def make_institution(
    name: str = "",
    *,
    recognised_for: list[tuple[str, str]] | None = None,
    kind: str = "training_school",
    is_provider: bool = True,
    is_assessor: bool = False,
    region_code: str = REGION,
    bank_account: str = "3803020109000123456",
    at: datetime = AT,
    **fields,
) -> Institution:
    """Register one synthetic institution with a bank account; ``recognised_for`` adds a contract in force."""
    serial = next(_serial)
    fields.setdefault("credit_code", make_credit_code("52", REGION, serial).value)
    if is_assessor:
        fields.setdefault("certificate_body_code", f"S000037{serial:06d}")
    by = system_actor()
    institution = register_institution(
        name=name or f"示例区第{serial}职业培训学校",
        kind=kind,
        region_code=region_code,
        is_provider=is_provider,
        is_assessor=is_assessor,
        by=by,
        at=at,
        **fields,
    )
    if bank_account:
        institution = set_institution_bank_account(
            institution.pk, bank_name="示例银行", account=bank_account, by=by, at=at
        )
    if recognised_for:
        make_contract(institution, recognised_for, at=at)
    return institution


def make_contract(
    institution: Institution,
    scopes: list[tuple[str, str]] | None = None,
    *,
    starts_on: date = date(2026, 1, 1),
    ends_on: date = date(2028, 1, 1),
    recognised: bool = True,
    at: datetime = AT,
) -> Contract:
    """Draft a contract and, unless told otherwise, recognise the provider."""
    clerk = an_actor("bureau_clerk", region_code=institution.region_code, at=at)
    contract = draft_contract(
        institution.pk,
        number=f"XY-2026-{next(_serial):05d}",
        starts_on=starts_on,
        ends_on=ends_on,
        head_count=500,
        scopes=scopes or [COOK],
        by=clerk,
        at=at,
    )
    return recognise_provider(contract.pk, by=clerk, at=at) if recognised else contract


def make_site(institution: Institution, name: str = "", *, capacity: int = 60, at: datetime = AT) -> Site:
    """Add one teaching place."""
    name = name or f"教学点{next(_serial)}"
    return add_site(
        institution.pk, name=name, address=f"示例街道1号{name}", capacity=capacity, by=system_actor(), at=at
    )


def make_room(site: Site, name: str = "", *, capacity: int = 40, at: datetime = AT, **fields) -> Room:
    """Add one room to a site."""
    name = name or f"第{next(_serial)}教室"
    return add_room(site.pk, name=name, capacity=capacity, by=system_actor(), at=at, **fields)


def make_trainer(institution: Institution, name: str = "李师傅", *, at: datetime = AT, **fields) -> Trainer:
    """Add one full-time trainer."""
    fields = {"employment": "full", "qualification": "高级技师", "level_code": "1"} | fields
    return add_trainer(
        institution.pk, name=name, id_number=an_id_number().value, by=system_actor(), at=at, **fields
    )
