"""The page's own drawing says what the Python one says, of honest and of tampered packages."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from kaogong.kernel import drawing
from kaogong.kernel.drawing_check import verify

from .rosters import a_package, a_roster, secret, tampered

MODULE = Path(__file__).resolve().parents[2] / "kaogong/web/static/kaogong/drawing.js"
ASK = """
import { readFileSync } from "node:fs";
// Imported as data, so that no version of Node asks what kind of file it is.
const source = readFileSync(process.argv[1]).toString("base64");
const { verify, canonical, commitment } = await import("data:text/javascript;base64," + source);
const asked = JSON.parse(readFileSync(0, "utf8"));
const answers = [];
for (const [told, digest] of asked.packages) answers.push(await verify(told, digest));
console.log(JSON.stringify({
  answers,
  canonical: asked.values.map(canonical),
  commitments: await Promise.all(asked.secrets.map(([seed, salt]) => commitment(seed, salt))),
}));
"""
node = pytest.mark.skipif(shutil.which("node") is None, reason="no Node here")


def ask(packages, values=(), secrets=()) -> dict:
    asked = {"packages": list(packages), "values": list(values), "secrets": list(secrets)}
    run = subprocess.run(
        ["node", "--no-warnings", "--input-type=module", "-e", ASK, str(MODULE)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def said(package, digest="") -> list[dict]:
    return [{"code": one.code, "facts": one.facts} for one in verify(package, published_digest=digest)]


@node
def test_browser_names_the_same_differences():
    packages = [(package, "") for package, _ in tampered().values()]
    packages += [(a_package(), ""), (a_package(), "0" * 64)]
    answers = ask(packages)["answers"]
    assert answers == [said(package, digest) for package, digest in packages]
    assert answers[-2] == []


@node
def test_browser_draws_the_same_from_any_roster():
    chance = random.Random(7)
    packages = []
    while len(packages) < 60:
        objects, inspectors = chance.randint(1, 30), chance.randint(3, 9)
        conflicts = {n: set(chance.sample(range(objects), objects // 3)) for n in range(inspectors - 3)}
        roster = a_roster(
            objects, inspectors, strata=chance.randint(1, 4), quota=chance.randint(1, 8), conflicts=conflicts
        )
        try:
            packages.append((a_package(roster, (f"甲{len(packages)}", "乙", "丙")), ""))
        except drawing.DrawImpossible:
            continue
    assert any(len({len(drawing.eligible(drawing.read_roster(p["roster"]), o))
                    for o in drawing.read_roster(p["roster"]).objects}) > 1 for p, _ in packages)  # fmt: skip
    assert ask(packages)["answers"] == [[]] * 60


@node
def test_browser_writes_values_as_python_does():
    values = [
        {"b": 1, "a": [1, "二", None, True]},
        {"𠮷": 1, "\uffee": 2, "中": 3},
        'quote " back \\ tab \t \u2028 \x7f \x01',
        {},
    ]
    secrets = [(secret("a"), secret("b"))]
    answer = ask([], values, secrets)
    assert answer["canonical"] == [drawing.canonical(value) for value in values]
    assert answer["commitments"] == [drawing.commitment(*secrets[0])]
