"""A mistake in a rulebook file is named with file, line and what was expected; never a traceback."""

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaogong import rules
from kaogong.rules.errors import Problem
from kaogong.rules.loading import kind_of, read, shape_problems, shipped_folder
from kaogong.rules.located import read as read_file

SCHEME = "370299/employment_training.yaml"
PARENT = "370211/employment_training.yaml"
UPGRADE = "370299/insured_upgrade.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return shutil.copytree(shipped_folder(), tmp_path_factory.mktemp("rulebook") / "rulebook")


def problems(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, new, 1)
    line = text[: text.index(old)].count("\n") + 1
    try:
        path.write_text(changed, encoding="utf-8")
        with pytest.raises(rules.RulebookMalformed) as refusal:
            read(folder)
    finally:
        path.write_text(text, encoding="utf-8")
    assert refusal.value.problems[0].file in refusal.value.message
    return line, refusal.value.problems


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (SCHEME, "value: 5, unit: 个工作日", "value: 5, unit: 个月亮", "应为其中之一"),
        (SCHEME, "value: 5, unit: 个工作日", "value: 5, unit: 个月", "单位应为“个工作日”"),
        (SCHEME, "value: 5, unit: 个工作日", "value: -5, unit: 个工作日", "应为不小于 0 的整数"),
        (SCHEME, "value: 5, unit: 个工作日", "value: five, unit: 个工作日", "应为不小于 0 的整数"),
        (SCHEME, "value: 5, unit: 元/学时", "value: -5, unit: 元/学时", "金额"),
        (SCHEME, "value: 5, unit: 元/学时", "value: 5.555, unit: 元/学时", "金额"),
        (SCHEME, "value: 80, unit", "value: 101, unit", "百分比"),
        (SCHEME, "  attended_enough:", "  attended_well:", "没有“attended_well”这条规则"),
        (SCHEME, "  attended_enough:", "\tattended_enough:", "不是正确的 YAML"),
        (SCHEME, "专项职业能力证书: {不分等级: 600}", "驾驶证: {不分等级: 600}", "没有“驾驶证”这一证书种类"),
        (SCHEME, "专项职业能力证书: {不分等级: 600}", "专项职业能力证书: {九级: 600}", "没有“九级”这一等级"),
        (SCHEME, "专项职业能力证书: {不分等级: 600}", "专项职业能力证书: {不分等级: -600}", "金额"),
        (SCHEME, "专项职业能力证书: {不分等级: 600}", "专项职业能力证书: 600", "应为 等级 → 元"),
        (SCHEME, "#L65", "#L6500", "没有“山东职业技能培训政策新闻发布会2023#L6500”这一文件条款"),
        (UPGRADE, "quote: 支持和鼓励企业参保", "quote: 大力支持企业参保", "引文"),
        (UPGRADE, "min_months:", "min_moons:", "没有数值“min_moons”"),
        (UPGRADE, "      min_months:", "      min_months: &x", "不支持 & 和 * 引用"),
        ("370299/region.yaml", 'region: "370299"', "region: 370299", "文字"),
        ("370299/region.yaml", 'inherits: "370211"', 'inherits: "370212"', "没有区划“370212”"),
        ("groups.yaml", "label: 退役军人", "label: 退役军人\n    label: 军人", "写了两次"),
        (
            "documents/plan_2020_west_coast_2.yaml",
            "issued_on: 2020-01-20",
            "issued_on: 2020-02-30",
            "没有“2020-02-30”",
        ),
        (PARENT, "payee: provider", "payee: nobody", "应为其中之一"),
        (PARENT, "{from: 2020-01-20}", "{from: 2020-01-20, until: 2019-01-01}", "应晚于"),
    ],
)
def test_a_mistake_is_located(folder, name, old, new, expected):
    line, found = problems(folder, name, old, new)
    messages = [str(problem) for problem in found]
    near = [p for p in found if p.file == name and expected in p.expected and abs(p.line - line) <= 1]
    assert near, messages


LIMIT = "2020-01-20: {value: 3, unit: 次/年, by: 青西新管办发〔2020〕2号#15}"
SPACE = "\n        "


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (
            LIMIT.replace("}", ", until: 2023-01-01}") + SPACE + LIMIT.replace("2020-01-20", "2022-01-01"),
            "日期重叠",
        ),
        (LIMIT + SPACE + LIMIT, "写了两次"),
        ("2020-13-20: {value: 3, unit: 次/年, by: 青西新管办发〔2020〕2号#15}", "没有“2020-13-20”这一天"),
        ("2020-01-20: {value: 3, unit: 次/年}", "应注明 by"),
        ("2020-01-20: {value: 3, unset: true, unit: 次/年}", "只写其一"),
        ("2020-01-20: {unit: 次/年}", "只写其一"),
        ("2020-01-20: {value: 3, unit: 次/年, verified: false}", "source"),
        ("2020-01-20: {value: 3, unit: 次/年, illustrative: true}", "note"),
        ("always: {value: 3, unit: 次/年}", "可用：起日"),
        ("2020-01-20: {value: 3, unit: 次/年, colour: red}", "没有“colour”这一项"),
        ("2020-01-20: 3", "一组"),
    ],
)
def test_a_dated_value_says_from_when_and_by_what(folder, new, expected):
    line, found = problems(folder, PARENT, LIMIT, new)
    assert [p for p in found if expected in p.expected and line <= p.line <= line + 1], [
        str(p) for p in found
    ]


def test_inheritance_in_a_circle_is_refused(folder):
    _, found = problems(folder, "370000/region.yaml", "label: 山东省", 'label: 山东省\ninherits: "370299"')
    assert any("圈" in problem.expected for problem in found)


def test_every_mistake_is_reported_not_only_the_first(folder):
    _, found = problems(folder, SCHEME, "value: 5, unit: 元/学时", "value: -5, unit: 元/学时, by: 无#1")
    assert len(found) == 2


def test_what_a_scheme_still_lacks_is_named(folder):
    _, found = problems(folder, "370211/insured_upgrade.yaml", "payee: person\nfund", "fund")
    assert any("缺少 payee" in problem.expected for problem in found)


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(rules.RulebookMalformed, match="没有政策规则库文件"):
        read(tmp_path)


def looked_at(name: str, raw: bytes) -> None:
    """Reading any bytes gives content or located problems, and raises nothing."""
    file = read_file(name, raw)
    found = [file] if isinstance(file, Problem) else shape_problems(file, kind_of(name))
    for problem in found:
        assert problem.file == name
        assert problem.line >= 1
        assert problem.expected


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    looked_at(SCHEME, raw)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:-[]{},\"'#&*!|>% \n\t1中", max_size=120))
def test_any_text_is_read_or_refused(text):
    looked_at(SCHEME, text.encode())


NAMES = [
    SCHEME,
    PARENT,
    UPGRADE,
    "groups.yaml",
    "370299/region.yaml",
    "documents/plan_2020_west_coast_2.yaml",
]
PIECES = [
    "",
    "~",
    "-1",
    "[]",
    "{}",
    "x",
    "true",
    "2020-02-31",
    "1e9",
    "[[",
    "- ",
    "12345678901234567890",
    "：",
    "0x1f",
]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_shipped_file_with_one_piece_changed_loads_or_is_refused_with_its_place(folder, data):
    path = folder / data.draw(st.sampled_from(NAMES))
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    words = lines[at].split(" ")
    words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.sampled_from(PIECES))
    changed = [*lines[:at], " ".join(words), *lines[at + 1 :]]
    try:
        path.write_text("\n".join(changed), encoding="utf-8")
        read(folder)
    except rules.RulebookMalformed as refusal:
        assert all(problem.line >= 1 and problem.expected for problem in refusal.problems)
        assert refusal.message
    finally:
        path.write_text(text, encoding="utf-8")


def test_deep_and_long_files_are_refused_or_read_in_place():
    looked_at(SCHEME, b"[" * 100_000)
    looked_at(SCHEME, b"a:\n" + b"  - 1\n" * 100_000)
