"""docs/tour.md runs: every block in order, in one namespace, against a real PostgreSQL."""

import doctest
import re
from pathlib import Path

import pytest
from django.db import connection

TOUR = Path(__file__).resolve().parents[2] / "docs/tour.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.S | re.M)


def blocks(text: str) -> list[tuple[int, str]]:
    """Each python block with the number of the line it begins on."""
    return [(text[: found.start(1)].count("\n") + 1, found[1]) for found in BLOCK.finditer(text)]


def run(text: str, name: str) -> list[str]:
    """Run the blocks as far as they keep their promises; what broke, as doctest tells it."""
    told: list[str] = []
    names: dict[str, object] = {"__name__": "tour"}
    runner = doctest.DocTestRunner(verbose=False)
    for line, source in blocks(text):
        if ">>> " in source:
            example = doctest.DocTestParser().get_doctest(source, names, f"{name}:{line + 1}", name, line)
            runner.run(example, out=told.append, clear_globs=False)
            names = example.globs
            if told:
                break  # what follows rests on this block
        else:
            exec(compile("\n" * line + source, name, "exec"), names)
    return told


@pytest.mark.django_db
def test_tour_runs_as_written():
    text = TOUR.read_text()
    told = run(text, "docs/tour.md")
    assert not told, "".join(told)
    with connection.cursor() as cursor:  # what a commit would check is checked here
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_tour_has_every_step_and_something_to_check_in_each():
    steps = re.split(r"^## ", TOUR.read_text(), flags=re.M)[1:]
    numbered = [step for step in steps if re.match(r"\d+\. ", step)]
    assert [int(step.split(".")[0]) for step in numbered] == list(range(1, 12))
    assert [step.splitlines()[0] for step in numbered if ">>> " not in step] == []


def test_tour_that_promises_something_else_is_noticed():
    page = "```python\nfen = 100\n```\n\n```python\n>>> fen + 1\n100\n```\n"
    assert "Expected:\n    100\nGot:\n    101" in "".join(run(page, "page"))
