"""What a schema cannot say: dates, units, references, inheritance. Each check yields located problems."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kaogong.rules import conduct
from kaogong.rules.amounts import AMOUNT_KINDS, LIMIT_KINDS, AmountKind
from kaogong.rules.checking_values import Values
from kaogong.rules.errors import Problem
from kaogong.rules.located import Located, Path, is_day, lineage
from kaogong.rules.parameters import completeness
from kaogong.rules.registry import RULES

MOST_PROBLEMS = 500  # of one file: whoever mends five hundred lines will look again
_ESSENTIAL = ("label", "label_en", "in_force", "clauses", "payee", "fund_programme", "components")
_PART_ESSENTIAL = ("id", "label", "label_en", "payee", "amount", "by", "rate")


def _rule_values() -> dict[str, dict[str, str]]:
    return {name: rule.values for name, rule in RULES.items()}


def _limit_values() -> dict[str, dict[str, str]]:
    return {name: kind.values for name, kind in LIMIT_KINDS.items()}


def problems(files: dict[str, Located]) -> list[Problem]:
    """Every mistake across the files, in order of file and line."""
    documents = {f.content["document"]: f for name, f in files.items() if name.startswith("documents/")}
    groups = files.get("groups.yaml")
    if groups is None:
        return [Problem("groups.yaml", 1, "缺少人员类别目录")]
    regions = {name.split("/")[0]: f for name, f in files.items() if name.endswith("/region.yaml")}
    schemes = {
        (name.split("/")[0], name.split("/")[1].removesuffix(".yaml")): f
        for name, f in files.items()
        if "/" in name
        and not name.startswith("documents/")
        and "/conduct/" not in name
        and not name.endswith(("/region.yaml", "/parameters.yaml"))
    }
    parameters = {name.split("/")[0]: f for name, f in files.items() if name.endswith("/parameters.yaml")}
    found = list(_document_problems(files, documents))
    citations = _Citations(documents)
    for code in groups.content["groups"]:
        found += citations.check(groups, ("groups", code), groups.content["groups"][code])
    found += _region_problems(regions, schemes)
    if found:
        return sorted(set(found))
    known = {code for _, code in schemes}
    for file in parameters.values():
        found += _SchemeCheck(file, citations, set(groups.content["groups"]), known).parameters()
    found += completeness(parameters, regions)
    conducted = {name: file for name, file in files.items() if "/conduct/" in name}
    found += conduct.problems(conducted, regions, citations)
    for (region, code), file in schemes.items():
        found += _SchemeCheck(file, citations, set(groups.content["groups"]), known).run(code)
        if not found:
            found += itertools.islice(_completeness(region, code, regions, schemes), MOST_PROBLEMS)
    return sorted(set(found))


def _document_problems(files: dict[str, Located], documents: dict[str, Located]) -> Iterator[Problem]:
    for name, file in files.items():
        if not name.startswith("documents/"):
            continue
        said = file.content
        if documents[said["document"]] is not file:
            yield file.problem(("document",), f"文号“{said['document']}”在另一个文件里已有")
        if not is_day(said["issued_on"]):
            yield file.problem(("issued_on",), f"没有“{said['issued_on']}”这一天")
        seen: set[str] = set()
        for index, clause in enumerate(said["clauses"]):
            if clause["id"] in seen:
                yield file.problem(("clauses", index, "id"), f"条款“{clause['id']}”写了两次")
            seen.add(clause["id"])
            if len(clause["lines"]) != len(clause["text"]):
                yield file.problem(("clauses", index, "lines"), "行号与引文的行数应相同")


class _Citations:
    """Looks up the clauses that files cite."""

    def __init__(self, documents: dict[str, Located]) -> None:
        self._texts = {
            f"{number}#{clause['id']}": "".join(line.strip() for line in clause["text"])
            for number, file in documents.items()
            for clause in file.content["clauses"]
        }

    def check(self, file: Located, path: Path, said: dict[str, Any]) -> Iterator[Problem]:
        reference = said.get("by")
        if reference is None:
            return
        if reference not in self._texts:
            yield file.problem((*path, "by"), f"没有“{reference}”这一文件条款（应为 文号#条款）")
        elif said.get("quote", "") not in self._texts[reference]:
            yield file.problem((*path, "quote"), f"引文与“{reference}”的原文不符")

    def knows(self, reference: str) -> bool:
        return reference in self._texts


def _region_problems(
    regions: dict[str, Located], schemes: dict[tuple[str, str], Located]
) -> Iterator[Problem]:
    for code, file in regions.items():
        if file.content["region"] != code:
            yield file.problem(("region",), f"区划代码应与文件夹名“{code}”相同")
        parent = file.content.get("inherits")
        if parent is not None and parent not in regions:
            yield file.problem(("inherits",), f"没有区划“{parent}”的 region.yaml")
        seen, here = set(), code
        while here in regions and here not in seen:
            seen.add(here)
            here = regions[here].content.get("inherits", "")
        if here in seen:
            yield file.problem(("inherits",), "继承关系成了圈：" + " → ".join([*sorted(seen), here]))
    for (region, code), file in schemes.items():
        if region not in regions:
            yield file.problem((), f"文件夹“{region}”里缺少 region.yaml")
        if file.content["scheme"] != code:
            yield file.problem(("scheme",), f"项目代码应与文件名“{code}”相同")


class _SchemeCheck:
    """Checks one scheme file's rules, values, rates and dates."""

    def __init__(self, file: Located, citations: _Citations, groups: set[str], schemes: set[str]) -> None:
        self.file, self.citations = file, citations
        self.values = Values(file, groups, schemes)

    def run(self, code: str) -> Iterator[Problem]:
        said = self.file.content
        for index, reference in enumerate(said.get("clauses", [])):
            if not self.citations.knows(reference):
                yield self.file.problem(
                    ("clauses", index), f"没有“{reference}”这一文件条款（应为 文号#条款）"
                )
        if "in_force" in said:
            yield from self._period(("in_force",), said["in_force"]["from"], said["in_force"].get("until"))
        if "fund_programme" in said:
            yield from self.citations.check(self.file, ("fund_programme",), said["fund_programme"])
        if "publish_working_days" in said:
            yield from self._series(("publish_working_days",), said["publish_working_days"], "个工作日")
        yield from self._rules(("rules",), said.get("rules", {}))
        seen: set[str] = set()
        for index, part in enumerate(said.get("components", [])):
            path = ("components", index)
            if part["code"] in seen:
                yield self.file.problem((*path, "code"), f"补贴代码“{part['code']}”写了两次")
            seen.add(part["code"])
            yield from self.citations.check(self.file, path, part)
            yield from self._rules((*path, "rules"), part.get("rules", {}))
            yield from self._uses((*path, "limits"), part.get("limits", {}), _limit_values(), "限额")
            yield from self._amount(path, part)

    def parameters(self) -> Iterator[Problem]:
        """Problems of a file of parameters."""
        for code, said in self.file.content["parameters"].items():
            path = ("parameters", code)
            yield from self.citations.check(self.file, path, said)
            yield from self._series((*path, "values"), said.get("values", {}), "%")

    def _amount(self, path: Path, part: dict[str, Any]) -> Iterator[Problem]:
        kind = AMOUNT_KINDS.get(part["amount"]) if "amount" in part else None
        if "amount" in part and kind is None:
            expected = f"没有“{part['amount']}”这种算法；{_nearest(part['amount'], AMOUNT_KINDS)}"
            yield self.file.problem((*path, "amount"), expected)
            return
        if "rate" in part:
            yield from self._series((*path, "rate"), part["rate"], kind.unit if kind else None)
        for name, series in part.get("values", {}).items():
            if kind is not None and name not in kind.values:
                known = "、".join(kind.values)
                yield self.file.problem(
                    (*path, "values", name), f"算法“{kind.name}”没有数值“{name}”；可用：{known}"
                )
            else:
                yield from self._series((*path, "values", name), series, kind.values[name] if kind else None)

    def _rules(self, path: Path, rules: dict[str, Any]) -> Iterator[Problem]:
        yield from self._uses(path, rules, _rule_values(), "规则")

    def _uses(
        self, path: Path, uses: dict[str, Any], register: Mapping[str, Mapping[str, str]], what: str
    ) -> Iterator[Problem]:
        for name, use in uses.items():
            here = (*path, name)
            if name not in register:
                yield self.file.problem(here, f"没有“{name}”这条{what}；{_nearest(name, register)}")
                continue
            yield from self.citations.check(self.file, here, use)
            for value, series in use.get("values", {}).items():
                unit = register[name].get(value)
                if unit is None:
                    known = "、".join(register[name]) or "（不用数值）"
                    yield self.file.problem(
                        (*here, "values", value), f"{what}“{name}”没有数值“{value}”；可用：{known}"
                    )
                else:
                    yield from self._series((*here, "values", value), series, unit)

    def _series(self, path: Path, series: dict[str, Any], unit: str | None) -> Iterator[Problem]:
        good = []
        for since, entry in series.items():
            here = (*path, since)
            wrong = list(self._period(here, since, entry.get("until")))
            yield from wrong
            if not wrong:
                good.append((since, entry.get("until", "9999-12-31")))
            yield from self.citations.check(self.file, here, entry)
            if unit and entry["unit"] != unit:
                yield self.file.problem((*here, "unit"), f"单位应为“{unit}”，现为“{entry['unit']}”")
            elif not entry.get("unset"):
                yield from self.values.check((*here, "value"), entry["value"], entry["unit"])
            yield from self._provenance(here, entry)
        for (first, until), (second, _) in itertools.pairwise(sorted(good)):
            if until != "9999-12-31" and until > second:
                expected = f"日期重叠：{first} 起的一段到 {until} 才止，{second} 又起一段"
                yield self.file.problem((*path, second), expected)

    def _period(self, path: Path, since: str, until: str | None) -> Iterator[Problem]:
        for day in (since, until):
            if day is not None and not is_day(day):
                yield self.file.problem(path, f"没有“{day}”这一天")
                return
        if until is not None and until <= since:
            yield self.file.problem((*path, "until"), f"止日 {until} 应晚于起日 {since}")

    def _provenance(self, path: Path, entry: dict[str, Any]) -> Iterator[Problem]:
        if entry.get("unset"):
            return
        if entry.get("illustrative"):
            if not entry.get("note"):
                yield self.file.problem(path, "示例数值应在 note 写明为何没有文件依据")
        elif entry.get("verified", True) and "by" not in entry:
            yield self.file.problem(path, "数值应注明 by（文号#条款），或写 verified: false 和 source")
        elif not entry.get("verified", True) and "source" not in entry:
            yield self.file.problem(path, "待核实的数值应写明 source")


def _nearest(word: str, known: Iterable[str]) -> str:
    """The names most like a mistaken one; all of them where they are few."""
    names = list(known)
    if len(names) <= 12:
        return f"可用：{'、'.join(names)}"
    alike = difflib.get_close_matches(word, names, n=5, cutoff=0.4)
    return f"相近的有：{'、'.join(alike)}；全部见 docs/rules.md" if alike else "全部名称见 docs/rules.md"


def _completeness(
    region: str, code: str, regions: dict[str, Located], schemes: dict[tuple[str, str], Located]
) -> Iterator[Problem]:
    """What a scheme still lacks after everything it inherits."""
    layers = [schemes[place, code].content for place in lineage(region, regions) if (place, code) in schemes]
    file = schemes[region, code]
    for name in _ESSENTIAL:
        if not any(name in said for said in layers):
            yield file.problem((), f"缺少 {name}（本区和上级区划都没有写）")
    by_code: dict[str, list[dict[str, Any]]] = {}
    for part in (part for said in layers for part in said.get("components", [])):
        by_code.setdefault(part["code"], []).append(part)
    for part_code, said in by_code.items():
        for name in _PART_ESSENTIAL:
            if not any(name in part for part in said):
                yield file.problem(("components",), f"补贴“{part_code}”缺少 {name}")
        kind = next((part["amount"] for part in said if "amount" in part), None)
        if kind:
            yield from _amount_complete(file, part_code, AMOUNT_KINDS[kind], said)
        rules = [part.get("rules", {}) for part in said]
        yield from _uses_complete(file, ("components",), rules, _rule_values(), "规则")
        limits = [part.get("limits", {}) for part in said]
        yield from _uses_complete(file, ("components",), limits, _limit_values(), "限额")
    rules = [said.get("rules", {}) for said in layers]
    yield from _uses_complete(file, ("rules",), rules, _rule_values(), "规则")


def _amount_complete(
    file: Located, part_code: str, kind: AmountKind, said: list[dict[str, Any]]
) -> Iterator[Problem]:
    for name, unit in kind.values.items():
        series = [part.get("values", {}) | {n: part[n] for n in ("rate",) if n in part} for part in said]
        entries = [entry for values in series for entry in values.get(name, {}).values()]
        if not entries and name != "rate":
            yield file.problem(
                ("components",), f"补贴“{part_code}”缺少数值“{name}”（没有依据时写 unset: true）"
            )
        if any(entry["unit"] != unit for entry in entries):
            yield file.problem(("components",), f"补贴“{part_code}”的单位应为“{unit}”")


def _uses_complete(
    file: Located,
    path: Path,
    layers: list[dict[str, Any]],
    register: Mapping[str, Mapping[str, str]],
    what: str,
) -> Iterator[Problem]:
    for name in dict.fromkeys(name for uses in layers for name in uses):
        said = [uses[name] for uses in layers if name in uses]
        if said[0].get("left_out"):
            continue
        if not any("by" in use for use in said):
            yield file.problem((*path, name), f"{what}“{name}”应注明 by（文号#条款）")
        for value in register[name]:
            if not any(value in use.get("values", {}) for use in said):
                yield file.problem(
                    (*path, name), f"{what}“{name}”缺少数值“{value}”（没有依据时写 unset: true）"
                )
