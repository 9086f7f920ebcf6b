"""Writing the rows of an accepted list, a slice at a time: people found or registered, records copied in."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from django.db import connection

from kaogong.access.permissions import Permission
from kaogong.access.sealing import blind_indexes, seal_many
from kaogong.gateways.copying import copy_rows
from kaogong.kernel.actor import Actor
from kaogong.people import operations as people
from kaogong.people.models import ID_NUMBER

from ..models import DepartmentFile, DepartmentRecord
from .checking import Row

ROWS_AT_A_TIME = 10_000
# Columns that are the row's own words, days and numbers.
_PLAIN = {
    "row_number": pl.Int64, "name": pl.String, "id_number_masked": pl.String, "sex": pl.String,
    "born_on": pl.Date, "programme_name": pl.String, "programme_code": pl.String, "occupation_name": pl.String,
    "occupation_code": pl.String, "level_code": pl.String, "group_code": pl.String, "starts_on": pl.Date,
    "ends_on": pl.Date, "hours": pl.Int64, "passed": pl.Boolean, "certificate_number": pl.String,
    "subsidy_fen": pl.Int64, "provider_name": pl.String, "place": pl.String,
}  # fmt: skip


def keep_rows(file: DepartmentFile, rows: Sequence[Row], *, by: Actor, at: datetime) -> int:
    """Register people nobody knew yet, by name and whole number, and write one record a row.

    Returns how many rows belong to nobody.
    """
    news = {
        row.id_number: people.NewPerson(name=row.name, id_number=row.id_number, region_code=file.region_code)
        for row in rows
        if row.id_number
    }
    registering = by.may_also(Permission.REGISTER_PERSON)
    ids = people.register_people(list(news.values()), by=registering, at=at) if news else {}
    for start in range(0, len(rows), ROWS_AT_A_TIME):
        part = rows[start : start + ROWS_AT_A_TIME]
        copy_rows(DepartmentRecord._meta.db_table, _columns(file, part, ids, at=at))
    return sum(1 for row in rows if row.id_number not in ids)


def _columns(file: DepartmentFile, rows: Sequence[Row], ids: dict[str, int], *, at: datetime) -> pl.DataFrame:
    """The rows as the table keeps them: whole numbers sealed, their index beside."""
    numbers = [row.id_number for row in rows]
    purpose = DepartmentRecord._meta.get_field("id_number").purpose
    indexes = blind_indexes(numbers, ID_NUMBER)
    return pl.DataFrame(
        {
            **{
                name: pl.Series([getattr(row, name) for row in rows], dtype=kind)
                for name, kind in _PLAIN.items()
            },
            "id": pl.Series(_numbered(len(rows)), dtype=pl.Int64),
            "person_id": pl.Series([ids.get(number) for number in numbers], dtype=pl.Int64),
            "id_number": [f"\\x{sealed.hex()}" for sealed in seal_many(numbers, purpose)],
            "id_number_index": pl.Series(
                [
                    f"\\x{index.hex()}" if number else None
                    for number, index in zip(numbers, indexes, strict=True)
                ],
                dtype=pl.String,
            ),
        }
    ).with_columns(
        file_id=pl.lit(file.pk),
        department_code=pl.lit(file.department_code),
        region_code=pl.lit(file.region_code),
        changed_at=pl.lit(at.isoformat()),
    )


def _numbered(count: int) -> list[int]:
    """The next ids, in the order of the rows: what is earlier in the list is the earlier record."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [DepartmentRecord._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]
