"""The shipped code lists hold what SOURCES.md says of them."""

import hashlib
import re
from collections import Counter

import pytest

from kaogong.kernel import reference
from kaogong.kernel.region_code import RegionCode, is_region_code


def test_every_file_is_named_in_sources():
    sources = (reference.reference_dir() / "SOURCES.md").read_text(encoding="utf-8")
    for file in reference.reference_dir().iterdir():
        assert file.name == "SOURCES.md" or file.name in sources, file.name


def test_enquiry_categories_are_offered_by_date_and_complaints_go_elsewhere():
    rows = reference.read_enquiry_categories()
    assert len(rows) == len({row.code for row in rows}) == 7
    assert [row.code for row in rows if row.goes_to] == ["complaint"]
    assert all(row.ends_on is None or row.starts_on < row.ends_on for row in rows)


def test_departments_are_those_the_papers_name():
    rows = reference.read_departments()
    assert [row.code for row in rows[:2]] == ["hrss", "education"]
    assert len({row.code for row in rows}) == len({row.short_name for row in rows}) == len(rows) == 20
    assert Counter(row.kind for row in rows) == {"government": 16, "mass": 3, "association": 1}
    assert all(re.fullmatch(r"00[12]:\d+", row.source) for row in rows)
    named = {row.short_name: row.source for row in rows}
    assert named["退役军人事务局"] == "001:43"
    assert named["科技局"] == "002:73"


def test_occupations():
    rows = reference.read_occupations()
    assert len(rows) == 2_176
    assert Counter(row.depth for row in rows) == {1: 8, 2: 79, 3: 450, 4: 1639}
    codes = {row.code for row in rows}
    assert len(codes) == len(rows)
    assert all(row.parent_code in codes for row in rows if row.depth > 1)
    assert all(row.code.count("-") == row.depth - 1 for row in rows)
    assert sum(row.is_green for row in rows) == 134
    assert sum(row.is_digital for row in rows) == 95
    named = {row.code: row.name for row in rows}
    assert named["4-10-01-05"] == "养老护理员"
    assert named["6-31-01-03"] == "电工"


def test_new_occupations_and_qualifications():
    assert len(reference.read_new_occupations()) == 19
    assert {row["announced_on"] for row in reference.read_new_occupations()} == {"2024-07-31"}
    assert len(reference.read_national_qualifications()) == 103


def test_regions_form_one_tree():
    rows = reference.read_regions()
    by_code = {row.code: row for row in rows}
    assert len(by_code) == len(rows) == 34 + 333 + 2_847 + 1_992 + 3
    for row in rows:
        if row.depth == 1:
            assert row.parent_code == ""
            continue
        parent = by_code[row.parent_code]
        assert parent.depth < row.depth
        assert RegionCode(parent.code).covers(row.code)
        assert is_region_code(row.code)
    assert by_code["370211"].name == "黄岛区"
    assert by_code["510700"].name == "绵阳市"


def test_the_fictional_region_is_nobodys():
    real = {row.code for row in reference.read_regions(with_fictional=False)}
    former = {row.code for row in reference.read_former_regions()}
    fictional = [row for row in reference.read_regions() if row.is_fictional]
    assert [(row.code, row.name, row.parent_code) for row in fictional] == [
        ("370299", "示例区", "370200"),
        ("370299001", "示例街道", "370299"),
        ("370299100", "样例镇", "370299"),
    ]
    assert not {row.code[:6] for row in fictional} & (real | former)


@pytest.mark.parametrize(
    ("code", "to_year", "successor"),
    [
        ("370282", 2017, "370215"),
        ("370284", 2012, "370211"),
        ("370205", 2012, "370203"),
        ("510724", 2016, "510705"),
        ("379014", 1995, "370283"),
        ("519002", 1995, "510781"),
    ],
)
def test_former_regions_lead_on(code, to_year, successor):
    rows = [row for row in reference.read_former_regions() if row.code == code]
    assert [(row.to_year, row.successor_code) for row in rows] == [(to_year, successor)]


def test_former_regions_are_former():
    rows = reference.read_former_regions()
    current = {(row.code, row.name) for row in reference.read_regions()}
    assert len({(row.code, row.name) for row in rows}) == len(rows) == 4_448
    for row in rows:
        assert (row.code, row.name) not in current
        assert re.fullmatch(r"[0-9]{6}", row.code)
        assert 1980 < row.to_year <= 2026
        assert row.from_year is None or row.from_year <= row.to_year


def test_industries_form_one_tree():
    rows = reference.read_industries()
    assert Counter(row.depth for row in rows) == {1: 20, 2: 97, 3: 473, 4: 1381}
    codes = {row.code for row in rows}
    assert len(codes) == len(rows)
    assert all(row.parent_code in codes for row in rows if row.depth > 1)


def test_both_education_sets_map_to_each_other():
    bureau = reference.read_education()
    standard = reference.read_education_standard()
    assert (len(bureau), len(standard)) == (11, 40)
    assert {row.maps_to for row in standard} <= {row.code for row in bureau}
    assert {row.maps_to for row in bureau} <= {row.code for row in standard}
    there_and_back = {row.code: row.maps_to for row in standard}
    for row in bureau:
        assert there_and_back[row.maps_to] == row.code


def test_small_lists():
    assert len(reference.read_ethnic_groups()) == 56
    assert [row.name for row in reference.read_sexes()][1:3] == ["男", "女"]
    assert len(reference.read_marital_statuses()) == 8
    assert len(reference.read_health_states()) == 22
    assert len(reference.read_employment_statuses()) == 13
    groups = reference.read_groups()
    assert Counter(name for group in groups for name in group.sets) == {"A5": 5, "A6": 5, "A8": 8}
    assert len({group.code for group in groups}) == len(groups) == 18
    assert len(reference.read_family_names()) == 601
    assert len(reference.read_given_name_characters()) == 2_526


@pytest.mark.parametrize(
    ("name", "codes", "prefix"),
    [
        ("shandong_cities", 16, "37"),
        ("qingdao_districts", 10, "3702"),
        ("shandong_counties", 136, "37"),
        ("mianyang_counties", 9, "5107"),
    ],
)
def test_boundaries_name_current_regions(name, codes, prefix):
    collection = reference.read_boundaries(name)
    known = {row.code: row.name for row in reference.read_regions()}
    properties = [feature["properties"] for feature in collection["features"]]
    assert len(properties) == codes
    for row in properties:
        assert row["code"].startswith(prefix)
        assert known[row["code"]] == row["name"]


def test_fictional_boundaries_name_fictional_regions():
    known = {row.code: row.name for row in reference.read_regions() if row.is_fictional}
    collection = reference.read_boundaries("fictional_districts")
    assert {row["properties"]["code"]: row["properties"]["name"] for row in collection["features"]} == known


def test_digest_is_that_of_the_bytes():
    content = (reference.reference_dir() / "sexes.csv").read_bytes()
    assert reference.digest("sexes.csv") == hashlib.sha256(content).hexdigest()
    assert reference.digest("sexes.csv") != reference.digest("groups.csv")
