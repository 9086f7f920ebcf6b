"""The measure is honest: what counts as found and as false, and what comes of regions never used before."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from kaogong.cli.risk import risk
from kaogong.detection import DETECTORS, Finding, Severity, detect
from kaogong.detection.measuring import ANSWERS, Tally, measure
from kaogong.detection.planting import DEVELOPMENT, HELD_OUT, plant
from kaogong.detection.planting_frauds import PLANTERS, Case
from tests.detection.making import settings


def measured(cases, findings):
    return measure(SimpleNamespace(cases=tuple(cases)), findings)


def a_finding(kind, severity=Severity.SERIOUS, **about):
    return Finding(kind, severity, **about)


def test_a_case_is_found_by_a_grave_finding_of_its_own_kind_only():
    case = Case("night_hours", 0.5, classes=frozenset({7}))
    assert measured([case], [a_finding("taught_at_night", classes=(7,))]).overall == Tally(1, 1, 0)
    assert measured([case], [a_finding("taught_at_night", Severity.NOTICE, classes=(7,))]).overall == Tally(
        1, 0, 0
    )
    assert measured([case], [a_finding("site_too_small", classes=(7,))]).overall == Tally(1, 0, 1)
    assert measured([case], [a_finding("taught_at_night", classes=(8,))]).overall == Tally(1, 0, 1)


def test_saying_one_true_thing_twice_helps_nothing():
    case = Case("lessons_by_machine", 0.5, classes=frozenset({7}))
    twice = [a_finding(kind, classes=(7,)) for kind in ("lessons_too_fast", "lessons_in_chorus")]
    assert measured([case], twice).overall == Tally(1, 1, 0)
    assert measured([case], twice).overall.precision == 1


def test_of_a_ring_half_must_be_named_and_half_of_the_named_must_be_of_it():
    case = Case("account_ring", 0.5, people=frozenset(range(10)))
    assert measured([case], [a_finding("account_shared", people=(0, 1, 2, 3))]).overall == Tally(1, 0, 0)
    assert measured([case], [a_finding("account_shared", people=(0, 1, 2, 3, 4))]).overall == Tally(1, 1, 0)
    parts = [a_finding("account_shared", people=(0, 1, 2)), a_finding("account_shared", people=(3, 4, 5))]
    assert measured([case], parts).overall == Tally(1, 1, 0)
    crowd = a_finding("account_shared", people=tuple(range(21)))
    assert measured([case], [crowd]).overall == Tally(1, 0, 1)


def test_nothing_planted_and_nothing_said_is_no_fault():
    assert (Tally().recall, Tally().precision) == (1, 1)
    assert Tally(planted=2).precision == 1
    assert Tally(planted=2).recall == 0


def test_every_kind_planted_is_answered_for_and_every_detector_but_a_notice_answers():
    assert set(ANSWERS) == set(PLANTERS)
    answering = {kind for kinds in ANSWERS.values() for kind in kinds}
    assert answering == set(DETECTORS) - {"address_shared"}


def test_the_same_seed_is_the_same_region_and_another_seed_another():
    first, again, other = (plant(seed, people=600) for seed in (5, 5, 6))
    assert first.cases == again.cases != other.cases
    for name in ("checkins", "persons", "results"):
        assert getattr(first.frames, name).collect().equals(getattr(again.frames, name).collect())


def test_held_out_seeds_were_not_for_development():
    assert set(DEVELOPMENT).isdisjoint(HELD_OUT)
    assert min(HELD_OUT) == 1000


@pytest.mark.parametrize("seeds", [range(1000, 1003)])
def test_on_seeds_never_used_in_development_nine_of_ten_are_found_and_four_of_five_sayings_true(seeds):
    overall = Tally()
    for seed in seeds:
        planted = plant(seed, people=3000)
        overall += measure(planted, detect(planted.frames, settings()).findings).overall
    assert overall.planted > 70
    assert overall.recall >= 0.9
    assert overall.precision >= 0.8


def test_risk_measure_prints_a_line_for_each_kind_and_the_rates_last():
    done = CliRunner().invoke(risk, ["measure", "--seed", "3", "--people", "1000"])
    assert done.exit_code == 0, done.output
    first, *lines, last = done.output.strip().splitlines()
    assert first.startswith("seed 3: 1000 people")
    assert [line.split()[0] for line in lines] == [*ANSWERS, "all"]
    planted, found, false = (int(part.split("=")[1]) for part in lines[-1].split()[1:4])
    assert last == f"recall={found / planted:.2f} precision={found / (found + false):.2f}"


def test_risk_explain_tells_what_was_missed_and_what_was_false():
    done = CliRunner().invoke(risk, ["explain", "--seed", "3", "--kind", "account_ring", "--people", "1000"])
    assert done.exit_code == 0, done.output
    assert "强度" in done.output
