"""Written places find their division, or nothing when unsure."""

import pytest

from kaogong.catalog import queries

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "near", "code"),
    [
        ("青岛市示例区", "", "370299"),
        ("示例区示例街道12号", "", "370299"),
        ("山东省青岛市黄岛区长江路", "", "370211"),
        ("市南区", "370299", "370202"),
        ("四川省绵阳市涪城区", "370299", "510703"),
        ("鼓楼区", "320100", "320106"),
        ("鼓楼区", "370299", ""),
        ("海外", "370299", ""),
        ("", "370299", ""),
    ],
)
def test_region_of_place_takes_the_longest_name_that_fits(text, near, code):
    assert queries.region_of_place(text, near=near) == code
