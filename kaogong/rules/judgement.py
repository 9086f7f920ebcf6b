"""decide(): one person's facts under one scheme on one day -> findings, verdict, money."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from kaogong.rules import decision as words
from kaogong.rules.amounts import AMOUNT_KINDS, Worked
from kaogong.rules.decision import Component, Decision, Finding
from kaogong.rules.errors import NotWaivable
from kaogong.rules.facts import Facts
from kaogong.rules.measures import MEASURES, measure
from kaogong.rules.registry import Rule, Say
from kaogong.rules.rulebook import Scheme
from kaogong.rules.terms import Part, Resolved, RuleUse
from kaogong.rules.wording import plain, shown

Figures = dict[str, Any]


def decide(
    scheme: Scheme, facts: Facts | Mapping[str, Any], on: date, waived: Collection[str] = frozenset()
) -> Decision:
    """Judge one person under one scheme as it stood on ``on``, the day of the event (the certificate's date).

    ``waived`` names rules (id or name) set aside by an approved exception; only waivable ones may be.
    A definite failure outweighs missing evidence; with neither, the money is worked out. If a rate that
    is due is not published, the verdict is needs_evidence, the finding says which rate, nothing is paid.
    """
    facts = facts if isinstance(facts, Facts) else Facts.from_dict(facts)
    scheme = scheme.as_on(on)
    waived = _checked(waived, scheme)
    figures = measure(facts, on)
    findings = [_judge(use, figures, scheme, waived) for use in scheme.rules]
    verdict = _verdict(findings)
    components: list[Component] = []
    if verdict == words.PAYABLE:
        for part in scheme.parts:
            part_findings, component = _grant(part, figures, scheme, waived)
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


def _judge(
    use: RuleUse, figures: Figures, scheme: Scheme, waived: frozenset[str], component: str = ""
) -> Finding:
    rule = use.rule
    truth, facts_read, values_read = rule.outcome(figures, {n: r.value for n, r in use.values.items()})
    outcome = {True: words.PASSED, False: words.FAILED, None: words.UNKNOWN}[truth]
    if outcome == words.FAILED and rule.waivable and (rule.id in waived or rule.name in waived):
        outcome = words.WAIVED
    used = {name: figures[name] for name in (*facts_read, *rule.shows)}
    values = {name: use.values[name] for name in values_read}
    message, missing, source = _message(rule, outcome, used, values, scheme)
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
        values={name: value.to_dict() for name, value in values.items()},
        remedy_zh=_fill(remedy.zh, used, values, scheme, False),
        remedy_en=_fill(remedy.en, used, values, scheme, True),
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
    fields |= {name: shown(name, value.value, labels, english) for name, value in values.items()}
    return text.format(**fields)


def _grant(
    part: Part, figures: Figures, scheme: Scheme, waived: frozenset[str]
) -> tuple[list[Finding], Component | None]:
    """One part's own conditions and, when all pass, its sum; nothing when it is not due."""
    findings = [_judge(use, figures, scheme, waived, part.code) for use in part.rules]
    if _verdict(findings) != words.PAYABLE:
        return findings, None
    rate = part.rate
    mark = ("（示例标准）", " (illustrative)") if rate.illustrative else ("", "")
    if not rate.verified and not rate.illustrative:
        mark = ("（待核实）", " (to be verified)")
    worked = AMOUNT_KINDS[part.kind].work(figures, rate.value, mark)
    title = Say(f"{part.label}标准", f"{part.label_en}: rate")
    missing: tuple[str, ...] = ()
    source = Say("", "")
    if worked.line:
        outcome, message = words.PASSED, Say(worked.line.text_zh, worked.line.text_en)
    else:
        outcome = words.UNKNOWN
        if worked.missing_facts:
            message, missing, source = _asking(worked.missing_facts)
        else:
            which = Say(
                f"{part.label}：{worked.missing_rate[0]}", f"{part.label_en}: {worked.missing_rate[1]}"
            )
            message, missing, source = _unset(which, rate, scheme)
    findings.append(
        Finding(
            rule_id=part.rule_id,
            rule=f"{part.code}_rate",
            title_zh=title.zh,
            title_en=title.en,
            outcome=outcome,
            waivable=False,
            clause=part.by,
            clause_text=part.words,
            message_zh=message.zh,
            message_en=message.en,
            facts={name: plain(figures[name]) for name in worked.read},
            values={rate.name: rate.to_dict() | {"value": _used_rate(rate, worked)}},
            evidence_from=source.zh,
            evidence_from_en=source.en,
            missing=missing,
            component=part.code,
        )
    )
    if not worked.line:
        return findings, None
    component = Component(
        code=part.code,
        label=part.label,
        label_en=part.label_en,
        payee=part.payee,
        amount_fen=worked.line.fen,
        working=(worked.line,),
        illustrative=rate.illustrative,
    )
    return findings, component


def _used_rate(rate: Resolved, worked: Worked) -> int | None:
    """The one figure taken from the rate, in fen; a whole table would hide it."""
    if isinstance(rate.value, dict):
        return worked.line.fen if worked.line else None
    return rate.value


def _notes(findings: list[Finding]) -> list[Say]:
    notes = []
    if any(finding.illustrative for finding in findings):
        notes.append(Say("使用了示例标准，不用于真实拨付", "Uses illustrative figures; not for real payment"))
    if any(finding.unverified for finding in findings):
        notes.append(Say("使用了待核实的数值", "Uses figures still to be verified"))
    return notes
