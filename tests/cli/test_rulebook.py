"""``kaogong rulebook``: what it prints, where it points, and what it returns."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kaogong.cli import main
from kaogong.rules import loading
from tests.rulebook.writing import BY, PASS, part, scheme, use, value, write

ROOT = Path(__file__).resolve().parents[2]


def run(*words):
    return CliRunner().invoke(main, ["rulebook", *map(str, words)])


@pytest.fixture
def folder(tmp_path):
    """A rulebook with a warning, a note, a value to be verified, and cases of which one is wrong."""
    parts = [
        part("one"),
        part("two", rate=value("元/项", 0, since="2020-01-01")),
        part("three", rate={"2020-01-01": {"unset": True, "unit": "元/项", "note": "文件未给"}}),
        part("four", rate=value("元/项", 5, verified=False, source="公开资料")),
    ]
    root = write(tmp_path / "rules", scheme(components=parts), scheme("other", counts_as="grant"))
    cases = {
        "region": "990000",
        "scheme": "other",
        "on": "2021-01-01",
        "given": {"identity_verified": True, "history": []},
        "cases": [
            {"case": "实名的，付 100 元", "expect": {"verdict": "payable", "amount": 100}},
            {"case": "算错的一例", "expect": {"verdict": "payable", "amount": 99}},
        ],
    }
    (root / "990000/cases").mkdir()
    path = root / "990000/cases/other.yaml"
    path.write_text(yaml.safe_dump(cases, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return root


def test_check_of_the_shipped_rulebook_ends_well():
    result = run("check")
    assert result.exit_code == 0, result.output
    book = loading.load()
    assert f"看过 {len(book.documents)} 份文件、{len(book.content['regions'])} 个区" in result.output
    assert "错误 0，" in result.output
    assert "说明  没有公布的数值（" in result.output


def test_check_groups_what_it_finds_and_names_file_and_line(folder):
    result = run("check", folder)
    assert result.exit_code == 0, result.output
    lines = (folder / "990000/plain.yaml").read_text(encoding="utf-8").split("\n")
    at = next(n for n, line in enumerate(lines, 1) if line.strip() == "value: 0") - 1
    heading = result.output.index("提醒  金额为零（1）")
    assert result.output.index(f"  990000/plain.yaml 第 {at} 行：“plain”") > heading
    assert "文件未给" in result.output
    assert "公开资料" not in result.output
    assert "错误 0，提醒 1，没有公布的数值 1，待核实的数值 1，示例标准 0。" in result.output
    assert "公开资料" in run("check", folder, "--all").output


def test_check_with_an_error_returns_one(folder):
    clash = {"works_full_time": use(), "works_part_time": use()}
    write(folder, scheme(rules=PASS | clash))
    result = run("check", folder)
    assert result.exit_code == 1
    assert "错误  谁也不会符合的条件（1）" in result.output
    assert "错误 1，" in result.output


def test_check_asks_whether_papers_are_valid_on_the_day(folder):
    write(folder, scheme("other", counts_as="grant"), paper={"valid_until": "2024-12-31"})
    assert "文件已失效仍在使用" not in run("check", folder, "--on", "2024-12-31").output
    later = run("check", folder, "--on", "2025-01-01")
    assert "文件已失效仍在使用" in later.output
    assert later.exit_code == 0
    assert run("check", folder, "--on", "morgen").exit_code == 2


def test_check_as_json_has_everything(folder):
    told = json.loads(run("check", folder, "--json").output)
    assert told["looked_over"] == {"documents": 1, "regions": 1, "schemes": 2, "cases": 2}
    assert [remark["kind"] for remark in told["remarks"]] == ["pays_zero", "unset", "unverified"]
    assert set(told["remarks"][0]) == {"severity", "kind", "file", "line", "text", "region", "scheme"}


def test_mistakes_in_files_are_all_listed_and_nothing_is_loaded(folder):
    write(folder, scheme(payee="nobody", components=[part(by="无#1")]))
    for command in ("check", "test"):
        result = run(command, folder)
        assert result.exit_code == 1
        assert "错误  文件写法有误（1）" in result.output
        assert "990000/plain.yaml 第 " in result.output
        assert "规则库没有装入" in result.output
        assert "Traceback" not in result.output
    told = json.loads(run("check", folder, "--json").output)
    assert told["remarks"][0]["kind"] == "malformed"


CASE = "990000/cases/other.yaml"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("identity_verified: true", "identity_verified: maybe", "事实“identity_verified”不正确"),
        (
            "identity_verified: true",
            "identity_verifed: true",
            "没有“identity_verifed”这一项事实；相近的有：identity_verified",
        ),
        ("amount: 99", "amount: 99.999", "金额"),
        ("amount: 99", "amount: viel", "金额"),
        ("'2021-01-01'", "'2021-02-30'", "没有这一天"),
        ("verdict: payable", "verdict: vielleicht", "应为其中之一"),
        ("history: []", "history: 5", "事实“history”不正确"),
        ("history: []", "history: [{level: 5}]", "history.occupation_code"),
        ("history: []", "\thistory: []", "不是正确的 YAML"),
    ],
)
def test_a_mistake_in_a_case_has_its_place(folder, old, new, expected):
    text = (folder / CASE).read_text(encoding="utf-8")
    assert old in text
    (folder / CASE).write_text(text.replace(old, new, 1), encoding="utf-8")
    result = run("check", folder)
    assert result.exit_code == 1
    (told,) = [line for line in result.output.split("\n") if f"{CASE} 第" in line]
    assert expected in told
    line = text[: text.index(old)].count("\n") + 1
    assert abs(int(told.split("第 ")[1].split(" 行")[0]) - line) <= 1


def test_test_runs_every_case_and_shows_expected_beside_actual(folder):
    result = run("test", folder)
    assert result.exit_code == 1
    assert f"{CASE}：2 例，1 例不符" in result.output
    assert "✗ 第 " in result.output
    assert "算错的一例" in result.output
    assert "amount_fen：应为 9900，实为 10000" in result.output
    assert "实名的" not in result.output
    assert "共 2 例：相符 1 例，不符 1 例。" in result.output
    assert "✓ 第 " in run("test", folder, "--all").output
    told = json.loads(run("test", folder, "--json").output)
    assert [case["holds"] for case in told["cases"]] == [True, False]
    assert told["wrong"] == 1


def test_test_of_a_case_without_a_scheme_says_why(folder):
    text = (folder / CASE).read_text(encoding="utf-8")
    (folder / CASE).write_text(text.replace("'2021-01-01'", "'2019-01-01'", 1), encoding="utf-8")
    result = run("test", folder)
    assert result.exit_code == 1
    assert "不能判断：990000 在 2019-01-01 没有施行中的补贴项目“other”" in result.output


def test_test_of_the_shipped_rulebook_ends_well():
    result = run("test")
    assert result.exit_code == 0, result.output
    assert "不符 0 例。" in result.output


def test_schema_is_printed_or_written(tmp_path):
    kept = (loading.shipped_folder() / "schema.json").read_text(encoding="utf-8")
    assert run("schema").output == kept
    path = tmp_path / "schema.json"
    assert f"已写入 {path}" in run("schema", "--output", path).output
    assert path.read_text(encoding="utf-8") == kept


def test_the_rulebook_is_looked_over_without_the_framework(folder):
    code = (
        "import sys; from kaogong.cli import main\n"
        f"main(['rulebook', 'test', {str(folder)!r}], standalone_mode=False)"
    )
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import atexit, sys; atexit.register(lambda: print('django' in sys.modules))\n{code}",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout.strip().endswith("False"), told.stderr
    assert BY not in told.stdout
