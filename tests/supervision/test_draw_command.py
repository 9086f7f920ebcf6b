"""``kaogong draw verify FILE`` without a database."""

import json

import pytest
from click.testing import CliRunner

from kaogong.cli import main

from .rosters import a_package, tampered


def run(tmp_path, content, *words):
    file = tmp_path / "draw.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8")
    return CliRunner().invoke(main, ["draw", "verify", str(file), *words])


def test_draw_verify_agrees_and_returns_nought(tmp_path):
    package = a_package()
    answer = run(tmp_path, package, "--digest", package["roster_digest"].upper())
    assert answer.exit_code == 0
    assert "一致：名册 18 行、种子 2 方、抽中 6 个。" in answer.output
    assert package["result_digest"] in answer.output


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("row changed", "名册第 4 行"),
        ("seed exchanged", "“乙”公开的种子与事先的承诺不符"),
        ("object left out", "应被抽中"),
    ],
)
def test_draw_verify_names_what_differs_and_returns_one(tmp_path, what, words):
    answer = run(tmp_path, tampered()[what][0])
    assert answer.exit_code == 1
    assert words in answer.output and "不一致" in answer.output


def test_draw_verify_against_the_digest_published_before(tmp_path):
    answer = run(tmp_path, a_package(), "--digest", "0" * 64, "--json")
    assert answer.exit_code == 1
    told = json.loads(answer.output)
    assert [one["code"] for one in told["differences"]] == ["roster_not_as_published"]
    assert run(tmp_path, a_package(), "--digest", "abc").exit_code == 1


@pytest.mark.parametrize("content", ["", "not json", "[[", "{}"])
def test_draw_verify_of_what_is_no_package(tmp_path, content):
    answer = run(tmp_path, content)
    assert answer.exit_code == 1
    assert "不是完整的抽查公开文件" in answer.output
