"""Each indicator by itself: given these rows, this figure; and the cells count the same."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from kaogong.indicators.cells import cells, count_all
from kaogong.indicators.counting import break_down, count_one, sql_of
from kaogong.indicators.register import indicator_of, indicators
from tests.indicators.making import YEAR, row, snapshot

LATER = date(2024, 11, 2)


def times(**said) -> dict:
    return row("training", **said)


def paper(**said) -> dict:
    return row("certificate", **said)


def paid(**said) -> dict:
    return row("payment", **said)


def asked(**said) -> dict:
    return row("outcome", **said)


def a_class(**said) -> dict:
    return row("class", person=None, **said)


def enquiry(**said) -> dict:
    return row("enquiry", **said)


def of_group(code: str) -> list[dict]:
    """Two person-times of one of the group, one not counted, one of another group."""
    return [times(group=code), times(group=code), times(group=code, counted=False), times(group="other")]


def of_programme(code: str, **said) -> list[dict]:
    """Two person-times of one person on the programme, one on another."""
    return [times(programme=code, **said), times(programme=code, **said), times(programme="other", **said)]


HIGH = {"level": "3", "high": True}
LADDER = [
    paper(person=1, level="5"),
    paper(person=1, on=LATER, steps_from="5", **HIGH),
    paper(person=2, steps_from="0", **HIGH),
    paper(person=2, level="2", high=True, steps_from="3"),
    paper(person=3, level="1", high=True),
    paper(person=4, level="4"),
    paper(person=5, stands=False, **HIGH),
    paper(person=6, kind="training_completion", level=""),
]
MONEY = [
    paid(amount_fen=100_00, provider="1"),
    paid(amount_fen=250_00, provider="1", programme="work_training", person=2),
    paid(amount_fen=-50_00, provider="2", programme="work_training"),
    paid(amount_fen=30_00, provider="", person=2, programme="master_training_grant"),
]
CLASSES = [
    a_class(finished=True),
    a_class(on=date(2025, 2, 1), starts_on=date(2024, 12, 20), head_count=41),
    a_class(cancelled=True),
    a_class(approved=False),
]
FOLLOWED = [
    asked(settled=True, employed=True, months=6),
    asked(settled=True, months=6),
    asked(settled=True, employed=True),
    asked(),
]

ASKED_ONLINE = [
    enquiry(
        answered=True, settled_on=date(2024, 5, 22), has_term=True, in_time=True, judged=True, helped=True
    ),
    enquiry(answered=True, settled_on=date(2025, 1, 3), has_term=True, on=date(2024, 12, 20), judged=True),
    enquiry(answered=True, settled_on=date(2024, 6, 1), channel="learner", has_term=True, in_time=True),
    enquiry(answered=True, settled_on=date(2024, 6, 1), dismissed=True, department="agriculture"),
    enquiry(dismissed=True, settled_on=date(2024, 5, 21), category="other"),
    enquiry(on=LATER, category="certificate"),
    enquiry(on=date(2023, 12, 28)),
    enquiry(on=date(2025, 1, 2)),
    enquiry(merged=True),
]

# code -> (the rows, the figure for 2024)
CASES: dict[str, tuple[list[dict], int | None]] = {
    "training.person_times": ([times(), times(), times(counted=False), times(on=date(2023, 5, 1))], 2),
    "training.persons": (
        [times(), times(), times(person=2), times(person=None), times(person=3, counted=False)],
        2,
    ),
    "training.enrolled": ([times(on=date(2025, 1, 8)), times(starts_on=date(2023, 12, 1)), times()], 2),
    "training.finished": ([times(), times(finished=False)], 1),
    "training.passed": ([times(passed=True), times()], 1),
    "training.certified": ([times(certified=True), times(certified=True), times()], 2),
    "training.certified_persons": ([times(certified=True), times(certified=True), times(person=2)], 1),
    "training.finish_share": ([times(), times(), times(finished=False)], 66_67),
    "training.pass_share": ([times(passed=True), times(), times(finished=False)], 50_00),
    "training.certified_share": ([times(certified=True), times(), times()], 33_33),
    "training.subsidised": ([times(subsidised=True), times()], 1),
    "training.subsidised_persons": ([times(subsidised=True), times(subsidised=True), times(person=2)], 1),
    "training.subsidy": ([times(subsidised=True, subsidy_fen=859_00), times(subsidy_fen=1_00)], 859_00),
    "training.subsidy_each": (
        [times(subsidised=True, subsidy_fen=100_00), times(subsidised=True, subsidy_fen=201_01)],
        150_51,
    ),
    "training.hours": ([times(hours_attended=40_00), times(hours_attended=35_50)], 75_50),
    "training.attendance_share": (
        [times(hours_attended=36_00, hours_planned=40_00), times(finished=False)],
        90_00,
    ),
    "training.online": ([times(online=True), times()], 1),
    "training.other_departments": ([times(origin="department", department="veterans"), times()], 1),
    "training.migrant_person_times": (
        [*of_group("migrant_worker"), *of_group("rural_transferred_worker")],
        4,
    ),
    "training.farmer_person_times": (of_group("farmer"), 2),
    "training.farmer_persons": (of_group("farmer"), 1),
    "training.veteran_person_times": (of_group("veteran"), 2),
    "training.veteran_persons": (of_group("veteran"), 1),
    "training.disabled_person_times": (of_group("disabled_person"), 2),
    "training.graduate_person_times": (of_group("graduating_student"), 2),
    "training.student_person_times": (of_group("student"), 2),
    "training.unemployed_person_times": (of_group("registered_unemployed"), 2),
    "training.five_groups_person_times": ([*of_group("school_leaver"), *of_group("poor_family_child")], 4),
    "training.assisted_persons": ([*of_group("hard_to_employ"), times(person=2, group="poverty_worker")], 2),
    "training.employee_person_times": (of_group("insured_employee"), 2),
    "training.apprentices": (of_programme("apprenticeship"), 1),
    "training.apprentices_certified": (of_programme("apprenticeship_by_year", certified=True), 2),
    "training.golden_blue_collar": (of_programme("golden_blue_collar"), 1),
    "training.stabilised_posts": (
        [*of_programme("work_training", subsidised=True), *of_programme("work_training", person=2)],
        1,
    ),
    "training.work_training_person_times": (of_programme("work_training"), 2),
    "training.new_hires": (of_programme("new_hire_training"), 2),
    "training.entrepreneurs": (of_programme("entrepreneurship_training"), 2),
    "training.home_services": (of_programme("home_service_training"), 2),
    "training.special_operations": (of_programme("special_operation_safety"), 2),
    "training.hardship_firms": (
        [*of_programme("hardship_on_job_training"), *of_programme("hardship_job_change_training")],
        4,
    ),
    "training.in_chains": ([times(chain="ocean"), times()], 1),
    "certificate.issued": (LADDER, 7),
    "certificate.persons": (LADDER, 5),
    "certificate.skill": (LADDER, 6),
    "certificate.skill_persons": (LADDER, 4),
    "certificate.high": (LADDER, 4),
    "certificate.high_new": (LADDER, 3),
    "certificate.high_share": (LADDER, 66_67),
    "certificate.raised": (LADDER, 2),
    "certificate.special_ability": ([paper(kind="special_ability"), paper()], 1),
    "certificate.permits": ([paper(kind="special_operation"), paper(kind="special_equipment"), paper()], 2),
    "certificate.completion": (LADDER, 1),
    "certificate.void": (LADDER, 1),
    "talent.skilled": (
        [*LADDER, paper(person=9, on=date(2020, 1, 1)), paper(person=8, on=date(2025, 1, 1))],
        5,
    ),
    "talent.high": (LADDER, 3),
    "talent.junior": (LADDER, 1),
    "talent.senior": (LADDER, 1),
    "talent.technician": (LADDER, 1),
    "talent.senior_technician": (LADDER, 1),
    "talent.high_share_of_skilled": (LADDER, 75_00),
    "money.paid": (MONEY, 330_00),
    "money.went_out": (MONEY, 380_00),
    "money.came_back": (MONEY, 50_00),
    "money.payments": (MONEY, 3),
    "money.persons_paid": (MONEY, 2),
    "money.work_training": (MONEY, 200_00),
    "money.work_training_firms": (MONEY, 1),
    "money.payees": (MONEY, 1),
    "money.masters_funded": (MONEY, 1),
    "outcome.due": (FOLLOWED, 4),
    "outcome.settled": (FOLLOWED, 3),
    "outcome.employed_persons": (FOLLOWED, 1),
    "outcome.settled_share": (FOLLOWED, 75_00),
    "outcome.employed_share": (FOLLOWED, 66_67),
    "outcome.employed_share_six_months": (FOLLOWED, 50_00),
    "class.opened": (CLASSES, 2),
    "class.finished": (CLASSES, 1),
    "class.running": (CLASSES, 1),
    "class.heads_each": (CLASSES, 36),
    "class.cancelled": (CLASSES, 1),
    "class.cancelled_share": (CLASSES, 33_33),
    "enquiry.asked": (ASKED_ONLINE, 6),
    "enquiry.answered": (ASKED_ONLINE, 4),
    "enquiry.dismissed": (ASKED_ONLINE, 1),
    "enquiry.waiting": (ASKED_ONLINE, 3),
    "enquiry.answered_share": (ASKED_ONLINE, 66_67),
    "enquiry.in_time_share": (ASKED_ONLINE, 66_67),
    "enquiry.helped_share": (ASKED_ONLINE, 50_00),
}


def numbered(code: str, rows: list[dict]) -> list[dict]:
    return [one | {"record": f"{code}-{number}"} for number, one in enumerate(rows)]


@pytest.mark.parametrize("code", CASES)
def test_indicator_of_these_rows(code, tmp_path):
    rows, expected = CASES[code]
    one = indicator_of(code)
    folder = snapshot(tmp_path, **{one.fact.name: numbered(code, rows)})
    assert count_one(code, folder, period=YEAR).value == expected
    assert f'"{one.fact.name}"' in sql_of(code, period=YEAR)


def test_indicator_each_has_its_own_case():
    assert set(CASES) == {one.code for one in indicators() if one.fact is not None}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Path, pl.DataFrame]:
    """One snapshot of every case's rows, and all its cells."""
    facts: dict[str, list[dict]] = {}
    for code, (rows, _) in CASES.items():
        facts.setdefault(indicator_of(code).fact.name, []).extend(numbered(code, rows))
    folder = snapshot(tmp_path_factory.mktemp("every"), **facts)
    return folder, count_all(folder)


@pytest.mark.parametrize("code", CASES)
def test_cells_hold_what_is_counted_one_by_one(code, whole):
    folder, _ = whole
    found = cells(folder, code, grain="year").filter(pl.col("start") == YEAR.start)
    one = count_one(code, folder, period=YEAR)
    assert (found["numerator"].to_list(), found["denominator"].to_list(), found["value"].to_list()) == (
        [one.numerator], [one.denominator], [one.value],
    )  # fmt: skip


@pytest.mark.parametrize("code", CASES)
def test_parts_sum_to_the_total_or_the_indicator_says_why(code, whole):
    folder, _ = whole
    one = indicator_of(code)
    for dimension in (*one.dimensions, "quarter"):
        broken = break_down(code, folder, dimension=dimension, period=YEAR)
        if broken.adds_up:
            assert sum(part.value for _, part in broken.rows) == broken.total.value, dimension
        else:
            assert broken.why == one.why_not_adding(dimension)
