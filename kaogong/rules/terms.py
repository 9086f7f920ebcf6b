"""The rulebook's terms: papers and clauses, groups, dated values, and how a scheme uses a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kaogong.rules import vocabulary
from kaogong.rules.amounts import LimitKind
from kaogong.rules.registry import Rule
from kaogong.rules.tables import BandTable, RateTable, Table


@dataclass(frozen=True, slots=True)
class Group:
    """One group of people in the catalogue, with the clause that names it."""

    code: str
    label: str
    label_en: str
    clause: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One quoted clause; ``lines`` are the line numbers in the source file."""

    document: str
    id: str
    lines: tuple[int, ...]
    texts: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(line.strip() for line in self.texts)

    @property
    def reference(self) -> str:
        return f"{self.document}#{self.id}"


@dataclass(frozen=True, slots=True)
class Document:
    """One paper: number, issuer, title, date, validity, source file and the clauses quoted from it.

    ``ended_on`` is the last day it holds, by its own words or because it was repealed; None where nothing says.
    """

    number: str
    issuer: str
    title: str
    issued_on: date
    validity: str
    source: str
    clauses: dict[str, Clause]
    ended_on: date | None = None

    @property
    def text(self) -> str:
        return "\n".join(clause.text for clause in self.clauses.values())


@dataclass(frozen=True, slots=True)
class Resolved:
    """A value as it stands on a day: None when unset. Money is in fen; ``region`` is where it came from."""

    name: str
    value: Any
    unit: str
    since: date
    by: str
    source: str
    verified: bool
    illustrative: bool
    note: str
    region: str
    region_label: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "unit": self.unit,
            "since": self.since.isoformat(),
            "by": self.by,
            "source": self.source,
            "verified": self.verified,
            "illustrative": self.illustrative,
            "region": self.region,
            "region_label": self.region_label,
        }


@dataclass(frozen=True, slots=True)
class RuleUse:
    """A rule as a scheme uses it: its clause, the words quoted, its values on the day."""

    rule: Rule
    by: str
    words: str
    values: dict[str, Resolved]
    region: str


@dataclass(frozen=True, slots=True)
class LimitUse:
    """A cap, share or stage as a payment uses it: its clause, the words quoted, its values on the day."""

    limit: LimitKind
    by: str
    words: str
    values: dict[str, Resolved]
    region: str


@dataclass(frozen=True, slots=True)
class Part:
    """One payment a scheme makes: to whom, how it is reckoned, at what rate, under which own conditions."""

    code: str
    rule_id: str
    label: str
    label_en: str
    payee: str
    kind: str
    by: str
    words: str
    values: dict[str, Resolved]
    rules: tuple[RuleUse, ...]
    limits: tuple[LimitUse, ...]
    fund_programme: str

    @property
    def rate(self) -> Resolved:
        """The value its amount is first of all reckoned from."""
        return self.values["rate"]


def entry_in_force(series: Mapping[str, dict[str, Any]], on: date) -> tuple[str, dict[str, Any]] | None:
    """The first day and the words of the entry whose days hold ``on``; None before any begins."""
    day = on.isoformat()
    begun = [since for since, entry in series.items() if since <= day < entry.get("until", "9999-12-31")]
    return (max(begun), series[max(begun)]) if begun else None


def in_use(unit: str, value: Any) -> Any:
    """A written value as conditions use it: yuan as fen, labels as codes, tables by code."""
    words: dict[str, dict[str, vocabulary.Word]] = {
        "by_tier": vocabulary.TIERS,
        "by_stage": vocabulary.STAGES,
        "kinds": vocabulary.CERTIFICATE_KINDS,
        "tiers": vocabulary.TIERS,
        "stages": vocabulary.STAGES,
    }
    shape = vocabulary.UNITS[unit].shape
    match shape:
        case "kinds" | "tiers" | "stages":
            return [vocabulary.code_of(word, words[shape]) for word in value]
        case "levels":
            return [vocabulary.level(word) for word in value]
        case "money":
            return fen(value)
        case "by_tier":
            return Table({str(vocabulary.code_of(w, words[shape])): fen(yuan) for w, yuan in value.items()})
        case "by_stage":
            return Table({str(vocabulary.code_of(w, words[shape])): part for w, part in value.items()})
        case "bands":
            return BandTable({str(floor): fen(yuan) for floor, yuan in value.items()})
        case "rates":
            return RateTable(
                kinds=_table(value.get("kinds", {})),
                shortage=_table(value.get("shortage", {})),
                occupations={code: _table(table) for code, table in value.get("occupations", {}).items()},
            )
    return value


def fen(yuan: int | str) -> int:
    """Yuan written as a whole number or a decimal text, in fen."""
    return int(Decimal(yuan) * 100)


def _table(table: dict[str, dict[str, Any]]) -> dict[str, dict[str, int]]:
    return {
        str(vocabulary.certificate_kind(kind)): {
            str(vocabulary.level(level)): fen(amount) for level, amount in levels.items()
        }
        for kind, levels in table.items()
    }
