"""Addresses asked with nonsense: an answer or a sentence, never a fault of the site."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from kaogong.web.bureau.forms_statistics import read_value
from kaogong.web.parts.forms import DateField, MoneyField, day_asked
from tests.web.test_reach import asked
from tests.web.world import build

ODD = ("²", "9" * 30, "%00", "9999-12-31", "'\"><script>alert(1)</script>")
NAMES = (
    "page", "per_page", "sort", "q", "on", "year", "status", "until_on", "from_on", "fund", "source", "programme",
    "region", "period", "by", "lead", "payment", "of",
)  # fmt: skip
PAGES = (
    "account_changes:list", "claims:list", "funds:rows", "grants:list", "projects:list",
    "payments:list", "batches:list", "ledger:list", "ledger:journal", "recoveries:list", "stated_figures:list",
    "period_returns:list", "registers:kinds", "funds:board", "targets:list", "trail:list",
)  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Built once; whatever the tests do to it is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def test_a_page_of_money_or_figures_asked_with_nonsense_answers_without_a_fault(db, world):
    browser, faults = world.browser("reviewer"), []
    browser.raise_request_exception = False
    for name in PAGES:
        for odd in ODD:
            answer = asked(
                browser, "get", f"{reverse(f'bureau:{name}')}?" + "&".join(f"{n}={odd}" for n in NAMES)
            )
            if answer.status_code >= 500:
                faults.append(f"{name} {odd[:20]!r}: {answer.status_code}")
            elif b"<script>alert(1)" in answer.content:
                faults.append(f"{name}: told back as it was typed")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("role", "name"), [("bureau_clerk", "claims:review_many"), ("bureau_clerk", "notices:preview")]
)
def test_a_number_longer_than_any_is_answered_in_words(db, world, role, name):
    answer = world.browser(role).post(reverse(f"bureau:{name}"), {"picked": "9" * 5_000})
    assert answer.status_code == 400
    assert "Traceback" not in answer.content.decode()
    assert answer.content.decode().count("<h1") == 1


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "1899-12-31", "2200-01-01"])
def test_a_day_of_no_year_within_is_refused_where_it_is_typed(text):
    """The day before the first or after the last would fall off the calendar further on."""
    with pytest.raises(forms.ValidationError):
        DateField().clean(text)
    assert day_asked(text) is None


@pytest.mark.parametrize("text", ["1e999999", "sNaN", "Infinity", "NaN", "--"])
def test_a_figure_that_is_no_number_is_refused_where_it_is_typed(text):
    with pytest.raises(ValidationError):
        read_value(text, "元")
    with pytest.raises(ValidationError):
        MoneyField().clean(text)
