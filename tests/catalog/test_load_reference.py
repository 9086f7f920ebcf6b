"""Loading the reference files: complete, idempotent, quick."""

import pytest

from kaogong.catalog.models import CodeItem, Industry, Occupation, ReferenceVersion, Region
from kaogong.catalog.operations import load_reference
from kaogong.kernel.actor import system_actor
from kaogong.trail.models import Entry

pytestmark = pytest.mark.django_db


def test_load_reference_holds_every_shipped_row():
    assert Occupation.objects.filter(edition="2022").count() == 2176
    assert Occupation.objects.filter(tier=4).count() == 1639
    assert Occupation.objects.filter(green=True).count() == 134
    assert Region.objects.filter(level=3, ends_on=None, fictional=False).count() == 2847
    assert Region.objects.get(code="370299").fictional
    assert Industry.objects.count() == 1971
    assert CodeItem.objects.filter(table="ethnic_group").count() == 56


def test_load_reference_again_changes_nothing(now):
    before = set(Region.objects.values_list("pk", flat=True))
    told = Entry.objects.count()
    held = load_reference(by=system_actor(), at=now)
    assert held["occupation"] == 2176
    assert set(Region.objects.values_list("pk", flat=True)) == before
    assert Entry.objects.count() == told


def test_load_reference_after_a_file_changed_loads_that_table_only(now):
    ReferenceVersion.objects.filter(table="occupation").update(digest="of an older file")
    Occupation.objects.filter(code="4-03-02-01").update(name="误改")
    regions = set(Region.objects.values_list("pk", flat=True))
    load_reference(by=system_actor(), at=now)
    assert Occupation.objects.get(code="4-03-02-01").name == "中式烹调师"
    assert Occupation.objects.count() == 2176
    assert set(Region.objects.values_list("pk", flat=True)) == regions
    assert Entry.objects.filter(verb="reference.loaded", subject_id="occupation", at=now).count() == 1


def test_load_reference_anew_asks_the_database_little(now, django_assert_max_num_queries):
    ReferenceVersion.objects.all().delete()
    with django_assert_max_num_queries(160):
        load_reference(by=system_actor(), at=now)
    assert ReferenceVersion.objects.exists()
