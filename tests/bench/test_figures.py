"""A province's figures in small: the product counts what SQL by hand counts, cells open to as many rows."""

import pytest

pytest.importorskip(
    "duckdb", reason="the benchmark's peers are not installed: uv sync --inexact --group bench"
)

from bench import figures, report


def test_figures_of_product_and_hand_are_the_same():
    found = figures.measure(person_times=4_000, people=2_460, times=1)
    assert found["file"]["rows"]["training"] == 4_000
    assert found["some"]["cells"] == found["hand"]["cells"] > 1_000
    assert found["some"]["sum"] == found["hand"]["sum"]
    assert found["product"]["indicators"] > 60
    assert "## Figures of a province" in report.page({"figures": found}, full=False)
