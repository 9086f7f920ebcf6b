"""Reading the catalogue, and listing what is subsidised (B2)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kaogong.catalog import queries
from kaogong.catalog.models import SubsidisedOccupation
from kaogong.catalog.operations import (
    AlreadyListed,
    ListingDatesWrong,
    ListingEmpty,
    OccupationUnknown,
    end_listing,
    list_subsidised_occupation,
)
from kaogong.kernel.errors import NotFound, NotPermitted
from tests.factories import an_actor

pytestmark = pytest.mark.django_db
COOK = "4-03-02-01"


def _list(now, **fields):
    fields = {
        "occupation_code": COOK, "level_codes": ["5", "4"], "starts_on": date(2026, 1, 1),
        "by": fields.pop("by", None) or an_actor("bureau_clerk", region_code="370200"), "at": now,
    } | fields  # fmt: skip
    return list_subsidised_occupation(fields.pop("region_code", "370299"), **fields)


def test_area_note_tells_known_former_and_unknown_apart():
    assert queries.area_note("370211") == queries.area_note("370299") == ""
    assert queries.area_note("37029919900101") == ""
    former = queries.area_note("370284")
    assert "胶南市" in former
    assert "2012" in former
    assert "黄岛区" in former
    assert "黄岛区" in queries.area_note("379016")  # 胶南 twice removed
    assert "不在" in queries.area_note("370298")
    assert set(queries.area_notes({"370211", "370284", "370298"})) == {"370284", "370298"}


def test_region_names_and_what_lies_under():
    assert queries.region_name("370299") == "示例区"
    assert queries.region_path("370299001") == "山东省青岛市示例区示例街道"
    assert queries.region_name("999999") == "999999"
    assert [r.name for r in queries.regions_under("370299")] == ["示例街道", "样例镇"]
    assert queries.regions_under("000000", level=1).count() == 34
    assert queries.region("370211").name == "黄岛区"
    assert queries.region("370284").ends_on is not None


@pytest.mark.parametrize(
    ("written", "code"),
    [("大专", "31"), ("大学本科毕业", "21"), ("本科", "21"), (" 高 中 ", "61"), ("初中文化", "70"),
     ("61", "61"), ("职业高中毕业", "62"), ("硕士研究生", "12"), ("火星大学", None), ("", None)],
)  # fmt: skip
def test_education_is_read_as_people_write_it(written, code):
    assert queries.education_from(written) == code


def test_occupations_matching_puts_the_exact_name_first():
    assert queries.occupations_matching("中式烹调师")[0].code == COOK
    assert all("焊" in o.name for o in queries.occupations_matching("焊"))
    assert queries.occupations_matching("4-03-02")[0].code == COOK
    assert len(queries.occupations_matching("工", limit=7)) == 7
    assert queries.occupation_name(COOK) == "中式烹调师"


def test_code_labels_and_groups_of_a_clause():
    assert queries.code_labels("sex")["1"] == "男"
    assert len(queries.groups_of_clause("A5")) == 5
    assert len(queries.groups_of_clause("A6")) == 5


def test_list_subsidised_occupation_holds_on_its_days_and_below_its_region(now):
    _list(now, region_code="370200", starts_on=date(2026, 1, 1), ends_on=date(2026, 7, 1))
    levels = lambda region, day: queries.subsidised_levels(region, COOK, day)  # noqa: E731
    assert levels("370299", date(2026, 6, 30)) == {"5", "4"}
    assert levels("370299", date(2026, 7, 1)) == levels("370102", date(2026, 2, 1)) == set()
    (row,) = queries.subsidised_list("370299", date(2026, 2, 1))
    assert (row.occupation_name, row.level_labels) == ("中式烹调师", ["四级/中级工", "五级/初级工"])


def test_list_subsidised_occupation_overlapping_is_refused(now):
    _list(now, ends_on=date(2026, 7, 1))
    with pytest.raises(AlreadyListed):
        _list(now, starts_on=date(2026, 6, 30))
    _list(now, starts_on=date(2026, 7, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        SubsidisedOccupation.objects.create(
            region_code="370299", occupation_code=COOK, level_codes=["5"], starts_on=date(2026, 2, 1)
        )


def test_list_subsidised_occupation_refuses_by_name(now):
    with pytest.raises(OccupationUnknown):
        _list(now, occupation_code="4-03-02")
    with pytest.raises(ListingEmpty):
        _list(now, level_codes=[])
    with pytest.raises(ListingDatesWrong):
        _list(now, ends_on=date(2026, 1, 1))
    with pytest.raises(NotPermitted):
        _list(now, by=an_actor("cashier"))
    with pytest.raises(NotFound):
        _list(now, by=an_actor("bureau_clerk", region_code="510700"))


def test_end_listing_ends_it(now):
    listing = _list(now)
    clerk = an_actor("bureau_clerk")
    end_listing(listing.pk, ends_on=date(2026, 5, 1), by=clerk, at=now, reason="目录调整")
    assert queries.subsidised_levels("370299", COOK, date(2026, 5, 1)) == set()
