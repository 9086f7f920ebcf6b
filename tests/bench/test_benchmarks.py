"""Benchmarks do what they say at tiny sizes; no seconds are asserted."""

import pytest

from bench import decide, pages, report, roster, timetable


@pytest.fixture(scope="module")
def rosters():
    return roster.measure(rows=200, peer_rows=100, times=1)


def test_roster_product_and_peer_refuse_and_save_the_same_rows(rosters):
    ours, theirs = rosters["product_same"], rosters["peer"]
    assert (ours["rows"], ours["wrong"], ours["saved"]) == (100, 2, 98)
    assert (theirs["rows"], theirs["wrong"], theirs["saved"]) == (100, 2, 98)


def test_roster_long_file_and_bare_copy_read_every_row(rosters):
    assert (rosters["product"]["rows"], rosters["product"]["wrong"]) == (200, rosters["wrong"])
    assert rosters["bare"]["saved"] == 200
    assert "## Importing a roster" in report.page(rosters_only(rosters), full=False)


def rosters_only(found):
    return {"roster": found}


def test_pages_are_all_found_within_twelve_queries():
    found = pages.measure(people=600, enrolments=900, times=1)
    assert [one for one in found["pages"] if one["status"] != 200] == []
    lists = [one for one in found["pages"] if not one["path"].endswith(":home")]
    assert [one["path"] for one in lists if one["queries"] > pages.MOST_QUERIES] == []
    empty = [one["path"] for one in lists if not one["filters"] and one["rows"] < 1]
    assert set(empty) <= {"provider:claims:claimable", "bureau:conflicts:list", "portal:classes"}
    assert found["loaded"]["people"] == 600
    assert "| bureau:people:list |" in report.page({"pages": found}, full=False)


def test_decide_judges_everyone_and_no_rule_is_against():
    found = decide.measure(size=5, times=1)
    assert (found["lines"], found["against"]) == (5, [])
    assert "## Judging a class of 5" in report.page({"decide": found}, full=False)


def test_timetable_look_up_finds_what_every_pair_says():
    found = timetable.measure(sessions=200, kept=400, times=1)
    assert (found["sessions"], found["kept"]) == (200, 400)
    assert found["clashes"] >= 1
    assert found["inserted"] < 200
    assert "## Clashes of 200 sessions" in report.page({"timetable": found}, full=False)
