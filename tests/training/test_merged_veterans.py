"""A veteran entered twice and merged: once in the list of whom three years have reached, with what either row knows."""

from datetime import date

import pytest

from kaogong.people import operations as people
from kaogong.training import queries
from tests.factories.institutions import make_institution
from tests.factories.people import an_actor, make_person
from tests.factories.training import make_class

from .test_filing_forms import EARLY, a_veteran, make_long_contract

pytestmark = pytest.mark.django_db
SCHEME, NOW = "veteran_training", date(2026, 11, 1)


def _trained(person, year: int):
    school = make_institution()
    held = make_class(
        school, people=[person], starts_on=date(year, 6, 1), ends_on=date(year, 6, 30),
        contract_id=make_long_contract(school).pk,
    )  # fmt: skip
    type(held).objects.filter(pk=held.pk).update(scheme_code=SCHEME)
    for status in ("filed", "approved", "running", "finished"):
        type(held).objects.filter(pk=held.pk).update(status=status)
    return held


def _merge(kept, gone):
    asked = people.propose_merge(
        kept.pk, gone.pk, evidence="户籍科证明", by=an_actor("bureau_clerk"), at=EARLY, reason="一人两号"
    )
    return people.approve_merge(asked.pk, by=an_actor("reviewer"), at=EARLY, reason="属实")


def _listed(by=None):
    return {row.pk: row for row in queries.veterans(by or an_actor("leader"), NOW, date(2023, 11, 1))}


def test_veterans_merged_from_two_stand_once_and_are_reached_by_the_class_of_either():
    kept, gone = a_veteran("王明", date(2022, 1, 1)), a_veteran("王明", date(2021, 6, 1))
    held = _trained(gone, 2026)
    assert set(_listed()) == {kept.pk, gone.pk}
    assert _listed()[kept.pk].trained_on is None
    merge = _merge(kept, gone)
    [only] = _listed().values()
    assert (only.pk, only.trained_number, only.discharged_on) == (kept.pk, held.number, date(2021, 6, 1))
    people.undo_merge(merge.pk, by=an_actor("reviewer"), at=EARLY, reason="是两个人")
    assert set(_listed()) == {kept.pk, gone.pk}


def test_veterans_known_as_such_by_the_merged_row_alone_stand_under_the_one_that_stands():
    last, middle, first = make_person("李强"), make_person("李强"), a_veteran("李强", date(2022, 1, 1))
    other = a_veteran("赵磊", date(2022, 1, 1))
    _merge(middle, first)
    _merge(last, middle)
    held = _trained(middle, 2025)
    found = _listed()
    assert set(found) == {last.pk, other.pk}
    assert (found[last.pk].trained_number, found[other.pk].trained_number) == (held.number, None)
