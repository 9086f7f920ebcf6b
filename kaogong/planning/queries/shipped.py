"""Targets and duties the papers themselves set, as the product ships them: dated rows with file:line."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kaogong.kernel.errors import Malformed
from kaogong.kernel.reference import reference_dir
from kaogong.planning.states import DIRECTIONS, KINDS, TIMES


@dataclass(frozen=True, slots=True)
class ShippedTarget:
    """One row of ``reference/targets.csv``: ``ends_on`` None where the paper gives a yearly target no end."""

    region_code: str
    code: str
    requirement: str
    kind: str
    title: str
    indicator_code: str
    where: dict[str, str]
    time: str
    period: str  # once | yearly
    starts_on: date
    ends_on: date | None
    direction: str
    value: int
    unit: str
    owner: str
    co_owners: tuple[str, ...]
    clause: str
    source: str
    quote: str
    note: str

    def periods(self, through: date) -> list[tuple[date, date]]:
        """[start, end) of each target it stands for, those begun by ``through``."""
        if self.period == "once":
            return [(self.starts_on, self.ends_on)] if self.starts_on <= through else []
        last = min(self.ends_on.year - 1, through.year) if self.ends_on else through.year
        return [(date(year, 1, 1), date(year + 1, 1, 1)) for year in range(self.starts_on.year, last + 1)]


@dataclass(frozen=True, slots=True)
class ShippedDuty:
    """One row of ``reference/duty_items.csv``; a heading has no units. The first unit listed leads."""

    region_code: str
    code: str
    parent: str
    title: str
    lead_unit: str
    joint_units: tuple[str, ...]
    clause: str
    source: str


@lru_cache(maxsize=1)
def shipped_targets() -> tuple[ShippedTarget, ...]:
    """Every shipped target, checked: kinds, days, whole numbers, a clause and a source line each."""
    return tuple(_target(number, row) for number, row in enumerate(_rows("targets.csv"), start=2))


@lru_cache(maxsize=1)
def shipped_duties() -> tuple[ShippedDuty, ...]:
    """Every shipped duty, parents before children."""
    found, seen = [], set()
    for number, row in enumerate(_rows("duty_items.csv"), start=2):
        key = (row["region_code"], row["code"])
        if key in seen or (row["parent"] and (row["region_code"], row["parent"]) not in seen):
            _refuse("duty_items.csv", number, "code", row["code"], "重复，或上级事项排在后面")
        if not row["clause"] or not row["source"]:
            _refuse("duty_items.csv", number, "clause", row["clause"], "须写明依据和出处")
        seen.add(key)
        joint = tuple(filter(None, row.pop("joint_units").split("、")))
        found.append(ShippedDuty(**row, joint_units=joint))
    return tuple(found)


def _target(number: int, row: dict[str, str]) -> ShippedTarget:
    for name, known in (
        ("kind", KINDS),
        ("time", TIMES),
        ("direction", DIRECTIONS),
        ("period", {"once", "yearly"}),
    ):
        if row[name] not in known:
            _refuse("targets.csv", number, name, row[name], "不在可选范围内")
    for name in ("code", "indicator_code", "clause", "source", "quote", "unit"):
        if not row[name]:
            _refuse("targets.csv", number, name, "", "必须填写")
    if not row["value"].isdigit():
        _refuse("targets.csv", number, "value", row["value"], "应为整数")
    try:
        starts_on = date.fromisoformat(row["starts_on"])
        ends_on = date.fromisoformat(row["ends_on"]) if row["ends_on"] else None
    except ValueError:
        _refuse("targets.csv", number, "starts_on", row["starts_on"], "日期应写作2026-01-01")
    if (ends_on is None and row["period"] == "once") or (ends_on is not None and ends_on <= starts_on):
        _refuse("targets.csv", number, "ends_on", row["ends_on"], "应晚于开始日期")
    where = dict(part.split("=", 1) for part in row["where"].split(";") if part)
    return ShippedTarget(
        **row
        | {
            "where": where,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "value": int(row["value"]),
            "co_owners": tuple(filter(None, row["co_owners"].split("、"))),
        }
    )


def _refuse(file: str, number: int, name: str, value: str, problem: str) -> None:
    raise Malformed(field=f"{file}第{number}行{name}", value=value, problem=problem)


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (reference_dir() / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
