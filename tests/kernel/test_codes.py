"""Regions, levels and certificate numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaogong.kernel import certificate_number as numbers
from kaogong.kernel.certificate_number import CertificateKind, CertificateNumber
from kaogong.kernel.errors import Malformed
from kaogong.kernel.levels import LEVELS, is_higher, level_of, parse_level
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.spoken_code import make_spoken_code


def test_region_prefix_depth_and_parents():
    assert [RegionCode(code).prefix for code in ("000000", "370000", "370200", "370211", "370211001")] == [
        "",
        "37",
        "3702",
        "370211",
        "370211001",
    ]
    assert [parent.value for parent in RegionCode("370211001").parents()] == ["370211", "370200", "370000"]
    assert RegionCode("370000").parents() == ()
    assert RegionCode("510700").depth == 2


def test_region_covers_what_lies_inside():
    assert RegionCode("370200").covers("370299")
    assert RegionCode("370200").covers("370299001")
    assert RegionCode("000000").covers("510700")
    assert RegionCode("370299").covers("370299")
    assert not RegionCode("370299").covers("370200")
    assert not RegionCode("370200").covers("370300")


@pytest.mark.parametrize(
    "text", ["", "37", "3702", "37021", "370011", "990000", "000001", "37020A", "３７０２１１", "100000"]
)
def test_region_refuses_other_shapes(text):
    with pytest.raises(Malformed):
        RegionCode(text)


def test_region_reads_statistical_codes():
    assert RegionCode.parse("370211000000").value == "370211"
    assert RegionCode.parse("370211001000").value == "370211001"
    assert RegionCode.parse(" ３７０２１１ ").value == "370211"


regions = st.builds(
    lambda a, b, c: RegionCode(f"{a:02d}{b:02d}{c if b else 0:02d}"),
    st.integers(11, 82),
    st.integers(0, 99),
    st.integers(0, 99),
)


@given(regions)
def test_every_parent_covers_its_child(region):
    assert all(parent.covers(region) and not region.covers(parent) for parent in region.parents())
    assert len(region.parents()) == region.depth - 1


def test_levels_stand_in_their_order():
    assert [level.name for level in sorted(LEVELS)] == [
        "学徒工",
        "初级工",
        "中级工",
        "高级工",
        "技师",
        "高级技师",
        "特级技师",
        "首席技师",
    ]
    assert is_higher("3", than="4")
    assert not is_higher("4", than="4")
    assert is_higher("T", than="1")
    assert level_of("5").label == "五级/初级工"
    assert level_of("S").label == "首席技师"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("五级/初级工", "5"),
        ("高级工（三级）", "3"),
        ("三级（高级工）", "3"),
        ("3级", "3"),
        ("Ⅲ级", "3"),
        ("技师", "2"),
        ("一级／高级技师", "1"),
        ("初级", "5"),
        (" 中级工 ", "4"),
        ("学徒工", "6"),
    ],
)
def test_parse_level_reads_what_people_write(text, code):
    assert parse_level(text).code == code


@pytest.mark.parametrize("text", ["", "七级", "0", "高手"])
def test_parse_level_refuses_the_unknown(text):
    with pytest.raises(Malformed):
        parse_level(text)


@given(st.sampled_from(LEVELS))
def test_a_level_reads_back(level):
    assert parse_level(level.label) == parse_level(level.name) == level_of(level.code) == level


certificates = st.builds(
    lambda assessor, body, province, site, year, level, serial: CertificateNumber.compose(
        assessor=assessor,
        body_code=f"{body:04d}",
        province_code=f"{province}",
        site_code=f"{site:06d}",
        year=year,
        level_code=level,
        serial=serial,
    ),
    st.sampled_from("YS"),
    st.integers(0, 9999),
    st.integers(11, 82),
    st.integers(0, 999999),
    st.integers(2019, 2099),
    st.sampled_from("12345"),
    st.integers(1, 999999),
)


@given(certificates)
def test_a_certificate_number_reads_back(number):
    assert len(number.value) == 22
    assert CertificateNumber.parse(number.value.lower()) == number


def test_the_published_example():
    number = CertificateNumber.parse("Y000123000123195000001")
    assert (number.assessor_label, number.body_code, number.province_code) == ("用人单位", "0001", "23")
    assert (number.site_code, number.year, number.level_code, number.serial) == ("000123", "19", "5", 1)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Y00012300012319500001", numbers.CertificateNumberLength),
        ("Z000123000123195000001", numbers.CertificateNumberShape),
        ("Y000123000123196000001", numbers.CertificateNumberShape),
        ("Y000123000123195000000", numbers.CertificateNumberSerial),
    ],
)
def test_each_problem_of_a_certificate_number_has_its_name(text, wrong):
    with pytest.raises(wrong) as caught:
        CertificateNumber.parse(text)
    assert type(caught.value) is wrong
    assert "{" not in caught.value.message


def test_a_special_level_has_no_22_character_number():
    with pytest.raises(numbers.CertificateNumberShape):
        CertificateNumber.compose(
            assessor="S", province_code="37", site_code="000001", year=2026, level_code="T", serial=1
        )


def test_certificate_kinds():
    assert len(numbers.TRIGGERING_KINDS) == 5
    assert all(kind.label for kind in CertificateKind)
    assert len({kind.label for kind in CertificateKind}) == len(CertificateKind)
    assert CertificateKind("skill_level").label == "职业技能等级证书"
    assert {kind for kind in CertificateKind if kind.has_level} == {
        CertificateKind.QUALIFICATION,
        CertificateKind.SKILL_LEVEL,
    }


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        ("370200", "370211", True),
        ("370211", "370200", True),
        ("370211", "370211", True),
        ("370211", "370202", False),
    ],
)
def test_two_regions_meet_where_one_lies_in_the_other(one, other, meets):
    assert RegionCode(one).meets(other) is meets
    assert RegionCode(one).meets(RegionCode(other)) is meets


def test_a_spoken_code_has_nothing_to_be_mistaken_and_is_not_the_same_twice():
    codes = {make_spoken_code(10) for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 10 and not set(code) & set("01IO") for code in codes)
