"""Registering people, one or a hundred thousand, by real name and identity number (A4)."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime

import polars as pl
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from psycopg.errors import UniqueViolation

from kaogong.access.bank_accounts import COLUMNS as BANK_COLUMNS
from kaogong.access.permissions import Permission
from kaogong.access.sealing import blind_indexes, seal_many
from kaogong.catalog.queries import is_fictional_region
from kaogong.gateways.copying import copy_rows
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotPermitted, Refused
from kaogong.kernel.id_number import MALE, mask_id_number, refusal
from kaogong.kernel.id_number_columns import check_id_numbers
from kaogong.kernel.region_code import NATION, is_region_code
from kaogong.kernel.writing import mask_name
from kaogong.kernel.writing_columns import bank_cards, compact_texts, mask_numbers, tidy_names, tidy_texts
from kaogong.trail.operations import record

from ..models import BANK_ACCOUNT, ID_NUMBER, PHONE, Person
from ..queries import people_of_indexes, standing_person_ids

ROWS_AT_A_TIME = 10_000


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


FIELDS = {field.name: pl.Boolean if field.type is bool else pl.String for field in fields(NewPerson)}

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
_BANK = BANK_COLUMNS
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
    (person_id,) = register_people([new], by=by, at=at, reason=reason).values()
    return Person.objects.get(pk=person_id)


@transaction.atomic
def register_people(people: list[NewPerson], *, by: Actor, at: datetime, reason: str = "") -> dict[str, int]:
    """Register a whole list at once and return identity number (18 characters) → person id.

    Known people keep what they have and gain what was blank; the same list twice changes nothing. Two
    transactions registering the same new person at once end with one row, whose id both get.
    """
    columns = {name: [getattr(new, name) for new in people] for name in FIELDS}
    found = register_table(pl.DataFrame(columns, schema=FIELDS), by=by, at=at, reason=reason)
    return dict(found.iter_rows())


@transaction.atomic
def register_table(
    people: pl.DataFrame,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    progress: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Register a table whose columns are fields of NewPerson; what ``register_people`` promises holds.

    Returns one row for each different number: ``id_number`` (18 characters) and ``person_id``.
    """
    if by.role != "system" and not (by.may(Permission.REGISTER_PERSON) or by.may(Permission.UPLOAD_ROSTER)):
        raise NotPermitted(label="登记人员")
    incoming = _tidied(people, by=by, at=at)
    known, filled, added = pl.DataFrame(schema={"id_number_index": pl.Binary, "id": pl.Int64}), 0, 0
    todo = incoming
    while todo.height:
        found = _known(todo["id_number_index"])
        filled += _fill_blanks(todo, found)
        strangers = todo.join(found, on="id_number_index", how="anti").sort("id_number_index")
        known = pl.concat([known, found.select(known.columns)])
        try:
            with transaction.atomic():
                inserted = _insert(strangers, at=at, progress=progress)
        except IntegrityError as clash:
            if not isinstance(clash.__cause__, UniqueViolation):
                raise
            todo = strangers  # another transaction committed one of them meanwhile: look again
            continue
        known, added = pl.concat([known, inserted]), added + inserted.height
        break
    ids = incoming.select("id_number_index", "id_number").join(known, on="id_number_index")
    if added or filled:
        detail = {"people": incoming.height, "added": added, "filled": filled}
        if incoming.height == 1:
            person = Person.objects.defer("id_number", "phone", "bank_account").get(pk=ids["id"][0])
            record("person.registered", person, by=by, at=at, reason=reason, **detail)
        else:
            record("people.registered", by=by, at=at, reason=reason, label=f"{incoming.height}人", **detail)
    return ids.select("id_number", person_id="id")


def _tidied(people: pl.DataFrame, *, by: Actor, at: datetime) -> pl.DataFrame:
    """One row per different number, everything in the form it is kept in but for the sealing."""
    blank = [pl.lit(None, kind).alias(name) for name, kind in FIELDS.items() if name not in people.columns]
    people = people.with_columns(blank)
    numbers = check_id_numbers(people["id_number"], on=timezone.localdate(at))
    wrong = numbers.filter(pl.col("problem").is_not_null())
    if wrong.height:
        raise refusal(wrong["problem"][0], wrong["value"][0])
    number = numbers["value"]
    names = tidy_names(people["name"])
    nameless = number.filter(names == "")
    if len(nameless):
        raise NameMissing(id_number=mask_id_number(nameless[0]))
    rows = people.with_columns(
        name=names,
        id_number=number,
        sex=pl.when(numbers["sex"] == MALE).then(pl.lit("1")).otherwise(pl.lit("2")),
        born_on=numbers["born_on"],
        phone=compact_texts(people["phone"]),
        bank_account=bank_cards(people["bank_account"]),
        **{field: tidy_texts(people[field]) for field in (*_PLAIN, "bank_name")},
        bank_account_holder=tidy_names(people["bank_account_holder"]),
        region_code=pl.col("region_code").fill_null(""),
        synthetic=pl.col("synthetic").fill_null(False) | _fictional(number),
    )
    twins = rows.filter(pl.col("name") != pl.col("name").first().over("id_number"))
    if twins.height:
        number, given = twins.select("id_number", "name").row(0)
        _refuse_name(number, rows.filter(pl.col("id_number") == number)["name"][0], given)
    rows = rows.unique("id_number", keep="first", maintain_order=True)
    has_account = pl.col("bank_account") != ""
    return rows.with_columns(
        pl.when(pl.col("region_code") == "").then(pl.lit(by.region_code)).otherwise("region_code")
        .alias("region_code"),
        pl.when(has_account).then("bank_name").otherwise(pl.lit("")).alias("bank_name"),
        pl.when(~has_account).then(pl.lit("")).when(pl.col("bank_account_holder") == "").then("name")
        .otherwise("bank_account_holder").alias("bank_account_holder"),
        id_number_masked=pl.col("id_number").str.slice(0, 6) + "********" + pl.col("id_number").str.slice(14),
        phone_masked=mask_numbers(pl.col("phone")),
        bank_account_masked=mask_numbers(pl.col("bank_account"), head=4, tail=4),
        id_number_index=pl.Series(blind_indexes(rows["id_number"], ID_NUMBER), dtype=pl.Binary),
    )  # fmt: skip


def _fictional(numbers: pl.Series) -> pl.Series:
    areas = numbers.str.slice(0, 6)
    return areas.is_in([area for area in areas.unique() if is_fictional_region(area)])


def _refuse_name(number: str, known: str, given: str) -> None:
    raise NameDiffers(id_number=mask_id_number(number), known=mask_name(known), given=given)


def _known(indexes: pl.Series) -> pl.DataFrame:
    """Those already registered: id_number_index, id, name and whether each field to fill is blank.

    Of a person merged into another the id and fields of the one that stands, the name under that number.
    """
    columns = ("id_number_index", "id", "name", "phone_masked", "bank_account_masked", *_PLAIN)
    schema = dict.fromkeys(columns, pl.String) | {"id_number_index": pl.Binary, "id": pl.Int64}
    rows = [(bytes(row[0]), *row[1:]) for row in people_of_indexes(indexes.to_list(), *columns)]
    standing = standing_person_ids(row[1] for row in rows)
    others = {stands for pk, stands in standing.items() if pk != stands}
    if others:
        kept = {row[1]: row for row in Person.objects.filter(pk__in=others).values_list(*columns)}
        rows = [(row[0], standing[row[1]], row[2], *kept.get(standing[row[1]], row)[3:]) for row in rows]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _sealed(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns as the database keeps them, bytes in hexadecimal."""
    bank_index = pl.Series(blind_indexes(rows["bank_account"], BANK_ACCOUNT), dtype=pl.Binary)
    return rows.with_columns(
        id_number=_hexed(seal_many(rows["id_number"], ID_NUMBER)),
        phone=_hexed(seal_many(rows["phone"], PHONE)),
        bank_account_index=pl.when(pl.col("bank_account") != "").then(_hexed(bank_index)),
        bank_account=_hexed(seal_many(rows["bank_account"], BANK_ACCOUNT)),
        id_number_index=_hexed(rows["id_number_index"]),
    )


def _hexed(values: list[bytes] | pl.Series) -> pl.Series:
    return "\\x" + pl.Series(values, dtype=pl.Binary).bin.encode("hex")


def _insert(
    strangers: pl.DataFrame, *, at: datetime, progress: Callable[[int], None] | None = None
) -> pl.DataFrame:
    """Copy new people in, ordered by index, so that two lists never wait for each other in a ring."""
    for region_code in strangers["region_code"].unique():
        if not is_region_code(region_code) or region_code == NATION:
            raise RegionMissing()
    ids = pl.Series("id", [], dtype=pl.Int64)
    if strangers.height:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('people_person', 'id')) FROM generate_series(1, %s)",
                [strangers.height],
            )
            ids = pl.Series("id", [row[0] for row in cursor.fetchall()], dtype=pl.Int64)
    placed = strangers.with_columns(ids, created_at=pl.lit(at.isoformat()))
    for start in range(0, placed.height, ROWS_AT_A_TIME):
        copy_rows("people_person", _sealed(placed.slice(start, ROWS_AT_A_TIME)).select("id", *_COLUMNS))
        if progress:
            progress(min(start + ROWS_AT_A_TIME, placed.height))
    return placed.select("id_number_index", "id")


def _fill_blanks(incoming: pl.DataFrame, known: pl.DataFrame) -> int:
    """Write what known people lacked and the list gives; returns how many people gained something."""
    if known.is_empty():
        return 0
    both = incoming.join(known, on="id_number_index", suffix="_kept")
    other = both.filter(pl.col("name") != pl.col("name_kept"))
    if other.height:
        _refuse_name(*other.select("id_number", "name_kept", "name").row(0))
    gained = pl.any_horizontal(
        (pl.col(f"{field}_kept") == "") & (pl.col(field) != "")
        for field in (*_PLAIN, "phone_masked", "bank_account_masked")
    )
    gains = both.filter(gained).sort("id")
    kinds = ["bigint", *(_COLUMNS[column] for column in _FILLED)]
    fills = [f"{c} = CASE WHEN p.{c} = '' THEN i.{c} ELSE p.{c} END" for c in _PLAIN]
    for whole, columns in (("phone_masked", _PHONE), ("bank_account_masked", _BANK)):
        fills += [f"{c} = CASE WHEN p.{whole} = '' THEN i.{c} ELSE p.{c} END" for c in columns]
    statement = f"""
        UPDATE people_person p SET {", ".join(fills)}
        FROM unnest({", ".join(f"%s::{kind}[]" for kind in kinds)}) AS i (id, {", ".join(_FILLED)})
        WHERE p.id = i.id
    """  # noqa: S608  (column names are this module's own)
    with connection.cursor() as cursor:
        for start in range(0, gains.height, ROWS_AT_A_TIME):
            part = _sealed(gains.slice(start, ROWS_AT_A_TIME)).select("id", *_FILLED)
            cursor.execute(
                "SELECT 1 FROM people_person WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                [part["id"].to_list()],
            )
            cursor.execute(statement, [column.to_list() for column in part])
    return gains.height
