import pytest

from tests.factories.supervision import make_bureau


@pytest.fixture
def bureau(db, now):
    """Everyone who takes part, with three inspectors."""
    return make_bureau(now)
