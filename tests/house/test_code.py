"""Tests of the codebase itself: where things may stand and what they may say."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "kaogong"
PLAIN = {"kernel", "gateways", "rules", "sheets", "papers", "config", "web", "cli", "demo", "api"}
DOMAIN = sorted(p.name for p in HOUSE.iterdir() if (p / "models.py").exists() or (p / "models").is_dir())
SOURCES = [p for p in sorted(HOUSE.rglob("*.py")) if "migrations" not in p.parts]
WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_keep_the_contract():
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:]


def test_contract_has_no_exceptions():
    assert "ignore" + "_imports" not in (ROOT / "pyproject.toml").read_text()


# One file by its nature: an auditor takes it along and reads it through, with nothing beside it.
TAKEN_ALONE = {"kaogong/audit/verifier.py": 850}


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_file_is_short_enough_to_read(path):
    assert len(path.read_text().splitlines()) <= TAKEN_ALONE.get(short(path), 400)


@pytest.mark.parametrize("app", DOMAIN)
def test_app_has_the_same_files_as_every_other(app):
    allowed = {
        "README.md",
        "__init__.py",
        "apps.py",
        "states",
        "models",
        "queries",
        "operations",
        "tasks",
        "migrations",
        "locale",
        "__pycache__",
    } | {
        "trail": {"guards"},
        "access": {"bank_accounts", "permissions", "rights", "roles", "sealing"},
        "audit": {"verifier"},
    }.get(app, set())
    found = {
        p.name if p.name in {"README.md", "__init__.py", "apps.py"} else p.stem
        for p in (HOUSE / app).iterdir()
    }
    assert found - allowed == set()
    assert {"README.md", "apps.py"} <= {p.name for p in (HOUSE / app).iterdir()}


def _is_orm_write(node: ast.Call) -> str | None:
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in WRITES | {"update"}:
        return None
    text = ast.unparse(node.func)
    if node.func.attr == "update" and ".objects" not in text and "filter(" not in text:
        return None
    if node.func.attr in {"create", "delete", "save"} and not (
        ".objects" in text or node.func.attr == "save" or "filter(" in text
    ):
        return None
    return text


@pytest.mark.parametrize("path", [p for p in SOURCES if "operations" not in short(p)], ids=short)
def test_only_operations_write(path):
    if path.name == "models.py" or path.parent.name == "models":
        return
    writes = [
        f"{short(path)}:{node.lineno} {found}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and (found := _is_orm_write(node)) and "objects" in found
    ]
    assert writes == []


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_only_move_changes_a_status(path):
    if short(path) == "kaogong/trail/operations.py":
        return
    changes = [
        f"{short(path)}:{node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign)
        and any(isinstance(t, ast.Attribute) and t.attr == "status" for t in node.targets)
    ] + [
        f"{short(path)}:{node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and any(k.arg == "status" for k in node.keywords)
        and ("objects" in ast.unparse(node.func) or "filter" in ast.unparse(node.func))
    ]
    assert changes == []


@pytest.mark.parametrize(
    "path",
    [p for p in SOURCES if short(p).startswith(("kaogong/web", "kaogong/cli", "kaogong/api"))],
    ids=short,
)
def test_thin_parts_never_import_models(path):
    imports = [
        node.module for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and node.module
    ]
    assert [
        m for m in imports if m.startswith("kaogong.") and (m.endswith(".models") or ".models." in m)
    ] == []


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if any(f"kaogong/{app}/operations" in short(p) for app in DOMAIN)], ids=short
)
def test_operations_never_read_the_clock(path):
    """``at`` is an argument; only turning it into a local day is allowed (``localdate(at)``)."""
    reads = [
        f"{short(path)}:{node.lineno} {ast.unparse(node)}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1]
        in {"now", "today", "utcnow", "localdate", "localtime", "time"}
        and not node.args
    ]
    assert reads == []


def test_guards_are_never_switched_off():
    assert [
        short(p) for p in SOURCES if "pgtrigger.ignore" in p.read_text().replace("pgtrigger.ignore={}", "")
    ] == []


def test_no_module_without_a_good_name():
    poor = {
        "utils",
        "helpers",
        "common",
        "manager",
        "managers",
        "service",
        "services",
        "handler",
        "handlers",
        "base",
    }
    assert [short(p) for p in SOURCES if p.stem in poor] == []


def test_public_functions_promise_something():
    bare = [
        f"{short(path)}:{node.lineno} {node.name}"
        for path in SOURCES
        if (path.parent.name in DOMAIN and path.stem == "operations") or "/operations/" in short(path)
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert bare == []


def test_nothing_names_a_registry_or_a_machine():
    words = ["pypi" + ".org", "registry.npm" + "js", "pythonhost" + "ed", "/ho" + "me/", "/wo" + "rk/"]
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout.decode()
    named = []
    for name in filter(None, tracked.split("\0")):
        path = ROOT / name
        if path.suffix in {".png", ".ico", ".pdf", ".xlsx"} or not path.is_file():
            continue
        text = path.read_text(errors="ignore")
        named += [f"{name}: {word}" for word in words if word in text]
    assert named == []
