"""School majors: brought by sheet, tagged to industry chains, ended."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.demand import queries
from kaogong.demand.models import SchoolMajor
from kaogong.institutions import queries as institutions
from kaogong.institutions.operations.importing import SheetTaken, take_sheet
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused
from kaogong.kernel.writing import compact, tidy
from kaogong.sheets.demand_layouts import MAJORS
from kaogong.trail.operations import record, require_may

from .lines import people_of

SCHOOLS = ("technician_college", "senior_technical_school", "technical_school", "vocational_school")


class SchoolUnknown(Refused):
    """信用代码“{credit_code}”不是本区登记的院校。"""


class MajorUnnamed(Refused):
    """请填写专业代码和专业名称。"""


class SeniorsOverStudents(Refused):
    """“{name}”高级工及以上的在校生不能多于在校生（{students}）。"""


class ChainUnknown(Refused):
    """没有“{word}”这条产业链，可填：{known}。"""

    form_field = "chain_code"


class MajorDaysWrong(Refused):
    """停办日期应晚于开设日期。"""


@transaction.atomic
def import_majors(data: bytes, filename: str, *, by: Actor, at: datetime, reason: str = "") -> SheetTaken:
    """Take schools' majors: a known code is brought up to date, a new one begins today, bad rows are named."""
    require_may(by, Permission.KEEP_MAJORS, "导入院校专业")
    today = timezone.localdate(at)
    schools = {one.credit_code: one for one in institutions.institutions(by).filter(kind__in=SCHOOLS)}
    chains = catalog.code_labels("industry_chain")

    def keep(row: dict) -> None:
        school = schools.get(compact(row["credit_code"]).upper())
        if school is None:
            raise SchoolUnknown(credit_code=row["credit_code"] or "")
        code, name = compact(row["code"])[:12], tidy(row["name"])[:60]
        if not code or not name:
            raise MajorUnnamed()
        known = SchoolMajor.objects.filter(institution=school, code=code, ends_on__isnull=True).first()
        major = known or SchoolMajor(
            institution=school, code=code, region_code=school.region_code, starts_on=today
        )
        major.name, major.source = name, filename[-120:]
        word = tidy(row.get("chain"))
        if word:
            major.chain_code = _chain(word, chains)
        if row.get("students") not in (None, ""):
            major.students = people_of(row["students"], "在校生")
        if row.get("senior_students") not in (None, ""):
            major.senior_students = people_of(row["senior_students"], "其中高级工及以上")
        if (major.senior_students or 0) > (major.students or 0):
            raise SeniorsOverStudents(name=name, students=major.students or 0)
        major.save()

    taken = take_sheet(data, filename, MAJORS, keep)
    record(
        "major.imported", by=by, at=at, reason=reason, subject_kind="major", label=MAJORS.label,
        kept=taken.kept, refused=len(taken.problems),
    )  # fmt: skip
    return taken


@transaction.atomic
def tag_major(major_id: int, *, chain_code: str, by: Actor, at: datetime, reason: str = "") -> SchoolMajor:
    """Say which industry chain a major serves; "" where it serves none."""
    require_may(by, Permission.KEEP_MAJORS, "标注产业链")
    major = queries.school_major_for_update(major_id, by=by)
    chains = catalog.code_labels("industry_chain")
    if chain_code and chain_code not in chains:
        raise ChainUnknown(word=chain_code, known="、".join(chains.values()))
    earlier, major.chain_code = major.chain_code, chain_code
    major.save(update_fields=["chain_code"])
    record(
        "major.tagged", major, by=by, at=at, reason=reason, subject_kind="major", before=earlier,
        chain=chain_code,
    )  # fmt: skip
    return major


@transaction.atomic
def end_major(major_id: int, *, ends_on: date, by: Actor, at: datetime, reason: str) -> SchoolMajor:
    """Let a major end: ``ends_on`` is the first day it is no longer offered."""
    require_may(by, Permission.KEEP_MAJORS, "停办专业")
    major = queries.school_major_for_update(major_id, by=by)
    if not tidy(reason):
        raise ReasonMissing(label="停办专业")
    if major.ends_on is not None:
        raise NotFound()
    if ends_on <= major.starts_on:
        raise MajorDaysWrong()
    major.ends_on = ends_on
    major.save(update_fields=["ends_on"])
    record(
        "major.ended", major, by=by, at=at, reason=reason, subject_kind="major", ends_on=ends_on.isoformat()
    )
    return major


def _chain(word: str, chains: dict[str, str]) -> str:
    if word in chains:
        return word
    found = [code for code, label in chains.items() if label == word]
    if not found:
        raise ChainUnknown(word=word, known="、".join(chains.values()))
    return found[0]
