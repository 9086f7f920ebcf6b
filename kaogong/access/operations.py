"""Writing accounts, and turning the keys."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Model

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused
from kaogong.kernel.reference import read_departments
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import record, require_may

from . import queries
from .models import Account
from .permissions import Permission
from .roles import ROLES
from .sealing import sealed_fields


class UsernameTaken(Refused):
    """登录名“{username}”已被使用，请换一个。"""


class RoleUnknown(Refused):
    """没有“{role}”这个岗位。"""


class DepartmentUnknown(Refused):
    """没有“{department}”这个部门。部门经办的账号须指明所属部门，其他岗位不填。"""


class UnitUnclear(Refused):
    """单位经办的账号须指明不超过四十字的所属单位和区域；部门请开设部门经办的账号，其他岗位不填单位。"""

    form_field = "unit"


@transaction.atomic
def open_account(
    *,
    username: str,
    name: str,
    role: str,
    password: str,
    by: Actor,
    at: datetime,
    region_code: str = "",
    organisation_id: int | None = None,
    person_id: int | None = None,
    department_code: str = "",
    unit_name: str = "",
    password_hash: str = "",
) -> Account:
    """Open one account in one role; the password is stored hashed (argon2).

    ``password_hash``: the hash of that password where it was made already, which takes a while by intention.
    """
    if by.role != "system":
        require_may(by, Permission.MANAGE_ACCOUNTS, "开设账号")
    if role not in ROLES:
        raise RoleUnknown(role=role)
    if (role == "department_clerk") != (department_code in {d.code for d in read_departments()}):
        raise DepartmentUnknown(department=department_code)
    unit_name = tidy(unit_name)
    if not _is_unit_clear(role, unit_name, region_code):
        raise UnitUnclear()
    if Account.objects.filter(username=username).exists():
        raise UsernameTaken(username=username)
    account = Account(
        username=username,
        name=name,
        role=role,
        region_code=region_code,
        organisation_id=organisation_id,
        person_id=person_id,
        department_code=department_code,
        unit_name=unit_name,
        created_at=at,
    )
    account.password = password_hash or make_password(password)
    account.save()
    record("account.opened", account, by=by, at=at, subject_kind="account", role=role)
    return account


def _is_unit_clear(role: str, unit_name: str, region_code: str) -> bool:
    """Whether a unit is named where the role wants one, and is none of the departments."""
    if role != "unit_clerk":
        return not unit_name
    names = tuple(name for d in read_departments() for name in (d.code, d.name, d.short_name))
    return bool(region_code and unit_name) and len(unit_name) <= 40 and not unit_name.endswith(names)


@transaction.atomic
def close_account(account_id: int, *, by: Actor, at: datetime, reason: str) -> Account:
    """Switch an account in reach off; its trail stays."""
    require_may(by, Permission.MANAGE_ACCOUNTS, "停用账号")
    account = queries.accounts(by).select_for_update().filter(pk=account_id).first()
    if account is None:
        raise NotFound()
    if not reason.strip():
        raise ReasonMissing(label="停用账号")
    account.is_active = False
    account.save(update_fields=["is_active"])
    record("account.closed", account, by=by, at=at, reason=reason, subject_kind="account")
    return account


def rotate_keys(*, by: Actor, at: datetime, rows_at_a_time: int = 1000) -> dict[str, int]:
    """Seal what older keys still seal again under the newest; returns rows done per column.

    Safe to stop and start again: each batch is its own transaction, and what is done is not done twice.
    """
    if by.role != "system":
        require_may(by, Permission.MANAGE_ACCOUNTS, "轮换密钥")
    done: dict[str, int] = {}
    for model, field in sealed_fields():
        # A whole file is opened in memory: a few at a time.
        batch = 10 if model.personal.get(field.name) == "file" else rows_at_a_time
        count = 0
        while count_now := _seal_again(model, field.name, batch):
            count += count_now
        done[f"{model._meta.label}.{field.name}"] = count
    record("keys.rotated", by=by, at=at, label="密钥轮换", rows=done)
    return done


@transaction.atomic
def _seal_again(model: type[Model], name: str, batch: int) -> int:
    rows = queries.sealed_by_older_keys(model, name).select_for_update(of=("self",)).only("pk", name)[:batch]
    rows = list(rows)
    if rows:
        model._base_manager.bulk_update(rows, [name])
    return len(rows)
