"""How surveys and follow-ups are conducted in a region, from its dated data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kaogong import rules
from kaogong.rules.conduct import Conduct, conduct_said


@dataclass(frozen=True, slots=True)
class Settings:
    """The numbers of the survey in force; None where the region says nothing, and then nothing is done."""

    rating_least_answers: int | None
    rating_months: int | None
    same_device_most: int | None
    burst_answers: int | None
    burst_minutes: int | None


def settings_of(region_code: str, on: date) -> Settings:
    """The region's survey settings on a day."""
    return Settings(**{name: number("survey", name, region_code, on) for name in Settings.__slots__})


def rounds(region_code: str, on: date) -> tuple[Mapping, ...]:
    """The rounds of asking, each with ``code``, ``after_days`` and ``open_days``."""
    return _rows("survey", "rounds", region_code, on)


def questions(region_code: str, on: date, round_code: str) -> list[dict]:
    """The questions of one round."""
    rows = _rows("survey", "questions", region_code, on)
    wanted = ("code", "label", "label_en", "kind")
    return [{name: row[name] for name in wanted} for row in rows if round_code in row["rounds"]]


def follow_up_months(region_code: str, on: date) -> tuple[int, ...]:
    """After how many months learners are followed up."""
    return tuple(row["months"] for row in _rows("follow_up", "follow_ups", region_code, on))


def number(topic: str, name: str, region_code: str, on: date) -> int | None:
    """One number of a topic; None where the region says nothing."""
    said = _conduct(topic, region_code, on)
    found = said.values.get(name) if said else None
    return found.value if found is not None else None


def _rows(topic: str, name: str, region_code: str, on: date) -> tuple[Mapping, ...]:
    said = _conduct(topic, region_code, on)
    table = said.tables.get(name) if said else None
    return table.rows if table is not None else ()


def _conduct(topic: str, region_code: str, on: date) -> Conduct | None:
    return conduct_said(rules.load(), region_code, topic, on)
