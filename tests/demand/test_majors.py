"""School majors and the share that serves the leading industries (N3)."""

from datetime import date, timedelta

import pytest

from kaogong.demand import operations, queries
from kaogong.demand.models import SchoolMajor
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing
from tests.factories import an_actor, make_institution
from tests.factories.demand import NOW, a_sheet

pytestmark = pytest.mark.django_db
HEADINGS = ("统一社会信用代码", "学校名称", "专业代码", "专业名称", "对应产业链", "在校生")


def _school():
    return make_institution("示例技师学院", kind="technician_college", is_provider=False, bank_account="")


def _import(rows, clerk):
    return operations.import_majors(a_sheet(HEADINGS, rows), "专业.xlsx", by=clerk, at=NOW)


def test_major_match_counts_majors_that_serve_a_leading_industry():
    clerk, school = an_actor("bureau_clerk"), _school()
    code = school.credit_code
    taken = _import(
        [
            (code, None, "0201", "焊接加工", "高端装备制造", 120),
            (code, None, "0202", "汽车维修", "汽车制造", 80),
            (code, None, "0203", "药物制剂", "biomedicine", None),
            (code, None, "0501", "烹饪", None, 60),
            (code, None, "0502", "玄学", "炼金术", 60),
            ("91370299MA0000000X", None, "0503", "茶艺", None, 60),
            (code, None, "", "无代码", None, 60),
        ],
        clerk,
    )
    assert (taken.kept, sorted(taken.problems)) == (4, [6, 7, 8])
    found = queries.major_match(clerk, "370299", NOW.date())
    assert (found.majors, found.matched, found.untagged, found.permille) == (4, 3, 1, 750)
    assert (found.students, found.students_matched, found.students_unknown) == (260, 200, 1)
    assert (found.target, found.is_reached) == (75, True)


def test_share_trained_to_senior_worker_counts_only_majors_that_say():
    clerk, code = an_actor("bureau_clerk"), _school().credit_code
    sheet = a_sheet(
        (*HEADINGS, "高级工及以上"),
        [
            (code, None, "0201", "焊接加工", "", 120, 60),
            (code, None, "0202", "汽车维修", "", 80, 20),
            (code, None, "0203", "药物制剂", "", 50, None),
            (code, None, "0204", "烹饪", "", 10, 11),
        ],
    )
    taken = operations.import_majors(sheet, "专业.xlsx", by=clerk, at=NOW)
    assert (taken.kept, sorted(taken.problems)) == (3, [5])
    found = queries.major_match(clerk, "370299", NOW.date())
    assert (found.senior, found.senior_of, found.senior_unknown, found.senior_permille) == (80, 200, 1, 400)


def test_import_majors_twice_brings_the_first_up_to_date():
    clerk, school = an_actor("bureau_clerk"), _school()
    _import([(school.credit_code, None, "0201", "焊接", "高端装备制造", 120)], clerk)
    _import([(school.credit_code, None, "0201", "焊接加工", None, 90)], clerk)
    major = SchoolMajor.objects.get()
    assert (major.name, major.students, major.chain_code) == ("焊接加工", 90, "high_end_equipment")


def test_tag_major_and_end_major_change_the_share():
    clerk, school = an_actor("bureau_clerk"), _school()
    _import([(school.credit_code, None, f"020{n}", f"专业{n}", None, 10) for n in range(2)], clerk)
    first, second = SchoolMajor.objects.order_by("code")
    with pytest.raises(operations.ChainUnknown):
        operations.tag_major(first.pk, chain_code="alchemy", by=clerk, at=NOW)
    operations.tag_major(first.pk, chain_code="automobile", by=clerk, at=NOW)
    assert queries.major_match(clerk, "370299", NOW.date()).permille == 500
    tomorrow = NOW.date() + timedelta(days=1)
    with pytest.raises(ReasonMissing):
        operations.end_major(second.pk, ends_on=tomorrow, by=clerk, at=NOW, reason="")
    with pytest.raises(operations.MajorDaysWrong):
        operations.end_major(second.pk, ends_on=NOW.date(), by=clerk, at=NOW, reason="停招")
    operations.end_major(second.pk, ends_on=tomorrow, by=clerk, at=NOW, reason="停招")
    assert queries.major_match(clerk, "370299", tomorrow).permille == 1000


def test_major_match_without_majors_or_named_industries_is_unknown():
    assert queries.major_match(an_actor("bureau_clerk"), "370299", NOW.date()).permille is None
    assert queries.leading_chains("510700", date(2026, 11, 1)) == {}


def test_majors_are_kept_by_the_clerk_of_the_region():
    clerk, school = an_actor("bureau_clerk"), _school()
    _import([(school.credit_code, None, "0201", "焊接", None, 10)], clerk)
    major = SchoolMajor.objects.get()
    with pytest.raises(NotPermitted):
        operations.tag_major(major.pk, chain_code="film", by=an_actor("reviewer"), at=NOW)
    with pytest.raises(NotFound):
        operations.tag_major(
            major.pk, chain_code="film", by=an_actor("bureau_clerk", region_code="510700"), at=NOW
        )
