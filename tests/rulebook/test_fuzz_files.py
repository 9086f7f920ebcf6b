"""Files as no editor leaves them: circles, bombs, endless nesting, a hundred thousand lines, passed-over names."""

import time

import pytest

from kaogong import rules
from kaogong.rules import loading

from .test_fuzz import ROOT, SCHEMES, read
from .writing import scheme, write


@pytest.mark.parametrize("circle", [["990000", "990100"], ["990000", "990100", "990200"], ["990000"]])
def test_regions_that_inherit_in_a_circle(tmp_path, circle):
    after = dict(zip(circle, [*circle[1:], circle[0]], strict=True))
    root = write(tmp_path, scheme(), regions={code: {"inherits": heir} for code, heir in after.items()})
    with pytest.raises(rules.RulebookMalformed) as refusal:
        loading.read(root)
    assert {problem.file for problem in refusal.value.problems} == {f"{code}/region.yaml" for code in circle}
    assert all("圈" in problem.expected and problem.line > 1 for problem in refusal.value.problems)


def test_an_alias_bomb_is_refused_at_its_first_anchor():
    bomb = b"scheme: x\na: &a [x, x]\n" + b"".join(b"b%d: &b%d [*a, *a]\n" % (n, n) for n in range(99))
    (problem,) = loading.in_shape(SCHEMES[0], bomb)
    assert (problem.line, "引用" in problem.expected) == (2, True)


@pytest.mark.parametrize("deep", [b"[" * 200_000, b"{a: " * 200_000, b"- " * 50_000 + b"x", b"? " * 50_000])
def test_endless_nesting_is_refused(deep):
    (problem,) = loading.in_shape(SCHEMES[0], deep)
    assert problem.line == 1


@pytest.mark.parametrize("name", ["370299/late.yml", "370299/cases/late.yml", "370299/LATE.YAML"])
def test_a_file_that_would_be_passed_over_is_named(tmp_path, name):
    root = write(tmp_path, scheme())
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text("scheme: late\n", encoding="utf-8")
    with pytest.raises(rules.RulebookMalformed, match=r"\.yaml") as refusal:
        loading.read(root)
    assert refusal.value.problems[0].file == name


def test_a_folder_called_like_a_file_is_named(tmp_path):
    root = write(tmp_path, scheme())
    (root / "990000/odd.yaml").mkdir()
    with pytest.raises(rules.RulebookMalformed, match=r"odd\.yaml"):
        loading.read(root)


LONG = 100_000


def long_files():
    head = (ROOT / SCHEMES[0]).read_text(encoding="utf-8")
    document = (ROOT / "documents/plan_2020_west_coast_2.yaml").read_text(encoding="utf-8")
    clause = '  - id: "x{0}"\n    lines: [1]\n    text: ["字"]\n'
    yield (
        "good clauses",
        "documents/plan_2020_west_coast_2.yaml",
        document + "".join(clause.format(n) for n in range(LONG // 3)),
    )
    yield "wrong clauses", "documents/plan_2020_west_coast_2.yaml", document + clause.format(1) * (LONG // 3)
    yield "strange names", SCHEMES[0], head + "".join(f"name{n}: 1\n" for n in range(LONG))
    rule = "  no_such_rule_{0}:\n    by: x#1\n"
    yield (
        "strange rules",
        SCHEMES[0],
        f"scheme: {SCHEMES[0][7:-5]}\nrules:\n" + "".join(rule.format(n) for n in range(LONG // 2)),
    )
    piece = "  - code: {0}\n    note: x\n"
    letters = ("".join(chr(97 + n // 26**i % 26) for i in range(4)) for n in range(LONG // 2))
    yield (
        "many payments",
        SCHEMES[0],
        f"scheme: {SCHEMES[0][7:-5]}\ncomponents:\n" + "".join(piece.format(code) for code in letters),
    )
    yield "comments", SCHEMES[0], head + "# nothing\n" * LONG


@pytest.mark.parametrize(("name", "text"), [pytest.param(n, t, id=i) for i, n, t in long_files()])
def test_a_file_of_a_hundred_thousand_lines_is_read_or_refused_in_seconds(name, text):
    assert text.count("\n") >= LONG - 2
    began = time.process_time()
    read(name, text.encode())
    assert time.process_time() - began < 30
