"""What would change an outcome, worked out by judging again with one thing changed at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from kaogong.rules.decision import FAILED, PASSED, UNKNOWN, WAIVED, Decision, Finding
from kaogong.rules.errors import FactsMalformed, SchemeUnknown
from kaogong.rules.facts import Earlier, Facts
from kaogong.rules.judgement import decide
from kaogong.rules.measures import MEASURES
from kaogong.rules.registry import RULES, Say
from kaogong.rules.rulebook import Scheme
from kaogong.rules.tallies import TALLIES
from kaogong.rules.wording import in_words, shown

# The fact a figure is taken from, where the names differ and a "yes" is one plain value.
_PLACES = {
    "household_here": "household_region_code",
    "residence_here": "residence_region_code",
    "job_here": "job_region_code",
}
_FACT_OF = {"provider_recognised": "provider_recognised_on_day"}
_FACT_NAMES = frozenset(field.name for field in fields(Facts))
_YEARS_AHEAD = 6


@dataclass(frozen=True, slots=True)
class Remedy:
    """One change that would turn a finding, and what the whole decision would then be.

    ``kind``: fact (a missing fact turns out so), correction (a known fact would have to be otherwise),
    choice (one of several would do, so the sum may differ), day (from ``on`` it no longer stands in the
    way), history (an earlier subsidy is taken back), waiver (an exception is approved).
    """

    rule: str
    component: str
    kind: str
    what: Say
    then: Decision
    on: date | None = None

    @property
    def is_against(self) -> bool:
        """Whether the change would only settle it as a no."""
        return any(f.outcome == FAILED for f in _of(self.then, self.rule, self.component))


def remedies(scheme: Scheme, facts: Facts, on: date, waived: Collection[str] = frozenset()) -> list[Remedy]:
    """Each single change that would settle a finding that failed or is open, in the findings' order."""
    asked = _Asked(scheme, facts, on, frozenset(waived))
    decision = decide(scheme, facts, on, waived)
    found: list[Remedy] = []
    for finding in decision.findings:
        if finding.rule not in RULES or (finding.component and finding.outcome == FAILED):
            continue
        if finding.outcome == UNKNOWN and not _unset(finding):
            found += asked.if_it_were_known(finding)
        elif finding.outcome == FAILED:
            found += asked.if_it_were_otherwise(finding)
    return found


def _unset(finding: Finding) -> bool:
    return any(value["value"] is None for value in finding.values.values())


def _of(decision: Decision, rule: str, component: str) -> list[Finding]:
    return [f for f in decision.findings if (f.rule, f.component) == (rule, component)]


@dataclass(frozen=True, slots=True)
class _Asked:
    scheme: Scheme
    facts: Facts
    on: date
    waived: frozenset[str]

    def _again(
        self, on: date | None = None, waived: frozenset[str] = frozenset(), **changed: Any
    ) -> Decision:
        return decide(self.scheme, replace(self.facts, **changed), on or self.on, self.waived | waived)

    def _remedy(
        self, finding: Finding, kind: str, what: Say, then: Decision, on: date | None = None
    ) -> Remedy:
        return Remedy(finding.rule, finding.component, kind, what, then, on)

    def if_it_were_known(self, finding: Finding) -> Iterator[Remedy]:
        """Both answers to a question that takes yes or no."""
        for name in finding.missing:
            label = MEASURES[name]
            if name in _PLACES and self.facts.serving_region_code:
                answers = [(True, {_PLACES[name]: self.facts.serving_region_code})]
            else:
                answers = [(answer, {_FACT_OF.get(name, name): answer}) for answer in (True, False)]
            for answer, changed in answers:
                try:
                    then = self._again(**changed)
                except (FactsMalformed, TypeError):
                    break  # no question of yes or no
                said = "yes" if answer else "no"
                what = Say(
                    f"如果“{label.label}”为{'是' if answer else '否'}", f"If “{label.label_en}” is {said}"
                )
                yield self._remedy(finding, "fact", what, then)

    def if_it_were_otherwise(self, finding: Finding) -> Iterator[Remedy]:
        """Whatever single change makes the finding pass."""
        if finding.waivable:
            then = self._again(waived=frozenset({finding.rule}))
            yield self._remedy(
                finding, "waiver", Say("如果例外获得批准", "If an exception is approved"), then
            )
        rule = RULES[finding.rule]
        if rule.tallies:
            yield from self._later(finding)
            yield from self._taken_back(finding)
            return
        if "age" in finding.facts:
            yield from self._old_enough(finding)
        for name in finding.facts:
            yield from self._corrected(finding, _FACT_OF.get(name, name), name)

    def _passes(self, finding: Finding, then: Decision) -> bool:
        return any(f.outcome in (PASSED, WAIVED) for f in _of(then, finding.rule, finding.component))

    def _later(self, finding: Finding) -> Iterator[Remedy]:
        """The first day on which what was counted no longer counts."""
        months = finding.values.get("months", {}).get("value")
        days = [date(self.on.year + years, 1, 1) for years in range(1, _YEARS_AHEAD)]
        if isinstance(months, int):
            days += [_months_after(e.event_on, months) for e in self.facts.history or ()]
        for day in sorted(day for day in days if day > self.on):
            try:
                then = self._again(on=day)
            except SchemeUnknown:
                return
            if self._passes(finding, then):
                what = Say(
                    f"{day.isoformat()} 起取得的证书", f"A certificate earned from {day.isoformat()} on"
                )
                yield self._remedy(finding, "day", what, then, day)
                return

    def _taken_back(self, finding: Finding) -> Iterator[Remedy]:
        """Without the one earlier subsidy that stands in the way."""
        counted = [TALLIES[name].shown for name in RULES[finding.rule].tallies]
        against = [
            Earlier.from_dict(said)
            for name in counted
            for said in finding.facts.get(name) or ()
            if isinstance(said, dict)
        ]
        for earlier in dict.fromkeys(against):
            rest = tuple(one for one in self.facts.history or () if one != earlier)
            then = self._again(history=rest)
            if self._passes(finding, then):
                what = Say(
                    f"如果前次补贴被撤销或追回（{in_words(earlier)}）",
                    f"If the earlier subsidy is withdrawn or recovered ({in_words(earlier, True)})",
                )
                yield self._remedy(finding, "history", what, then)

    def _old_enough(self, finding: Finding) -> Iterator[Remedy]:
        born, least = self.facts.birth_on, finding.values.get("min_age", {}).get("value")
        if born is None or not isinstance(least, int):
            return
        day = _birthday(born, least)
        if day <= self.on:
            return
        try:
            then = self._again(on=day)
        except SchemeUnknown:
            return
        if self._passes(finding, then):
            what = Say(
                f"{day.isoformat()} 年满 {least} 周岁后取得的证书",
                f"A certificate earned from {day.isoformat()}, aged {least}",
            )
            yield self._remedy(finding, "day", what, then, day)

    def _corrected(self, finding: Finding, fact: str, name: str) -> Iterator[Remedy]:
        known = getattr(self.facts, fact, None) if fact in _FACT_NAMES else None
        if name not in MEASURES or (known is None and name not in _PLACES):
            return
        if name in _PLACES:
            if self.facts.serving_region_code:
                yield from self._tried(
                    finding, "correction", name, _PLACES[name], self.facts.serving_region_code, True
                )
        elif isinstance(known, bool):
            yield from self._tried(finding, "correction", name, fact, not known, not known)
        elif name in ("hours_attended", "days_attended"):
            yield from self._attended(finding, name)
        else:
            for value in finding.values.values():
                wanted = value["value"]
                if isinstance(wanted, list):
                    yield from self._one_of(finding, name, fact, wanted, known)
                elif isinstance(wanted, int) and isinstance(known, int):
                    yield from self._tried(finding, "correction", name, fact, wanted, wanted)

    def _attended(self, finding: Finding, name: str) -> Iterator[Remedy]:
        planned, percent = (
            finding.facts.get("hours_planned"),
            finding.values.get("min_percent", {}).get("value"),
        )
        if planned is None or not isinstance(percent, int):
            return
        needed = -(-planned * percent // 100)
        hours = f"{needed // 100}.{needed % 100:02d}"
        yield from self._tried(finding, "correction", name, name, hours, needed)

    def _one_of(self, finding: Finding, name: str, fact: str, wanted: list, known: Any) -> Iterator[Remedy]:
        for one in wanted:
            changed = (*known, one) if isinstance(known, tuple) else one
            try:
                then = self._again(**{fact: changed})
            except FactsMalformed:
                return
            if self._passes(finding, then):
                words = [self._each(name, wanted, known, english) for english in (False, True)]
                what = Say(
                    f"如果“{MEASURES[name].label}”为其中之一：{words[0]}",
                    f"If “{MEASURES[name].label_en}” is one of: {words[1]}",
                )
                yield self._remedy(finding, "choice", what, then)
                return

    def _each(self, name: str, wanted: list, known: Any, english: bool) -> str:
        """The accepted ones, one after another."""
        labels = self.scheme.group_labels
        told = [shown(name, [one] if isinstance(known, tuple) else one, labels, english) for one in wanted]
        return ("、", ", ")[english].join(told)

    def _tried(
        self, finding: Finding, kind: str, name: str, fact: str, value: Any, told: Any
    ) -> Iterator[Remedy]:
        try:
            then = self._again(**{fact: value})
        except FactsMalformed:
            return
        if self._passes(finding, then):
            labels = self.scheme.group_labels
            is_sum = isinstance(told, int) and not isinstance(told, bool)
            what = Say(
                f"如果“{MEASURES[name].label}”{'达到' if is_sum else '为'} {shown(name, told, labels)}",
                f"If “{MEASURES[name].label_en}” {'reaches' if is_sum else 'is'} "
                f"{shown(name, told, labels, True)}",
            )
            yield self._remedy(finding, kind, what, then)


def _months_after(day: date, months: int) -> date:
    """The first day that many months later; the first of the next month where the month is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year + (month == 11), (month + 1) % 12 + 1, 1)


def _birthday(born: date, years: int) -> date:
    """The day on which a year of age is completed; 1 March for who was born on 29 February."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
