"""The risk pass in small: every detector looks, what was planted is found, DuckDB counts the same accounts."""

import pytest

pytest.importorskip(
    "duckdb", reason="the benchmark's peers are not installed: uv sync --inexact --group bench"
)

from bench import report, risk


def test_risk_pass_finds_what_was_planted_and_says_nothing_else():
    found = risk.measure(enrolments=2400, times=1)
    ours, rows = found["product"], found["file"]["rows"]
    assert (rows["enrolments"], rows["pieces"]) == (2400, 1)
    assert (ours["looked"], ours["not_looked"]) == (30, [])
    assert ours["kinds"] == {"account_shared": 1, "checked_in_within_seconds": 1}
    assert found["accounts"]["rows"] == found["duck"]["rows"] == 1
    page = report.page({"risk": found}, full=False)
    assert "## The risk pass" in page
    assert "| ≤ 4 GiB |" in page
