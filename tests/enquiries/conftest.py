import pytest

from tests.factories import an_actor


@pytest.fixture
def clerk(db):
    return an_actor("bureau_clerk", name="周经办")


@pytest.fixture
def reviewer(db):
    return an_actor("reviewer", name="郑复核")


@pytest.fixture
def farmer(db):
    """A clerk of the department of agriculture."""
    return an_actor("department_clerk", name="尤农业")
