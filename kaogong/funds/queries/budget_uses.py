"""What a kind of fund may be used for: dated lists of the rulebook, each with its clause."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kaogong import rules
from kaogong.kernel.errors import Refused
from kaogong.rules.conduct import Conduct, nearest_conduct

TOPIC = "funds"


@dataclass(frozen=True, slots=True)
class Uses:
    """The closed list of one kind of fund on one day: programme → where it is allowed."""

    kind_code: str
    programmes: dict[str, "Use"]
    by: str
    quote: str


@dataclass(frozen=True, slots=True)
class Use:
    """One programme a kind of fund may pay, in the words of its clause."""

    programme: str
    label: str
    label_en: str
    by: str
    since: date | None
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fund there is."""

    code: str
    label: str
    label_en: str


@lru_cache(maxsize=1)
def rulebook() -> rules.Rulebook:
    """The rulebook in use, read once for each process."""
    return rules.load()


def programme_name(code: str) -> str:
    """What the rulebook calls a programme, or its code where it no longer knows it."""
    return rulebook().programme_labels.get(code, code)


def conduct(region_code: str, on: date) -> Conduct | None:
    """What a region says of funds on a day; None where nobody wrote it."""
    try:
        return nearest_conduct(rulebook(), region_code, TOPIC, on)
    except Refused:
        return None


def kinds(region_code: str, on: date) -> list[Kind]:
    """The kinds of fund a region knows."""
    said = conduct(region_code, on)
    rows = said.table("kinds").rows if said else ()
    return [Kind(row["code"], row["label"], row["label_en"]) for row in rows]


def closed_list(kind_code: str, region_code: str, on: date) -> Uses | None:
    """The list of uses of a kind of fund on a day; None where no paper closes it.

    The clause's own list comes first, then what the government approved besides by a paper of its own.
    """
    said = conduct(region_code, on) if kind_code else None
    if said is None or f"uses_{kind_code}" not in said.tables:
        return None
    first = said.table(f"uses_{kind_code}")
    if not first.rows:
        return None
    found: dict[str, Use] = {}
    for name in (f"uses_{kind_code}", f"uses_{kind_code}_approved"):
        table = said.tables.get(name)
        for row in table.rows if table else ():
            found[row["programme"]] = Use(
                row["programme"], row["label"], row["label_en"], table.by or table.note, table.since,
                table.illustrative,
            )  # fmt: skip
    return Uses(kind_code, found, first.by, first.quote)


def _setting(name: str, region_code: str, on: date) -> int:
    """A whole number the rulebook sets for the working of the product."""
    said = conduct(region_code, on)
    value = said.value(name) if said else None
    if value is None or value.value is None:
        raise SettingMissing(name=name)
    return int(value.value)


class SettingMissing(Refused):
    """规则库没有给出专项资金的设定“{name}”。"""


def recent_days(region_code: str, on: date) -> int:
    """On how many days' claims a waterfall is tried."""
    return _setting("trial_days", region_code, on)


def pace_days(region_code: str, on: date) -> int:
    """Over how many days the pace of spending is measured."""
    return _setting("pace_days", region_code, on)
