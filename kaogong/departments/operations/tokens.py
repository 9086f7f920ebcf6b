"""Giving a department's system a token of its own, taking it back, and knowing who sends with it."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused
from kaogong.kernel.region_code import RegionCode
from kaogong.trail.operations import begin, move, record, require_may

from .. import queries
from ..models import DepartmentToken
from .receiving import SenderUnknown

BEGINS = "kgd_"  # so that a token left in a file or a log is known for what it is
DAYS_AT_MOST = 366
WRITTEN_AT_MOST = 200


class TokenLastsTooLong(Refused):
    """令牌最长有效一年，须在今天以后：请在{first}至{last}之间选一天。"""


class SystemNameMissing(Refused):
    """请写明令牌给哪个系统用，如“高素质农民培育信息系统”。"""


class TokenUnknown(Refused):
    """令牌不对。请核对是否完整；遗失的不能找回，请向人社部门另领一个。"""


class TokenRevoked(Refused):
    """令牌“{system}”已被吊销，请向人社部门另领一个。"""


class TokenExpired(Refused):
    """令牌“{system}”已于{last}到期，请向人社部门另领一个。"""


@transaction.atomic
def issue_department_token(
    *,
    department_code: str,
    region_code: str,
    system_name: str,
    last_on: date,
    by: Actor,
    at: datetime,
    reason: str,
) -> tuple[DepartmentToken, str]:
    """Give one system of one department a token, as the reason (a letter) asks: (what is kept, the token itself).

    The token is told this once; what is kept of it is a digest.
    """
    require_may(by, Permission.ISSUE_DEPARTMENT_TOKEN, "发放报送令牌")
    if not (by.region_code and RegionCode(by.region_code).covers(region_code)):
        raise NotFound()
    if department_code not in queries.senders():
        raise SenderUnknown(department=department_code)
    if not reason.strip():
        raise ReasonMissing(label="发放报送令牌")
    if not system_name.strip():
        raise SystemNameMissing()
    first, last = localdate(at) + timedelta(days=1), localdate(at) + timedelta(days=DAYS_AT_MOST)
    if not first <= last_on <= last:
        raise TokenLastsTooLong(first=first, last=last)
    told = BEGINS + secrets.token_urlsafe(32)
    kept = DepartmentToken.objects.create(
        department_code=department_code,
        region_code=region_code,
        system_name=system_name.strip()[:80],
        digest=digest_of(told),
        issued_at=at,
        issued_by=by.name,
        last_on=last_on,
    )
    begin(
        kept, "issued", by=by, at=at, reason=reason,
        department=queries.department_name(department_code), last_on=str(last_on),
    )  # fmt: skip
    return kept, told


@transaction.atomic
def revoke_department_token(token_id: int, *, by: Actor, at: datetime, reason: str) -> DepartmentToken:
    """From now on nothing is taken from whoever shows it."""
    require_may(by, Permission.ISSUE_DEPARTMENT_TOKEN, "吊销令牌")
    kept = queries.department_token(token_id, by=by)
    move(kept, "revoke", by=by, at=at, reason=reason)
    return kept


def use_department_token(told: str, *, at: datetime) -> Actor:
    """Who sends with this token; the use stands in the trail, that of one no longer valid too.

    The sender may do what the department's clerk may with lists, in the token's own region.
    """
    kept = DepartmentToken.objects.filter(digest=digest_of(told[:WRITTEN_AT_MOST])).first()
    if kept is None:
        raise TokenUnknown()
    sender = Actor(
        name=f"{queries.department_name(kept.department_code)}·{kept.system_name}"[:100],
        role="department_clerk",
        permissions=frozenset({str(Permission.VIEW_DEPARTMENT_FILES), str(Permission.SEND_DEPARTMENT_FILE)}),
        region_code=kept.region_code,
        department_code=kept.department_code,
    )
    with transaction.atomic():
        kept = DepartmentToken.objects.select_for_update().get(pk=kept.pk)
        refusal = _why_not(kept, localdate(at))
        if refusal is None:
            kept.last_used_at = at
            kept.save(update_fields=["last_used_at"])
        record(f"department_token.{'used' if refusal is None else 'refused'}", kept, by=sender, at=at)
    if refusal is not None:
        raise refusal
    return sender


def digest_of(told: str) -> str:
    """What is kept of a token: it is too long to be guessed, so that a plain digest keeps it."""
    return hashlib.sha256(told.encode()).hexdigest()


def _why_not(kept: DepartmentToken, today: date) -> Refused | None:
    if kept.status != "issued":
        return TokenRevoked(system=kept.system_name)
    if today > kept.last_on:
        return TokenExpired(system=kept.system_name, last=kept.last_on)
    return None
