"""Registering a body and the account it is paid on."""

from datetime import datetime

from django.db import transaction

from kaogong.access.bank_accounts import (
    AccountNumberWrong,
    keep_bank_account,
    require_first_account,
    require_own_name,
    settlement_account,
)
from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.credit_code import CreditCode
from kaogong.kernel.errors import Refused
from kaogong.kernel.writing import tidy, tidy_name
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import Institution
from .reach import require_any, require_reach

__all__ = [
    "AccountNumberWrong",
    "CreditCodeTaken",
    "InstitutionNameMissing",
    "register_institution",
    "set_institution_bank_account",
]


class CreditCodeTaken(Refused):
    """统一社会信用代码{credit_code}已登记为“{name}”。"""


class InstitutionNameMissing(Refused):
    """请填写机构名称。"""


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
    require_reach(region_code, by)
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
    """Register the settlement account an institution is paid on, held in its registered name.

    Another account on file is not overwritten: a change is asked for and decided (``claims``), and then
    carried out by the system.
    """
    require_any(by, "登记银行账号", Permission.EDIT_OWN_INSTITUTION, Permission.CORRECT_BANK_ACCOUNT)
    institution = queries.institution_for_update(institution_id, by=by)
    digits, holder = settlement_account(account), tidy_name(holder) or institution.name
    if by.role != "system":
        holder = require_own_name(holder, institution.name)
        require_first_account(institution, digits)
    keep_bank_account(institution, bank_name=bank_name, account=digits, holder=holder)
    record(
        "institution.bank_account_set",
        institution,
        by=by,
        at=at,
        reason=reason,
        account=institution.bank_account_masked,
    )
    return institution
