"""From the answers of the questionnaire to what each scheme says; nothing is kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext

from kaogong.catalog import queries as catalog
from kaogong.kernel.errors import Refused
from kaogong.rules import Decision, Earlier, Facts, Finding, Scheme, decide
from kaogong.rules.measures import RECOGNITIONS
from kaogong.rules.remedies import remedies
from kaogong.rules.tallies import TALLIES
from kaogong.web.parts.decisions import by_finding, card
from kaogong.web.parts.policy import Rate, is_for_bodies, schemes_in_force, told
from kaogong.web.parts.values import in_english, listed, measure_label, payee_name
from kaogong.web.portal.forms_entitled import NONE_OF_THEM

ELSEWHERE = "000000"  # a place that lies in no region
HOURS_IF_ALL_ATTENDED = "1000.00"  # enough for any rule on hours; no sum is made of it
# Sums reckoned from these are not told: the questionnaire does not ask them.
QUANTITIES = frozenset(
    {"hours_attended", "hours_online", "hours_in_person", "days_attended", "heads", "months"}
)
# What somebody first has to grant or sign: an honour, a recognition, a filing, a contract.
GRANTED = RECOGNITIONS | {"contract_signed"}
ASKED = frozenset(
    {
        "age",
        "sex",
        "groups",
        "receives_pension",
        "unemployed",
        "insured",
        "insured_months",
        "months_since_hired",
        "works_in_occupation",
        "months_since_graduated",
        "months_since_discharged",
        "certificate_kind",
        "certificate_level",
        "certificate_occupation_code",
        "certificate_issued_on",
        "household_here",
        "residence_here",
        "job_here",
        *TALLIES,
    }
)
YES, UNSET, OPEN, AWARD, NO = "yes", "unset", "open", "award", "no"
ORDER = (YES, UNSET, OPEN, AWARD, NO)


@dataclass(frozen=True, slots=True)
class Money:
    """One payment: to whom, and how much where it can be said."""

    label: str
    payee: str
    fen: int | None
    rates: list[Rate]
    certainty: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one scheme says to these answers."""

    scheme: Scheme
    code: str
    label: str
    outcome: str
    sentence: str
    on: date
    money: list[Money]
    total_fen: int
    against: list[dict[str, Any]]
    to_answer: list[str]
    to_show: list[dict[str, Any]]
    met: list[dict[str, Any]]
    checked_later: list[str]
    for_bodies: bool = False
    clauses: list[str] = field(default_factory=list)


def answers(given: Mapping[str, Any], today: date) -> list[Answer]:
    """Every scheme in force in the region asked, what one may have first."""
    found = []
    for scheme in schemes_in_force(given["region"], today):
        answer = _answer(scheme, given, today)
        if answer is not None:
            found.append(answer)
    return sorted(found, key=lambda one: (ORDER.index(one.outcome), -one.total_fen, one.label))


def facts_of(given: Mapping[str, Any], today: date) -> Facts:
    """What the answers say; what was not answered stays unknown."""
    region = given["region"]
    certificate = given.get("has_certificate")
    known: dict[str, Any] = {
        "birth_on": given.get("birth_on"),
        "age_on_event": given.get("age") if not given.get("birth_on") else None,
        "sex": given.get("sex") or None,
        "groups": _groups(given.get("groups") or ()),
        "serving_region_code": region,
        "insured_months": given.get("insured_months"),
        "hired_on": given.get("hired_on"),
        "graduated_on": given.get("graduated_on"),
        "discharged_on": given.get("discharged_on"),
        "history": _history(given, today),
    }
    for name in ("receives_pension", "unemployed", "insured", "works_in_occupation"):
        known[name] = _yes(given.get(name))
    for place in ("household", "residence", "job"):
        here = _yes(given.get(f"{place}_here"))
        known[f"{place}_region_code"] = None if here is None else region if here else ELSEWHERE
    if certificate == "none":
        known["certificate_kind"] = "none"
    elif certificate in ("held", "planned"):
        level = given.get("level")
        known |= {
            "certificate_kind": given.get("kind") or None,
            "certificate_level": int(level) if level not in (None, "") else None,
            "certificate_occupation_code": _occupation(given.get("occupation")),
            "certificate_issued_on": given.get("issued_on") if certificate == "held" else today,
        }
    return Facts(**known)


def _groups(chosen: Collection[str]) -> tuple[str, ...] | None:
    """The groups ticked, none of them, or not answered."""
    if NONE_OF_THEM in chosen:
        return ()
    return tuple(chosen) or None


def _yes(answer: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(answer or "")


def _occupation(name: str | None) -> str | None:
    found = catalog.occupations_matching(name, limit=1) if name else []
    return found[0].code if found and found[0].name == name else None


def _history(given: Mapping[str, Any], today: date) -> tuple[Earlier, ...] | None:
    """Earlier subsidies as far as the answers tell of them; None where they do not."""
    count = given.get("received_this_year")
    same, higher = _yes(given.get("same_level_before")), _yes(given.get("higher_level_before"))
    if given.get("ever_received") == "no":
        return ()
    if None in (count, same, higher):
        return None  # some of it is not known, so none of it is: unknown is never no
    label = gettext("您填写的以往补贴")
    this_year = date(today.year, 1, 1)
    found = [Earlier("", 0, this_year, "paid", f"{label} {n + 1}") for n in range(count or 0)]
    occupation, level = _occupation(given.get("occupation")), given.get("level")
    if occupation and level not in (None, "", "0"):
        last_year = date(today.year - 1, 12, 31)
        number = int(level)
        if same:
            found.append(Earlier(occupation, number, last_year, "paid", label))
        if higher and number > 1:
            found.append(Earlier(occupation, number - 1, last_year, "paid", label))
    return tuple(found)


def _day(scheme: Scheme, facts: Facts, given: Mapping[str, Any], today: date) -> date:
    """The day judged on: a certificate already held counts from its own date where the scheme asks for one."""
    issued = facts.certificate_issued_on
    asks = any(use.rule.name.startswith("certif") for use in scheme.rules)
    return issued if given.get("has_certificate") == "held" and issued and asks else today


def _if_done_by_the_rules(facts: Facts, scheme: Scheme, on: date) -> Facts:
    """The same person once training, certificate and filing are all in order."""
    assumed: dict[str, Any] = {
        "identity_verified": True,
        "class_approved": True,
        "provider_recognised_on_day": True,
        "occupation_in_scope": True,
        "occupation_subsidised": True,
        "willing_to_train": True,
        "class_ended_on": on,
        "class_started_on": on - timedelta(days=30),
        "hours_planned": HOURS_IF_ALL_ATTENDED,
        "hours_attended": HOURS_IF_ALL_ATTENDED,
        "hours_online": HOURS_IF_ALL_ATTENDED,
        "days_attended": "1.00",
        "months": 1,
        "bank_account_present": True,
        "paid_first_by": scheme.payee if scheme.payee != "applicant" else None,
    }
    if facts.certificate_kind not in (None, "none"):
        assumed |= {
            "certificate_verified": True,
            "certificate_revoked": False,
            "class_occupation_code": facts.certificate_occupation_code,
            "class_level": facts.certificate_level,
        }
    known = facts.to_dict()
    return replace(facts, **{name: value for name, value in assumed.items() if known[name] is None})


def _answer(scheme: Scheme, given: Mapping[str, Any], today: date) -> Answer | None:
    facts = facts_of(given, today)
    on = _day(scheme, facts, given, today)
    try:
        standing = scheme.as_on(on)
    except Refused:
        return None  # there was no such scheme when the certificate was earned
    plain = decide(standing, facts, on)
    hoped = _if_done_by_the_rules(facts, standing, on)
    decision = decide(standing, hoped, on)
    open_now = decision.findings_that("unknown")
    outcome = _outcome(decision, open_now)
    changes = by_finding(remedies(standing, hoped, on)) if outcome == NO else {}
    against = [
        card(f) | {"changes": changes.get((f.rule, f.component), [])}
        for f in decision.findings
        if f.outcome == "failed" and not f.component
    ]
    settled = {(f.rule, f.component) for f in plain.findings_that("passed")}
    money = _money(standing, decision)
    return Answer(
        scheme=standing,
        code=scheme.code,
        label=standing.label_en if in_english() else standing.label,
        outcome=outcome,
        sentence=_sentence(outcome, decision, open_now),
        on=on,
        money=money,
        total_fen=sum(one.fen or 0 for one in money) if outcome == YES else 0,
        against=against,
        to_answer=_labels(open_now, asked=True),
        to_show=[card(f) for f in open_now if not _unset(f) and set(f.missing) - ASKED],
        met=[card(f) for f in plain.findings_that("passed") if not f.component],
        checked_later=[
            f.title_en if in_english() else f.title_zh
            for f in decision.findings_that("passed")
            if (f.rule, f.component) not in settled and not f.component
        ],
        for_bodies=is_for_bodies(standing),
    )


def _unset(finding: Finding) -> bool:
    return any(value["value"] is None for value in finding.values.values())


def _outcome(decision: Decision, open_now: tuple[Finding, ...]) -> str:
    if decision.refused:
        return NO
    if decision.payable:
        return YES
    missing = {name for finding in open_now if not _unset(finding) for name in finding.missing}
    if missing & GRANTED:
        return AWARD
    return OPEN if missing else UNSET


def _labels(findings: tuple[Finding, ...], *, asked: bool) -> list[str]:
    names = dict.fromkeys(
        name for f in findings if not _unset(f) for name in f.missing if (name in ASKED) == asked
    )
    return [measure_label(name) for name in names]


def _sentence(outcome: str, decision: Decision, open_now: tuple[Finding, ...]) -> str:
    if outcome == YES:
        return gettext("按您的回答，符合条件；培训、证书和手续都办好后可以享受。")
    if outcome == UNSET:
        return gettext("按您的回答，条件符合；但标准还没有公布，公布以前不支付。")
    if outcome == NO:
        titles = dict.fromkeys(
            f.title_en if in_english() else f.title_zh
            for f in decision.findings_that("failed")
            if not f.component
        )
        return gettext("按您的回答，不能享受：{titles}。").format(titles=listed(titles))
    names = dict.fromkeys(name for f in open_now if not _unset(f) for name in f.missing)
    labels = listed(measure_label(name) for name in names)
    if outcome == AWARD:
        return gettext("要先经过评选、认定或批准：{labels}。").format(labels=labels)
    return gettext("现在没有发现不符合的地方，还要知道：{labels}。").format(labels=labels)


def _money(scheme: Scheme, decision: Decision) -> list[Money]:
    """Each payment: its sum where the answers are enough for it, else the rates."""
    granted = {part.code: part for part in decision.components}
    reckoned = {f.component: set(f.facts) for f in decision.findings if f.rule == f"{f.component}_rate"}
    not_due = {f.component for f in decision.findings if f.component and f.outcome == "failed"}
    shown = {part.code: one for part, one in zip(scheme.parts, told(scheme).parts, strict=True)}
    found = []
    for part in scheme.parts:
        if part.code in not_due:
            continue
        one = shown[part.code]
        is_sure = part.code in granted and not reckoned.get(part.code, set()) & QUANTITIES
        fen = granted[part.code].amount_fen if is_sure else None
        found.append(
            Money(one.label, payee_name(part.payee), fen, [] if is_sure else one.rates, one.certainty)
        )
    return found
