"""A figure opened to the rows it was counted from, names masked; and what differs between two snapshots."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext as _

from kaogong.access.permissions import Permission
from kaogong.indicators import counting
from kaogong.indicators.facts import Column, Fact
from kaogong.indicators.measures import Ratio
from kaogong.indicators.register import Indicator, indicator_of
from kaogong.kernel.actor import Actor
from kaogong.kernel.period import Period
from kaogong.kernel.writing import mask_name
from kaogong.people.models import Person
from kaogong.training.models import TrainingClass

from ..models import Snapshot
from .fetching import folder_of, require_may_look
from .figures import Where, _asked, require_in_reach
from .labels import NOT_TOLD, labels_of
from .opening import sound_snapshot
from .tables import handed_in

EVERY = 1_000_000_000
# What a record's first letter says it is.
KINDS = {
    "e": "enrolment", "c": "certificate", "p": "payment", "b": "payment", "r": "recoupment_receipt",
    "f": "follow_up", "k": "class", "d": "department_record",
}  # fmt: skip
PERSON_NAME, PERSON_NUMBER, CLASS_NUMBER = "person_name", "person_number", "class_number"


@dataclass(frozen=True, slots=True)
class CellRow:
    """One row of a cell: its values as pages show them, and the ids that lead to what it was read from."""

    values: Mapping[str, object]
    record: str
    kind: str
    pk: int | None
    person_id: int | None
    class_id: int | None


@dataclass(frozen=True, slots=True)
class CellRows:
    """A page of the rows of a figure; ``columns`` are (name, label, kind), ``count`` how many in all."""

    columns: list[tuple[str, str, str]]
    rows: list[CellRow]
    count: int
    snapshot: int | None


@dataclass(frozen=True, slots=True)
class Differences:
    """The rows a figure lost, gained and has otherwise, from an earlier snapshot to a later one.

    ``was`` holds the ``changed`` rows as they were, in the same order.
    """

    gone: CellRows
    come: CellRows
    changed: CellRows
    was: CellRows


def cell_rows(
    code: str,
    *,
    by: Actor,
    region_code: str,
    period: Period,
    where: Where | None = None,
    part: str = "numerator",
    page: int = 1,
    size: int = 50,
    snapshot: int | None = None,
) -> CellRows:
    """Open a figure to the rows it was counted from, in the snapshot it was counted from; names masked."""
    require_may_look(by, Permission.VIEW_PEOPLE, "查看明细")
    require_in_reach(by, region_code)
    taken = sound_snapshot(snapshot)
    if taken is None:
        return CellRows([], [], 0, None)
    opened = _opened(code, taken, region_code, period, where, part, page=page, size=size)
    fact = _fact_of(indicator_of(code, period.last), part)
    return _shown(fact, opened.rows, opened.count, taken)


def differences(
    code: str,
    *,
    by: Actor,
    region_code: str,
    period: Period,
    earlier: int,
    later: int | None = None,
    where: Where | None = None,
    part: str = "numerator",
) -> Differences:
    """Which rows make the figure of a later snapshot (the latest unless told) another than an earlier one's."""
    require_may_look(by, Permission.VIEW_PEOPLE, "查看明细")
    require_in_reach(by, region_code)
    before, after = sound_snapshot(earlier), sound_snapshot(later)
    was = _opened(code, before, region_code, period, where, part, page=1, size=EVERY)
    is_ = _opened(code, after, region_code, period, where, part, page=1, size=EVERY)
    fact = _fact_of(indicator_of(code, period.last), part)
    key = was.one_a
    gone = was.rows.join(is_.rows, on=key, how="anti")
    come = is_.rows.join(was.rows, on=key, how="anti")
    # Of different people it does not matter which of their rows stands for them.
    same = is_.rows.join(was.rows, on=key, how="semi") if key == "record" else is_.rows.head(0)
    same = same.join(was.rows, on=was.rows.columns, how="anti", nulls_equal=True).sort("record")
    earlier_same = was.rows.join(same, on="record", how="semi").sort("record")
    return Differences(
        _shown(fact, gone, gone.height, before),
        _shown(fact, come, come.height, after),
        _shown(fact, same, same.height, after),
        _shown(fact, earlier_same, earlier_same.height, before),
    )


def _opened(
    code: str,
    taken: Snapshot,
    region_code: str,
    period: Period,
    where: Where | None,
    part: str,
    *,
    page: int,
    size: int,
) -> counting.Opened:
    return counting.rows_of(
        code,
        folder_of(taken),
        region=_asked(region_code),
        period=period,
        where=where,
        part=part,
        page=page,
        size=size,
    )


def _fact_of(one: Indicator, part: str) -> Fact:
    while one.fact is None:
        measure = one.measure(None)
        if not isinstance(measure, Ratio):
            raise counting.NotCounted(name=one.name)
        one = indicator_of(getattr(measure, part))
        part = "numerator"
    return one.fact


def _shown(fact: Fact, rows: pl.DataFrame, count: int, taken: Snapshot) -> CellRows:
    """Codes in words, people masked, hours and money left as whole numbers for the page to write."""
    told = rows.to_dicts()
    words = {
        column.name: labels_of(column.name, {row[column.name] or "" for row in told})
        for column in fact.columns
        if column.kind == "code" and column.name in rows.columns
    }
    people = _people(row.get("person") for row in told)
    classes = _classes(row.get("class_id") for row in told)
    columns = _columns(fact)
    kinds = KINDS | {one.letter: one.subject for one in handed_in().values()}
    shown = []
    for row in told:
        name, number = people.get(row.get("person"), (NOT_TOLD, ""))
        values = {
            PERSON_NAME: name,
            PERSON_NUMBER: number,
            CLASS_NUMBER: classes.get(row.get("class_id"), ""),
        }
        values |= {
            column.name: words[column.name][row[column.name] or ""]
            if column.name in words
            else row[column.name]
            for column in fact.columns
            if column.name in row
        }
        record = row["record"]
        digits = record[1:].partition("-")[0]
        shown.append(
            CellRow(
                {name: values[name] for name, _label, _kind in columns},
                record,
                kinds.get(record[:1], ""),
                int(digits) if digits.isdecimal() else None,
                row.get("person"),
                row.get("class_id"),
            )
        )
    return CellRows(columns, shown, count, taken.number)


def _columns(fact: Fact) -> list[tuple[str, str, str]]:
    """Who and which class in words instead of their keys; what is the same for every row stays out."""
    first = []
    if "person" in fact.names:
        first += [(PERSON_NAME, _("姓名"), "text"), (PERSON_NUMBER, _("证件号码"), "text")]
    if "class_id" in fact.names:
        first.append((CLASS_NUMBER, _("班期编号"), "text"))
    hidden = {"record", "person", "class_id", "year", "chain"}
    return first + [_told(column) for column in fact.columns if column.name not in hidden]


def _told(column: Column) -> tuple[str, str, str]:
    return column.name, _(column.label), column.kind


def _people(ids: Iterable[int | None]) -> dict[int, tuple[str, str]]:
    wanted = {pk for pk in ids if pk is not None}
    rows = Person.objects.filter(pk__in=wanted).values_list("pk", "name", "id_number_masked")
    return {pk: (mask_name(name), number) for pk, name, number in rows}


def _classes(ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {pk for pk in ids if pk is not None}
    return dict(TrainingClass.objects.filter(pk__in=wanted).values_list("pk", "number"))
