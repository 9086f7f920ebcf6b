"""Checking a roster: every row judged at once, by columns; nothing is written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl
from django.utils import timezone

from kaogong import sheets
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.id_number_columns import check_id_numbers
from kaogong.kernel.writing import compact
from kaogong.kernel.writing_columns import is_card
from kaogong.training import queries
from kaogong.training.models import TrainingClass
from kaogong.training.operations.values import working_age
from kaogong.training.queries.findings import (
    ERROR,
    FACT_COLUMNS,
    NOTE,
    SENTENCES,
    WARNING,
    RosterFinding,
    facts_named,
    tell,
)

from . import roster_register as register
from .roster_fees import with_fees
from .roster_register import KEPT
from .roster_registers import asked_of_registers

# Given by the caller, since subsidies lie above training: (person ids, occupation, level, day) -> person ->
# one sentence saying what subsidies already paid rule out. The web and the shell pass the claims app's query.
Earlier = Callable[[list[int], str, str, date], Mapping[int, str]]

_PHONE = r"^(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?|[2-9][0-9]{6,7}|400-?[0-9]{3}-?[0-9]{4})$"


class RosterColumnsMissing(Refused):
    """花名册里没有找到“{columns}”列，请指定是哪一列，或补上后重新上传。"""


@dataclass
class RosterCheck:
    """What a roster holds: columns recognised, findings by row, and the rows fit to be taken.

    ``rows`` has one line per sheet row: ``row_number``, ``id_value``, the kept fields, ``person_id`` (null
    when new), ``fine`` (no error) and ``state`` (new, changed, unchanged).
    """

    table: sheets.Table
    rows: pl.DataFrame
    findings: list[RosterFinding] = field(default_factory=list)

    @property
    def rows_total(self) -> int:
        return self.rows.height

    @property
    def good(self) -> pl.DataFrame:
        return self.rows.filter("fine")

    @property
    def rows_good(self) -> int:
        return int(self.rows["fine"].sum())

    @property
    def rows_problem(self) -> int:
        return self.rows_total - self.rows_good

    @property
    def rows_unchanged(self) -> int:
        return self.rows.filter(pl.col("fine") & (pl.col("state") == "unchanged")).height

    def findings_of(self, *severities: str) -> dict[int, list[RosterFinding]]:
        """Findings by sheet row, in the order of rows."""
        by_row: dict[int, list[RosterFinding]] = {}
        for finding in self.findings:
            if not severities or finding.severity in severities:
                by_row.setdefault(finding.row_number, []).append(finding)
        return by_row

    def problem_sheet(self, data: bytes, filename: str) -> bytes:
        """The refused rows as the same sheet with a 问题 column."""
        refused = set(self.rows.filter(~pl.col("fine"))["row_number"])
        sentences = {
            row: [finding.message for finding in found]
            for row, found in self.findings_of(ERROR, WARNING).items()
            if row in refused
        }
        return sheets.write_problem_sheet(data, filename, self.table, sentences)


def check_roster(
    data: bytes,
    filename: str,
    *,
    by: Actor,
    at: datetime,
    class_id: int | None = None,
    mapping: Mapping[str, str] | None = None,
    earlier: Earlier | None = None,
    registry: bool = True,
) -> RosterCheck:
    """Judge every row of a roster and change nothing.

    Without a class the rows are judged as of the day of ``at`` and not against a timetable or contract;
    without ``registry`` nothing is asked of the database at all. Raises SheetRefused when the file cannot be
    read, RosterColumnsMissing when names or numbers cannot be found in it.
    """
    training_class = queries.training_class(class_id, by=by) if class_id is not None else None
    return judge(
        sheets.read(data, filename, layout=sheets.ROSTER, mapping=mapping or None),
        training_class,
        at=at,
        earlier=earlier,
        registry=registry,
    )


def judge(
    table: sheets.Table,
    training_class: TrainingClass | None,
    *,
    at: datetime,
    earlier: Earlier | None = None,
    registry: bool = True,
    progress: Callable[[int], None] | None = None,
    asking: Actor | None = None,
) -> RosterCheck:
    """Judge a table already read; with ``asking`` the connected outside registers are asked too, on the record."""
    if table.missing:
        raise RosterColumnsMissing(columns="、".join(table.missing_labels))
    today = timezone.localtime(at).date()
    on = training_class.starts_on if training_class else today
    told = progress or (lambda rows: None)
    rows = _as_numbers(table.frame, today, on)
    found = [*_unreadable(table.cell_problems), *_in_the_sheet(rows, on)]
    told(rows.height // 4)
    rows = rows.with_columns(person_id=pl.lit(None, pl.Int64), state=pl.lit("new"), group_code=pl.lit(""))
    rows, paid = with_fees(rows)
    found += paid
    if registry:
        found += _areas(rows)
        found += _education(rows)
        rows, claimed = register.with_groups_claimed(rows)
        found += claimed
        rows, known = register.with_people(rows)
        found += known
        told(rows.height // 2)
        if training_class is not None:
            rows, kept = register.with_enrolments(rows, training_class)
            found += kept
            found += register.elsewhere(rows, training_class)
            found += register.unregistered_groups(rows, on)
            found += register.outside_audience(rows, training_class, on)
            found += register.ruled_out(rows, training_class, on, earlier)
            if asking is not None:
                found += asked_of_registers(rows, training_class, by=asking, at=at)
    rows = _with_verdict(rows, found)
    if registry and training_class is not None:
        beyond = register.beyond_contract(rows, training_class)
        if beyond:
            found += beyond
            rows = _with_verdict(rows.drop("fine"), found)
    told(rows.height)
    return RosterCheck(table, rows, _told_in_order(found))


def _as_numbers(frame: pl.DataFrame, today: date, on: date) -> pl.DataFrame:
    """The kept fields beside what the identity number says."""
    checked = check_id_numbers(frame["id_number"], on=today).rename(
        {
            "value": "id_value",
            "problem": "id_problem",
            "note": "id_note",
            "sex": "id_sex",
            "region_code": "area",
        }
    )
    born = pl.col("born_on").dt
    to_come = (born.month() > on.month) | ((born.month() == on.month) & (born.day() > on.day))
    account = pl.col("bank_account").str.replace_all("-", "", literal=True)
    rows = pl.concat([frame.select("row_number", "age", *KEPT), checked], how="horizontal")
    return rows.with_columns(
        age_written=pl.col("age").cast(pl.Int64, strict=False),
        age_then=on.year - born.year() - to_come.cast(pl.Int32),
        account_fine=is_card(account),
    ).drop("age")


def _in_the_sheet(rows: pl.DataFrame, on: date) -> Iterable[pl.DataFrame]:
    """Everything that can be seen without leaving the sheet."""
    row, valid = pl.col("row_number"), pl.col("id_problem").is_null()
    yield tell(rows, "name_missing", pl.col("name").fill_null("") == "")
    for problem in ("missing", "letters", "date", "future", "checksum"):
        yield tell(rows, f"id_{problem}", pl.col("id_problem") == problem)
    yield tell(rows, "id_length", pl.col("id_problem") == "length", pl.col("id_value").str.len_chars())
    yield tell(rows, "id_upgraded", pl.col("id_note").is_not_null())
    least = working_age(on)
    yield tell(rows, "under_age", valid & (pl.col("age_then") < least), pl.col("age_then"), pl.lit(least))
    first = row.min().over("id_value")
    yield tell(rows, "duplicate", valid & (row > first), first)
    sex = pl.col("sex").str.strip_suffix("性")
    yield tell(rows, "sex_differs", valid & sex.is_not_null() & (sex != pl.col("id_sex")), pl.col("id_sex"))
    # Sheets are written weeks before or after the first day: one year either way is no contradiction.
    off = (pl.col("age_written") - pl.col("age_then")).abs() > 1
    yield tell(rows, "age_differs", valid & off, pl.col("age_then"))
    yield tell(rows, "phone_shape", pl.col("phone").is_not_null() & ~pl.col("phone").str.contains(_PHONE))
    yield tell(rows, "account_shape", pl.col("bank_account").is_not_null() & ~pl.col("account_fine"))
    owner = pl.col("id_value").first().over("bank_account", order_by="row_number")
    sharing = pl.col("bank_account").is_not_null() & (pl.col("id_value") != owner)
    yield tell(rows, "account_shared", sharing, row.min().over("bank_account"))
    holder = pl.col("bank_holder")
    yield tell(rows, "account_holder", holder.is_not_null() & (holder != pl.col("name")))


def _areas(rows: pl.DataFrame) -> list[pl.DataFrame]:
    notes = catalog.area_notes(set(rows["area"].drop_nulls().unique()))
    said = pl.col("area").replace_strict(notes, default=None, return_dtype=pl.String)
    return [tell(rows, "id_area", said.is_not_null(), said)] if notes else []


def _education(rows: pl.DataFrame) -> list[pl.DataFrame]:
    words = rows["education"].drop_nulls().unique().to_list()
    strange = [word for word in words if catalog.education_from(compact(word)) is None]
    return [tell(rows, "education_unknown", pl.col("education").is_in(strange), pl.col("education"))]


def _unreadable(cell_problems: Mapping[int, list[str]]) -> list[pl.DataFrame]:
    lines = [(row, sentence) for row, sentences in cell_problems.items() for sentence in sentences]
    if not lines:
        return []
    frame = pl.DataFrame(lines, schema={"row_number": pl.Int64, "said": pl.String}, orient="row")
    return [tell(frame, "cell", pl.lit(True), pl.col("said"))]


def _with_verdict(rows: pl.DataFrame, found: list[pl.DataFrame]) -> pl.DataFrame:
    grave = [code for code, (severity, _, _) in SENTENCES.items() if severity == ERROR]
    wrong = pl.concat(found).filter(pl.col("code").is_in(grave)).select("row_number").unique()
    wrong = wrong.with_columns(fine=pl.lit(False))
    return rows.join(wrong, on="row_number", how="left", maintain_order="left").with_columns(
        pl.col("fine").fill_null(True)
    )


def _told_in_order(found: list[pl.DataFrame]) -> list[RosterFinding]:
    names = {code: facts_named(code) for code in SENTENCES}
    weight = {ERROR: 0, WARNING: 1, NOTE: 2}
    rank = {code: weight[severity] for code, (severity, _, _) in SENTENCES.items()}
    frame = (
        pl.concat(found)
        .with_columns(rank=pl.col("code").replace_strict(rank))
        .sort("row_number", "rank", maintain_order=True)
    )
    return [
        RosterFinding(row, code, dict(zip(names[code], facts, strict=False)))
        for row, code, *facts in frame.select("row_number", "code", *FACT_COLUMNS).iter_rows()
    ]
