"""From the database to the columns detectors read: a few set-based queries, copied out and never held whole.

Everything is read as it stands when its query runs. What must not be told travels as an opaque number: bank
accounts and devices by the fingerprints kept beside them, phones and addresses by one made on the way, in memory only.
"""

import hashlib
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection
from django.utils import timezone

from kaogong.access.sealing import blind_indexes, unseal
from kaogong.detection import Frames, opaque
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import compact
from kaogong.people import queries as registry
from kaogong.people.models import PHONE

from .tables import LONG_TABLES, TABLES, Table

Progress = Callable[[str, int, int], None]
CLASSES_AT_ONCE = 2_000
HOME = "risk.home"
_KINDS = {"day": pl.Date, "at": pl.Datetime("us"), "bool": pl.Boolean}
_READ_AS = {
    "key": pl.Int64,
    "int": pl.Int64,
    "float": pl.Float64,
    "text": pl.String,
    "day": pl.Int32,
    "at": pl.Int64,
    "bool": pl.Int8,
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """The frames of one look, the digest of everything in them, and how much that was."""

    frames: Frames
    digest: str
    classes: int
    people: int


def classes_of_region(region_code: str, since: date) -> list[int]:
    """The classes approved, running or finished in a region and not over before ``since``."""
    return _ids(
        """
        SELECT id FROM training_trainingclass
        WHERE region_code LIKE %s AND status IN ('approved', 'running', 'finished') AND ends_on >= %s
        ORDER BY id
        """,
        [RegionCode(region_code).prefix + "%", since],
    )


def classes_around(training_class_id: int, since: date) -> list[int]:
    """One class and those it could share something with: its provider's, its learners', those of the people
    who share a bank account with them, its trainers'."""
    return _ids(
        """
        WITH people AS (
            SELECT person_id FROM training_enrolment WHERE training_class_id = %(id)s AND status = 'enrolled'
        ), sharing AS (
            SELECT p.id FROM people_person p WHERE p.id IN (SELECT person_id FROM people)
            UNION
            SELECT other.id FROM people_person own JOIN people_person other
                ON other.bank_account_index = own.bank_account_index
            WHERE own.id IN (SELECT person_id FROM people) AND own.bank_account_index IS NOT NULL
        ), trainers AS (
            SELECT DISTINCT other.id FROM training_session s
            JOIN institutions_trainer own ON own.id = s.trainer_id
            JOIN institutions_trainer other ON other.id_number_index = own.id_number_index
            WHERE s.training_class_id = %(id)s AND NOT s.cancelled
        )
        SELECT c.id FROM training_trainingclass c
        WHERE c.id = %(id)s OR (
            c.status IN ('approved', 'running', 'finished') AND c.ends_on >= %(since)s AND (
                c.institution_id = (SELECT institution_id FROM training_trainingclass WHERE id = %(id)s)
                OR c.id IN (SELECT training_class_id FROM training_enrolment
                            WHERE person_id IN (SELECT id FROM sharing) AND status = 'enrolled')
                OR c.id IN (SELECT training_class_id FROM training_session
                            WHERE trainer_id IN (SELECT id FROM trainers) AND NOT cancelled)
            )
        )
        ORDER BY c.id
        """,
        {"id": training_class_id, "since": since},
    )


@contextmanager
def gathered(
    class_ids: Sequence[int], allowances: dict[str, tuple[str, ...]], progress: Progress | None = None
) -> Iterator[Gathered]:
    """The frames of these classes; the long ones lie in files of a folder that goes when the look is over."""
    with tempfile.TemporaryDirectory(prefix="kaogong-risk-") as folder:
        yield _gather(list(class_ids), allowances, Path(folder), progress or (lambda *_: None))


def _gather(
    class_ids: list[int], allowances: dict[str, tuple[str, ...]], folder: Path, progress: Progress
) -> Gathered:
    digest = hashlib.sha256(repr(sorted(allowances.items())).encode())
    steps = len(TABLES) + len(LONG_TABLES) + 1
    frames: dict[str, object] = {}
    for done, (name, table) in enumerate(TABLES.items()):
        progress(name, done, steps)
        frames[name] = _copied(table, class_ids, digest)
    frames["classes"] = _with_allowances(frames["classes"], allowances)
    progress("phones", len(TABLES), steps)
    frames["persons"], institutions = _with_homes(frames["persons"], frames["institutions"], digest)
    frames["institutions"] = institutions
    frames["busy"] = _whereabouts(frames["persons"]["person"].to_list(), digest)
    for done, (name, table) in enumerate(LONG_TABLES.items(), len(TABLES) + 1):
        progress(name, done, steps)
        frames[name] = _in_pieces(name, table, class_ids, folder, digest)
    people = frames["persons"].height
    # A source this installation has nothing from is not given: detectors then say that they did not look.
    given = {name: frame for name, frame in frames.items() if not _is_absent(name, frame)}
    return Gathered(Frames.of(**given), digest.hexdigest(), len(class_ids), people)


def _is_absent(name: str, frame: object) -> bool:
    """Whether nothing at all came from a source that an installation may lack."""
    if name == "busy":
        return frame is None
    if name in LONG_TABLES:
        return not frame
    return TABLES[name].may_lack and frame.height == 0


def _copied(table: Table, class_ids: list[int], digest) -> pl.DataFrame:
    """One query copied out as a frame; its bytes go into the digest."""
    spool = io.BytesIO()
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY ({table.sql}) TO STDOUT WITH (FORMAT csv)", {"classes": class_ids}) as copy,
    ):
        for block in copy:
            spool.write(block)
    told = spool.getvalue()
    digest.update(told)
    names = [name for name, _ in table.columns]
    if not told:
        return pl.DataFrame(schema={n: _KINDS.get(k, _READ_AS[k]) for n, k in table.columns})
    frame = pl.read_csv(
        told,
        has_header=False,
        new_columns=names,
        schema_overrides={name: _READ_AS[kind] for name, kind in table.columns},
    )
    return frame.with_columns(
        [pl.col(name).cast(_KINDS[kind]) for name, kind in table.columns if kind in _KINDS]
        + [pl.col(name).fill_null("") for name, kind in table.columns if kind == "text"]
    )


def _in_pieces(name: str, table: Table, class_ids: list[int], folder: Path, digest) -> list[pl.LazyFrame]:
    """A long frame in files of so many classes each; no class lies in two."""
    pieces = []
    for start in range(0, len(class_ids), CLASSES_AT_ONCE):
        frame = _copied(table, class_ids[start : start + CLASSES_AT_ONCE], digest)
        if frame.height:
            path = folder / f"{name}-{start}.parquet"
            frame.write_parquet(path)
            pieces.append(pl.scan_parquet(path))
    return pieces


def _with_allowances(classes: pl.DataFrame, allowances: dict[str, tuple[str, ...]]) -> pl.DataFrame:
    allowed = [list(allowances.get(scheme, ())) for scheme in classes["scheme"]]
    return classes.with_columns(pl.Series("allows", allowed, dtype=pl.List(pl.String)))


def _with_homes(
    persons: pl.DataFrame, institutions: pl.DataFrame, digest
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Phones and addresses as opaque numbers: fingerprinted on the way, in memory; none is kept in clear."""
    people, bodies = persons["person"].to_list(), institutions["institution"].to_list()
    found = {
        ("person", "phone"): _fingerprints(_sealed_phones(people), _digits),
        ("person", "address"): _fingerprints(_column("people_person", "household_place", people), _door),
        ("body", "phone"): _fingerprints(_column("institutions_institution", "phone", bodies), _digits),
        ("body", "address"): _fingerprints(_column("institutions_institution", "address", bodies), _door),
    }
    digest.update(repr([sorted(known.items()) for known in found.values()]).encode())
    columns = ("phone", "address")
    return (
        persons.with_columns(
            [_looked_up(name, persons["person"], found["person", name]) for name in columns]
        ),
        institutions.with_columns(
            [_looked_up(name, institutions["institution"], found["body", name]) for name in columns]
        ),
    )


def _whereabouts(people: list[int], digest) -> pl.DataFrame | None:
    """Shifts, stays and sittings as the register of hours told; None where it said nothing of any of these people.

    That it was asked and knows of nothing is something: then there are no rows.
    """
    told = registry.whereabouts_told(people)
    if told is None:
        return None
    zone = timezone.get_default_timezone()
    rows = sorted(
        (pk, one.kind, *(edge.astimezone(zone).replace(tzinfo=None) for edge in (one.since, one.until)))
        for pk, one in told
    )
    digest.update(repr(rows).encode())
    at = pl.Datetime("us")
    schema = {"person": pl.Int64, "kind": pl.String, "starts_at": at, "ends_at": at}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _looked_up(name: str, keys: pl.Series, known: dict[int, int]) -> pl.Series:
    return pl.Series(name, [known.get(key) for key in keys], dtype=pl.Int64)


def _fingerprints(found: Iterable[tuple[int, str]], tidied: Callable[[str], str]) -> dict[int, int]:
    keys, texts = [], []
    for key, text in found:
        if plain := tidied(text):
            keys.append(key)
            texts.append(plain)
    return dict(zip(keys, map(opaque, blind_indexes(texts, HOME)), strict=True))


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _door(text: str) -> str:
    """An address down to the door; a town or village alone would make neighbours of strangers."""
    plain = compact(text)
    return plain if re.search(r"\d+-?\d*(号|室|户|栋|楼|单元)", plain) else ""


def _sealed_phones(person_ids: list[int]) -> Iterator[tuple[int, str]]:
    for person_id, sealed in _column("people_person", "phone", person_ids):
        yield person_id, unseal(sealed, PHONE)


def _column(table: str, column: str, ids: list[int]) -> Iterator[tuple[int, Any]]:
    """One column of these rows, those that are empty left out; the names are this module's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {column} FROM {table} WHERE id = ANY(%s) AND length({column}) > 0 ORDER BY id",  # noqa: S608
            [ids],
        )
        while rows := cursor.fetchmany(5_000):
            yield from rows


def _ids(sql: str, values) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]
