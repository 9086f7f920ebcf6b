"""The bureau's picture of each post, of a district at a click, and the wall without people."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from kaogong.statistics import queries as statistics
from kaogong.web.bureau.views.picture import LAYOUTS
from kaogong.web.parts import figures_period as periods
from tests.factories import make_class, make_institution
from tests.factories.institutions import COOK
from tests.web.figures.conftest import CITY, LARGE, PERSON_TIMES, SMALL

pytestmark = pytest.mark.django_db
HOME, SCREEN = "bureau:picture:home", "bureau:picture:screen"


def home(client, **query):
    response = client.get(reverse(HOME), query)
    assert response.status_code == 200
    return response


@pytest.mark.parametrize("role", sorted(LAYOUTS))
def test_each_post_sees_its_own_picture(known, browse, role):
    client = browse(role)
    response = home(client)
    page = response.content.decode()
    assert page.count("<h1") == 1
    layout = LAYOUTS[role]
    assert ('id="map-title"' in page) == ("map" in layout)
    assert ('id="targets"' in page) == ("targets" in layout)
    assert ('id="todo"' in page) == ("todo" in layout)
    assert ('id="looks"' in page) == ("looks" in layout)
    assert ('id="paid"' in page) == ("paid" in layout)


def test_headlines_are_what_statistics_counts(known, browse):
    client = browse()
    shown = {one["url"].split("/")[3]: one["value"] for one in home(client).context["headlines"]}
    period = periods.year(known.year).period
    for code in ("training.person_times", "training.persons", "certificate.issued"):
        counted = statistics.figure(code, by=client.actor, region_code=CITY, period=period)
        assert shown[code].startswith(f"{counted.value:,} "), code
    paid = statistics.figure("money.paid", by=client.actor, region_code=CITY, period=period)
    assert shown["money.paid"] == f"¥{paid.value / 100:,.2f}"


def test_a_district_of_the_map_opens_to_its_own_picture(known, browse):
    client = browse()
    drawn = home(client).context["map"]
    assert {row["label"]: row["value"] for row in drawn["rows"]} == {
        "黄岛区": str(PERSON_TIMES[LARGE]), "即墨区": "25", "示例区": "3",
    }  # fmt: skip
    place = next(one for one in drawn["map"].places if one.outline.code == LARGE)
    inside = client.get(place.url)
    assert inside.context["region_code"] == LARGE
    assert inside.context["headlines"][0]["value"] == f"{PERSON_TIMES[LARGE]} 人次"
    assert inside.context["map"] is None
    assert "各月" in inside.content.decode()
    assert client.get(inside.context["above"]).context["region_code"] == CITY


def test_the_picture_of_a_district_counts_only_its_classes(known, browse):
    school = make_institution("示例烹饪学校", recognised_for=[COOK])
    make_class(school, status="running")
    client = browse()
    tiles = {one["label"]: one["value"] for one in home(client).context["classes"]["tiles"]}
    assert tiles["在训班次"] == "1"
    there = {one["label"]: one["value"] for one in home(client, region=LARGE).context["classes"]["tiles"]}
    assert there["在训班次"] == "0"
    here = {one["label"]: one["value"] for one in home(client, region=SMALL).context["classes"]["tiles"]}
    assert here["在训班次"] == "1"


def test_the_wall_names_nobody_and_asks_itself_anew(known, browse):
    client = browse()
    page = client.get(reverse(SCREEN)).content.decode()
    assert 'hx-trigger="every 60s"' in page
    assert 'data-bs-theme="dark"' in page
    part = client.get(reverse(SCREEN), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert f"{known.total} 人次" in part
    for person in known.people:
        assert person.name not in page
        assert person.id_number_masked not in page
    assert client.actor.name not in part


@pytest.mark.parametrize(
    "query", [{"show": "training.persons_x"}, {"year": "1999"}, {"year": "x"}, {"region": "1"}]
)
def test_a_picture_nobody_can_ask_for_is_not_found(known, browse, query):
    client = browse()
    assert client.get(reverse(HOME), query).status_code == 404
    assert client.get(reverse(SCREEN), query).status_code == 404


def test_a_picture_asks_the_database_little(known, browse, django_assert_max_num_queries):
    client = browse("reviewer")
    home(client)
    cache.clear()
    with django_assert_max_num_queries(67):
        home(client)
    with django_assert_max_num_queries(53):
        home(client)
