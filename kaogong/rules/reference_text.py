"""The text of docs/rules.md and docs/rules/: every rule, amount and limit kind, made from the registers themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from kaogong.rules import loading
from kaogong.rules.amounts import AMOUNT_KINDS, LIMIT_KINDS, AmountKind, LimitKind
from kaogong.rules.measures import MEASURES
from kaogong.rules.reference_examples import Example, Examples
from kaogong.rules.registry import RULES, Rule, Say
from kaogong.rules.satisfiable import Term, term_of
from kaogong.rules.tallies import TALLIES
from kaogong.rules.vocabulary import UNITS

_HEAD = """# Rules

Generated from the registers of rules, amounts and limits; a change in `kaogong/rules/` shows here. A scheme uses a
rule by its name under `rules:` in `rulebook/<region>/<scheme>.yaml`, or under a payment's own `rules:`, and gives its
values there; a payment names one amount and any limits. Each name leads to its page, with an example.
[Encode a policy](howto/encode-a-policy.md) walks through a whole scheme.
"""
_SHAPES = {
    "count": "a whole number",
    "percent": "a whole number, 0 to 100",
    "money": "yuan, at most two decimals",
    "kinds": "a list of certificate kinds (证书种类), e.g. `[职业技能等级证书]`",
    "groups": "a list of codes from `rulebook/groups.yaml`",
    "levels": "a list of levels, e.g. `[五级, 四级]`",
    "occupations": "a list of occupation codes, e.g. `[4-10-01-05]`",
    "tiers": "a list of tiers, e.g. `[国家级, 省级]`",
    "stages": "a list of stages, e.g. `[结业, 就业]`",
    "schemes": "a list of scheme codes",
    "rates": "`kinds:` certificate kind → level → yuan; `shortage:` and `occupations:` take precedence",
    "by_tier": "tier → yuan",
    "bands": "lowest score → yuan",
    "by_stage": "stage → %",
}
# What a case writes so that a figure worked out of several facts is known.
WRITTEN_AS = {
    "age": ("age_on_event", "birth_on"),
    "household_here": ("household_region_code", "serving_region_code"),
    "residence_here": ("residence_region_code", "serving_region_code"),
    "job_here": ("job_region_code", "serving_region_code"),
    "provider_recognised": ("provider_recognised_on_day",),
    "hours_in_person": ("hours_attended", "hours_online"),
    "contract_months": ("contract_started_on", "contract_ended_on"),
    "within_contract": ("contract_started_on", "contract_ended_on"),
    "months_since_hired": ("hired_on",),
    "months_since_discharged": ("discharged_on",),
    "months_since_graduated": ("graduated_on",),
    "months_to_employment": ("class_ended_on", "employed_on"),
}
_UNKNOWN = "A fact that is not known makes the finding “evidence needed”, never “no”; so does a value that is `unset`."


def reference_text() -> str:
    """The index, in Markdown."""
    lines = [
        _HEAD,
        "| id | name | passed | failed | values | waivable |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for rule in RULES.values():
        waivable = "yes" if rule.waivable else ""
        lines.append(
            f"| {rule.id} | [`{rule.name}`](rules/{rule.name}.md) | {rule.passed.zh}<br>{rule.passed.en} "
            f"| {rule.failed.zh}<br>{rule.failed.en} | {_listed(rule.values)} | {waivable} |"
        )
    lines += ["", "## Amounts", "", "| name | 算法 | what it does | values |", "| --- | --- | --- | --- |"]
    lines += [_row("amounts", name, kind) for name, kind in AMOUNT_KINDS.items()]
    lines += ["", "Each line is worked out exactly and rounded once, at its end, to whole fen, half up."]
    lines += ["", "## Limits", "", "| name | 限额 | what it does | values |", "| --- | --- | --- | --- |"]
    lines += [_row("limits", name, kind) for name, kind in LIMIT_KINDS.items()]
    lines += ["", "Several limits of one payment apply one after the other, in the order of this table."]
    return "\n".join([*lines, ""])


def reference_pages() -> dict[str, str]:
    """Every kind's own page by its path under docs/."""
    examples = Examples(loading.shipped_folder())
    pages = {f"rules/{rule.name}.md": _rule_page(rule, examples.of_rule(rule)) for rule in RULES.values()}
    for name, kind in AMOUNT_KINDS.items():
        pages[f"rules/amounts/{name}.md"] = _amount_page(kind, examples.of_amount(kind))
    for name, limit in LIMIT_KINDS.items():
        pages[f"rules/limits/{name}.md"] = _limit_page(limit, examples.of_limit(limit))
    return pages


def _row(folder: str, name: str, kind: AmountKind | LimitKind) -> str:
    return f"| [`{name}`](rules/{folder}/{name}.md) | {kind.title.zh} | {kind.title.en} | {_listed(kind.values)} |"


def _listed(values: Mapping[str, str]) -> str:
    return "、".join(f"`{name}`（{unit}）" for name, unit in values.items())


def _rule_page(rule: Rule, example: Example) -> str:
    waivable = " · may be waived by an approved exception (例外批准)" if rule.waivable else ""
    read = term_of(rule.expression, dict.fromkeys(rule.values, 0)).figures
    lines = [
        f"# {rule.title.zh} · {rule.title.en}",
        "",
        f"Rule `{rule.name}` · clause {rule.id} of [what is asked for](../coverage.md){waivable}",
        "",
        "| | 中文 | English |",
        "| --- | --- | --- |",
        _said("passed", rule.passed),
        _said("failed", rule.failed),
        _said("what would change it", rule.remedy),
        *_values(rule.values),
        *_facts(read),
        _UNKNOWN,
        "",
        *_counted(rule.tallies),
        *_example(example, "../.."),
    ]
    return "\n".join(lines)


def _amount_page(kind: AmountKind, example: Example) -> str:
    read = term_of(kind.expression, dict.fromkeys(kind.values, 0)).figures
    lines = [
        f"# {kind.title.zh} · {kind.title.en}",
        "",
        f"Amount `{kind.name}`: how a payment is reckoned, written as `amount: {kind.name}`.",
        "",
        "| | 中文 | English |",
        "| --- | --- | --- |",
        _said("working", kind.says),
        *_values(kind.values),
        *_facts(read),
        _UNKNOWN + " Worked out exactly, rounded once to whole fen, half up.",
        "",
        *_example(example, "../../.."),
    ]
    return "\n".join(lines)


def _limit_page(kind: LimitKind, example: Example) -> str:
    values = dict.fromkeys(kind.values, 0)
    read = term_of(partial(kind.expression, Term("constant", 0)), values).figures
    lines = [
        f"# {kind.title.zh} · {kind.title.en}",
        "",
        f"Limit `{kind.name}`: what may still change a sum, written under a payment's `limits:`.",
        "",
        "| | 中文 | English |",
        "| --- | --- | --- |",
        _said("working", kind.says),
        *_values(kind.values),
        *_facts(read),
        *_counted(kind.tallies),
        *_example(example, "../../.."),
    ]
    return "\n".join(lines)


def _said(what: str, say: Say) -> str:
    return f"| {what} | {say.zh} | {say.en} |"


def _values(values: Mapping[str, str]) -> list[str]:
    if not values:
        return ["", "It takes no values.", ""]
    lines = ["", "## Values", "", "| name | unit | written as |", "| --- | --- | --- |"]
    lines += [
        f"| `{name}` | {unit} ({UNITS[unit].label_en}) | {_SHAPES[UNITS[unit].shape]} |"
        for name, unit in values.items()
    ]
    return [*lines, ""]


def _facts(names: Iterable[str]) -> list[str]:
    asked = [name for name in MEASURES if name in set(names) and name not in TALLIES]
    if not asked:
        return []
    lines = ["## Facts read", "", "| 中文 | English | who can say | in a case |", "| --- | --- | --- | --- |"]
    for name in asked:
        label, label_en, _, source_en = MEASURES[name]
        written = ", ".join(f"`{fact}`" for fact in WRITTEN_AS.get(name, (name,)))
        lines.append(f"| {label} | {label_en} | {source_en} | {written} |")
    return [*lines, ""]


def _counted(names: Iterable[str]) -> list[str]:
    counted = [TALLIES[name] for name in names]
    if not counted:
        return []
    lines = ["## What is counted of earlier subsidies", ""]
    for tally in counted:
        scope = "of every kind of entitlement" if tally.every_kind else "of the same `counts_as`"
        lines.append(f"- `{tally.name}` {tally.label} ({tally.label_en}), {scope}; live ones only")
    return [*lines, ""]


def _example(example: Example, up: str) -> list[str]:
    if example.file:
        origin = f"From [rulebook/{example.file}]({up}/rulebook/{example.file}):"
    else:
        origin = "No shipped scheme uses it yet. It is written so:"
    return ["## Example", "", origin, "", "```yaml", example.yaml.rstrip(), "```", ""]
