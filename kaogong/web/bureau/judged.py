"""A stored decision on the bureau's pages: names for what it is about, what may be supplied, the paper."""

from datetime import date
from typing import Any

from django.utils.translation import gettext

from kaogong.catalog import queries as catalog
from kaogong.claims import queries as claims
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import yuan
from kaogong.papers import ClauseCard, DecisionPaper
from kaogong.rules import LEVELS
from kaogong.rules import Decision as Judged
from kaogong.web.parts.decisions import amounts, by_finding, card, in_order, part_labels, told, why
from kaogong.web.parts.values import fact_words, in_english, measure_label, unit_words, value_words

is_english = in_english  # what the bureau's pages call it
__all__ = [
    "CLOSED_FACTS",
    "VERDICT_WORDS",
    "amounts",
    "by_finding",
    "cards",
    "clause_cards",
    "decision_paper",
    "fact_label",
    "fact_words",
    "facts_missing",
    "is_english",
    "measure_label",
    "part_cards",
    "programme_label",
    "scheme_choices",
    "scheme_label",
    "told",
    "unit_words",
    "value_words",
    "why",
]

FACT_OF_MEASURE = {  # what is asked for when a figure is unknown, where the names differ
    "age": "birth_on",
    "provider_recognised": "provider_recognised_on_day",
    "household_here": "household_region_code",
    "residence_here": "residence_region_code",
    "job_here": "job_region_code",
}
CLOSED_FACTS = frozenset({"history", "class_approved", "occupation_in_scope"})


def scheme_label(region_code: str, scheme_code: str, on: date) -> str:
    """The scheme's name on that day, or its code where the rulebook no longer knows it."""
    try:
        scheme = claims.scheme(region_code[:6], scheme_code, on)
    except Refused:
        return scheme_code
    return scheme.label_en if is_english() else scheme.label


def scheme_choices() -> list[tuple[str, str]]:
    """Every scheme code of the rulebook with its name."""
    side = is_english()
    return [(code, labels[side]) for code, labels in claims.rulebook().scheme_labels.items()]


def programme_label(code: str) -> str:
    """The fund programme's name as the rulebook gives it."""
    return claims.rulebook().programme_labels.get(code, code)


def fact_label(fact: str) -> str:
    """What a fact is called, through the figure that is reckoned from it."""
    return measure_label({to: name for name, to in FACT_OF_MEASURE.items()}.get(fact, fact))


def facts_missing(judged: Judged) -> list[str]:
    """The facts whose absence leaves a finding open and which a person may supply."""
    wanted = dict.fromkeys(
        FACT_OF_MEASURE.get(name, name)
        for finding in judged.findings_that("unknown")
        for name in finding.missing
    )
    return [fact for fact in wanted if fact in claims.FACT_NAMES and fact not in CLOSED_FACTS]


def cards(judged: Judged) -> list[dict[str, Any]]:
    """Every finding of the whole subsidy, what needs a person first."""
    return [card(f) for f in in_order(f for f in judged.findings if not f.component)]


def part_cards(judged: Judged) -> list[dict[str, Any]]:
    """The findings that belong to one part only, by part."""
    labels = part_labels(judged)
    parts: dict[str, list] = {}
    for finding in judged.findings:
        if finding.component:
            parts.setdefault(finding.component, []).append(finding)
    return [
        {"code": code, "label": labels.get(code, code), "cards": [card(f) for f in in_order(found)]}
        for code, found in parts.items()
    ]


VERDICT_MARKS = {"payable": "ok", "refused": "no", "needs_evidence": "ask"}
VERDICT_WORDS = {"payable": "符合", "refused": "不符合", "needs_evidence": "需补证据"}
CARD_MARKS = {"passed": "ok", "waived": "ok", "failed": "no", "unknown": "ask"}


def decision_paper(decision, line, *, issuer: str, name: str) -> DecisionPaper:
    """One stored decision as a paper: the same decision gives the same bytes."""
    judged = Judged.from_dict(decision.decision)
    claim = line.claim
    return DecisionPaper(
        title=gettext("补贴测算结论"),
        reference=f"{line.reference} · {gettext('第 {n} 次').format(n=decision.version)}",
        issuer=issuer,
        decided_on=decision.on,
        verdict=VERDICT_MARKS[decision.verdict],
        verdict_words=gettext(VERDICT_WORDS[decision.verdict]),
        facts=[
            (gettext("姓名"), name),
            (gettext("证件号码"), line.person.id_number_masked),
            (gettext("申领编号"), claim.number),
            (gettext("补贴项目"), judged.scheme_label_en if is_english() else judged.scheme_label),
            (
                gettext("职业与等级"),
                f"{catalog.occupation_name(line.occupation_code)} {LEVELS[line.level][is_english()]}",
            ),
            (gettext("认定日期"), decision.on.isoformat()),
        ],
        findings=clause_cards(judged),
        working=[(text, yuan(fen)) for part in amounts(judged) for text, fen in part["working"]],
        amount_fen=decision.amount_fen + decision.allowance_fen if decision.verdict == "payable" else None,
        decided_by=gettext("系统按政策规则库测算"),
        rulebook_digest=decision.rulebook_digest,
        illustrative=judged.illustrative,
        synthetic=claim.synthetic,
    )


def clause_cards(judged: Judged) -> list[ClauseCard]:
    """Every finding as a paper shows it, those of one part last."""
    return [_clause_card(one) for one in [*cards(judged), *_parts_flat(judged)]]


def _parts_flat(judged: Judged) -> list[dict[str, Any]]:
    return [one | {"part": part["label"]} for part in part_cards(judged) for one in part["cards"]]


def _clause_card(told_of: dict[str, Any]) -> ClauseCard:
    message = told_of["message_en"] if is_english() else told_of["message_zh"]
    part = told_of.get("part", "")
    only_part = part and told_of["outcome"] == "failed"
    return ClauseCard(
        verdict="ask" if only_part else CARD_MARKS[told_of["outcome"]],
        sentence=f"{part}{gettext('：')}{message}" if part else message,
        clause=told_of["clause_text"],
        document=told_of["clause"],
        facts="；".join(f"{label} {value}" for label, value in told_of["facts_shown"]),
        remedy="" if told_of["outcome"] == "passed" else told_of["remedy"],
    )
