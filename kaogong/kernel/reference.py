"""Readers of the code lists shipped in ``reference/``: plain rows, in the order of the file."""

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Occupation:
    """One line of the 职业分类大典: depth 1 major, 2 middle, 3 minor group, 4 an occupation."""

    code: str
    name: str
    depth: int
    is_green: bool
    is_digital: bool

    @property
    def parent_code(self) -> str:
        return self.code.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Region:
    """One administrative division: depth 1 province, 2 city, 3 county, 4 sub-district or town."""

    code: str
    name: str
    depth: int
    parent_code: str
    is_fictional: bool = False


@dataclass(frozen=True, slots=True)
class FormerRegion:
    """A (code, name) no longer in force. Years are those from and up to which it stood, None unknown.

    ``successor_code`` is "" when the source names none; it equals ``code`` when only the name changed.
    """

    code: str
    name: str
    from_year: int | None
    to_year: int
    successor_code: str


@dataclass(frozen=True, slots=True)
class OccupationChange:
    """An occupation whose code of the 大典 became another one on a day, and the announcement that says so."""

    old_code: str
    new_code: str
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Industry:
    """One line of GB/T 4754: depth 1 section (letter) to 4 class."""

    code: str
    name: str
    depth: int
    section: str

    @property
    def parent_code(self) -> str:
        return {1: "", 2: self.section}.get(self.depth, self.code[:-1])


@dataclass(frozen=True, slots=True)
class CodedName:
    """One code and its name; ``maps_to`` is the code of the sister list where there is one."""

    code: str
    name: str
    maps_to: str = ""


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """A group of people policy speaks of; ``sets`` are the clauses (A5, A6, …) that list it."""

    code: str
    name: str
    sets: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class Department:
    """A body the papers charge with training; ``kind`` is government, mass or association."""

    code: str
    name: str
    short_name: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class EnquiryCategory:
    """One thing an enquiry may be about, offered from ``starts_on`` and before ``ends_on``.

    ``goes_to`` names the page it is handled on instead ("complaints"), "" for here.
    """

    code: str
    label: str
    label_en: str
    goes_to: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a name or character occurs, per million."""

    text: str
    per_million: float


@dataclass(frozen=True, slots=True)
class InspectionItem:
    """One line of an inspection sheet, asked on the days of [since, until); None where the paper has no date.

    ``kind``: ``yes_no``, ``text`` or ``score60`` (points out of 60).
    """

    sheet: str
    key: str
    label: str
    label_en: str
    kind: str
    since: date | None
    until: date | None
    source: str

    def is_asked_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@lru_cache(maxsize=1)
def reference_dir() -> Path:
    """Find the reference files: beside the package in a checkout, in ``kaogong_data`` when installed."""
    home = Path(__file__).resolve().parents[2]
    for place in (home / "reference", home / "kaogong_data" / "reference"):
        if (place / "SOURCES.md").is_file():
            return place
    raise FileNotFoundError(f"reference files are neither in {home} nor in its kaogong_data")


def digest(file: str) -> str:
    """SHA-256 of one reference file, so that a loader can tell whether it changed."""
    return hashlib.sha256((reference_dir() / file).read_bytes()).hexdigest()


def read_occupations() -> list[Occupation]:
    """The 2022 edition, all 2,176 lines."""
    return [
        Occupation(
            row["code"], row["name"], int(row["depth"]), row["is_green"] == "1", row["is_digital"] == "1"
        )
        for row in _rows("occupations_2022.csv")
    ]


def read_new_occupations() -> list[dict[str, str]]:
    """Occupations announced in 2024, still without codes: name, announced_on, issuer."""
    return list(_rows("new_occupations_2024.csv"))


def read_national_qualifications() -> list[dict[str, str]]:
    """Names of the 国家职业资格目录 2021: group, name."""
    return list(_rows("national_qualifications_2021.csv"))


def read_regions(*, with_townships: bool = True, with_fictional: bool = True) -> list[Region]:
    """Provinces to counties of the whole country, townships of the shipped regions, the fictional 示例区."""
    regions = [_region(row) for row in _rows("regions.csv")]
    if with_townships:
        regions += [_region(row) for row in _rows("townships.csv")]
    if with_fictional:
        regions += [_region(row, is_fictional=True) for row in _rows("regions_fictional.csv")]
    return regions


def read_former_regions() -> list[FormerRegion]:
    """Codes and names of provinces, cities and counties that ended since 1981, noisy before 1984."""
    return [
        FormerRegion(
            row["code"],
            row["name"],
            int(row["from_year"]) if row["from_year"] else None,
            int(row["to_year"]),
            row["successor_code"],
        )
        for row in _rows("former_regions.csv")
    ]


def read_occupation_changes() -> list[OccupationChange]:
    """Occupations renumbered since the edition in force, in the order they were announced."""
    rows = sorted(_rows("occupation_changes.csv"), key=lambda row: row["since"])
    return [
        OccupationChange(row["old_code"], row["new_code"], date.fromisoformat(row["since"]), row["source"])
        for row in rows
    ]


def read_industries() -> list[Industry]:
    """GB/T 4754-2017."""
    return [
        Industry(row["code"], row["name"], int(row["depth"]), row["section"])
        for row in _rows("industries_2017.csv")
    ]


def read_ethnic_groups() -> list[CodedName]:
    """GB/T 3304."""
    return _coded("ethnic_groups.csv")


def read_education() -> list[CodedName]:
    """The AAC011 set labour bureaus use, each mapped to its nearest GB/T 4658 code."""
    return [CodedName(row["code"], row["name"], row["gbt4658_code"]) for row in _rows("education_aac011.csv")]


def read_education_standard() -> list[CodedName]:
    """GB/T 4658, each mapped to its AAC011 code."""
    return [CodedName(row["code"], row["name"], row["aac011_code"]) for row in _rows("education_gbt4658.csv")]


def read_sexes() -> list[CodedName]:
    """GB/T 2261.1."""
    return _coded("sexes.csv")


def read_marital_statuses() -> list[CodedName]:
    """GB/T 2261.2."""
    return _coded("marital_statuses.csv")


def read_health_states() -> list[CodedName]:
    """GB/T 2261.3."""
    return _coded("health_states.csv")


def read_employment_statuses() -> list[CodedName]:
    """GB/T 2261.4."""
    return _coded("employment_statuses.csv")


def read_groups() -> list[NamedGroup]:
    """The groups of people the papers name, with the clauses that list them."""
    return [
        NamedGroup(row["code"], row["name"], frozenset(row["sets"].split()), row["source"])
        for row in _rows("groups.csv")
    ]


def read_departments() -> list[Department]:
    """The bodies the papers charge with training, 人社 (``hrss``) first."""
    return [
        Department(row["code"], row["name"], row["short_name"], row["kind"], row["source"])
        for row in _rows("departments.csv")
    ]


def read_enquiry_categories() -> list[EnquiryCategory]:
    """What online enquiries may be about, in the order they are offered."""
    return [
        EnquiryCategory(
            row["code"], row["label"], row["label_en"], row["goes_to"], date.fromisoformat(row["starts_on"]),
            _day(row["ends_on"]),
        )
        for row in _rows("enquiry_categories.csv")
    ]  # fmt: skip


def read_industry_chains() -> list[CodedName]:
    """The industry chains the papers name; ``maps_to`` is the line that names each."""
    return [CodedName(row["code"], row["name"], row["source"]) for row in _rows("industry_chains.csv")]


def read_inspection_items() -> list[InspectionItem]:
    """What inspectors fill in, sheet by sheet in the order of the papers."""
    return [
        InspectionItem(
            row["sheet"],
            row["key"],
            row["label"],
            row["label_en"],
            row["kind"],
            _day(row["since"]),
            _day(row["until"]),
            row["source"],
        )
        for row in _rows("inspection_items.csv")
    ]


def read_family_names() -> list[Frequency]:
    """Family names by frequency; for synthetic people only."""
    return [Frequency(row["name"], float(row["per_million"])) for row in _rows("family_names.csv")]


def read_given_name_characters() -> list[Frequency]:
    """Characters of given names by frequency; for synthetic people only."""
    return [
        Frequency(row["character"], float(row["per_million"])) for row in _rows("given_name_characters.csv")
    ]


def read_boundaries(name: str) -> dict:
    """One GeoJSON collection of ``reference/boundaries``, each feature with ``name`` and ``code``."""
    return json.loads((reference_dir() / "boundaries" / f"{name}.geojson").read_text(encoding="utf-8"))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (reference_dir() / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _coded(file: str) -> list[CodedName]:
    return [CodedName(row["code"], row["name"]) for row in _rows(file)]


def _region(row: dict[str, str], is_fictional: bool = False) -> Region:
    return Region(row["code"], row["name"], int(row["depth"]), row["parent_code"], is_fictional)
