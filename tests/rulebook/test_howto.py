"""docs/howto/encode-a-policy.md is walked: its files are written, its commands run, its outputs compared."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kaogong.cli import main
from kaogong.rules import loading
from kaogong.rules.review import review

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/howto/encode-a-policy.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, flags=re.S)
COPY = "my-rulebook"


def of_kind(kind: str) -> list[str]:
    return [text for language, text in BLOCKS if language == kind]


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    """The copy of the rulebook with the page's files in it."""
    home = tmp_path_factory.mktemp("walk")
    shutil.copytree(loading.shipped_folder(), home / COPY)
    for text in of_kind("yaml"):
        name = re.match(rf"# ({COPY}/\S+)\n", text)
        assert name, f"a block says in its first line which file it is: {text[:40]}"
        path = home / name[1]
        assert not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return home


def run(home: Path, command: str):
    words = shlex.split(command)
    assert words[:3] == ["uv", "run", "kaogong"]
    return CliRunner().invoke(main, [str(home / COPY) if word == COPY else word for word in words[3:]])


def test_the_page_has_every_step():
    steps = [line for line in PAGE.splitlines() if line.startswith("## ")]
    assert [step.split(".")[0] for step in steps] == [f"## {number}" for number in range(1, 8)]
    assert len(of_kind("yaml")) == 4
    minutes = sum(int(found) for found in re.findall(r"\((\d+) minutes\)", PAGE))
    assert 30 <= minutes <= 65


def test_every_command_of_the_page_ends_well_and_says_what_the_page_says(walk):
    commands = [line for text in of_kind("sh") for line in text.splitlines()]
    assert commands.pop(0) == f"cp -r rulebook {COPY}"
    assert {command.split()[4] for command in commands} == {"check", "test"}
    said = ""
    for command in commands:
        result = run(walk, command)
        assert result.exit_code == 0, f"{command}\n{result.output}"
        said += result.output
    scheme = walk / COPY / "990100/job_training.yaml"
    text = scheme.read_text(encoding="utf-8")
    scheme.write_text(text.replace("unit: 岁", "unit: 个月"), encoding="utf-8")
    try:
        wrong = run(walk, f"uv run kaogong rulebook check {COPY}")
    finally:
        scheme.write_text(text, encoding="utf-8")
    assert wrong.exit_code == 1
    for line in (line for shown in of_kind("text") for line in shown.splitlines()):
        assert line in said + wrong.output


def test_the_check_has_nothing_against_the_scheme_but_what_the_paper_leaves_open(walk):
    book, files = loading.opened(walk / COPY)
    document = book.documents["示人社规〔2026〕1号"]
    remarks = [r for r in review(book, files, on=document.issued_on) if r.region == "990100"]
    assert [remark.kind for remark in remarks] == ["unset", "unverified"]


def test_every_rule_the_page_names_is_used_in_its_scheme():
    (scheme,) = [text for text in of_kind("yaml") if "\ncomponents:" in text]
    named = re.findall(r"\.\./rules/(?:amounts/|limits/)?([a-z_]+)\.md", PAGE)
    assert len(named) == 8
    assert [name for name in named if name not in scheme] == []
