"""Which department or district a unit written in words is: papers and notices name units, accounts hold codes."""

from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Q

from kaogong.kernel import reference
from kaogong.kernel.actor import Actor
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.writing import compact, tidy
from kaogong.planning.models import DutyItem, JointMeeting, MeetingItem, SupervisionNotice, Target


@lru_cache(maxsize=1)
def _names() -> list[tuple[str, str]]:
    """(name, code), the longest name first, so that a name within another is not taken for it."""
    rows = [(name, row.code) for row in reference.read_departments() for name in (row.name, row.short_name)]
    return sorted(rows, key=lambda row: -len(row[0]))


def department_of(unit: str) -> str:
    """The code of the department a unit's name ends with (区教体局, 示例区教育和体育局), "" where it is none."""
    words = compact(unit)
    return next((code for name, code in _names() if words.endswith(name)), "")


def unit_key(unit: str) -> str:
    """What rows and accounts hold of a unit written in words: a department's code, else the unit's own name."""
    return department_of(unit) or tidy(unit)


def own_units(units: Iterable[str], by: Actor) -> list[str]:
    """Those of these units that are the actor's own."""
    return [unit for unit in units if unit and unit_key(unit) == by.own_unit]


def names_own_unit(field: str, by: Actor) -> Q:
    """Rows whose text in ``field`` names the actor's unit: a department's name at its end, else the name itself."""
    if by.unit_name:
        return Q(**{field: by.unit_name})
    found = Q(pk__in=())
    for name, code in _names():
        if code == by.department_code:
            found |= Q(**{f"{field}__endswith": name})
    return found


def in_own_region(by: Actor, through: str = "") -> Q:
    """Rows of the region a unit's clerk speaks in: a department's reaches below it, another unit's does not."""
    if by.unit_name:
        return Q(**{f"{through}region_code": by.region_code})
    return Q(**{f"{through}region_code__startswith": RegionCode(by.region_code).prefix})


def units_of_region(region_code: str) -> list[str]:
    """Units duties, targets, notices and meetings of exactly this region name, which are no department.

    Names that stand for many (各…) and those too long to be one unit's are none.
    """
    here = {"region_code": region_code}
    names: set[str] = set()
    for lead, joint in DutyItem.objects.filter(**here).values_list("lead_unit", "joint_units"):
        names |= {lead, *joint}
    for owner, joint in Target.objects.filter(**here).values_list("owner", "co_owners"):
        names |= {owner, *joint}
    for members in JointMeeting.objects.filter(**here).values_list("units", flat=True):
        names |= set(members)
    names |= set(MeetingItem.objects.filter(**here).values_list("owner", flat=True))
    names |= set(SupervisionNotice.objects.filter(**here).values_list("unit", flat=True))
    return sorted(name for name in names if is_unit(name))


def is_unit(name: str) -> bool:
    """Whether a name can be one unit that is no department."""
    return bool(name) and len(name) <= 40 and not name.startswith("各") and not department_of(name)
