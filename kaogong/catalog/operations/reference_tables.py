"""How the rows of each reference table are made from the files of ``reference/``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import models

from kaogong.kernel import reference

from ..models import CodeItem, Industry, Occupation, Region


@dataclass(frozen=True, slots=True)
class ReferenceTable:
    """One table, the files it is made from, and the query that finds its present rows."""

    name: str
    files: tuple[str, ...]
    rows: Callable[[], list[models.Model]]
    present: Callable[[], models.QuerySet]


def _regions() -> list[Region]:
    current = [
        Region(
            code=r.code,
            name=r.name,
            level=r.depth,
            parent_code=r.parent_code,
            fictional=r.is_fictional,
        )
        for r in reference.read_regions()
    ]
    former = [
        Region(
            code=r.code,
            name=r.name,
            level=1 if r.code.endswith("0000") else 2 if r.code.endswith("00") else 3,
            starts_on=date(r.from_year, 1, 1) if r.from_year else None,
            ends_on=date(r.to_year, 12, 31),
            successor_code=r.successor_code,
        )
        for r in reference.read_former_regions()
    ]
    return current + former


def _occupations() -> list[Occupation]:
    return [
        Occupation(
            code=o.code,
            name=o.name,
            tier=o.depth,
            parent_code=o.parent_code,
            green=o.is_green,
            digital=o.is_digital,
        )
        for o in reference.read_occupations()
    ]


def _industries() -> list[Industry]:
    return [
        Industry(code=i.code, name=i.name, depth=i.depth, section=i.section, parent_code=i.parent_code)
        for i in reference.read_industries()
    ]


def _coded(table: str, read: Callable[[], list]) -> Callable[[], list[CodeItem]]:
    return lambda: [
        CodeItem(table=table, code=item.code, label=item.name, mapped_code=item.maps_to, sequence=place)
        for place, item in enumerate(read())
    ]


def _groups() -> list[CodeItem]:
    return [
        CodeItem(table="group", code=g.code, label=g.name, note=" ".join(sorted(g.sets)), sequence=place)
        for place, g in enumerate(reference.read_groups())
    ]


def _new_occupations() -> list[CodeItem]:
    return [
        CodeItem(
            table="new_occupation",
            code=row["name"],
            label=row["name"],
            note=row["announced_on"],
            sequence=place,
        )
        for place, row in enumerate(reference.read_new_occupations())
    ]


def _qualifications() -> list[CodeItem]:
    return [
        CodeItem(
            table="national_qualification",
            code=str(place),
            label=row["name"],
            note=row["group"],
            sequence=place,
        )
        for place, row in enumerate(reference.read_national_qualifications(), start=1)
    ]


def _list_of(table: str, file: str, rows: Callable[[], list]) -> ReferenceTable:
    return ReferenceTable(table, (file,), rows, lambda: CodeItem.objects.filter(table=table))


TABLES: tuple[ReferenceTable, ...] = (
    ReferenceTable(
        "region",
        ("regions.csv", "townships.csv", "regions_fictional.csv", "former_regions.csv"),
        _regions,
        Region.objects.all,
    ),
    ReferenceTable("occupation", ("occupations_2022.csv",), _occupations, Occupation.objects.all),
    ReferenceTable("industry", ("industries_2017.csv",), _industries, Industry.objects.all),
    _list_of("ethnic_group", "ethnic_groups.csv", _coded("ethnic_group", reference.read_ethnic_groups)),
    _list_of("education", "education_aac011.csv", _coded("education", reference.read_education)),
    _list_of(
        "education_standard",
        "education_gbt4658.csv",
        _coded("education_standard", reference.read_education_standard),
    ),
    _list_of("sex", "sexes.csv", _coded("sex", reference.read_sexes)),
    _list_of(
        "marital_status", "marital_statuses.csv", _coded("marital_status", reference.read_marital_statuses)
    ),
    _list_of("health_state", "health_states.csv", _coded("health_state", reference.read_health_states)),
    _list_of(
        "employment_status",
        "employment_statuses.csv",
        _coded("employment_status", reference.read_employment_statuses),
    ),
    _list_of("group", "groups.csv", _groups),
    _list_of(
        "industry_chain", "industry_chains.csv", _coded("industry_chain", reference.read_industry_chains)
    ),
    _list_of("new_occupation", "new_occupations_2024.csv", _new_occupations),
    _list_of("national_qualification", "national_qualifications_2021.csv", _qualifications),
)
