"""A team on the pages: named by its body, seen by the bureau with other teams, and on each one's file."""

import pytest
from django.test import override_settings

from kaogong.grants import operations, queries
from tests.factories import an_actor, make_person
from tests.grants.test_teams import AT, PLACE, a_team_grant, add, submitted
from tests.web.provider.conftest import browser_of

pytestmark = pytest.mark.django_db


def words(answer) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


@override_settings(REGION_CODE=PLACE)
def test_a_team_is_named_by_its_body_and_seen_by_the_bureau_and_on_the_file():
    grant, own = a_team_grant()
    browser = browser_of(own)
    here = f"/provider/grants/{grant.pk}/"
    assert "还没有列出团队成员" in words(browser.get(here))
    person = make_person("张领队", region_code=PLACE)
    said = {"name": "张领队", "id_number": person.id_number, "leads": "on"}
    wrong = browser.post(here + "team/", said | {"name": "李不符"})
    assert wrong.status_code == 422
    browser.post(here + "team/", said)
    page = words(browser.get(here))
    assert "张领队" in page and "带头人" in page and person.id_number not in page
    other, another = a_team_grant()
    refused = browser_of(another).post(f"/provider/grants/{other.pk}/team/", said)
    assert refused.status_code == 422 and grant.number not in refused.content.decode()
    add(other, another, person, although="分工不同")
    clerk = browser_of(an_actor("bureau_clerk", region_code=PLACE))
    submitted(other, another)
    page = words(clerk.get(f"/bureau/grants/{other.pk}/"))
    assert "分工不同" in page and grant.number not in page  # a draft is its applicant's alone
    submitted(grant, own)
    assert grant.number in words(clerk.get(f"/bureau/grants/{other.pk}/"))
    page = words(clerk.get(f"/bureau/people/{person.pk}/"))
    assert "所在团队" in page and grant.number in page and other.number in page
    assert "添加成员" not in words(browser.get(here))  # with the bureau now
    member = queries.team_of(grant.pk).get()
    remove = f"/provider/grants/team/{member.pk}/remove/"
    assert browser_of(another).post(remove).status_code == 404
    assert browser.post(remove).status_code == 409
    operations.withdraw_grant(grant.pk, by=own, at=AT, reason="不申请了")
    assert queries.team_of(grant.pk).exists()
