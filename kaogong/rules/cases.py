"""Worked examples a jurist can read: given facts -> expected verdict and amount, from YAML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kaogong.rules.decision import Decision
from kaogong.rules.errors import Problem, RulebookMalformed
from kaogong.rules.facts import Facts
from kaogong.rules.judgement import decide
from kaogong.rules.loading import shape_problems
from kaogong.rules.located import read
from kaogong.rules.rulebook import Rulebook
from kaogong.rules.terms import fen


@dataclass(frozen=True)
class Case:
    """One example: its sentence, where it stands, the facts, and what must come out."""

    file: str
    line: int
    title: str
    region: str
    scheme: str
    on: date
    facts: Facts
    waived: tuple[str, ...]
    expect: dict[str, Any]

    def decide(self, book: Rulebook) -> Decision:
        return decide(book.at(self.region, self.on).scheme(self.scheme), self.facts, self.on, self.waived)

    def differences(self, book: Rulebook) -> list[str]:
        """What came out otherwise than expected, in words; empty when the case holds."""
        decision = self.decide(book)
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
    """Every case under a rulebook folder, in order of file and line."""
    for path in sorted(root.glob("*/cases/*.yaml")):
        name = path.relative_to(root).as_posix()
        file = read(name, path.read_bytes())
        if isinstance(file, Problem):
            raise RulebookMalformed([file])
        if wrong := shape_problems(file, "cases"):
            raise RulebookMalformed(wrong)
        said = file.content
        for index, case in enumerate(said["cases"]):
            facts = Facts.from_dict(said.get("given", {}) | case.get("facts", {}))
            yield Case(
                file=name,
                line=file.line(("cases", index)),
                title=case["case"],
                region=said["region"],
                scheme=said["scheme"],
                on=date.fromisoformat(case.get("on", said["on"])),
                facts=facts,
                waived=tuple(case.get("waived", ())),
                expect=case["expect"],
            )
