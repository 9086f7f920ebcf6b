"""Rules between the cells of a return, and those frozen before: which hold, and which two cells differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from kaogong.indicators import impossible
from kaogong.indicators.register import indicator_of
from kaogong.kernel.reference import reference_dir

from .figures import Gathered, indicator_named, label_of, value_words
from .placeholders import Placed, Placeholder, read

HOLDS, FAILS, UNKNOWN, NOT_ASKED = "holds", "fails", "unknown", "not_asked"
IN_WORDS = "words:"  # how codes of findings in the narrative begin


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One relation: ``left`` is at most, the sum of its rows, or continues what was frozen before."""

    code: str
    title: str
    verdict: str  # must | explain
    left: Placeholder
    relation: str
    right: Placeholder | None
    rows: str
    of: str


@cache
def rules(kind: str) -> tuple[CheckRule, ...]:
    """The rules of one kind of return, from the shipped file."""
    told = yaml.safe_load((reference_dir() / "returns" / "checks.yaml").read_text(encoding="utf-8"))
    return tuple(
        CheckRule(
            one["code"], one["title"], one["verdict"], _read(one["left"]), one["is"],
            _read(one["right"]) if "right" in one else None, one.get("rows", ""), one.get("of", ""),
        )
        for one in told
        if kind in one["kinds"]
    )  # fmt: skip


def _read(text: str) -> Placeholder:
    return read(text, indicator=indicator_named)


def asked_by_rules(kind: str) -> list[Placed]:
    """The figures the rules look at, whether a template prints them or not."""
    found = []
    for rule in rules(kind):
        for side in (rule.left, rule.right):
            if side is not None:
                found.append(Placed("", side))
        if rule.rows:
            chart = Placeholder(rule.left.text, "chart", rule.left.what, rule.left.span, dimension=rule.rows)
            found.append(Placed("", chart))
    return found


def checked(
    kind: str, gathered: Gathered, frozen: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    """Every rule's finding. ``frozen``: ``before`` (the quarter before, of the same year) and ``quarterly`` (the
    year's last quarter) → their cells, where such a return is frozen."""
    found = [_judged(rule, gathered, frozen) for rule in rules(kind)]
    return [*found, *_possible(gathered), *_unknown(gathered)]


def _judged(rule: CheckRule, gathered: Gathered, frozen: Mapping) -> dict[str, Any]:
    left = gathered.cells[rule.left.key]
    if rule.relation == "sum_of_rows":
        return _sum_of_rows(rule, left, gathered)
    if rule.relation == "continues":
        return _continues(rule, left, gathered, frozen.get("before"))
    if rule.relation == "equals_frozen":
        return _equals_frozen(rule, left, frozen.get(rule.of))
    right = gathered.cells[rule.right.key]
    if left["value"] is None or right["value"] is None:
        return _told(rule, UNKNOWN, left, right, "有一个数未知，不能核对。")
    if left["value"] <= right["value"]:
        return _told(rule, HOLDS, left, right, "")
    return _told(rule, FAILS, left, right, f"{_cell(left)}大于{_cell(right)}。")


def _sum_of_rows(rule: CheckRule, left: Mapping, gathered: Gathered) -> dict[str, Any]:
    why = indicator_of(left["indicator"]).why_not_adding(rule.rows)
    rows = [
        gathered.cells[key]
        for code, _label in gathered.rows.get(rule.rows, [])
        if (key := rule.left.within(rule.rows, code).key) in gathered.cells
    ]
    if why or left["value"] is None or not rows or any(row["value"] is None for row in rows):
        return _told(rule, NOT_ASKED, left, None, why or "没有分项数据，不核对。")
    total = sum(row["value"] for row in rows)
    largest = max(rows, key=lambda row: row["value"])
    place = f"{_first(largest)}起{len(rows)}行" if largest["places"] else f"{len(rows)}行"
    right = {
        "key": "", "label": f"{left['name']}各行之和", "value": value_words(left | {"value": total}),
        "places": [place],
    }  # fmt: skip
    if total == left["value"]:
        return _told(rule, HOLDS, left, right, "")
    difference = value_words(left | {"value": left["value"] - total})
    return _told(
        rule, FAILS, left, right,
        f"{_cell(left)}，{len(rows)}行之和 {right['value']}，相差 {difference}；可能有记录没有填写所属分项。",
    )  # fmt: skip


def _continues(rule: CheckRule, left: Mapping, gathered: Gathered, before: Mapping | None) -> dict[str, Any]:
    now = gathered.cells[rule.right.key]
    if left["starts_on"] == now["starts_on"]:
        return _told(rule, NOT_ASKED, left, now, "第一季度，没有上季。")
    earlier = before.get(rule.left.key) if before else None
    if earlier is None:
        return _told(rule, NOT_ASKED, left, None, "上季没有已冻结的季报，不核对。")
    if None in (left["value"], now["value"], earlier["value"]):
        return _told(rule, UNKNOWN, left, earlier, "有一个数未知，不能核对。")
    if left["value"] == earlier["value"] + now["value"]:
        return _told(rule, HOLDS, left, earlier, "")
    wanted = value_words(left | {"value": earlier["value"] + now["value"]})
    return _told(
        rule, FAILS, left, earlier,
        f"{_cell(left)}；上季已冻结的{_cell(earlier)}加本季{value_words(now)}应为{wanted}。"
        "上季的数据后来有更正的，请先对上季出更正表，或说明原因。",
    )  # fmt: skip


def _equals_frozen(rule: CheckRule, left: Mapping, other: Mapping | None) -> dict[str, Any]:
    right = other.get(rule.right.key) if other else None
    if right is None:
        return _told(rule, NOT_ASKED, left, None, "对应的季报还没有冻结，不核对。")
    if left["value"] == right["value"]:
        return _told(rule, HOLDS, left, right, "")
    return _told(rule, FAILS, left, right, f"{_cell(left)}与季报的{_cell(right)}不等。")


def _possible(gathered: Gathered) -> list[dict[str, Any]]:
    """What can never be, by the checker all tables share: a part above its whole, more people than their times."""
    beside: dict[tuple, dict[str, Mapping[str, Any]]] = {}
    for cell in gathered.cells.values():
        if not cell.get("of") and cell["part"] == "value" and cell["value"] is not None:
            group = beside.setdefault((cell["span"], tuple(sorted(cell["where"].items()))), {})
            group[cell["indicator"]] = cell
    found = []
    for group in beside.values():
        for one in impossible.figures({code: cell["value"] for code, cell in group.items()}):
            cell, *others = (group[code] for code in one.codes)
            whole = others[0] if others else None
            title = f"{cell['name']}不超过{whole['name']}" if whole else f"{cell['name']}在可能的范围内"
            rule = CheckRule(
                f"within:{cell['key']}", title, "must", Placeholder("", "figure", cell["indicator"]),
                "at_most", None, "", "",
            )  # fmt: skip
            found.append(_told(rule, FAILS, cell, whole, _against(cell, whole)))
    return found


def _against(cell: Mapping[str, Any], whole: Mapping[str, Any] | None) -> str:
    """The contradiction in this return's own words, each cell with its place."""
    if whole is None:
        return f"{_cell(cell)}，不可能有这样的数。"
    if cell["value"] > whole["value"]:
        return f"{_cell(cell)}大于{_cell(whole)}。"
    return f"{_cell(cell)}，{_cell(whole)}，两者不可能同时成立。"


def _unknown(gathered: Gathered) -> list[dict[str, Any]]:
    """Figures that are printed and not known."""
    missing = [
        cell
        for cell in gathered.cells.values()
        if cell["value"] is None and cell["places"] and not cell.get("of")
    ]
    if not missing:
        return []
    rule = CheckRule(
        "unknown", "印出的数字都有数", "explain", Placeholder("", "figure", ""), "", None, "", ""
    )
    names = "、".join(dict.fromkeys(f"{label_of(cell)}（{_first(cell)}）" for cell in missing[:5]))
    more = f"等{len(missing)}处" if len(missing) > 5 else ""
    return [_told(rule, FAILS, missing[0], None, f"{names}{more}没有数据，表中印“—”。")]


def in_words(paragraphs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Totals in a text that are not the sum of what is listed behind them: findings to put right or explain."""
    found = []
    for place, part in enumerate(paragraphs, start=1):
        for number, one in enumerate(impossible.in_text(part["text"]), start=1):
            rule = CheckRule(
                f"{IN_WORDS}{place}:{number}", "文字中的合计等于所列各项之和", "explain",
                Placeholder("", "figure", ""), "", None, "", "",
            )  # fmt: skip
            where = f"文字第{place}段"
            left, right = (
                {"key": "", "label": label, "value": str(one.facts[name]), "places": [where]}
                for label, name in (("所写合计", "total"), ("所列各项之和", "sum"))
            )
            found.append(_told(rule, FAILS, left, right, f"{where}：{one.text}"))
    return found


def with_words(checks: list[dict[str, Any]], paragraphs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The findings with those of the narrative as it stands now; explanations of what still holds stay."""
    others = [one for one in checks if not one["code"].startswith(IN_WORDS)]
    return carried_over([*others, *in_words(paragraphs)], checks)


def _told(rule: CheckRule, outcome: str, left: Mapping, right: Mapping | None, words: str) -> dict[str, Any]:
    return {
        "code": rule.code, "title": rule.title, "verdict": rule.verdict, "outcome": outcome, "words": words,
        "left": _side(left), "right": _side(right) if right is not None else None, "explanation": "",
    }  # fmt: skip


def _side(cell: Mapping[str, Any]) -> dict[str, Any]:
    if "label" in cell:
        return dict(cell)
    return {
        "key": cell["key"], "label": label_of(cell), "value": value_words(cell), "places": list(cell["places"]),
    }  # fmt: skip


def _cell(cell: Mapping[str, Any]) -> str:
    place = f"（{_first(cell)}）" if cell["places"] else ""
    return f"{label_of(cell)} {value_words(cell)}{place}"


def _first(cell: Mapping[str, Any]) -> str:
    return cell["places"][0] if cell["places"] else ""


def carried_over(findings: list[dict[str, Any]], earlier: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Explanations already written stay with a finding that says the same."""
    said = {(one["code"], one["words"]): one["explanation"] for one in earlier}
    return [one | {"explanation": said.get((one["code"], one["words"]), "")} for one in findings]


def standing_in_the_way(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What must be put right or explained before anybody signs."""
    return [
        one
        for one in findings
        if one["outcome"] == FAILS and (one["verdict"] == "must" or not one["explanation"].strip())
    ]
