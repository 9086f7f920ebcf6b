"""Targets that lag: found in the list, told on the first page of those who look at the region."""

import pytest
from django.utils import timezone

from kaogong.kernel.actor import system_actor
from kaogong.planning import operations
from tests.factories import an_actor
from tests.factories.planning import make_target
from tests.planning.conftest import evenly, stated  # noqa: F401
from tests.web.provider.conftest import browser_of

pytestmark = pytest.mark.django_db
LAGGING = "/bureau/targets/?running=yes&far=lagging"


@pytest.fixture
def two_targets(stated, now):  # noqa: F811
    """One target that lags, one that is reached, both running today."""
    stated.value = evenly(300)
    for code, title, value in (("behind", "落在后面的目标", 1000), ("done", "已经达到的目标", 10)):
        target = make_target(code=code, title=title, value=value)
        operations.read_target(target.pk, by=system_actor(), at=timezone.now())


def test_the_list_shows_only_what_lags_when_asked(two_targets):
    clerk = browser_of(an_actor("bureau_clerk"))
    every, lagging = (clerk.get(url).content.decode() for url in ("/bureau/targets/", LAGGING))
    assert "落在后面的目标" in every and "已经达到的目标" in every
    assert "落在后面的目标" in lagging and "已经达到的目标" not in lagging
    assert clerk.get("/bureau/targets/?far=ahead").context["page_rows"] == []


def test_the_leaders_first_page_leads_to_what_lags_and_to_the_picture(
    two_targets, django_assert_max_num_queries
):
    leader = browser_of(an_actor("leader"))
    home = leader.get("/bureau/")
    with django_assert_max_num_queries(25):
        home = leader.get("/bureau/")
    page = home.content.decode()
    assert "1 项目标滞后" in page and LAGGING.replace("&", "&amp;") in page
    assert home.context["lagging"]["count"] == len(leader.get(LAGGING).context["page_rows"]) == 1
    assert home.context["todos"] == [] and 'href="/bureau/picture/">看全局图' in page
    assert leader.get("/bureau/picture/").status_code == 200


def test_nothing_is_said_of_targets_where_none_lags_or_to_those_who_do_not_look(two_targets):
    west = browser_of(an_actor("leader", region_code="370211")).get("/bureau/")
    assert west.context["lagging"] is None and "项目标滞后" not in west.content.decode()
    administrator = browser_of(an_actor("administrator")).get("/bureau/")
    assert administrator.context["lagging"] is None and administrator.context["picture_url"] == ""
