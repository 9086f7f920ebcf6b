"""Writing accounts, and turning the keys."""

from datetime import datetime

from django.db import transaction

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused
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
) -> Account:
    """Open one account in one role; the password is stored hashed (argon2)."""
    if by.role != "system":
        require_may(by, Permission.MANAGE_ACCOUNTS, "开设账号")
    if role not in ROLES:
        raise RoleUnknown(role=role)
    if Account.objects.filter(username=username).exists():
        raise UsernameTaken(username=username)
    account = Account(
        username=username,
        name=name,
        role=role,
        region_code=region_code,
        organisation_id=organisation_id,
        person_id=person_id,
        created_at=at,
    )
    account.set_password(password)
    account.save()
    record("account.opened", account, by=by, at=at, subject_kind="account", role=role)
    return account


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
    """Seal every sealed column again under the newest key; returns rows done per column.

    Safe to stop and start again: each batch is its own transaction and a row sealed twice opens alike.
    """
    done: dict[str, int] = {}
    for model, field in sealed_fields():
        if getattr(model, "append_only", False):
            continue
        last, count = 0, 0
        while True:
            with transaction.atomic():
                rows = list(
                    model._base_manager.select_for_update()
                    .filter(pk__gt=last)
                    .order_by("pk")
                    .only("pk", field.name)[:rows_at_a_time]
                )
                if rows:
                    model._base_manager.bulk_update(rows, [field.name])
                    last, count = rows[-1].pk, count + len(rows)
            if len(rows) < rows_at_a_time:
                break
        done[f"{model._meta.label}.{field.name}"] = count
    record("keys.rotated", by=by, at=at, label="密钥轮换", rows=done)
    return done
