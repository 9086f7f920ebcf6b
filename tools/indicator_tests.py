"""Which tests name each indicator: read from the tests' own text, parametrised ones by their ids."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAME = "reference/indicator_tests.json"


def indicator_tests(root: Path) -> str:
    """Every indicator's code with the tests that name it, as ``path::test[id]``."""
    from kaogong.indicators.register import indicators

    codes = {one.code for one in indicators()}
    found: dict[str, list[str]] = {code: [] for code in sorted(codes)}
    for path in sorted((root / "tests").rglob("test_*.py")):
        where = path.relative_to(root).as_posix()
        for code, test in _named_in(ast.parse(path.read_text(encoding="utf-8")), codes):
            found[code].append(f"{where}::{test}")
    told = {code: sorted(set(tests)) for code, tests in found.items()}
    return json.dumps(told, ensure_ascii=False, indent=1)


def _named_in(module: ast.Module, codes: set[str]) -> Iterator[tuple[str, str]]:
    """(code, test) for each test of a file; module constants stand for what they hold."""
    held = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    held |= {
        name.id: value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)
        for target in node.targets
        if isinstance(target, ast.Tuple)
        for name, value in zip(target.elts, node.value.elts, strict=False)
        if isinstance(name, ast.Name)
    }
    for test in module.body:
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
            yield from ((code, test.name) for code in _said(test.body, held, codes))
            yield from _parametrised(test, held, codes)


def _said(nodes: list[ast.stmt], held: dict[str, ast.expr], codes: set[str]) -> set[str]:
    """The codes a test's body writes, itself or by a constant that is one code."""
    told = set()
    for node in (inner for each in nodes for inner in ast.walk(each)):
        one = held.get(node.id) if isinstance(node, ast.Name) else node
        if isinstance(one, ast.Constant) and one.value in codes:
            told.add(one.value)
    return told


def _parametrised(test: ast.FunctionDef, held: dict[str, ast.expr], codes: set[str]):
    marks = [mark for mark in test.decorator_list if _is_parametrize(mark)]
    for mark in marks:
        for case in _cases(mark.args[1], held):
            values = [_plain(value, held) for value in case]
            named = [value for value in values if isinstance(value, str) and value in codes]
            # An id is only certain of one plain mark whose values all write themselves.
            is_told = len(marks) == 1 and not mark.keywords and None not in values
            written = f"{test.name}[{'-'.join(str(value) for value in values)}]" if is_told else test.name
            yield from ((code, written) for code in named)


def _is_parametrize(mark: ast.expr) -> bool:
    return (
        isinstance(mark, ast.Call)
        and isinstance(mark.func, ast.Attribute)
        and mark.func.attr == "parametrize"
        and len(mark.args) == 2
    )


def _cases(values: ast.expr, held: dict[str, ast.expr]) -> list[list[ast.expr]]:
    """Each case's values: a mapping gives its keys."""
    if isinstance(values, ast.Name):
        values = held.get(values.id, values)
    if isinstance(values, ast.Dict):
        return [[key] for key in values.keys if key is not None]
    if not isinstance(values, ast.List | ast.Tuple | ast.Set):
        return []
    return [list(one.elts) if isinstance(one, ast.Tuple) else [one] for one in values.elts]


def _plain(value: ast.expr, held: dict[str, ast.expr]) -> Any:
    """What a value is when it writes itself in an id; None where it does not."""
    if isinstance(value, ast.Name):
        value = held.get(value.id, value)
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str | int) else None
