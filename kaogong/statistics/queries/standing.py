"""What facts call a thing today: districts that were merged, occupations that were renumbered, people who are one."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from kaogong.catalog.models import Region
from kaogong.indicators.facts import FACTS
from kaogong.kernel import reference
from kaogong.people.models import PersonMerge

from .tables import tables

Key = TypeVar("Key", str, int)


@dataclass(frozen=True, slots=True)
class Standing:
    """Former code → today's, and the person entered twice → the one that stands."""

    regions: Mapping[str, str]
    occupations: Mapping[str, str]
    people: Mapping[int, int]

    @property
    def recipe(self) -> str:
        """The digest of what turns registers into facts; people are followed by the trail instead."""
        told = [
            sorted(self.regions.items()),
            sorted(self.occupations.items()),
            [(name, str(fact.schema)) for name, fact in FACTS.items()],
            [(name, table.sql, table.columns) for name, table in tables().items()],
        ]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False, default=str).encode()).hexdigest()


def standing() -> Standing:
    """What stands for what now."""
    return Standing(_regions(), _occupations(), people_merged())


def people_merged() -> dict[int, int]:
    """Id of a person entered twice → id of the one that stands."""
    merged = PersonMerge.objects.filter(status="approved").values_list("merged_id", "kept_id")
    heirs = dict(merged)
    return {person: _followed(person, heirs) for person in heirs}


def _regions() -> dict[str, str]:
    rows = Region.objects.order_by("ends_on", "id").values_list("code", "ends_on", "successor_code")
    today = {code for code, ended, _heir in rows if ended is None}
    heirs = {code: heir for code, ended, heir in rows if ended is not None and code not in today}
    found = {code: _followed(code, heirs) for code in heirs}
    return {code: heir for code, heir in found.items() if heir in today}


def _occupations() -> dict[str, str]:
    changes = {row.old_code: row.new_code for row in reference.read_occupation_changes()}
    return {code: _followed(code, changes) for code in changes}


def _followed(code: Key, heirs: Mapping[Key, Key]) -> Key:
    seen: set[Key] = set()
    while code in heirs and code not in seen:
        seen.add(code)
        code = heirs[code] or code
    return code
