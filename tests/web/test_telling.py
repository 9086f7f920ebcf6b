"""The timeline's sentences: one for each act, told of the past in both languages."""

import pytest
from django.utils.translation import gettext, override

from kaogong.web.parts.verbs import VERBS, happened


def test_a_button_asks_and_the_timeline_tells_in_english():
    assert happened("recognition.approved", {}) == gettext("同意认定") == "同意认定"
    with override("en"):
        assert gettext("同意认定") == "Approve recognition"
        assert happened("recognition.approved", {}) == "approved the recognition"
        assert happened("class.approved", {"learners": 28}) == "approved the class with 28 learners"
        assert happened("somebody.waved", {}) == "somebody.waved"


@pytest.mark.parametrize("verb", VERBS)
def test_every_sentence_follows_a_name(verb):
    with override("en"):
        said = happened(verb, {})
    assert said != VERBS[verb]
    assert said[0].islower(), said
    assert not said.endswith(".")
