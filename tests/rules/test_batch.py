"""Judging whole columns gives what judging one by one gives, over made-up policies and histories."""

from datetime import date, timedelta
from itertools import product
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaogong import rules
from kaogong.rules import facts as all_facts
from kaogong.rules import measures
from kaogong.rules.batch import VERDICTS, rules_of
from kaogong.rules.batch_claims import read, row_facts
from kaogong.rules.batch_errors import ClaimsWithoutScheme, ClaimUnknown
from kaogong.rules.batch_figures import Figures, full_months, full_years
from kaogong.rules.measures import MEASURES, measure
from kaogong.rules.tallies import TALLIES

from . import builders, policies

SEEDS = st.integers(0, 2**32 - 1)


def one_by_one(claims, history, book):
    """The same columns as decide_many gives, from the decisions."""
    of = rules.claims_of(claims, book)
    decisions = rules.decide_in_order(of, history, book)
    rows = []
    for claim, decision in zip(of, decisions, strict=True):
        bits = rules.rule_bits(book, claim.scheme)
        failed = {f.rule for f in decision.findings_that("failed") if not f.component}
        unknown = {f.rule for f in decision.findings_that("unknown") if f.rule in bits}
        rows.append(
            {
                "reference": claim.reference,
                "verdict": decision.verdict,
                "amount_fen": decision.amount_fen,
                "waivable": decision.waivable,
                "failed": sum(bits[name] for name in failed),
                "unknown": sum(bits[name] for name in unknown),
            }
        )
    return rows


def judged(claims, history, book):
    return rules.decide_many(claims, history, book).to_dicts()


def world(seed, count, people):
    draw = Random(seed)
    book = policies.book(draw)
    claims = policies.claims(draw, count, people)
    if draw.random() < 0.5:
        claims = policies.waived(draw, claims, book)
    claims = policies.disguised(draw, claims, book)
    return book, claims, policies.history(draw, claims, draw.choice((0, 3, 8)))


@settings(max_examples=200, deadline=None)
@given(SEEDS, st.integers(1, 24), st.integers(1, 6))
def test_decide_many_gives_what_judging_one_by_one_gives(seed, count, people):
    book, claims, history = world(seed, count, people)
    assert judged(claims, history, book) == one_by_one(claims, history, book)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_figures_as_columns_are_those_of_one_claim(seed):
    draw = Random(seed)
    book = policies.book(draw)
    claims = policies.disguised(draw, policies.claims(draw, 12, 12), book)
    batch = read(claims, book)
    masks = None if batch.frame.schema.get("groups") != pl.UInt64 else batch.groups
    figures = Figures(batch.frame.columns, batch.words, batch.occupations.words, masks)
    counted = {name for tally in TALLIES.values() for name in (tally.name, tally.shown)}
    names = [name for name in MEASURES if name not in counted and name != "groups"]
    found = batch.frame.with_columns(getattr(figures, name).expr.alias(f"={name}") for name in names)
    for number, row in enumerate(claims.iter_rows(named=True)):
        known = rules.Facts.from_dict(row_facts(row, batch.groups))
        for name, expected in measure(known, row["on"]).items():
            if name in names:
                value = found[f"={name}"][number]
                if value is not None and name in all_facts.WORDS:
                    value = getattr(figures, name).words[value]
                assert value == expected, name


def test_years_and_months_between_any_two_days():
    ends = [date(year, month, day) for year in (2019, 2020) for month in range(1, 13) for day in (1, 15, 28)]
    ends += [first - timedelta(days=1) for first in ends if first.day == 1] + [date(2020, 2, 29)]
    frame = pl.DataFrame(list(product(ends, ends)), schema=["start", "end"], orient="row")
    found = frame.with_columns(
        years=full_years(pl.col("start"), pl.col("end")), months=full_months(pl.col("start"), pl.col("end"))
    )
    for start, end, years, months in found.rows():
        assert (years, months) == (measures.full_years(start, end), measures.full_months(start, end))


def many(count, **changes):
    """Claims of the person everything is in order with, one a month."""
    in_order = builders.facts()
    person = {name: getattr(in_order, name) for name in all_facts.CHECKS if name != "history"}
    rows = []
    for number in range(count):
        on = changes.get("on", date(2021 + number % 5, number % 12 + 1, number % 28 + 1))
        occupation, level = f"4-09-{number % 9:02}-04", number % 5 + 1
        claim = {
            "claimant": 1,
            "reference": f"C-{number:04}",
            "region_code": "370299",
            "scheme": "employment_training",
            "on": on,
            "certificate_occupation_code": occupation,
            "class_occupation_code": occupation,
            "certificate_level": level,
            "class_level": level,
            "certificate_issued_on": on,
            "class_started_on": on - timedelta(days=30),
        }
        rows.append(person | claim | changes)
    return pl.DataFrame(rows, infer_schema_length=None)


def nothing(claims):
    names = ("occupation_code", "level", "event_on", "status", "reference")
    kinds = (pl.String, pl.Int64, pl.Date, pl.String, pl.String)
    return pl.DataFrame(schema={"claimant": claims["claimant"].dtype} | dict(zip(names, kinds, strict=True)))


def test_someone_with_a_hundred_claims():
    claims = many(100)
    found = judged(claims, nothing(claims), builders.book())
    assert found == one_by_one(claims, nothing(claims), builders.book())
    assert {row["verdict"] for row in found} == {"payable", "refused"}


def test_what_is_granted_counts_for_the_next_claim():
    claims = many(5, on=builders.ON)
    found = rules.decide_many(claims, nothing(claims), builders.book())
    assert found["verdict"].to_list() == ["payable"] * 3 + ["refused"] * 2
    over = rules.rules_of(found["failed"][4], builders.book(), "employment_training")
    assert over == ("at_most_so_many_a_year",)
    assert found["waivable"].to_list() == [False] * 3 + [True] * 2


def test_what_is_refused_does_not_count():
    claims = many(5, on=builders.ON).with_columns(identity_verified=pl.col("reference") > "C-0001")
    found = rules.decide_many(claims, nothing(claims), builders.book())
    assert found["verdict"].to_list() == ["refused"] * 2 + ["payable"] * 3


def one_scheme(conditions=None, **more):
    """A rulebook with one scheme: a fixed sum of 60 yuan, and whatever is said besides."""
    by = {"by": "一号#1", "quote": "引文"}
    part = {
        "code": "sum",
        "id": "G1",
        "label": "定额",
        "label_en": "Sum",
        "payee": "person",
        "amount": "fixed",
    }
    part |= by | {"rate": {"2020-01-01": {"value": 60, "unit": "元/项"}}} | more
    scheme = {"label": "项目", "label_en": "Scheme", "clauses": [], "in_force": {"from": "2020-01-01"}}
    scheme |= {"payee": "person", "publish_working_days": {}, "rules": conditions or {}, "components": [part]}
    scheme |= {"fund_programme": {"code": "fund", "label": "资金"}}
    region = {"label": "某区", "label_en": "A district", "schemes": {"scheme": scheme}}
    return rules.Rulebook({"documents": {}, "groups": {}, "regions": {"370211": region}})


def test_a_sum_cut_by_a_cap_counts_as_cut():
    caps = {"2020-01-01": {"value": 100, "unit": "元"}, "2020-06-01": {"value": 150, "unit": "元"}}
    book = one_scheme(limits={"cap_in_all": {"by": "一号#1", "quote": "引文", "values": {"cap": caps}}})
    claims = plain_claims([date(2020, 1, 1), date(2020, 5, 31), date(2020, 6, 1), date(2020, 6, 1)])
    found = rules.decide_many(claims, nothing(claims), book)
    assert found["amount_fen"].to_list() == [6000, 4000, 5000, 0]
    assert found.to_dicts() == one_by_one(claims, nothing(claims), book)


def test_numbers_too_large_for_a_narrow_column_do_not_wrap():
    claims = many(1).with_columns(
        hours_planned_hundredths=pl.lit(99_999_999, dtype=pl.Int32),
        hours_attended_hundredths=pl.lit(80_000_000, dtype=pl.Int32),
    )
    book = book_with("attended_enough", {"min_percent": {"2020-01-01": {"value": 80, "unit": "%"}}})
    claims = claims.drop("hours_planned", "hours_attended").with_columns(
        region_code=pl.lit("370211"), scheme=pl.lit("scheme")
    )
    assert judged(claims, nothing(claims), book) == one_by_one(claims, nothing(claims), book)
    assert judged(claims, nothing(claims), book)[0]["verdict"] == "payable"


def book_with(rule, values):
    return one_scheme(rules={rule: {"by": "一号#1", "quote": "引文", "values": values}})


def test_an_exception_holds_for_the_conditions_of_a_payment_too():
    values = {"limit": {"2020-01-01": {"value": 1, "unit": "次/年"}}}
    once = {"at_most_so_many_a_year": {"by": "一号#1", "quote": "引文", "values": values}}
    book = one_scheme(conditions=once, rules=once)
    claims = plain_claims([date(2020, 3, 1), date(2020, 4, 1), date(2020, 5, 1)])
    claims = claims.with_columns(waived=pl.Series([None, ["G2"], []], dtype=pl.List(pl.String)))
    found = rules.decide_many(claims, nothing(claims), book)
    assert found["verdict"].to_list() == ["payable", "payable", "refused"]
    assert found["amount_fen"].to_list() == [6000, 6000, 0]
    assert found.to_dicts() == one_by_one(claims, nothing(claims), book)


def plain_claims(days):
    return pl.DataFrame(
        {
            "claimant": 1,
            "reference": [f"C-{number}" for number in range(len(days))],
            "region_code": "370211",
            "scheme": "scheme",
            "on": days,
        }
    )


def test_no_claims_at_all():
    claims = many(1).clear()
    found = rules.decide_many(claims, nothing(claims), builders.book())
    assert found.height == 0
    assert found.schema["verdict"] == VERDICTS
    assert found.columns == rules.decide_many(many(1), None, builders.book()).columns


def test_one_claim_of_unknown_history():
    claims = many(1)
    found = rules.decide_many(claims, None, builders.book())
    assert found["verdict"].to_list() == ["needs_evidence"]
    asked = rules_of(found["unknown"][0], builders.book(), "employment_training")
    assert asked == ("at_most_so_many_a_year", "never_twice_at_one_level", "none_lower_after_higher")


def test_a_lazy_frame_with_names_of_its_own():
    claims = many(4)
    renamed = claims.rename({"claimant": "person", "on": "day"}).lazy()
    found = rules.decide_many(
        renamed, nothing(claims), builders.book(), columns={"claimant": "person", "on": "day"}
    )
    assert found.equals(rules.decide_many(claims, nothing(claims), builders.book()))


def test_explain_gives_the_decision_behind_a_row():
    claims = pl.concat([many(5, on=builders.ON), many(1, claimant=2, reference="D-1", on=builders.ON)])
    book = builders.book()
    decision = rules.explain(claims, nothing(claims), book, "C-0004")
    assert decision.verdict == "refused"
    (finding,) = decision.findings_that("failed")
    assert [earlier["reference"] for earlier in finding.facts["earlier_this_year"]] == [
        "C-0000", "C-0001", "C-0002",
    ]  # fmt: skip
    assert decision == rules.explain(rules.claims_of(claims, book), {}, book, "C-0004")
    with pytest.raises(ClaimUnknown, match="E-1"):
        rules.explain(claims, nothing(claims), book, "E-1")


WRONG = [
    ({"age_on_event": pl.lit("38")}, "age_on_event"),
    ({"age_on_event": pl.lit(-1)}, "age_on_event"),
    ({"age_on_event": pl.lit(38.5)}, "age_on_event"),
    ({"heads": pl.lit(10**9)}, "heads"),
    ({"identity_verified": pl.lit(1)}, "identity_verified"),
    ({"certificate_level": pl.lit(6)}, "certificate_level"),
    ({"certificate_kind": pl.lit("diploma")}, "certificate_kind"),
    ({"household_region_code": pl.lit("37")}, "household_region_code"),
    ({"birth_on": pl.lit("1988-01-01")}, "birth_on"),
    ({"hours_attended": pl.lit(80)}, "hours_attended"),
    ({"hours_attended": pl.lit("eighty")}, "hours_attended"),
    ({"hours_attended_hundredths": pl.lit(8000)}, "hours_attended"),
    ({"groups": pl.lit("student")}, "groups"),
    ({"groups": pl.lit(2**63, dtype=pl.UInt64)}, "groups"),
    ({"occupation_name": pl.lit(" ")}, "occupation_name"),
    ({"shoe_size": pl.lit(43)}, "shoe_size"),
    ({"history": pl.lit(None)}, "history"),
    ({"reference": pl.lit("C-1")}, "reference"),
    ({"claimant": pl.lit(None)}, "claimant"),
    ({"on": pl.lit("2026-11-09")}, "on"),
    ({"waived": pl.lit("G2")}, "waived"),
]


@pytest.mark.parametrize(("wrong", "named"), WRONG)
def test_facts_of_the_wrong_kind_are_refused_by_name(wrong, named):
    claims = many(3).with_columns(**wrong)
    with pytest.raises(rules.FactsMalformed, match=named):
        rules.decide_many(claims, None, builders.book())


@pytest.mark.parametrize("key", ["claimant", "reference", "region_code", "scheme", "on"])
def test_a_key_that_is_not_there_is_refused_by_name(key):
    with pytest.raises(rules.FactsMalformed, match=key):
        rules.decide_many(many(2).drop(key), None, builders.book())


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"level": pl.lit(7)}, "level"),
        ({"status": pl.lit("lost")}, "status"),
        ({"event_on": pl.lit(None)}, "event_on"),
        ({"colour": pl.lit("red")}, "colour"),
        ({"amount_fen": pl.lit(-1)}, "amount_fen"),
        ({"claimant": pl.lit("one")}, "claimant"),
    ],
)
def test_a_history_of_the_wrong_kind_is_refused_by_name(wrong, named):
    row = {"claimant": 1, "occupation_code": "", "level": 5, "event_on": date(2020, 1, 1), "status": "paid"}
    history = pl.DataFrame([row | {"reference": "OLD-1"}]).with_columns(**wrong)
    with pytest.raises(rules.FactsMalformed, match=f"history.{named}"):
        rules.decide_many(many(2), history, builders.book())


@pytest.mark.parametrize(
    "change",
    [{"scheme": "no_such"}, {"region_code": "999999"}, {"on": date(1999, 12, 31)}],
)
def test_claims_without_a_scheme_are_listed(change):
    claims = many(3)
    (name, value), *_ = change.items()
    wrong = pl.when(pl.col("reference") > "C-0000").then(pl.lit(value)).otherwise(pl.col(name))
    claims = claims.with_columns(wrong.alias(name))
    messages = []
    for judge in (rules.decide_many, lambda c, h, b: rules.decide_in_order(rules.claims_of(c, b), h, b)):
        with pytest.raises(ClaimsWithoutScheme) as refusal:
            judge(claims, nothing(claims), builders.book())
        messages.append((refusal.value.message, refusal.value.references))
    assert messages[0] == messages[1]
    assert sorted(messages[0][1]) == ["C-0001", "C-0002"]


def test_a_rule_that_cannot_be_waived_is_refused_in_both_paths():
    claims = many(2).with_columns(waived=pl.Series([None, ["G15"]], dtype=pl.List(pl.String)))
    for judge in (judged, one_by_one):
        with pytest.raises(rules.NotWaivable, match="G15"):
            judge(claims, nothing(claims), builders.book())
