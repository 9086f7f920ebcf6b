"""Documents that cannot drift: links, commands, coverage, generated parts."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "kaogong").rglob("README.md")]


def commands(text: str) -> list[str]:
    return [
        line.strip()
        for block in re.findall(r"```(?:sh|bash|console)\n(.*?)```", text, flags=re.S)
        for line in block.splitlines()
        if line.strip() and not line.strip().startswith("#")
    ]


def test_links_lead_somewhere():
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
            if not target.startswith(("http", "mailto:")) and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} -> {target}")
    assert broken == []


def test_both_readmes_give_the_same_commands():
    english, chinese = (ROOT / "README.md").read_text(), (ROOT / "README.zh-CN.md").read_text()
    assert commands(english) == commands(chinese) != []
    assert "pip install uv && uv run kaogong demo" in commands(english)
    assert "pip install uv && uv run just test" in commands(english)


def coverage_rows() -> dict[str, tuple[str, str, str]]:
    rows = {}
    for line in (ROOT / "docs/coverage.md").read_text().splitlines():
        match = re.match(r"\| ([A-Q]\d+) \| (works|partly|not yet) \| (.*?) \| (.*?) \|$", line)
        if match:
            rows[match[1]] = (match[2], match[3], match[4])
    return rows


CLAUSES = {
    "A": 10,
    "B": 8,
    "C": 12,
    "D": 12,
    "E": 14,
    "F": 3,
    "G": 17,
    "H": 7,
    "I": 10,
    "J": 4,
    "K": 5,
    "L": 17,
    "M": 8,
    "N": 7,
    "O": 6,
    "P": 4,
    "Q": 5,
}


def test_coverage_has_every_clause_once():
    wanted = {f"{letter}{number}" for letter, count in CLAUSES.items() for number in range(1, count + 1)}
    assert len(wanted) == 149
    assert set(coverage_rows()) == wanted


def test_coverage_names_tests_that_exist():
    wrong = []
    for clause, (state, _what, tests) in coverage_rows().items():
        named = re.findall(r"`(tests/[^`]+)`", tests)
        if state != "not yet" and not named:
            wrong.append(f"{clause}: {state} without a test")
        for name in named:
            path, _, function = name.partition("::")
            if not (ROOT / path).exists() or (
                function and f"def {function}" not in (ROOT / path).read_text()
            ):
                wrong.append(f"{clause}: {name}")
    assert wrong == []


def test_generated_documents_are_up_to_date():
    run = subprocess.run(
        [sys.executable, "tools/documents.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
