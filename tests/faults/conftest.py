"""A school's clerk with a browser and a drafted class."""

import pytest

from tests.factories import make_class
from tests.web.provider.conftest import clerk, school  # noqa: F401 - fixtures


@pytest.fixture
def drafted(school):  # noqa: F811
    return make_class(school)
