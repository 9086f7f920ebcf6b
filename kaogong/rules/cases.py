"""Worked examples a jurist can read: given facts -> expected verdict and amount, from YAML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kaogong.rules.checking_values import is_money
from kaogong.rules.decision import Decision
from kaogong.rules.errors import FactsMalformed, Problem, RulebookMalformed
from kaogong.rules.facts import Facts
from kaogong.rules.judgement import decide
from kaogong.rules.loading import shape_problems
from kaogong.rules.located import Located, read
from kaogong.rules.located import Path as Place
from kaogong.rules.rulebook import Rulebook
from kaogong.rules.terms import fen


@dataclass(frozen=True)
class Alike:
    """So many claimants with the same facts, each with a history of their own; what each should get, in fen."""

    times: int
    facts: Facts
    amount_fen: int | None


@dataclass(frozen=True)
class Case:
    """One example: its sentence, where it stands, the facts, and what must come out.

    A case of many claimants lists ``groups``; then its verdict holds for each and its total for all.
    """

    file: str
    line: int
    title: str
    region: str
    scheme: str
    on: date
    facts: Facts
    waived: tuple[str, ...]
    expect: dict[str, Any]
    groups: tuple[Alike, ...] = ()

    def decide(self, book: Rulebook, facts: Facts | None = None) -> Decision:
        """The judgement of the case's own facts, or of those of one of its groups."""
        scheme = book.at(self.region, self.on).scheme(self.scheme)
        return decide(scheme, facts or self.facts, self.on, self.waived)

    def differences(self, book: Rulebook) -> list[str]:
        """What came out otherwise than expected, in words; empty when the case holds."""
        if not self.groups:
            return self._differences(self.decide(book))
        found, total = [], 0
        for group in self.groups:
            decision = self.decide(book, group.facts)
            total += group.times * decision.amount_fen
            wrong = self._differences(decision)
            if group.amount_fen not in (None, decision.amount_fen):
                wrong.append(f"每人：应为 {group.amount_fen}，实为 {decision.amount_fen}")
            found += [f"{group.times} 人一组，{words}" for words in wrong]
        if "total" in self.expect and total != fen(self.expect["total"]):
            found.append(f"合计：应为 {fen(self.expect['total'])}，实为 {total}")
        return found

    def _differences(self, decision: Decision) -> list[str]:
        found: list[str] = []
        pairs: list[tuple[str, Any, Any]] = [("verdict", self.expect["verdict"], decision.verdict)]
        if "waivable" in self.expect:
            pairs.append(("waivable", self.expect["waivable"], decision.waivable))
        if "amount" in self.expect:
            pairs.append(("amount_fen", fen(self.expect["amount"]), decision.amount_fen))
        paid = {component.code: component.amount_fen for component in decision.components}
        for code, amount in self.expect.get("components", {}).items():
            pairs.append((code, fen(amount), paid.get(code, 0)))
        for rule, outcome in self.expect.get("findings", {}).items():
            outcomes = {f.outcome for f in decision.findings if rule in (f.rule_id, f.rule)}
            if outcome not in outcomes:
                found.append(f"{rule}：应为 {outcome}，实为 {'、'.join(sorted(outcomes)) or '没有这条'}")
        return [f"{name}：应为 {want}，实为 {got}" for name, want, got in pairs if want != got] + found


def cases(root: Path) -> Iterator[Case]:
    """Every case under a rulebook folder, in order of file and line; a malformed file is refused with its places."""
    found: list[Case] = []
    problems: list[Problem] = []
    for path in sorted(root.glob("*/cases/*.yaml")):
        name = path.relative_to(root).as_posix()
        file = read(name, path.read_bytes())
        if isinstance(file, Problem):
            problems.append(file)
        elif wrong := shape_problems(file, "cases"):
            problems += wrong
        else:
            for index in range(len(file.content["cases"])):
                case = _read_case(file, index)
                (problems if isinstance(case, Problem) else found).append(case)
    if problems:
        raise RulebookMalformed(list(dict.fromkeys(problems)))
    yield from found


def _read_case(file: Located, index: int) -> Case | Problem:
    said = file.content
    case = said["cases"][index]
    here: Place = ("cases", index)
    try:
        on = date.fromisoformat(case.get("on", said["on"]))
    except ValueError:
        return file.problem((*here, "on") if "on" in case else ("on",), "没有这一天")
    expected = [
        (("expect", name), case["expect"][name]) for name in ("amount", "total") if name in case["expect"]
    ]
    expected += [(("expect", "components", n), v) for n, v in case["expect"].get("components", {}).items()]
    expected += [
        (("groups", n, "amount"), g["amount"]) for n, g in enumerate(case.get("groups", ())) if "amount" in g
    ]
    for place, amount in expected:
        if not is_money(amount):
            return file.problem((*here, *place), "应为不小于 0、最多两位小数的金额（元）")
    given = said.get("given", {})
    layers: list[tuple[Place, dict[str, Any]]] = [(("given",), given)]
    layers.append(((*here, "facts"), case.get("facts", {})))
    facts = _read_facts(file, layers)
    if isinstance(facts, Problem):
        return facts
    groups = []
    for number, group in enumerate(case.get("groups", ())):
        theirs = _read_facts(file, [*layers, ((*here, "groups", number, "facts"), group.get("facts", {}))])
        if isinstance(theirs, Problem):
            return theirs
        groups.append(Alike(group["times"], theirs, fen(group["amount"]) if "amount" in group else None))
    return Case(
        file=file.file,
        line=file.line(here),
        title=case["case"],
        region=said["region"],
        scheme=case.get("scheme", said["scheme"]),
        on=on,
        facts=facts,
        waived=tuple(case.get("waived", ())),
        expect=case["expect"],
        groups=tuple(groups),
    )


def _read_facts(file: Located, layers: list[tuple[Place, dict[str, Any]]]) -> Facts | Problem:
    """The facts of several places, the later over the earlier; a wrong one is a problem at its own line."""
    together: dict[str, Any] = {}
    for _, said in layers:
        together |= said
    try:
        return Facts.from_dict(together)
    except FactsMalformed as refusal:
        field = str(refusal.facts["field"]).removeprefix("facts.").partition(".")[0]
        place = next((place for place, said in reversed(layers) if field in said), layers[-1][0])
        return file.problem((*place, field), refusal.message)
