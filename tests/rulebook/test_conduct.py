"""How training is conducted: dated checklists, windows and ladders, inherited, each with its source."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from kaogong import rules
from kaogong.rules.errors import ConductUnknown, RegionUnknown
from kaogong.rules.loading import opened, read, shipped_folder
from kaogong.rules.review import review

ON = date(2026, 11, 9)
PROVINCE = """
conduct: visits
label: 到访
label_en: Visits
values:
  days:
    id: O4
    label: 天数
    label_en: Days
    values:
      2020-01-20: {value: 5, unit: 个工作日, verified: false, source: 某公开资料, until: 2024-01-01}
      2024-01-01: {value: 7, unit: 个工作日, technical: true, note: 产品设定}
  fine:
    id: O1
    label: 金额
    label_en: Sum
    values:
      2020-01-20: {unset: true, unit: 元, note: 文件没有给出}
tables:
  steps:
    id: O1
    label: 步骤
    label_en: Steps
    rows:
      2020-01-20:
        verified: false
        source: 某公开资料
        rows:
          - {code: talk, label: 约谈, months: 0}
          - {code: leave, label: 解除, months: 24}
"""
CITY = """
conduct: visits
values:
  fine:
    values:
      2022-01-01: {value: 20, unit: 元, illustrative: true, note: 示例}
tables:
  steps:
    rows:
      2023-01-01:
        illustrative: true
        note: 示例
        rows:
          - {code: talk, label: 约谈, months: 1}
"""


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(shipped_folder(), tmp_path / "rulebook")


def written(folder, region, text, name="visits"):
    path = folder / region / "conduct" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def book(folder):
    written(folder, "370000", PROVINCE)
    written(folder, "370200", CITY)
    return read(folder)


def test_a_value_is_the_one_of_the_day_with_its_source(book):
    before, after = (book.conduct("370000", "visits", day).value("days") for day in (date(2023, 12, 31), ON))
    assert (before.value, before.verified, before.source, before.technical) == (5, False, "某公开资料", False)
    assert (after.value, after.technical, after.label_en, after.clause_id) == (7, True, "Days", "O4")


def test_the_nearest_region_says_it_and_the_rest_is_inherited(book):
    here = book.conduct("370211", "visits", ON)
    assert (here.value("fine").value, here.value("fine").region_label) == (2000, "青岛市")  # fen
    assert here.value("days").region == "370000"
    assert [row["months"] for row in here.table("steps").rows] == [1]
    assert (here.label_en, here.table("steps").label_en, here.table("steps").region) == (
        "Visits",
        "Steps",
        "370200",
    )
    earlier = book.conduct("370211", "visits", date(2022, 6, 1)).table("steps")
    assert [row["code"] for row in earlier.rows] == ["talk", "leave"]
    assert earlier.source == "某公开资料"


def test_what_no_paper_gives_stays_unset_and_what_has_not_begun_is_absent(book):
    assert book.conduct("370000", "visits", ON).value("fine").value is None
    early = book.conduct("370000", "visits", date(2019, 1, 1))
    assert early.value("fine") is None
    assert early.table("steps").rows == ()
    assert early.values == {}


def test_an_unknown_name_topic_or_region_is_refused_by_name(book):
    with pytest.raises(ConductUnknown, match="days_off"):
        book.conduct("370000", "visits", ON).value("days_off")
    with pytest.raises(ConductUnknown, match="stairs"):
        book.conduct("370000", "visits", ON).table("stairs")
    with pytest.raises(ConductUnknown, match="visits"):
        book.conduct("510700", "visits", ON)
    with pytest.raises(RegionUnknown):
        book.conduct("990000", "visits", ON)


def test_conduct_is_part_of_the_rulebook_digest(folder, book):
    assert book.digest != read(shipped_folder()).digest
    assert rules.Rulebook(book.content).conduct("370000", "visits", ON).value("days").value == 7


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("conduct: visits", "conduct: visit", "名称应与文件名“visits”相同"),
        ("2024-01-01: {value", "2023-06-01: {value", "日期重叠"),
        ("until: 2024-01-01", "until: 2019-01-01", "应晚于起日"),
        ("2024-01-01: {value: 7", "2024-02-31: {value: 7", "没有“2024-02-31”这一天"),
        (", note: 产品设定", "", "note 写明为何没有文件依据"),
        ("verified: false, source: 某公开资料, until", "verified: false, until", "应写明 source"),
        ("verified: false, source: 某公开资料, until", "until", "应注明 by"),
        ("technical: true, note: 产品设定", "by: 没有的文件#L1", "没有“没有的文件#L1”"),
        ("unset: true, unit: 元", "unit: 元", "写明 value"),
        ("    label_en: Steps\n", "", "缺少 label_en"),
        ("          - {code", "          - {code: 1.5, colour: {a: [[1]]}}\n          - {code", ""),
        ("label_en: Visits", "label_fr: Visites", "没有“label_fr”这一项"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(folder, old, new, expected):
    assert old in PROVINCE
    path = written(folder, "370000", PROVINCE.replace(old, new, 1))
    if not expected:
        assert read(folder).conduct("370000", "visits", ON).table("steps").rows[0]["code"] == "1.5"
        return
    with pytest.raises(rules.RulebookMalformed) as refusal:
        read(folder)
    (found, *_) = [p for p in refusal.value.problems if expected in p.expected]
    assert found.file == "370000/conduct/visits.yaml"
    assert 1 <= found.line <= len(path.read_text(encoding="utf-8").splitlines())


def test_a_folder_without_a_region_and_a_file_too_deep_are_refused(folder):
    deep = folder / "370000" / "conduct" / "more"
    deep.mkdir(parents=True)
    (deep / "visits.yaml").write_text(PROVINCE, encoding="utf-8")
    with pytest.raises(rules.RulebookMalformed, match="conduct/"):
        read(folder)
    shutil.rmtree(deep)
    (folder / "999999").mkdir()
    written(folder, "999999", PROVINCE)
    with pytest.raises(rules.RulebookMalformed, match=r"region\.yaml"):
        read(folder)


def test_the_topics_of_a_region_are_its_own_and_inherited(folder, book):
    assert book.conduct_topics("370299")["visits"] == ("到访", "Visits")
    assert "visits" not in book.conduct_topics("510700")


def test_a_table_says_what_its_columns_are_called(folder):
    columns = "    columns: {months: {label: 月数, label_en: Months}}\n    rows:"
    written(folder, "370000", PROVINCE.replace("    rows:", columns, 1))
    assert read(folder).conduct("370000", "visits", ON).table("steps").columns == {
        "months": ("月数", "Months")
    }


def test_the_review_names_what_is_unset_unverified_or_invented(folder):
    path = written(folder, "370000", PROVINCE)
    written(folder, "370200", CITY)
    book, files = opened(folder)
    remarks = [r for r in review(book, files, on=ON) if "visits" in r.file]
    told = {(r.kind, r.file.split("/")[0], r.line) for r in remarks}
    lines = path.read_text(encoding="utf-8").splitlines()
    unset = next(i for i, line in enumerate(lines, 1) if "unset: true" in line)
    assert ("unset", "370000", unset) in told
    assert [r.kind for r in remarks if r.file.startswith("370200")] == ["invented", "invented"]
    assert not any("技术" in r.text or "产品设定" in r.text for r in remarks)


def test_the_example_of_the_how_to_page_is_inherited_and_dated(folder):
    page = Path(__file__).resolve().parents[2] / "docs/howto/change_a_rate_or_rule.md"
    (example,) = re.findall(r"```yaml\n# rulebook/(\S+)\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
    name, text = example
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    book = read(folder)
    region, topic = name.split("/")[0], Path(name).stem
    assert book.conduct(region, topic, date(2027, 1, 1)).value("answer_days").value == 30
    assert book.conduct(region, topic, date(2026, 12, 31)).value("answer_days").value is None
    assert book.conduct("370200", topic, date(2027, 1, 1)).value("answer_days").value is None
