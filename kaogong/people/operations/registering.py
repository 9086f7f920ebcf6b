"""Registering people, one or a hundred thousand, by real name and identity number (A4)."""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.access.sealing import blind_index, seal
from kaogong.catalog.queries import is_fictional_region
from kaogong.kernel.actor import Actor
from kaogong.kernel.bank_card import BankCard
from kaogong.kernel.errors import NotPermitted, Refused
from kaogong.kernel.id_number import MALE, mask_id_number, refusal
from kaogong.kernel.id_number_columns import check_id_numbers
from kaogong.kernel.region_code import NATION, is_region_code
from kaogong.kernel.writing import compact, mask_digits, mask_name, tidy, tidy_name
from kaogong.trail.operations import record

from ..models import BANK_ACCOUNT, ID_NUMBER, PHONE, Person

ROWS_AT_A_TIME = 5000


class NameMissing(Refused):
    """身份证号码{id_number}没有填写姓名。"""


class NameDiffers(Refused):
    """身份证号码{id_number}已登记在“{known}”名下，与填写的“{given}”不一致，请核对原证。"""


class RegionMissing(Refused):
    """请指明由哪个区域建立人员档案。"""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is known of a person on registering; only name and number are needed.

    ``education_code`` is AAC011, ``ethnic_code`` GB/T 3304, the three places division codes (A9).
    ``region_code`` is the bureau that keeps the file; "" takes the actor's own.
    """

    name: str
    id_number: str
    phone: str = ""
    ethnic_code: str = ""
    education_code: str = ""
    household_region_code: str = ""
    household_kind: str = ""
    household_place: str = ""
    residence_region_code: str = ""
    job_region_code: str = ""
    bank_name: str = ""
    bank_account: str = ""
    bank_account_holder: str = ""
    region_code: str = ""
    synthetic: bool = False


# What registering again may fill where it was blank.
_PLAIN = (
    "ethnic_code",
    "education_code",
    "household_region_code",
    "household_kind",
    "household_place",
    "residence_region_code",
    "job_region_code",
)
_PHONE = ("phone", "phone_masked")
_BANK = ("bank_name", "bank_account", "bank_account_index", "bank_account_masked", "bank_account_holder")
_FILLED = (*_PLAIN, *_PHONE, *_BANK)
_COLUMNS = {
    "name": "text",
    "id_number": "bytea",
    "id_number_index": "bytea",
    "id_number_masked": "text",
    "sex": "text",
    "born_on": "date",
    "phone": "bytea",
    "phone_masked": "text",
    **dict.fromkeys(_PLAIN, "text"),
    "bank_name": "text",
    "bank_account": "bytea",
    "bank_account_index": "bytea",
    "bank_account_masked": "text",
    "bank_account_holder": "text",
    "region_code": "text",
    "synthetic": "boolean",
    "created_at": "timestamptz",
}


@transaction.atomic
def register_person(new: NewPerson, *, by: Actor, at: datetime, reason: str = "") -> Person:
    """Find the person of that number or register one, filling blanks; NameDiffers when it is another."""
    (person_id,) = _register([new], by=by, at=at, reason=reason).values()
    return Person.objects.get(pk=person_id)


@transaction.atomic
def register_people(people: list[NewPerson], *, by: Actor, at: datetime, reason: str = "") -> dict[str, int]:
    """Register a whole list at once and return identity number (18 characters) → person id.

    Known people keep what they have and gain what was blank; the same list twice changes nothing. Two
    transactions registering the same new person at once end with one row, whose id both get.
    """
    return _register(people, by=by, at=at, reason=reason)


def _register(people: list[NewPerson], *, by: Actor, at: datetime, reason: str) -> dict[str, int]:
    if by.role != "system" and not (by.may(Permission.REGISTER_PERSON) or by.may(Permission.UPLOAD_ROSTER)):
        raise NotPermitted(label="登记人员")
    numbers = check_id_numbers(
        pl.Series([p.id_number for p in people], dtype=pl.String), on=timezone.localdate(at)
    )
    wrong = numbers.filter(pl.col("problem").is_not_null())
    if len(wrong):
        raise refusal(wrong["problem"][0], wrong["value"][0])

    incoming: dict[bytes, tuple[NewPerson, str, str, str, date]] = {}
    for new, number, sex, born_on in zip(
        people, numbers["value"], numbers["sex"], numbers["born_on"], strict=True
    ):
        name = tidy_name(new.name)
        if not name:
            raise NameMissing(id_number=mask_id_number(number))
        index = blind_index(number, ID_NUMBER)
        twin = incoming.get(index)
        if twin is not None:
            _same_name(number, twin[1], name)
        else:
            incoming[index] = (new, name, number, "1" if sex == MALE else "2", born_on)

    known = _known(list(incoming))
    filled = _fill_blanks(known, incoming)
    strangers = sorted(index for index in incoming if index not in known)
    added = _insert([_row(index, *incoming[index], by=by, at=at) for index in strangers])
    raced = [index for index in strangers if index not in added]
    if raced:  # another transaction committed them while this one waited on the unique index
        found = _known(raced)
        filled += _fill_blanks(found, incoming)
        known |= found
    ids = {index: row[0] for index, row in known.items()} | added
    if added or filled:
        detail = {"people": len(incoming), "added": len(added), "filled": filled}
        if len(incoming) == 1:
            (index,) = incoming
            person = Person.objects.defer("id_number", "phone", "bank_account").get(pk=ids[index])
            record("person.registered", person, by=by, at=at, reason=reason, **detail)
        else:
            record("people.registered", by=by, at=at, reason=reason, label=f"{len(incoming)}人", **detail)
    return {incoming[index][2]: ids[index] for index in incoming}


def _same_name(number: str, known: str, given: str) -> None:
    if known != given:
        raise NameDiffers(id_number=mask_id_number(number), known=mask_name(known), given=given)


def _known(indexes: list[bytes]) -> dict[bytes, tuple]:
    """Index → (id, name, phone_masked, bank_account_masked, *_PLAIN) of those already registered."""
    columns = ("id_number_index", "id", "name", "phone_masked", "bank_account_masked", *_PLAIN)
    known: dict[bytes, tuple] = {}
    for start in range(0, len(indexes), ROWS_AT_A_TIME):
        rows = Person.objects.filter(id_number_index__in=indexes[start : start + ROWS_AT_A_TIME])
        known |= {bytes(row[0]): row[1:] for row in rows.values_list(*columns)}
    return known


def _row(
    index: bytes, new: NewPerson, name: str, number: str, sex: str, born_on: date, *, by: Actor, at: datetime
) -> tuple:
    region_code = new.region_code or by.region_code
    if not is_region_code(region_code) or region_code == NATION:
        raise RegionMissing()
    return (
        name,
        seal(number, ID_NUMBER),
        index,
        mask_id_number(number),
        sex,
        born_on,
        *_phone(new),
        *_plain(new),
        *_bank(new, name),
        region_code,
        new.synthetic or is_fictional_region(number[:6]),
        at,
    )


def _plain(new: NewPerson) -> tuple[str, ...]:
    return tuple(tidy(getattr(new, field)) for field in _PLAIN)


def _phone(new: NewPerson) -> tuple[bytes, str]:
    phone = compact(new.phone)
    return (seal(phone, PHONE), mask_digits(phone)) if phone else (b"", "")


def _bank(new: NewPerson, name: str) -> tuple[str, bytes, bytes | None, str, str]:
    if not compact(new.bank_account):
        return "", b"", None, "", ""
    card = BankCard.parse(new.bank_account)
    holder = tidy_name(new.bank_account_holder) or name
    index = blind_index(card.value, BANK_ACCOUNT)
    return tidy(new.bank_name), seal(card.value, BANK_ACCOUNT), index, card.masked, holder


def _insert(rows: list[tuple]) -> dict[bytes, int]:
    """Insert in the order of the index, so that two lists never wait for each other in a ring."""
    columns = ", ".join(_COLUMNS)
    arrays = ", ".join(f"%s::{kind}[]" for kind in _COLUMNS.values())
    statement = f"""
        INSERT INTO people_person ({columns})
        SELECT {columns} FROM unnest({arrays}) AS incoming ({columns})
        ON CONFLICT (id_number_index) DO NOTHING
        RETURNING id_number_index, id
    """  # noqa: S608  (column names are this module's own)
    added: dict[bytes, int] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_AT_A_TIME):
            cursor.execute(
                statement, [list(c) for c in zip(*rows[start : start + ROWS_AT_A_TIME], strict=True)]
            )
            added |= {bytes(index): person_id for index, person_id in cursor.fetchall()}
    return added


def _fill_blanks(known: dict[bytes, tuple], incoming: dict[bytes, tuple]) -> int:
    """Write what known people lacked and the list gives; returns how many people gained something."""
    gains: list[tuple] = []
    for index, (person_id, name, phone, bank, *plain) in known.items():
        new, given, number, *_ = incoming[index]
        _same_name(number, name, given)
        values = _plain(new)
        gained = (
            (not phone and bool(compact(new.phone)))
            or (not bank and bool(compact(new.bank_account)))
            or any(value and not old for old, value in zip(plain, values, strict=True))
        )
        if gained:
            gains.append((person_id, *values, *_phone(new), *_bank(new, given)))
    if not gains:
        return 0
    gains.sort()
    kinds = ["bigint", *(_COLUMNS[column] for column in _FILLED)]
    fills = [f"{c} = CASE WHEN p.{c} = '' THEN i.{c} ELSE p.{c} END" for c in _PLAIN]
    for whole, columns in (("phone_masked", _PHONE), ("bank_account_masked", _BANK)):
        fills += [f"{c} = CASE WHEN p.{whole} = '' THEN i.{c} ELSE p.{c} END" for c in columns]
    statement = f"""
        UPDATE people_person p SET {", ".join(fills)}
        FROM unnest({", ".join(f"%s::{kind}[]" for kind in kinds)}) AS i (id, {", ".join(_FILLED)})
        WHERE p.id = i.id
    """  # noqa: S608
    with connection.cursor() as cursor:
        for start in range(0, len(gains), ROWS_AT_A_TIME):
            part = gains[start : start + ROWS_AT_A_TIME]
            cursor.execute(
                "SELECT 1 FROM people_person WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                [[row[0] for row in part]],
            )
            cursor.execute(statement, [list(column) for column in zip(*part, strict=True)])
    return len(gains)
