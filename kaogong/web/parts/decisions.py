"""A decision as the person it is about can follow it: the verdict, the money, each rule, what would change it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext

from kaogong.claims import queries as claims
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import yuan
from kaogong.rules import Decision as Judged
from kaogong.rules import Finding
from kaogong.rules.remedies import Remedy
from kaogong.rules.tallies import TALLIES
from kaogong.web.parts.values import (
    fact_words,
    in_english,
    listed,
    measure_label,
    named,
    payee_name,
    region_name,
    value_tables,
    value_words,
)

_LISTS = frozenset(tally.shown for tally in TALLIES.values())  # the count beside them says it when empty
ORDER = {"failed": 0, "unknown": 1, "waived": 2, "passed": 3}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would settle a finding, and how the whole would then come out."""

    kind: str
    what: str
    verdict: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Told:
    """One decision in words."""

    verdict: str
    sentence: str
    amount_fen: int
    amounts: list[dict[str, Any]]
    failed: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    passed: list[dict[str, Any]]
    not_due: list[dict[str, Any]]  # parts that are not paid, each with its cards
    notes: list[str]
    illustrative: bool = False
    changes: dict[tuple[str, str], list[Change]] = field(default_factory=dict)


def told(judged: Judged, kept: Any = None) -> Told:
    """The decision in words; with the stored row (``kept``) also what would change it, worked out."""
    cards = [card(finding) for finding in in_order(judged.findings)]
    changes = by_finding(claims.what_would_change(kept)) if kept is not None and not judged.payable else {}
    for one in cards:
        one["changes"] = changes.get((one["rule"], one["component"]), [])
    labels = part_labels(judged)
    not_due: dict[str, list] = {}
    for one in cards:
        if one["component"] and one["outcome"] == "failed":
            not_due.setdefault(one["component"], []).append(one)
    return Told(
        verdict=judged.verdict,
        sentence=sentence(judged),
        amount_fen=judged.amount_fen,
        amounts=amounts(judged),
        failed=[one for one in cards if one["outcome"] == "failed" and not one["component"]],
        missing=[one for one in cards if one["outcome"] == "unknown"],
        passed=[one for one in cards if one["outcome"] in ("passed", "waived")],
        not_due=[{"label": labels.get(code, code), "cards": found} for code, found in not_due.items()],
        notes=list(judged.notes_en if in_english() else judged.notes),
        illustrative=judged.illustrative,
        changes=changes,
    )


def sentence(judged: Judged) -> str:
    """The verdict in one sentence."""
    if judged.payable:
        parts = listed(
            gettext("{label} {sum} 付给{payee}").format(
                label=part.label_en if in_english() else part.label,
                sum=yuan(part.amount_fen),
                payee=payee_name(part.payee),
            )
            for part in judged.components
        )
        if not judged.components:
            return gettext("符合各项规定，但没有应付的款项。")
        return gettext("符合规定，应支付 {total}：{parts}。").format(
            total=yuan(judged.amount_fen), parts=parts
        )
    titles = listed(why(judged))
    if judged.refused:
        said = gettext("不符合规定，不支付。没有通过的是：{titles}。").format(titles=titles)
        if judged.waivable:
            return gettext("{said}这一条写明“原则上”，可以申请例外。").format(said=said)
        return said
    return gettext("还不能决定，先不支付。还缺：{titles}。补齐后重新测算。").format(titles=titles)


def why(judged: Judged) -> list[str]:
    """The titles of what stands in the way, shortest form."""
    side = "title_en" if in_english() else "title_zh"
    outcome = "failed" if judged.refused else "unknown"
    found = [f for f in judged.findings_that(outcome) if not f.component or outcome == "unknown"]
    return list(dict.fromkeys(getattr(finding, side) for finding in found))


def in_order(findings) -> list[Finding]:
    """What needs a person first."""
    return sorted(findings, key=lambda f: ORDER[f.outcome])


def part_labels(judged: Judged) -> dict[str, str]:
    """What each part of the subsidy is called, those that are not paid included."""
    side = "label_en" if in_english() else "label"
    labels = {part.code: getattr(part, side) for part in judged.components}
    try:
        scheme = claims.scheme(judged.region_code[:6], judged.scheme, date.fromisoformat(judged.on))
    except Refused:
        return labels
    return {part.code: getattr(part, side) for part in scheme.parts} | labels


def card(finding: Finding) -> dict[str, Any]:
    """One finding for the page; what passed is told in short, what stops the money in full."""
    english = in_english()
    passed = finding.outcome == "passed"
    return {
        "outcome": finding.outcome,
        "waivable": finding.waivable,
        "clause": finding.clause,
        "clause_text": finding.clause_text,
        "message_zh": named(finding.message_zh),
        "message_en": named(finding.message_en),
        "title": finding.title_en if english else finding.title_zh,
        "remedy": finding.remedy_en if english else finding.remedy_zh,
        "remedy_zh": finding.remedy_zh,
        "remedy_en": finding.remedy_en,
        "evidence_from": finding.evidence_from_en if english else finding.evidence_from,
        "evidence_from_en": finding.evidence_from_en,
        "rule": finding.rule,
        "component": finding.component,
        "facts_shown": [
            (measure_label(n), fact_words(n, v))
            for n, v in finding.facts.items()
            if not (v == [] and n in _LISTS) and (not passed or v is not None)
        ],
        "values_shown": [
            {
                "words": value_words(value["value"], value["unit"]),
                "tables": value_tables(value["value"], value["unit"]) if not passed else [],
                "since": value["since"],
                "region": _region(value),
                "source": value["source"],
                "illustrative": value["illustrative"],
                "unverified": not value["verified"] and not value["illustrative"],
            }
            for value in finding.values.values()
            if not passed or not value["verified"] or not isinstance(value["value"], list)
        ],
    }


def _region(value: dict[str, Any]) -> str:
    """Where a number came from, by today's name where the rulebook still knows the region."""
    try:
        return region_name(value["region"])
    except Refused:
        return value["region_label"]


def amounts(judged: Judged) -> list[dict[str, Any]]:
    """Each part that is paid: to whom, how it was reckoned, how much."""
    english = in_english()
    return [
        {
            "label": part.label_en if english else part.label,
            "payee": payee_name(part.payee),
            "working": [
                (named(line.text_en if english else line.text_zh), line.fen) for line in part.working
            ],
            "amount_fen": part.amount_fen,
            "illustrative": part.illustrative,
        }
        for part in judged.components
    ]


def by_finding(remedies: Iterable[Remedy]) -> dict[tuple[str, str], list[Change]]:
    """What would settle each finding, by its rule and part."""
    found: dict[tuple[str, str], list[Change]] = {}
    for remedy in remedies:
        what = named(remedy.what.en if in_english() else remedy.what.zh)
        after = outcome(remedy.then, exact=remedy.kind != "choice")
        found.setdefault((remedy.rule, remedy.component), []).append(
            Change(remedy.kind, what, remedy.then.verdict, after)
        )
    return found


def outcome(judged: Judged, *, exact: bool = True) -> str:
    """How a decision comes out, in half a sentence; without the sum where it would depend on more."""
    if judged.payable:
        return (
            gettext("就符合规定，支付 {sum}").format(sum=yuan(judged.amount_fen))
            if exact
            else gettext("就符合规定")
        )
    titles = why(judged)
    said = gettext("还有 {n} 条不符合：{titles}") if judged.refused else gettext("还要补 {n} 项：{titles}")
    return said.format(n=len(titles), titles=listed(titles))
