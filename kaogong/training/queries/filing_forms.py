"""The filing form of a class: what its scheme and arrangement ask for, by the conduct in force on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from kaogong import rules
from kaogong.catalog.queries import in_english
from kaogong.rules.conduct import Conduct, ConductTable, ConductValue, conduct_said
from kaogong.training.models import ARRANGEMENTS as ARRANGEMENTS
from kaogong.training.models import TrainingClass

TOPIC = "filing"
REGULAR = "regular"
LIMITS = (
    "ahead_working_days", "most_hours_a_day", "earliest_hour", "latest_hour", "least_break_minutes",
    "apprentice_least_months", "apprentice_most_months", "adaptation_window_days", "largest_evidence_mb",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a filing asks for: a field, a document, a module, something of each learner.

    ``binding``: a class without it is refused; else its want is only told, as when its source is not verified.
    """

    code: str
    label: str
    label_en: str
    kind: str
    required: bool
    choices: tuple[tuple[str, str, str], ...]  # code, label, label in English
    least: int | None
    value: Any
    source: ConductTable

    @property
    def binding(self) -> bool:
        return self.required and self.source.verified

    @property
    def name(self) -> str:
        """Its label in the reader's language."""
        return _in_language(self.label, self.label_en)

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(code, _in_language(label, label_en)) for code, label, label_en in self.choices]

    def shown(self, value: Any) -> str:
        """An answer in words."""
        return dict(self.options).get(str(value), str(value))


@dataclass(frozen=True, slots=True)
class FilingForm:
    """All a class is asked when it is filed; empty where its region has no data."""

    scheme_code: str
    arrangement: str
    on: date
    fields: tuple[Asked, ...] = ()
    evidence: tuple[Asked, ...] = ()
    modules: tuple[Asked, ...] = ()
    people: tuple[Asked, ...] = ()
    timetable: tuple[Asked, ...] = ()
    limits: Mapping[str, ConductValue] | None = None

    def limit(self, name: str) -> ConductValue | None:
        """A value that is set, or None."""
        found = (self.limits or {}).get(name)
        return found if found is not None and found.value is not None else None

    def field(self, code: str) -> Asked | None:
        return next((asked for asked in self.fields if asked.code == code), None)

    def document(self, code: str) -> Asked | None:
        return next((asked for asked in self.evidence if asked.code == code), None)

    def asks_of_people(self, code: str) -> Asked | None:
        return next((asked for asked in self.people if asked.code == code), None)


@lru_cache(maxsize=1)
def rulebook() -> rules.Rulebook:
    """The rulebook in use, read once for each process."""
    return rules.load()


def filing_conduct(region_code: str, on: date) -> Conduct | None:
    """What a region says of filing classes on a day; None where nobody has written it."""
    return conduct_said(rulebook(), region_code, TOPIC, on)


def filing_form(region_code: str, scheme_code: str, arrangement: str, on: date) -> FilingForm:
    """The form of one scheme held in one way: what every class is asked, then the scheme's, then the arrangement's."""
    conduct = filing_conduct(region_code, on)
    if conduct is None:
        return FilingForm(scheme_code, arrangement, on)
    parts = [
        "shared",
        "orientation",
        "industry",
        scheme_code,
        *([arrangement] if arrangement != REGULAR else []),
    ]
    found = {
        kind: tuple(
            asked
            for part in parts
            if (table := conduct.tables.get(f"{kind}_{part}")) is not None
            for asked in asked_in(table)
        )
        for kind in ("fields", "evidence", "people", "timetable")
    }
    return FilingForm(
        scheme_code,
        arrangement,
        on,
        **found,
        modules=asked_in(conduct.tables["modules"]) if "modules" in conduct.tables else (),
        limits={name: value for name, value in conduct.values.items() if name in LIMITS},
    )


def form_of(training_class: TrainingClass, today: date) -> FilingForm:
    """The form of a class: as on the day it was filed, as today while it is a draft."""
    filing = getattr(training_class, "filing", None)
    arrangement = filing.arrangement if filing else REGULAR
    is_draft = training_class.status in ("drafted", "returned")
    on = today if is_draft or not filing or not filing.filed_on else filing.filed_on
    return filing_form(training_class.region_code, training_class.scheme_code, arrangement, on)


def asked_in(table: ConductTable) -> tuple[Asked, ...]:
    """The rows of a table as things asked."""
    return tuple(
        Asked(
            code=row["code"],
            label=row["label"],
            label_en=row.get("label_en", row["label"]),
            kind=row.get("kind", "text"),
            required=row.get("required", False),
            choices=tuple(
                (c["code"], c["label"], c.get("label_en", c["label"])) for c in row.get("choices", ())
            ),
            least=row.get("least"),
            value=row.get("value"),
            source=table,
        )
        for row in table.rows
    )


def change_rules(region_code: str, on: date) -> dict[str, tuple[bool, str]]:
    """Kind of change → (whether it needs approval, by what). What nothing says needs approval."""
    conduct = filing_conduct(region_code, on)
    table = conduct.tables.get("changes") if conduct else None
    if table is None:
        return {}
    said = table.by or table.source or table.note
    return {row["code"]: (bool(row.get("approval", True)), said[:300]) for row in table.rows}


def _in_language(label: str, label_en: str) -> str:
    return label_en if in_english() else label
