"""A quarter that happened: classes of the third quarter of 2026 in one district, counted into a snapshot."""

from datetime import date, timedelta

import pytest

from kaogong.statistics.operations import refresh_facts
from tests.factories.people import make_person
from tests.factories.training import make_class


@pytest.fixture(autouse=True)
def snapshots_dir(settings, tmp_path):
    settings.SNAPSHOTS_DIR = str(tmp_path / "snapshots")
    return tmp_path / "snapshots"


@pytest.fixture
def quarter(now):
    """Two people in July, one of them again in August; counted a day before ``now``."""
    twice = make_person("李想")
    july = make_class(
        people=[twice, make_person("王明")], status="finished",
        starts_on=date(2026, 7, 6), ends_on=date(2026, 7, 24),
    )  # fmt: skip
    august = make_class(
        people=[twice], status="finished", starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 28)
    )
    refresh_facts(at=now - timedelta(days=1))
    return july, august
