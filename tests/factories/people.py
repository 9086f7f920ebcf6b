"""Makers of people, accounts and the actors they stand for. All through the operations."""

from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.test import override_settings

from kaogong.access.operations import open_account
from kaogong.access.queries import actor_of
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.id_number import MALE, IdNumber, make_id_number
from kaogong.people.models import Person
from kaogong.people.operations import NewPerson, record_group, record_standing, register_person

AT = datetime(2026, 1, 5, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
REGION = "370299"
_serial = count()
_BUREAU = {
    "bureau_clerk", "reviewer", "cashier", "leader", "auditor", "inspector", "administrator",
    "department_clerk", "unit_clerk",
}  # fmt: skip


def an_id_number(born_on: date | None = None, sex: str = MALE, region_code: str = REGION) -> IdNumber:
    """A number nobody else of this run has."""
    serial = next(_serial)
    born_on = born_on or date(1985, 1, 1) + timedelta(days=serial // 500)
    return make_id_number(region_code, born_on, serial % 500, sex)


def a_new_person(
    name: str = "王小明", *, born_on: date | None = None, sex: str = MALE, **fields
) -> NewPerson:
    """What a form or roster would say of someone not yet registered."""
    fields.setdefault("id_number", an_id_number(born_on, sex).value)
    fields.setdefault("region_code", REGION)
    return NewPerson(name=name, **fields)


def make_person(
    name: str = "王小明",
    *,
    groups: dict[str, date] | None = None,
    standings: dict[str, bool] | None = None,
    at: datetime = AT,
    **fields,
) -> Person:
    """Register one synthetic person; groups: code → first day, standings: kind → whether (from 2020)."""
    by = system_actor()
    person = register_person(a_new_person(name, **fields), by=by, at=at)
    for code, start_on in (groups or {}).items():
        record_group(person.pk, group_code=code, start_on=start_on, source="测试", by=by, at=at)
    for kind, holds in (standings or {}).items():
        record_standing(
            person.pk, kind=kind, holds=holds, start_on=date(2020, 1, 1), source="测试", by=by, at=at
        )
    return person


def an_actor(role: str, *, name: str = "", at: datetime = AT, **reach) -> Actor:
    """Open an account and return its actor; ``reach`` is region_code, organisation_id, person_id.

    Bureau roles reach 370299 unless told otherwise; a learner without person_id gets a new person.
    """
    if role in _BUREAU:
        reach.setdefault("region_code", REGION)
    if role == "department_clerk":
        reach.setdefault("department_code", "agriculture")
    if role == "unit_clerk":
        reach.setdefault("unit_name", "区就业服务中心")
    if role == "learner" and "person_id" not in reach:
        reach["person_id"] = make_person(at=at).pk
    if role in ("provider_clerk", "assessor") and "organisation_id" not in reach:
        from .institutions import make_institution

        reach["organisation_id"] = make_institution(is_assessor=role == "assessor", at=at).pk
    serial = next(_serial)
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        account = open_account(
            username=f"{role}-{serial}",
            name=name or f"{role}{serial}",
            role=role,
            password="only for tests",
            by=system_actor(),
            at=at,
            **reach,
        )
    return actor_of(account)
