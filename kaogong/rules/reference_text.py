"""The text of docs/rules.md: every rule kind and amount kind, made from the register itself."""

from __future__ import annotations

from kaogong.rules import loading  # noqa: F401  (registers the conditions)
from kaogong.rules.amounts import AMOUNT_KINDS, LIMIT_KINDS, AmountKind, LimitKind
from kaogong.rules.registry import RULES

_HEAD = """# Rules

Generated from the register of rules; a change in `kaogong/rules/conditions*.py` shows here. A scheme uses a
rule by its name under `rules:` in `rulebook/<region>/<scheme>.yaml` and gives its values there.
"""


def reference_text() -> str:
    """The reference page, in Markdown."""
    lines = [
        _HEAD,
        "| id | name | passed | failed | values | waivable |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for rule in RULES.values():
        values = "、".join(f"`{name}`（{unit}）" for name, unit in rule.values.items())
        waivable = "yes" if rule.waivable else ""
        lines.append(
            f"| {rule.id} | `{rule.name}` | {rule.passed.zh}<br>{rule.passed.en} "
            f"| {rule.failed.zh}<br>{rule.failed.en} | {values} | {waivable} |"
        )
    lines += ["", "## Amounts", "", "| name | 算法 | what it does | values |", "| --- | --- | --- | --- |"]
    lines += [_row(name, kind) for name, kind in AMOUNT_KINDS.items()]
    lines += ["", "Each line is worked out exactly and rounded once, at its end, to whole fen, half up."]
    lines += ["", "## Limits", "", "| name | 限额 | what it does | values |", "| --- | --- | --- | --- |"]
    lines += [_row(name, kind) for name, kind in LIMIT_KINDS.items()]
    return "\n".join([*lines, ""])


def _row(name: str, kind: AmountKind | LimitKind) -> str:
    values = "、".join(f"`{value}`（{unit}）" for value, unit in kind.values.items())
    return f"| `{name}` | {kind.title.zh} | {kind.title.en} | {values} |"
