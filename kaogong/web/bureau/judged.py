"""A stored decision as a page shows it: cards, facts in words, marks on the numbers, the working."""

from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from kaogong.catalog import queries as catalog
from kaogong.claims import queries as claims
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import yuan
from kaogong.papers import ClauseCard, DecisionPaper
from kaogong.rules import CERTIFICATE_KINDS, LEVELS, MEASURES, Earlier
from kaogong.rules import Decision as Judged
from kaogong.rules.vocabulary import PAYEES, SUBSIDY_STATUSES, UNITS
from kaogong.rules.wording import shown

ORDER = {"failed": 0, "unknown": 1, "waived": 2, "passed": 3}
FACT_OF_MEASURE = {  # what is asked for when a figure is unknown, where the names differ
    "age": "birth_on",
    "provider_recognised": "provider_recognised_on_day",
    "household_here": "household_region_code",
    "residence_here": "residence_region_code",
    "job_here": "job_region_code",
}
CLOSED_FACTS = frozenset({"history", "class_approved", "occupation_in_scope"})


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def scheme_label(region_code: str, scheme_code: str, on: date) -> str:
    """The scheme's name on that day, or its code where the rulebook no longer knows it."""
    try:
        scheme = claims.scheme(region_code[:6], scheme_code, on)
    except Refused:
        return scheme_code
    return scheme.label_en if is_english() else scheme.label


def scheme_choices() -> list[tuple[str, str]]:
    """Every scheme code of the rulebook with its name."""
    found: dict[str, str] = {}
    side = "label_en" if is_english() else "label"
    for region in claims.rulebook().content["regions"].values():
        for code, said in region.get("schemes", {}).items():
            if side in said:
                found.setdefault(code, said[side])
    return sorted(found.items())


def unit_words(unit: str) -> str:
    word = UNITS.get(unit)
    return (word.label_en if is_english() else word.label) if word else unit


def value_words(value: Any, unit: str) -> str:
    """One number of the rulebook in words; a table of rates is told by its range."""
    english = is_english()
    if value is None:
        return gettext("文件未给出")
    if isinstance(value, dict):
        sums = sorted({fen for table in value.get("kinds", {}).values() for fen in table.values()})
        return f"{yuan(sums[0])} – {yuan(sums[-1])}" if sums else "—"
    if isinstance(value, list | tuple):
        groups = claims.rulebook().groups
        words = []
        for item in value:
            if item in CERTIFICATE_KINDS:
                words.append(CERTIFICATE_KINDS[item][english])
            elif item in groups:
                words.append(groups[item].label_en if english else groups[item].label)
            else:
                words.append(str(item))
        return (", " if english else "、").join(words)
    if unit.startswith("元/"):
        return f"{yuan(value)} {unit_words(unit).removeprefix('元').removeprefix('yuan ')}"
    return f"{value} {unit_words(unit)}"


def fact_words(name: str, value: Any) -> str:
    """One stored figure in words."""
    english = is_english()
    if value is not None and name.endswith("_occupation_code"):
        return catalog.occupation_name(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "；".join(_earlier_words(Earlier.from_dict(item)) for item in value)
    groups = {g.code: (g.label, g.label_en) for g in claims.rulebook().groups.values()}
    return shown(name, value, groups, english)


def _earlier_words(earlier: Earlier) -> str:
    side = is_english()
    words = [
        catalog.occupation_name(earlier.occupation_code),
        LEVELS[earlier.level][side],
        (earlier.paid_on or earlier.event_on).isoformat(),
        SUBSIDY_STATUSES[earlier.status][side],
    ]
    if earlier.amount_fen:
        words.append(yuan(earlier.amount_fen))
    return " ".join(words) + f"{gettext('（')}{earlier.reference}{gettext('）')}"


def measure_label(name: str) -> str:
    found = MEASURES.get(name)
    return (found.label_en if is_english() else found.label) if found else name


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
    return [_card(f) for f in _sorted(f for f in judged.findings if not f.component)]


def part_cards(judged: Judged) -> list[dict[str, Any]]:
    """The findings that belong to one part only, by part."""
    labels = _part_labels(judged)
    parts: dict[str, list] = {}
    for finding in judged.findings:
        if finding.component:
            parts.setdefault(finding.component, []).append(finding)
    return [
        {"code": code, "label": labels.get(code, code), "cards": [_card(f) for f in _sorted(found)]}
        for code, found in parts.items()
    ]


def _sorted(findings) -> list:
    return sorted(findings, key=lambda f: ORDER[f.outcome])


def _part_labels(judged: Judged) -> dict[str, str]:
    side = "label_en" if is_english() else "label"
    labels = {part.code: getattr(part, side) for part in judged.components}
    try:
        scheme = claims.scheme(judged.region_code[:6], judged.scheme, date.fromisoformat(judged.on))
    except Refused:
        return labels
    return {part.code: getattr(part, side) for part in scheme.parts} | labels


def _card(finding) -> dict[str, Any]:
    """One finding for the page; what passed is told in short, what stops the money in full."""
    english = is_english()
    passed = finding.outcome == "passed"
    return {
        "outcome": finding.outcome,
        "waivable": finding.waivable,
        "clause": finding.clause,
        "clause_text": finding.clause_text,
        "message_zh": finding.message_zh,
        "message_en": finding.message_en,
        "title": finding.title_en if english else finding.title_zh,
        "remedy": finding.remedy_en if english else finding.remedy_zh,
        "evidence_from": finding.evidence_from_en if english else finding.evidence_from,
        "rule": finding.rule,
        "component": finding.component,
        "facts_shown": [
            (measure_label(n), fact_words(n, v))
            for n, v in finding.facts.items()
            if not passed or v is not None
        ],
        "values_shown": [
            {
                "words": value_words(value["value"], value["unit"]),
                "since": value["since"],
                "region": value["region_label"],
                "source": value["source"],
                "illustrative": value["illustrative"],
                "unverified": not value["verified"] and not value["illustrative"],
            }
            for value in finding.values.values()
            if not passed or not value["verified"] or not isinstance(value["value"], list)
        ],
    }


def amounts(judged: Judged) -> list[dict[str, Any]]:
    """Each part that is paid: to whom, how it was reckoned, how much."""
    english = is_english()
    return [
        {
            "label": part.label_en if english else part.label,
            "payee": PAYEES[part.payee][english] if part.payee in PAYEES else part.payee,
            "working": [(line.text_en if english else line.text_zh, line.fen) for line in part.working],
            "amount_fen": part.amount_fen,
            "illustrative": part.illustrative,
        }
        for part in judged.components
    ]


def why(judged: Judged) -> list[str]:
    """The titles of what stands in the way, shortest form."""
    side = "title_en" if is_english() else "title_zh"
    outcome = "failed" if judged.refused else "unknown"
    found = [f for f in judged.findings_that(outcome) if not f.component or outcome == "unknown"]
    return list(dict.fromkeys(getattr(finding, side) for finding in found))


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
        findings=[_clause_card(card) for card in [*cards(judged), *_parts_flat(judged)]],
        working=[(text, yuan(fen)) for part in amounts(judged) for text, fen in part["working"]],
        amount_fen=decision.amount_fen + decision.allowance_fen if decision.verdict == "payable" else None,
        decided_by=gettext("系统按政策规则库测算"),
        rulebook_digest=decision.rulebook_digest,
        illustrative=judged.illustrative,
        synthetic=claim.synthetic,
    )


def _parts_flat(judged: Judged) -> list[dict[str, Any]]:
    return [card | {"part": part["label"]} for part in part_cards(judged) for card in part["cards"]]


def _clause_card(card: dict[str, Any]) -> ClauseCard:
    message = card["message_en"] if is_english() else card["message_zh"]
    part = card.get("part", "")
    only_part = part and card["outcome"] == "failed"
    return ClauseCard(
        verdict="ask" if only_part else CARD_MARKS[card["outcome"]],
        sentence=f"{part}{gettext('：')}{message}" if part else message,
        clause=card["clause_text"],
        document=card["clause"],
        facts="；".join(f"{label} {value}" for label, value in card["facts_shown"]),
        remedy="" if card["outcome"] == "passed" else card["remedy"],
    )


def programme_label(code: str) -> str:
    """The fund programme's name as the rulebook gives it."""
    for region in claims.rulebook().content["regions"].values():
        for said in region.get("schemes", {}).values():
            programme = said.get("fund_programme")
            if programme and programme["code"] == code:
                return programme["label"]
    return code
