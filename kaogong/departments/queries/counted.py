"""Accepted records as rows of the ``training`` fact (see README)."""

from collections.abc import Iterator
from datetime import datetime

import polars as pl
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate

from kaogong.indicators.facts import TRAINING, age_band
from kaogong.people import queries as people

from ..models import DepartmentRecord, RecordDuplicate
from .duplicates import told_twice

ROWS_AT_ONCE = 20_000
_SEXES = {"1": "1", "2": "2"}
_READ = (
    "pk", "person_id", "region_code", "programme_code", "department_code", "occupation_code", "level_code",
    "group_code", "sex", "born_on", "starts_on", "ends_on", "hours", "passed", "certificate_number", "subsidy_fen",
    "file__status", "twice", "file__sent_at",
)  # fmt: skip


def counted_records(*, since: datetime | None = None) -> Iterator[pl.DataFrame]:
    """Frames with the columns of ``TRAINING``: one row a record, ``counted`` false where it is told twice.

    Without ``since`` the records of accepted files. With it every record changed from then on: those no
    longer accepted, those told twice with our own classes, and those of people merged meanwhile, too.
    """
    rows = DepartmentRecord.objects.annotate(twice=Exists(told_twice(OuterRef("pk")))).order_by("pk")
    if since is None:
        rows = rows.filter(file__status="accepted")
    else:
        own = RecordDuplicate.objects.filter(record_id=OuterRef("pk"), enrolment__isnull=False)
        merged = people.people_merged_since(since)
        rows = rows.filter(Q(changed_at__gte=since) | Q(Exists(own)) | Q(person_id__in=merged))
    part: list[tuple] = []
    for row in rows.values_list(*_READ).iterator(chunk_size=ROWS_AT_ONCE):
        part.append(row)
        if len(part) == ROWS_AT_ONCE:
            yield _frame(part)
            part = []
    if part:
        yield _frame(part)


def _frame(part: list[tuple]) -> pl.DataFrame:
    standing = people.standing_person_ids({row[1] for row in part if row[1] is not None})
    columns: dict[str, list] = {name: [] for name in TRAINING.names}
    for row in part:
        for name, value in _fact(row, standing).items():
            columns[name].append(value)
    return pl.DataFrame(columns, schema=TRAINING.schema)


def _fact(row: tuple, standing: dict[int, int]) -> dict[str, object]:
    (pk, person, region, programme, department, occupation, level, group, sex, born_on, starts_on, ends_on,
     hours, passed, certificate, subsidy_fen, status, twice, sent_at) = row  # fmt: skip
    return {
        "record": f"d{pk}",
        "person": None if person is None else standing[person],
        "region": region[:6],
        "programme": programme,
        "department": department,
        "occupation": occupation,
        "chain": "",
        "level": level or "0",
        "group": group,
        "sex": _SEXES.get(sex, ""),
        "age": age_band(born_on, starts_on),
        "provider": "",
        "origin": "department",
        "class_id": None,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "year": ends_on.year,
        "counted": status == "accepted" and not twice,
        "finished": ends_on <= localdate(sent_at),
        "passed": bool(passed) or (bool(certificate) and passed is None),
        "certified": bool(certificate) and passed is not False,
        "subsidised": subsidy_fen > 0,
        "online": False,
        "subsidy_fen": subsidy_fen,
        "hours_planned": hours,
        "hours_attended": hours,
    }
