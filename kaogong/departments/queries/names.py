"""Which departments there are, and what their own words mean here."""

from functools import lru_cache

from django.db.models import QuerySet

from kaogong import rules
from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.reference import Department, read_departments
from kaogong.kernel.working_days import add_working_days
from kaogong.kernel.writing import compact
from kaogong.rules.conduct import conduct_said

from ..models import DepartmentFile, DepartmentWord

OWN = "hrss"  # 人社: whose training this product runs itself


@lru_cache(maxsize=1)
def departments() -> dict[str, Department]:
    """Code → department, in the order of the papers."""
    return {department.code: department for department in read_departments()}


def senders() -> dict[str, str]:
    """Code → name of the departments that may send files: all but 人社 itself."""
    return {code: one.name for code, one in departments().items() if code != OWN}


def department_name(code: str) -> str:
    """Its short name (教体局), or the code itself when unknown."""
    found = departments().get(code)
    return found.short_name if found else code


@lru_cache(maxsize=1)
def scheme_codes() -> dict[str, str]:
    """A programme's name as the papers write it → its code."""
    return {compact(label): code for code, (label, _english) in rules.load().scheme_labels.items()}


def words_of(department_code: str, region_code: str) -> dict[tuple[str, str], str]:
    """(kind, word) → code, as somebody decided for this department; "" where it stands for nothing here."""
    rows = DepartmentWord.objects.filter(department_code=department_code, region_code=region_code)
    return {(kind, word): code for kind, word, code in rows.values_list("kind", "word", "code")}


def words(by: Actor) -> QuerySet[DepartmentWord]:
    """Every word in reach that somebody gave a meaning."""
    rows = DepartmentWord.objects.order_by("department_code", "kind", "word")
    return in_reach(rows, by, organisation=None, department="department_code")


def due_on(file: DepartmentFile):
    """The day by which a file of that period should have come; None where no paper sets one."""
    said = conduct_said(rules.load(), file.region_code, "department_files", file.to_on)
    value = said.values.get("due_working_days") if said else None
    return None if value is None or value.value is None else add_working_days(file.to_on, value.value)
