"""Three years of a province in small: every way to judge says the same, and the report tells it."""

import polars as pl
import pytest

for peer in ("duckdb", "numpy", "openfisca_core", "pyarrow", "zen"):
    pytest.importorskip(
        peer, reason="the benchmark's peers are not installed: uv sync --inexact --group bench"
    )

from bench import report  # noqa: E402
from bench.province import measure  # noqa: E402
from bench.province.claims_file import write_claims  # noqa: E402


@pytest.fixture(scope="module")
def found():
    return measure.measure(claims=3000, people=1850, times=1, sampled=1500, slowest=300)


def test_every_way_judges_and_agrees(found):
    judged = {name: took["rows"] for name, took in found["ways"].items()}
    assert {judged[name] for name in measure.WHOLE} == {3000}
    assert all(100 < judged[name] < 1700 for name in measure.SOME)
    payable, refused, needs_evidence = found["agree"]["loop"]["verdicts"]
    assert 0.7 < payable / 3000 < 0.8
    assert refused > 400
    assert needs_evidence > 60


def test_the_report_tells_the_targets_and_the_plan(found):
    page = report.page({"province": found}, full=False)
    assert "## Deciding three years of a province" in page
    assert "| ≤ 4 GiB |" in page
    assert "83,000,000 person-times" in page


def test_the_same_seed_gives_the_same_claims(tmp_path):
    frames = []
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        write_claims(tmp_path / name, claims=2000, people=1200, seed=seed)
        frames.append(pl.read_parquet(tmp_path / name))
    one, two, three = frames
    assert one.equals(two)
    assert not one.equals(three)
    assert (one["claimant"].n_unique(), one["reference"].n_unique()) == (1200, 2000)
