"""Reading school majors, and how many serve the leading industries."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.demand.models import SchoolMajor
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound

from .conduct import leading_chains, number


@dataclass(frozen=True, slots=True)
class MajorMatch:
    """How many majors serve a leading industry: N3's share, with what it is made of."""

    majors: int
    matched: int
    untagged: int
    students: int
    students_matched: int
    students_unknown: int
    target: int | None
    leading: dict[str, str]
    senior: int = 0
    senior_of: int = 0
    senior_unknown: int = 0

    @property
    def senior_permille(self) -> int | None:
        """N6: students trained to senior worker or above, of those in majors that say; None where none says."""
        return round(1000 * self.senior / self.senior_of) if self.senior_of else None

    @property
    def permille(self) -> int | None:
        """Matched of all majors, in thousandths; None without majors or while no paper names the industries."""
        return round(1000 * self.matched / self.majors) if self.majors and self.leading else None

    @property
    def is_reached(self) -> bool | None:
        if self.permille is None or self.target is None:
            return None
        return self.permille >= 10 * self.target


def school_majors(by: Actor, on: date | None = None) -> QuerySet[SchoolMajor]:
    """Majors in reach, those offered on the day when one is given."""
    rows = in_reach(SchoolMajor.objects.select_related("institution"), by)
    rows = rows.defer("institution__bank_account")
    if on is not None:
        rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)
    return rows.order_by("institution__name", "code", "-starts_on")


def school_major_for_update(major_id: int, *, by: Actor) -> SchoolMajor:
    """One major in reach, locked; NotFound otherwise."""
    rows = in_reach(SchoolMajor.objects.all(), by)
    found = rows.select_for_update().filter(pk=major_id).first()
    if found is None:
        raise NotFound()
    return found


def major_match(by: Actor, region_code: str, on: date) -> MajorMatch:
    """The share of the majors offered on the day that serve a leading industry of the region (N3)."""
    leading = leading_chains(region_code, on)
    counted = list(school_majors(by, on).values_list("chain_code", "students", "senior_students"))
    rows = [(chain, students) for chain, students, _ in counted]
    told = [(students, senior) for _, students, senior in counted if senior is not None]
    matched = [students for chain, students in rows if chain in leading]
    return MajorMatch(
        majors=len(rows),
        matched=len(matched),
        untagged=sum(1 for chain, _ in rows if not chain),
        students=sum(students or 0 for _, students in rows),
        students_matched=sum(students or 0 for students in matched),
        students_unknown=sum(1 for _, students in rows if students is None),
        target=number("major_match", region_code, on),
        leading=leading,
        senior=sum(senior for _, senior in told),
        senior_of=sum(students for students, _ in told),
        senior_unknown=len(counted) - len(told),
    )
