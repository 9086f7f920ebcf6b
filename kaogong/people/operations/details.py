"""Correcting what is known of a person, and looking at what is sealed."""

from datetime import datetime

from django.db import transaction

from kaogong.access.bank_accounts import keep_bank_account, require_first_account, require_own_name
from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.bank_card import BankCard
from kaogong.kernel.errors import NotPermitted, ReasonMissing, Refused
from kaogong.kernel.writing import compact, mask_digits, tidy, tidy_name
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import Person

SEALED = ("id_number", "phone", "bank_account")
CORRECTABLE = (
    "phone",
    "ethnic_code",
    "education_code",
    "household_region_code",
    "household_kind",
    "household_place",
    "residence_region_code",
    "job_region_code",
)


class DetailUnknown(Refused):
    """“{field}”不能在这里更正。"""


class FieldNotSealed(Refused):
    """“{field}”不是加密保存的内容。"""


class PersonNameMissing(Refused):
    """请填写姓名。"""


@transaction.atomic
def reveal(person_id: int, *, field: str, by: Actor, at: datetime, reason: str = "") -> str:
    """Return one sealed field in clear and record who looked, at which field and why (never the value).

    A person may always see their own; others need the right to unmask and must say why.
    """
    if field not in SEALED:
        raise FieldNotSealed(field=field)
    person = queries.person(person_id, by=by)
    own = person.pk in by.person_ids and by.may(Permission.VIEW_OWN_FILE)
    if not own:
        require_may(by, Permission.UNMASK_PERSON, "查看完整个人信息")
        if not reason.strip():
            raise ReasonMissing(label="查看完整个人信息")
    record("person.looked", person, by=by, at=at, reason=reason or "本人查看", field=field)
    return getattr(person, field)


@transaction.atomic
def correct_person(person_id: int, *, by: Actor, at: datetime, reason: str, **changes: str) -> Person:
    """Correct details of one person (phone, education, places…); the trail names the fields only."""
    person = queries.person_for_update(person_id, by=by)
    _require_own_or(Permission.REGISTER_PERSON, person, by, "更正人员信息")
    if not reason.strip():
        raise ReasonMissing(label="更正人员信息")
    for field, value in changes.items():
        if field not in CORRECTABLE:
            raise DetailUnknown(field=field)
        setattr(person, field, compact(value) if field == "phone" else tidy(value))
    fields = list(changes)
    if "phone" in changes:
        person.phone_masked = mask_digits(person.phone) if person.phone else ""
        fields.append("phone_masked")
    person.save(update_fields=fields)
    record("person.corrected", person, by=by, at=at, reason=reason, fields=sorted(changes))
    return person


@transaction.atomic
def rename_person(person_id: int, *, name: str, by: Actor, at: datetime, reason: str) -> Person:
    """Record a person's new legal name, after the card was seen."""
    require_may(by, Permission.REGISTER_PERSON, "更正姓名")
    person = queries.person_for_update(person_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label="更正姓名")
    name = tidy_name(name)
    if not name:
        raise PersonNameMissing()
    person.name = name
    person.save(update_fields=["name"])
    record("person.renamed", person, by=by, at=at, reason=reason)
    return person


@transaction.atomic
def set_bank_account(
    person_id: int,
    *,
    bank_name: str,
    account: str,
    by: Actor,
    at: datetime,
    holder: str = "",
    reason: str = "",
) -> Person:
    """Register the card a person is paid on (checked by Luhn), held in the person's own name.

    Another card on file is not overwritten: a change is asked for and decided (``claims``), and then carried
    out by the system.
    """
    person = queries.person_for_update(person_id, by=by)
    _require_own_or(Permission.CORRECT_BANK_ACCOUNT, person, by, "登记银行账号")
    card = BankCard.parse(account)
    holder = tidy_name(holder) or person.name
    if by.role != "system":
        holder = require_own_name(holder, person.name)
        require_first_account(person, card.value)
    keep_bank_account(person, bank_name=bank_name, account=card.value, holder=holder)
    record("person.bank_account_set", person, by=by, at=at, reason=reason, account=card.masked)
    return person


def _require_own_or(permission: Permission, person: Person, by: Actor, label: str) -> None:
    own = person.pk in by.person_ids and by.may(Permission.VIEW_OWN_FILE)
    if not own and by.role != "system" and not by.may(permission):
        raise NotPermitted(label=label)
