"""How a figure of a target reads in either language."""

import pytest
from django.utils import translation

from kaogong.web.parts.figures import figure_words


@pytest.mark.parametrize(
    ("language", "value", "unit", "words"),
    [
        ("zh-hans", 1234, "人次", "1,234人次"),
        ("en", 1234, "人次", "1,234 person-times"),
        ("en", 8954, "%", "89.54%"),
        ("zh-hans", None, "人次", "—"),
    ],
)
def test_figure_words(language, value, unit, words):
    with translation.override(language):
        assert figure_words(value, unit) == words
