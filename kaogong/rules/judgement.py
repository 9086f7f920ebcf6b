"""decide(): one person's facts under one scheme on one day -> findings, verdict, money."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kaogong.rules import decision as words
from kaogong.rules.amounts import AMOUNT_KINDS, AmountKind, LimitKind, Worked, work
from kaogong.rules.decision import Component, Decision, Finding, Line
from kaogong.rules.errors import NotWaivable
from kaogong.rules.facts import Facts
from kaogong.rules.future import refuse_future
from kaogong.rules.measures import MEASURES, measure, tallied
from kaogong.rules.registry import Rule, Say
from kaogong.rules.rulebook import Scheme
from kaogong.rules.terms import LimitUse, Part, Resolved, RuleUse
from kaogong.rules.wording import figure_words, plain, shown

Figures = dict[str, Any]


def decide(
    scheme: Scheme, facts: Facts | Mapping[str, Any], on: date, waived: Collection[str] = frozenset()
) -> Decision:
    """Judge one person under one scheme as it stood on ``on``, the day of the event (the certificate's date).

    ``waived`` names rules (id or name) set aside by an approved exception; only waivable ones may be.
    A definite failure outweighs missing evidence; with neither, the money is worked out. If a rate that
    is due is not published, the verdict is needs_evidence, the finding says which rate, nothing is paid.
    A birth or a certificate dated after ``on`` is refused by name (FactsMalformed).
    """
    facts = facts if isinstance(facts, Facts) else Facts.from_dict(facts)
    refuse_future(facts, on)
    scheme = scheme.as_on(on)
    waived = _checked(waived, scheme)
    figures = measure(facts, on)
    asked = _Asked(scheme, facts, on, figures, waived)
    findings = [_judge(use, asked) for use in scheme.rules]
    verdict = _verdict(findings)
    components: list[Component] = []
    if verdict == words.PAYABLE:
        for part in scheme.parts:
            part_findings, component = _grant(part, asked)
            findings += part_findings
            components += [component] if component else []
        if any(finding.outcome == words.UNKNOWN for finding in findings):
            verdict, components = words.NEEDS_EVIDENCE, []
    notes = _notes(findings)
    failed = [finding for finding in findings if finding.outcome == words.FAILED and not finding.component]
    return Decision(
        scheme=scheme.code,
        scheme_label=scheme.label,
        scheme_label_en=scheme.label_en,
        region_code=scheme.region_code,
        on=on.isoformat(),
        verdict=verdict,
        waivable=verdict == words.REFUSED and all(finding.waivable for finding in failed),
        findings=tuple(findings),
        components=tuple(components),
        amount_fen=sum(component.amount_fen for component in components),
        fund_programme=scheme.fund_programme,
        illustrative=any(finding.illustrative for finding in findings),
        rulebook_digest=scheme.rulebook_digest,
        notes=tuple(note.zh for note in notes),
        notes_en=tuple(note.en for note in notes),
    )


def _checked(waived: Collection[str], scheme: Scheme) -> frozenset[str]:
    for name in waived:
        meant = [use.rule for use in scheme.rules if name in (use.rule.id, use.rule.name)]
        if not meant or not all(rule.waivable for rule in meant):
            raise NotWaivable(rule=name)
    return frozenset(waived)


def _verdict(findings: list[Finding]) -> str:
    outcomes = {finding.outcome for finding in findings}
    if words.FAILED in outcomes:
        return words.REFUSED
    return words.NEEDS_EVIDENCE if words.UNKNOWN in outcomes else words.PAYABLE


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one judgement is about."""

    scheme: Scheme
    facts: Facts
    on: date
    figures: Figures
    waived: frozenset[str]

    def with_tallies(self, names: tuple[str, ...], values: Mapping[str, Resolved]) -> Figures:
        """The figures, and what the rule or limit counts of the history."""
        if not names:
            return self.figures
        plain_values = {name: value.value for name, value in values.items()}
        scheme = self.scheme
        return self.figures | tallied(names, self.facts, self.on, scheme.code, scheme.counts_as, plain_values)


def _judge(use: RuleUse, asked: _Asked, component: str = "") -> Finding:
    rule = use.rule
    figures = asked.with_tallies(rule.tallies, use.values)
    truth, facts_read = rule.outcome(figures, {n: r.value for n, r in use.values.items()})
    outcome = {True: words.PASSED, False: words.FAILED, None: words.UNKNOWN}[truth]
    if outcome == words.FAILED and rule.waivable and (rule.id in asked.waived or rule.name in asked.waived):
        outcome = words.WAIVED
    used = {name: figures[name] for name in (*facts_read, *rule.shows)}
    message, missing, source = _message(rule, outcome, used, use.values, asked.scheme)
    remedy = rule.remedy if outcome in (words.FAILED, words.WAIVED) else Say("", "")
    return Finding(
        rule_id=rule.id,
        rule=rule.name,
        title_zh=rule.title.zh,
        title_en=rule.title.en,
        outcome=outcome,
        waivable=rule.waivable,
        clause=use.by,
        clause_text=use.words,
        message_zh=message.zh,
        message_en=message.en,
        facts={name: plain(value) for name, value in used.items()},
        values={name: value.to_dict() for name, value in use.values.items()},
        remedy_zh=_fill(remedy.zh, used, use.values, asked.scheme, False),
        remedy_en=_fill(remedy.en, used, use.values, asked.scheme, True),
        evidence_from=source.zh,
        evidence_from_en=source.en,
        missing=missing,
        component=component,
    )


def _message(
    rule: Rule, outcome: str, used: Figures, values: Mapping[str, Resolved], scheme: Scheme
) -> tuple[Say, tuple[str, ...], Say]:
    if outcome != words.UNKNOWN:
        said = rule.passed if outcome == words.PASSED else rule.failed
        filled = Say(
            *(_fill(text, used, values, scheme, side) for text, side in zip(said, (False, True), strict=True))
        )
        if outcome == words.WAIVED:
            filled = Say(f"{filled.zh}；已例外批准", f"{filled.en}; exception approved")
        return filled, (), Say("", "")
    lacking = [name for name, value in values.items() if value.value is None]
    if lacking:
        return _unset(rule.title, values[lacking[0]], scheme)
    missing = tuple(name for name, value in used.items() if value is None and name not in rule.shows)
    return _asking(missing)


def _asking(missing: tuple[str, ...]) -> tuple[Say, tuple[str, ...], Say]:
    asked = [MEASURES[name] for name in missing]
    source = Say(
        "；".join(dict.fromkeys(item.source for item in asked)),
        "; ".join(dict.fromkeys(item.source_en for item in asked)),
    )
    message = Say(
        f"需补证据：{'、'.join(item.label for item in asked)}；由{source.zh}提供",
        f"Evidence needed: {', '.join(item.label_en for item in asked)}; from {source.en}",
    )
    return message, missing, source


def _unset(title: Say, value: Resolved, scheme: Scheme) -> tuple[Say, tuple[str, ...], Say]:
    message = Say(
        f"{scheme.region_label}尚未公布“{title.zh}”的标准（{value.by or value.source}），不能支付",
        f"{scheme.region_label_en} has not published the figure for “{title.en}” "
        f"({value.by or value.source}); nothing can be paid",
    )
    return message, (value.name,), Say("发布标准的部门", "the department that publishes the rate")


def _fill(text: str, used: Figures, values: Mapping[str, Resolved], scheme: Scheme, english: bool) -> str:
    if "{" not in text:
        return text
    labels = scheme.group_labels
    fields = {name: shown(name, value, labels, english) for name, value in used.items()}
    fields |= {name: _number_words(name, value, labels, english) for name, value in values.items()}
    return text.format(**fields)


def _number_words(name: str, value: Resolved, labels: dict[str, tuple[str, str]], english: bool) -> str:
    """A number of the rulebook in a sentence; sums are told in yuan, not in fen."""
    if value.unit == "元" and isinstance(value.value, int):
        return figure_words("fen", value.value, labels, english)
    return shown(name, value.value, labels, english)


def _grant(part: Part, asked: _Asked) -> tuple[list[Finding], Component | None]:
    """One part's own conditions and, when all pass, its sum; nothing when it is not due."""
    findings = [_judge(use, asked, part.code) for use in part.rules]
    if _verdict(findings) != words.PAYABLE:
        return findings, None
    kind = AMOUNT_KINDS[part.kind]
    worked = _worked(kind, part.values, asked)
    findings.append(_of_money(part, f"{part.code}_rate", kind.lacking, part.values, worked, asked))
    working = []
    for use in part.limits:
        if worked.fen is None:
            break
        working.append(Line(*worked.text, worked.fen))
        worked = _worked(use.limit, use.values, asked, worked.fen)
        name = f"{part.code}_{use.limit.name}"
        findings.append(_of_money(part, name, use.limit.title, use.values, worked, asked, use))
    if worked.fen is None:
        return findings, None
    working.append(Line(*worked.text, worked.fen))
    used = [*part.values.values(), *(value for use in part.limits for value in use.values.values())]
    component = Component(
        code=part.code,
        label=part.label,
        label_en=part.label_en,
        payee=part.payee,
        amount_fen=worked.fen,
        working=tuple(working),
        illustrative=any(value.illustrative for value in used),
        fund_programme=part.fund_programme,
    )
    return findings, component


def _worked(
    kind: AmountKind | LimitKind, values: Mapping[str, Resolved], asked: _Asked, fen: int | None = None
) -> Worked:
    tallies = kind.tallies if isinstance(kind, LimitKind) else ()
    figures = asked.with_tallies(tallies, values)
    plain_values = {name: value.value for name, value in values.items()}
    return work(kind, figures, plain_values, asked.scheme.group_labels, _mark(values.values()), fen)


def _mark(values: Iterable[Resolved]) -> Say:
    """What a line says of figures that no paper gives."""
    used = list(values)
    if any(value.illustrative for value in used):
        return Say("（示例标准）", " (illustrative)")
    return Say("（待核实）", " (to be verified)") if not all(v.verified for v in used) else Say("", "")


def _of_money(
    part: Part,
    name: str,
    lacking: Say,
    values: Mapping[str, Resolved],
    worked: Worked,
    asked: _Asked,
    use: LimitUse | None = None,
) -> Finding:
    """How a sum was worked out, or what it lacks: a fact, or a figure that is not published."""
    missing: tuple[str, ...] = ()
    source = Say("", "")
    message = worked.text
    if worked.fen is None:
        unknown = tuple(n for n in worked.read if worked.figures[n] is None)
        unset = [value for value in values.values() if value.value is None]
        if unknown and not unset:
            message, missing, source = _asking(unknown)
        else:
            labels = asked.scheme.group_labels
            words_of = [
                {n: figure_words(n, worked.figures[n], labels, bool(side)) for n in worked.read}
                for side in (0, 1)
            ]
            which = Say(
                f"{part.label}：{lacking.zh.format(**words_of[0])}",
                f"{part.label_en}: {lacking.en.format(**words_of[1])}",
            )
            message, missing, source = _unset(which, next(iter(unset or values.values())), asked.scheme)
    title = use.limit.title if use else Say(f"{part.label}标准", f"{part.label_en}: rate")
    return Finding(
        rule_id=part.rule_id,
        rule=name,
        title_zh=title.zh,
        title_en=title.en,
        outcome=words.UNKNOWN if worked.fen is None else words.PASSED,
        waivable=False,
        clause=use.by if use else part.by,
        clause_text=use.words if use else part.words,
        message_zh=message.zh,
        message_en=message.en,
        facts={name: plain(worked.figures[name]) for name in worked.read},
        values={
            value.name: value.to_dict() | {"value": _used_value(value, worked)} for value in values.values()
        },
        evidence_from=source.zh,
        evidence_from_en=source.en,
        missing=missing,
        component=part.code,
    )


def _used_value(value: Resolved, worked: Worked) -> Any:
    """The one figure taken from a table, in fen; a whole table would hide it."""
    return worked.fen if isinstance(value.value, dict) else value.value


def _notes(findings: list[Finding]) -> list[Say]:
    notes = []
    if any(finding.illustrative for finding in findings):
        notes.append(Say("使用了示例标准，不用于真实拨付", "Uses illustrative figures; not for real payment"))
    if any(finding.unverified for finding in findings):
        notes.append(Say("使用了待核实的数值", "Uses figures still to be verified"))
    return notes
