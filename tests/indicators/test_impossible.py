"""The papers' own numbers, and tables that cannot be."""

from decimal import Decimal
from pathlib import Path

import pytest

from kaogong.indicators import impossible
from kaogong.indicators.register import indicator_of

# 004:9 as printed.
TALENT = (
    "全市技能人才保有量约为36万，其中高技能人才7.92万（高级工6.8万人、技师0.94万人、高级技师0.18万人），"
    "占技能人才总量的22%。"
)
BASES = "已建成13个高技能人才培训基地，其中国家级3个、省级3个、市级8个，形成了较为完善的技能人才培养体系。"
STUDIOS = (
    "截止2018年8月全市已建成技能大师工作室86个，其中国家级5个、省级5个、市级25个、县市区（企业）级51个。"
)


def test_the_thirteen_bases_of_the_paper_are_fourteen():
    [found] = impossible.in_text(BASES)
    assert found.text == "合计13与各项之和14不一致，相差1：国家级3、省级3、市级8。"
    assert impossible.parts(13, {"国家级": 3, "省级": 3, "市级": 8}) == [found]


def test_the_high_skilled_of_the_paper_add_up():
    assert impossible.in_text(TALENT) == []
    assert impossible.parts(
        Decimal("7.92"), {"高级工": Decimal("6.8"), "技师": Decimal("0.94"), "高级技师": Decimal("0.18")}
    ) == []  # fmt: skip
    assert impossible.share(Decimal(22), Decimal("7.92"), Decimal(36)) == []


def test_in_text_sees_the_high_skilled_if_one_were_changed():
    [found] = impossible.in_text(TALENT.replace("0.94", "0.95"))
    assert found.facts["total"] == 79200
    assert found.facts["sum"] == 79300


def test_share_as_written_is_held_to_its_places():
    [found] = impossible.share(Decimal("22.5"), Decimal("7.92"), Decimal(36))
    assert found.text == "所写比例22.5%与7.92÷36=22.0%不一致。"
    assert impossible.share(Decimal(5), 1, 0) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"training.certified_share": 100_01}, "“取证率”的比例100.01%大于100%"),
        ({"training.persons": 8, "training.person_times": 7}, "8人大于“补贴性职业技能培训人次”7人次"),
        ({"training.persons": 0, "training.person_times": 7}, "却是0人"),
        ({"training.passed": 9, "training.person_times": 7}, "大于它所属的"),
        ({"talent.senior": -1}, "不会小于0"),
        ({"enterprise.self_assessing": 4, "enterprise.eligible": 3}, "大于它所属的"),
    ],
)
def test_figures_that_cannot_stand_together(values, said):
    [found] = impossible.figures(values)
    assert said in found.text


def test_figures_that_can():
    values = {"training.persons": 7, "training.person_times": 7, "training.certified_share": 100_00}
    values |= {"talent.high": None, "money.paid": -100}
    assert impossible.figures(values) == []


def test_distinct_people_lie_between_the_largest_group_and_the_sum():
    assert impossible.distinct("人数", 5, [3, 4]) == []
    assert impossible.distinct("人数", 3, [3, 4])[0].facts["largest"] == 4
    assert impossible.distinct("人数", 8, [3, 4])[0].facts["sum"] == 7


def test_running_totals_never_fall():
    assert impossible.running("人次", [1, 4, 4, 9]) == []
    assert [one.facts["after"] for one in impossible.running("人次", [1, 4, 3, 9])] == [3]


def test_studios_of_the_paper_add_up():
    assert impossible.in_text(STUDIOS) == []
    assert impossible.parts(86, {"国家级": 5, "省级": 5, "市级": 25, "县市区（企业）级": 51}) == []


def test_every_sentence_names_its_facts():
    text = Path(impossible.__file__).read_text()
    assert text.count("N_(") >= 9


@pytest.mark.parametrize(
    ("code", "dimension", "total", "rows", "facts"),
    [
        ("training.person_times", "region", 10, [6, 4], None),
        ("training.person_times", "region", 10, [6, 5], {"sum": 11, "difference": 1}),
        ("training.persons", "month", 8, [6, 4], None),
        ("training.persons", "month", 11, [6, 4], {"sum": 10}),
        ("training.persons", "month", 5, [6, 4], {"largest": 6}),
        ("talent.high", "month", 5, [6, 7], None),
        ("training.pass_share", "region", 5000, [9000, 9000], None),
        ("training.person_times", "region", 10, [6, None], None),
        ("training.person_times", "region", None, [6], None),
    ],
)
def test_table_is_held_to_its_total_as_its_indicator_adds_up(code, dimension, total, rows, facts):
    found = impossible.table(indicator_of(code), dimension, total, rows)
    assert [dict(one.facts) | (facts or {}) for one in found] == [dict(one.facts) for one in found]
    assert len(found) == (facts is not None)


@pytest.mark.parametrize(
    ("text", "total", "added"),
    [
        ("全市已建成基地 13 个（3+3+8）。", 13, 14),
        ("已建成13个高技能人才培训基地（3个＋3个＋8个）。", 13, 14),
        ("培训1,234人（其中甲区1,000人、乙区235人）", 1234, 1235),
    ],
)
def test_in_text_reads_sums_blanks_and_thousands_as_drafts_write_them(text, total, added):
    [found] = impossible.in_text(text)
    assert (found.facts["total"], found.facts["sum"]) == (total, added)


def test_in_text_says_nothing_of_sums_that_hold():
    for text in (
        "基地 14 个（3+3+8）",
        "培训1,235人（其中甲区1,000人、乙区235人）",
        "13个基地（2018年3+2年制）",
    ):
        assert impossible.in_text(text) == [], text
