"""Which department or district a unit written in words is: papers and notices name units, accounts hold codes."""

from functools import lru_cache

from django.db.models import Q

from kaogong.kernel import reference
from kaogong.kernel.writing import compact


@lru_cache(maxsize=1)
def _names() -> list[tuple[str, str]]:
    """(name, code), the longest name first, so that a name within another is not taken for it."""
    rows = [(name, row.code) for row in reference.read_departments() for name in (row.name, row.short_name)]
    return sorted(rows, key=lambda row: -len(row[0]))


def department_of(unit: str) -> str:
    """The code of the department a unit's name ends with (区教体局, 示例区教育和体育局), "" where it is none."""
    words = compact(unit)
    return next((code for name, code in _names() if words.endswith(name)), "")


def units_of_department(units: list[str], department: str) -> list[str]:
    """Those of these units that are the department."""
    return [unit for unit in units if unit and department_of(unit) == department]


def names_department(field: str, department: str) -> Q:
    """Rows whose text in ``field`` ends with the department's name, long or short."""
    found = Q(pk__in=())
    for name, code in _names():
        if code == department:
            found |= Q(**{f"{field}__endswith": name})
    return found
