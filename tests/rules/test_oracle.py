"""The history rules said a second time, as logic: clingo's one answer set must be what both paths decide."""

from dataclasses import replace
from datetime import date, timedelta

import clingo
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kaogong.rules import RULES, Earlier
from kaogong.rules.batch import Claim, decide_in_order, decide_many, rules_of
from tests.rules import builders

REGION = "370299"
SCHEMES = ("employment_training", "insured_upgrade")
RULEBOOK_LAW = """
% The claims of a person follow each other by day, then by reference; earlier subsidies stand before all.
before(E, C) :- claim(P, E, D), claim(P, C, N), (D, E) < (N, C).
had(C, E) :- before(E, C), verdict(E, payable).
had(C, E) :- claim(P, C, _), subsidy(P, E, Status, "training"), live(Status).
live("claimed"). live("reserved"). live("paid").

against(C, "at_most_so_many_a_year") :- year(C, Y), limit(N), #count { E : had(C, E), year(E, Y) } >= N.
against(C, "never_twice_at_one_level") :- had(C, E), trade(C, T), trade(E, T), level(C, L), level(E, L).
against(C, "none_lower_after_higher") :- had(C, E), trade(C, T), trade(E, T), level(C, L), level(E, H), 0 < H, H < L.

verdict(C, refused) :- against(C, Rule), not waived(C, Rule).
verdict(C, refused) :- excluded(C).
verdict(C, needs_evidence) :- unclear(C), not verdict(C, refused).
verdict(C, payable) :- claim(_, C, _), not unclear(C), not verdict(C, refused).
"""

LEVELS = st.integers(0, 5)  # 0: a certificate without levels, which has no order
TRADES = st.sampled_from(["4-09-06-04", "6-18-02-04"])
# Around the turns of two years and a leap day, with many on the same day.
TURNS = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 28), date(2024, 2, 29), date(2024, 12, 31)]
DAYS = st.one_of(
    st.sampled_from(TURNS),
    st.integers(0, 800).map(lambda days: date(2023, 1, 1) + timedelta(days=days)),
)
PEOPLE = st.integers(1, 3)


@st.composite
def claims(draw) -> list[Claim]:
    """Claims of a few people in no order; some excluded by their pension, of some it is unknown."""
    references = draw(st.lists(st.integers(1, 99), unique=True, max_size=9))
    return [
        a_claim(
            draw(PEOPLE), f"SL-{number}", draw(DAYS), draw(TRADES), draw(LEVELS),
            scheme=draw(st.sampled_from(SCHEMES)),
            pension=draw(st.sampled_from([False, False, False, False, True, None])),
            waived=draw(st.sampled_from([(), (), (), ("G2",)])),
        )
        for number in references
    ]  # fmt: skip


def a_claim(claimant, reference, on, trade, level, *, scheme=SCHEMES[0], pension=False, waived=()) -> Claim:
    facts = builders.facts(
        certificate_kind="skill_level" if level else "special_ability",
        receives_pension=pension, certificate_occupation_code=trade, certificate_level=level,
        class_occupation_code=trade, class_level=level, certificate_issued_on=on,
        class_started_on=on - timedelta(days=30), class_ended_on=on - timedelta(days=3), history=None,
    )  # fmt: skip
    return Claim(
        claimant=claimant, reference=reference, region_code=REGION, scheme=scheme, on=on, facts=facts,
        waived=frozenset(waived),
    )  # fmt: skip


EARLIER = st.dictionaries(
    PEOPLE,
    st.lists(
        st.builds(
            Earlier,
            TRADES,
            LEVELS,
            DAYS,
            st.sampled_from(["paid", "paid", "claimed", "reserved", "refused", "withdrawn", "recovered"]),
            st.integers(1, 99).map(lambda number: f"EX-{number}"),
            component=st.sampled_from(["training", "training", "training", "living"]),
        ),
        max_size=4,
        unique_by=lambda earlier: earlier.reference,
    ),
)


def oracle(asked: list[Claim], history: dict[int, list[Earlier]]) -> dict[str, tuple[str, set[str]]]:
    """Verdict, and the history rules against it, of each claim: the program's only answer set."""
    said = [f"limit({limit()})."]
    for claim in asked:
        name = f'"{claim.reference}"'
        said.append(f"claim({claim.claimant}, {name}, {day(claim.on)}).")
        said += matter(name, claim.on, claim.facts.certificate_occupation_code, claim.facts.certificate_level)
        said += [f'waived({name}, "{rule.name}").' for rule in RULES.values() if rule.id in claim.waived]
        if claim.facts.receives_pension:
            said.append(f"excluded({name}).")
        elif claim.facts.receives_pension is None or not is_rated(claim):
            said.append(f"unclear({name}).")
    for person, had in history.items():
        for earlier in had:
            name = f'"{person}/{earlier.reference}"'
            said.append(f'subsidy({person}, {name}, "{earlier.status}", "{earlier.component}").')
            said += matter(name, earlier.event_on, earlier.occupation_code, earlier.level)
    control = clingo.Control(["--models=0"], message_limit=0)
    control.add("base", [], RULEBOOK_LAW + "\n".join(said))
    control.ground([("base", [])])
    answers = []
    control.solve(on_model=lambda model: answers.append(model.symbols(atoms=True)))
    (answer,) = answers
    pairs = [(s.name, *s.arguments) for s in answer if s.name in ("verdict", "against")]
    against = {claim.reference: set() for claim in asked}
    for kind, claim, rule in pairs:
        if kind == "against":
            against[claim.string].add(rule.string)
    verdicts = {claim.string: found.name for kind, claim, found in pairs if kind == "verdict"}
    return {reference: (verdicts[reference], rules) for reference, rules in against.items()}


def is_rated(claim: Claim) -> bool:
    """Whether the scheme's table has a figure for the certificate."""
    facts, (part,) = claim.facts, [p for p in builders.scheme(claim.scheme).parts if p.code == "training"]
    keys = (facts.certificate_kind, facts.certificate_level, facts.certificate_occupation_code)
    return part.rate.value.entry(*keys) is not None


def matter(name: str, on: date, trade: str, level: int) -> list[str]:
    return [f"year({name}, {on.year}).", f'trade({name}, "{trade}").', f"level({name}, {level})."]


def day(on: date) -> str:
    return f"({on.year}, {on.month}, {on.day})"


def limit() -> int:
    (found,) = {builders.scheme(code).values("at_most_so_many_a_year")["limit"].value for code in SCHEMES}
    return found


HISTORY_RULES = ("at_most_so_many_a_year", "never_twice_at_one_level", "none_lower_after_higher")
TWO_A_DAY = [
    a_claim(1, "SL-2", date(2024, 2, 29), "4-09-06-04", 4),
    a_claim(1, "SL-1", date(2024, 2, 29), "4-09-06-04", 3),
]
A_FOURTH = [
    a_claim(1, f"SL-{n}", on, "6-18-02-04", 6 - n, scheme=SCHEMES[n % 2])
    for n, on in enumerate([date(2024, 1, 1), *TURNS[2:5]], start=1)
]
"""Four steps up in one year under two schemes, then the same with the third one refused."""


@given(claims(), EARLIER)
@example(TWO_A_DAY, {})
@example(A_FOURTH, {})
@example(
    [A_FOURTH[0], A_FOURTH[1], replace(A_FOURTH[2], facts=replace(A_FOURTH[2].facts, receives_pension=True)),
     A_FOURTH[3]], {}
)  # fmt: skip
@example(A_FOURTH[:1], {1: [Earlier("6-18-02-04", 5, date(2026, 1, 1), "paid", "EX-1")]})
@settings(deadline=None)
def test_one_by_one_is_what_logic_says(asked, history):
    said = oracle(asked, history)
    found = decide_in_order(asked, history, builders.book())
    assert {
        claim.reference: (
            decision.verdict,
            {
                finding.rule
                for finding in decision.findings_that("failed", "waived")
                if finding.rule in HISTORY_RULES
            },
        )
        for claim, decision in zip(asked, found, strict=True)
    } == said


@given(claims(), EARLIER)
@example(TWO_A_DAY, {})
@example(A_FOURTH, {})
@settings(deadline=None)
def test_all_at_once_is_what_logic_says(asked, history):
    said = oracle(asked, history)
    found = decide_many(frame(asked), earlier_frame(history), builders.book())
    assert found["reference"].to_list() == [claim.reference for claim in asked]
    assert {
        claim.reference: (row["verdict"], against(claim, row["failed"]))
        for claim, row in zip(asked, found.iter_rows(named=True), strict=True)
    } == {
        claim.reference: (verdict, {rule for rule in rules if RULES[rule].id not in claim.waived})
        for claim, (verdict, rules) in zip(asked, said.values(), strict=True)
    }


def against(claim: Claim, failed: int) -> set[str]:
    """The history rules among the bits."""
    return set(rules_of(failed, builders.book(), claim.scheme)).intersection(HISTORY_RULES)


def frame(asked: list[Claim]) -> pl.DataFrame:
    """The same claims as columns."""
    plain = {
        "claimant": pl.Int64,
        "reference": pl.String,
        "region_code": pl.String,
        "scheme": pl.String,
        "on": pl.Date,
    }
    days = ("certificate_issued_on", "class_started_on", "class_ended_on")
    known = builders.facts().to_dict()
    facts = {name: _dtype(value) for name, value in known.items() if value is not None and name != "history"}
    facts |= dict.fromkeys(days, pl.Date)
    rows = [
        {name: getattr(claim, name) for name in plain}
        | {name: _listed(getattr(claim.facts, name)) for name in facts}
        | {"waived": sorted(claim.waived)}
        for claim in asked
    ]
    return pl.DataFrame(rows, schema=plain | facts | {"waived": pl.List(pl.String)}, orient="row")


def _dtype(value):
    if isinstance(value, list):
        return pl.List(pl.String)
    return {bool: pl.Boolean, int: pl.Int64, str: pl.String}[type(value)]


def _listed(value):
    return list(value) if isinstance(value, tuple) else value


def earlier_frame(history: dict[int, list[Earlier]]) -> pl.DataFrame:
    columns = {
        "claimant": pl.Int64, "occupation_code": pl.String, "level": pl.Int64, "event_on": pl.Date,
        "status": pl.String, "reference": pl.String, "amount_fen": pl.Int64, "component": pl.String,
        "region_code": pl.String, "scheme": pl.String,
    }  # fmt: skip
    rows = [
        {name: person if name == "claimant" else getattr(earlier, name) for name in columns}
        for person, had in history.items()
        for earlier in had
    ]
    return pl.DataFrame(rows, schema=columns, orient="row")


@pytest.mark.parametrize("weakened", ["D < N", "H < L"])
def test_the_oracle_would_notice(weakened):
    """A law that forgets ties, or lets a lower level follow a higher, does not agree."""
    forgetful = {
        "D < N": ("(D, E) < (N, C)", "D < N"),
        "H < L": ("0 < H, H < L", "0 < L, L < H"),
    }[weakened]
    right = oracle(TWO_A_DAY, {})
    law = RULEBOOK_LAW.replace(*forgetful)
    assert law != RULEBOOK_LAW
    with pytest.MonkeyPatch.context() as changed:
        changed.setitem(globals(), "RULEBOOK_LAW", law)
        assert oracle(TWO_A_DAY, {}) != right
