"""Receiving a roster file, keeping what its check found, and taking its good rows."""

import base64
import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import polars as pl
from django.db import connection, transaction
from django.db.models import Max

from kaogong import sheets
from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.gateways.copying import copy_rows
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.writing import compact
from kaogong.people import operations as people
from kaogong.trail.operations import begin, move, record, require_may
from kaogong.training import queries
from kaogong.training.models import Enrolment, RosterUpload, TrainingClass

from .roster_check import Earlier, RosterCheck, judge
from .roster_fees import keep_fees
from .roster_register import KEPT
from .roster_registers import keep_standings
from .trying_twice import tried_twice
from .two_places import told_by_name

ROWS_AT_ONCE = 2_000  # longer rosters are checked and taken in the background
_OPEN = ("drafted", "filed", "returned")

Progress = Callable[[int], None]


class RosterClosed(Refused):
    """班级{number}已是“{state}”，不能再上传花名册。"""


class RosterUnsure(Refused):
    """有的列拿不准是什么（{columns}），请先确认列对应。"""


@tried_twice
@transaction.atomic
def upload_roster(
    class_id: int,
    data: bytes,
    filename: str,
    *,
    by: Actor,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    earlier: Earlier | None = None,
) -> RosterUpload:
    """Receive a roster and, when short, check it at once; the same file again gives the earlier upload.

    A long one (more than ROWS_AT_ONCE rows) or one whose columns are unsure stays received.
    """
    upload = receive_roster(class_id, data, filename, mapping=mapping, by=by, at=at)
    short = upload.rows_total <= ROWS_AT_ONCE
    if upload.status == "received" and short and (mapping or not upload.unsure):
        _keep_check(upload, by=by, at=at, earlier=earlier)
    return upload


@transaction.atomic
def receive_roster(
    class_id: int,
    data: bytes,
    filename: str,
    *,
    by: Actor,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
) -> RosterUpload:
    """Keep a roster file as it came, unjudged; the same file again gives the earlier upload unchanged."""
    require_may(by, Permission.UPLOAD_ROSTER, "上传花名册")
    training_class = _open_class(class_id, by=by)
    digest = hashlib.sha256(data).hexdigest()
    earlier = RosterUpload.objects.filter(training_class=training_class, digest=digest)
    earlier = earlier.exclude(status="discarded").first()
    if earlier is not None:
        return earlier
    table = sheets.read(data, filename, layout=sheets.ROSTER, mapping=mapping or None)
    upload = RosterUpload.objects.create(
        training_class=training_class,
        institution_id=training_class.institution_id,
        region_code=training_class.region_code,
        filename=filename[-200:],
        digest=digest,
        mapping=dict(mapping or {}),
        original=base64.b64encode(data).decode(),
        **_as_read(table),
        uploaded_at=at,
        uploaded_by=by.name,
    )
    begin(upload, "received", by=by, at=at, class_id=class_id, rows=upload.rows_total, digest=digest)
    return upload


@tried_twice
@transaction.atomic
def check_uploaded_roster(
    upload_id: int,
    *,
    by: Actor,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    earlier: Earlier | None = None,
    progress: Progress | None = None,
) -> RosterUpload:
    """Check a received roster, with the columns a person has confirmed; checked once, it stays checked."""
    upload = _upload_alone(upload_id, by=by)
    if upload.status != "received":
        return upload
    reread: list[str] = []
    if mapping is not None:
        # Written with the figures, so that the row stays unlocked meanwhile.
        upload.mapping = dict(mapping)
        table = sheets.read(upload.content, upload.filename, layout=sheets.ROSTER, mapping=mapping)
        for name, value in _as_read(table).items():
            setattr(upload, name, value)
            reread.append(name)
        reread.append("mapping")
    if upload.unsure and not upload.mapping:
        doubtful = [column["heading"] for column in upload.columns if column["certainty"] < 1]
        raise RosterUnsure(columns="、".join(doubtful))
    _keep_check(upload, by=by, at=at, earlier=earlier, progress=progress, reread=reread)
    return upload


@tried_twice
@transaction.atomic
def take_roster(
    upload_id: int,
    *,
    by: Actor,
    at: datetime,
    earlier: Earlier | None = None,
    progress: Progress | None = None,
) -> RosterUpload:
    """Enrol the good rows of a checked roster: new people registered, changed rows changed, the rest left.

    All or nothing: the rows are judged again as things stand now, and a death in the middle leaves the
    upload checked, to be taken again. Taking what was taken changes nothing.
    """
    require_may_take(by)
    upload = _upload_alone(upload_id, by=by)
    if upload.status == "taken":
        return upload
    training_class = _open_class(upload.training_class_id, by=by)
    check = judge(_rows_kept(upload), training_class, at=at, earlier=earlier, asking=by)
    added, changed = _save_rows(check, upload, training_class, by=by, at=at, progress=progress)
    upload.rows_added, upload.rows_changed, upload.rows_done = added, changed, check.rows_total
    _note_figures(upload, check)
    move(upload, "take", by=by, at=at, added=added, changed=changed, unchanged=check.rows_unchanged)
    record(
        "class.rostered",
        training_class,
        by=by,
        at=at,
        upload=upload.pk,
        added=added,
        changed=changed,
        refused=check.rows_problem,
    )
    return upload


@transaction.atomic
def discard_roster(upload_id: int, *, by: Actor, at: datetime, reason: str = "") -> RosterUpload:
    """Put a roster aside untaken; the same file may then be sent again."""
    upload = queries.roster_upload_for_update(upload_id, by=by)
    move(upload, "discard", by=by, at=at, reason=reason)
    return upload


def require_may_take(by: Actor) -> None:
    """Refuse whoever may not upload rosters; the system may go on with what a person began."""
    if by.role != "system":
        require_may(by, Permission.UPLOAD_ROSTER, "录入花名册")


def _open_class(class_id: int, *, by: Actor) -> TrainingClass:
    training_class = queries.training_class_for_update(class_id, by=by)
    if training_class.status not in _OPEN:
        raise RosterClosed(number=training_class.number, state=training_class.get_status_display())
    return training_class


def _upload_alone(upload_id: int, *, by: Actor) -> RosterUpload:
    """One upload nobody else is working on; its row stays unlocked to the end, so progress may be shown."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('training.rosterupload'), %s)", [upload_id])
    return queries.roster_upload_with_content(upload_id, by=by)


def _as_read(table: sheets.Table) -> dict[str, object]:
    """What reading the file gave, in the form it is kept in: it is read once, judged as often as need be."""
    frame = io.BytesIO()
    table.frame.select("row_number", "id_number", "age", *KEPT).write_ipc(frame, compression="lz4")
    found = [
        {
            "heading": match.heading,
            "letter": match.column_letter,
            "field": match.field,
            "certainty": match.certainty,
        }
        for match in table.columns
    ]
    kept = {
        "frame": base64.b64encode(frame.getvalue()).decode(),
        "cells": table.cell_problems,
        "missing": table.missing,
    }
    return {
        "rows": json.dumps(kept, ensure_ascii=False),
        "columns": found,
        "unsure": table.unsure,
        "rows_total": table.frame.height,
    }


def _rows_kept(upload: RosterUpload) -> sheets.Table:
    kept = json.loads(upload.rows)
    return sheets.Table(
        sheet_name="",
        header_row=1,
        columns=[],
        missing=kept["missing"],
        frame=pl.read_ipc(io.BytesIO(base64.b64decode(kept["frame"]))),
        layout=sheets.ROSTER,
        cell_problems={int(row): said for row, said in kept["cells"].items()},
    )


def _keep_check(
    upload: RosterUpload,
    *,
    by: Actor,
    at: datetime,
    earlier: Earlier | None,
    progress: Progress | None = None,
    reread: Sequence[str] = (),
) -> None:
    check = judge(
        _rows_kept(upload), upload.training_class, at=at, earlier=earlier, progress=progress, asking=by
    )
    upload.rows_done = check.rows_total
    _note_figures(upload, check, reread)
    move(upload, "check", by=by, at=at, good=check.rows_good, problem=check.rows_problem)


def _note_figures(upload: RosterUpload, check: RosterCheck, reread: Sequence[str] = ()) -> None:
    upload.rows_total = check.rows_total
    upload.rows_good = check.rows_good
    upload.rows_problem = check.rows_problem
    upload.rows_unchanged = check.rows_unchanged
    findings = [
        {"row_number": finding.row_number, "code": finding.code, "facts": finding.facts}
        for finding in check.findings
    ]
    upload.problems = json.dumps(findings, ensure_ascii=False, separators=(",", ":"))
    upload.save(
        update_fields=[
            "rows_total", "rows_good", "rows_problem", "rows_unchanged", "rows_done", "rows_added",
            "rows_changed", "problems", *reread,
        ]
    )  # fmt: skip


def _save_rows(
    check: RosterCheck,
    upload: RosterUpload,
    training_class: TrainingClass,
    *,
    by: Actor,
    at: datetime,
    progress: Progress | None,
) -> tuple[int, int]:
    """Register the people of new and changed rows, then write their enrolments. Returns (added, changed)."""
    rows = check.good.filter(pl.col("state") != "unchanged").sort("row_number")
    educations = {
        word: catalog.education_from(compact(word)) or ""
        for word in rows["education"].drop_nulls().unique().to_list()
    }
    peoples = {
        compact(label).removesuffix("族"): code for code, label in catalog.code_labels("ethnic_group").items()
    }
    ethnic = {
        word: peoples.get(compact(word).removesuffix("族"), "")
        for word in rows["ethnicity"].drop_nulls().unique().to_list()
    }
    places = {
        word: catalog.region_of_place(word, near=training_class.region_code)
        for word in rows["residence"].drop_nulls().unique().to_list()
    }
    ids = people.register_table(
        _as_people(rows, training_class, educations, ethnic, places), by=by, at=at, progress=progress
    )
    registered = rows.join(ids.rename({"id_number": "id_value"}), on="id_value", suffix="_now")
    changed = rows.filter(pl.col("state") == "changed")
    if changed.height:
        _change(changed, upload)
    new = registered.filter(pl.col("state") == "new").sort("row_number")
    if new.height:
        _insert(new, upload, training_class)
    keep_fees(registered, training_class)
    keep_standings(registered["person_id_now"].to_list(), by=by, at=at)
    return new.height, changed.height


def _as_people(
    rows: pl.DataFrame,
    training_class: TrainingClass,
    educations: Mapping[str, str],
    ethnic: Mapping[str, str],
    places: Mapping[str, str],
) -> pl.DataFrame:
    """What the rows say of people, in the words of the registry."""

    def coded(column: str, codes: Mapping[str, str]) -> pl.Expr:
        return pl.col(column).replace_strict(codes or {"": ""}, default="", return_dtype=pl.String)

    fine = pl.col("account_fine")
    return rows.select(
        "name",
        "phone",
        id_number="id_value",
        education_code=coded("education", educations),
        ethnic_code=coded("ethnicity", ethnic),
        household_region_code=coded("residence", places),
        household_place=pl.col("residence").str.slice(0, 120),
        household_kind=pl.col("residence_kind").str.slice(0, 20),
        bank_name=pl.when(fine).then(pl.col("bank_name").str.slice(0, 80)),
        bank_account=pl.when(fine).then("bank_account"),
        bank_account_holder=pl.when(fine).then(pl.col("bank_holder").str.slice(0, 60)),
        region_code=pl.lit(training_class.region_code),
        synthetic=pl.lit(training_class.synthetic),
    )


def _change(changed: pl.DataFrame, upload: RosterUpload) -> None:
    kept = Enrolment.objects.in_bulk(changed["enrolment_id"].to_list())
    for row in changed.iter_rows(named=True):
        enrolment = kept[row["enrolment_id"]]
        enrolment.group_code = row["group_code"]
        enrolment.job_promise = (row["promised_employer"] or "")[:200]
        enrolment.row_digest = row["row_digest"]
        enrolment.upload = upload
    Enrolment.objects.bulk_update(
        kept.values(), ["group_code", "job_promise", "row_digest", "upload"], batch_size=2_000
    )


def _insert(new: pl.DataFrame, upload: RosterUpload, training_class: TrainingClass) -> None:
    """Write enrolments in the order of the rows, after those the class has."""
    here = Enrolment.objects.filter(training_class=training_class)
    last = here.aggregate(last=Max("sequence"))["last"] or 0
    with told_by_name():
        copy_rows(
            "training_enrolment",
            new.select(
                pl.lit(training_class.pk).alias("training_class_id"),
                pl.col("person_id_now").alias("person_id"),
                pl.lit(upload.pk).alias("upload_id"),
                pl.int_range(last + 1, last + 1 + pl.len()).alias("sequence"),
                pl.col("group_code").fill_null(""),
                pl.col("promised_employer").fill_null("").str.slice(0, 200).alias("job_promise"),
                ("\\x" + pl.col("row_digest").bin.encode("hex")).alias("row_digest"),
                pl.lit("enrolled").alias("status"),
            ),
        )
