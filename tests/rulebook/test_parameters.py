"""Shares a paper sets that are not a subsidy: dated, cited, inherited, and kept or not."""

import shutil
from datetime import date

import pytest

from kaogong import rules
from kaogong.rules.errors import ParameterUnknown
from kaogong.rules.loading import read, shipped_folder

ON = date(2026, 11, 9)
SURPLUS, SURCHARGE = "surplus_for_teachers", "education_surcharge_for_vocational_education"


def parameter(code, region="370211", on=ON):
    return rules.load().at(region, on).parameter(code)


def test_a_share_is_inherited_with_its_clause():
    surplus, surcharge = parameter(SURPLUS), parameter(SURCHARGE)
    assert (surplus.rule_id, surplus.value.value, surplus.value.region) == ("C10", 50, "370000")
    assert surplus.words.endswith("可提取50%以上用于教师劳动报酬,不纳入单位绩效工资总量管理")
    assert (surcharge.rule_id, surcharge.value.value, surcharge.value.region_label) == ("H3", 30, "青岛市")
    assert "不少于30％" in surcharge.words


@pytest.mark.parametrize(
    ("part", "whole", "kept"), [(30, 100, True), (29, 100, False), (333, 1110, True), (332, 1110, False)]
)
def test_at_least_a_share_of_the_whole(part, whole, kept):
    assert parameter(SURCHARGE).is_kept(part, whole) is kept


def test_an_unknown_figure_is_neither_kept_nor_broken():
    assert parameter(SURCHARGE).is_kept(None, 100) is None
    assert parameter(SURCHARGE).is_kept(30, None) is None


def test_the_smallest_part_that_is_enough():
    assert parameter(SURPLUS).bound_fen(101) == 51
    assert parameter(SURPLUS).is_kept(51, 101) is True
    assert parameter(SURPLUS).is_kept(50, 101) is False


@pytest.mark.parametrize(
    ("code", "region", "on"),
    [
        (SURCHARGE, "370211", date(2018, 3, 25)),
        (SURCHARGE, "370000", ON),
        (SURCHARGE, "510700", ON),
        ("no_such_share", "370211", ON),
    ],
)
def test_what_is_not_in_force_is_refused_by_name(code, region, on):
    with pytest.raises(ParameterUnknown, match=code):
        parameter(code, region, on)


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(shipped_folder(), tmp_path / "rulebook")


def changed(folder, old, new, region="370200"):
    path = folder / region / "parameters.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("value: 30", "value: 130", "百分比应在 0 到 100 之间"),
        ('unit: "%"', "unit: 元", "单位应为“%”"),
        ("bound: at_least", "bound: roughly", "应为其中之一"),
        ("    bound: at_least\n", "", "缺少 bound"),
        ("#L44\n    quote", "#L4400\n    quote", "这一文件条款"),
        ("quote: 落实", "quote: 大力落实", "引文"),
        ("2018-03-26: {value", "2018-02-30: {value", "没有“2018-02-30”这一天"),
        (", by: 青人社督字〔2018〕104号#L44}", "}", "应注明 by"),
    ],
)
def test_a_mistake_is_located(folder, old, new, expected):
    changed(folder, old, new)
    with pytest.raises(rules.RulebookMalformed) as refusal:
        read(folder)
    found = [p for p in refusal.value.problems if p.file == "370200/parameters.yaml"]
    assert any(expected in problem.expected for problem in found), [str(p) for p in refusal.value.problems]


def test_parameters_without_a_region_are_refused(folder):
    lost = folder / "370999"
    lost.mkdir()
    shutil.copy(folder / "370200" / "parameters.yaml", lost)
    with pytest.raises(rules.RulebookMalformed, match="缺少 region"):
        read(folder)


def test_a_district_overrides_a_share_from_its_day(folder):
    (folder / "370299" / "parameters.yaml").write_text(
        "parameters:\n"
        f"  {SURCHARGE}:\n"
        "    values:\n"
        '      2026-01-01: {value: 35, unit: "%", illustrative: true, note: 示例标准}\n',
        encoding="utf-8",
    )
    book = read(folder)
    assert book.at("370299", date(2025, 12, 31)).parameter(SURCHARGE).value.value == 30
    ours = book.at("370299", date(2026, 1, 1)).parameter(SURCHARGE)
    assert (ours.value.value, ours.value.illustrative, ours.rule_id) == (35, True, "H3")
    assert book.digest != rules.load().digest


def test_an_unset_share_judges_nothing(folder):
    changed(folder, "{value: 30,", "{unset: true, note: 待公布,")
    unset = read(folder).at("370200", ON).parameter(SURCHARGE)
    assert (unset.is_kept(30, 100), unset.bound_fen(100)) == (None, None)
