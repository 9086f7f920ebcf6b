"""The unit's pages of the people it brought in, and where the bureau confirms them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kaogong.demand import queries
from tests.factories import an_actor, make_institution
from tests.factories.demand import NOW, TALENT_HEADINGS, a_sheet, talent_row, told_talent
from tests.factories.people import an_id_number
from tests.web.demand.test_pages import browser

pytestmark = pytest.mark.django_db


def words(answer) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def test_a_unit_tells_the_bureau_confirms_and_the_unit_affirms():
    factory = make_institution("示例区精工机械厂")
    actor = an_actor("provider_clerk", organisation_id=factory.pk)
    own, clerk_actor = browser(actor), an_actor("bureau_clerk")
    clerk = browser(clerk_actor)
    assert "还没有报过引进的技能人才" in words(own.get("/provider/talents/"))
    number = an_id_number().value
    said = {
        "name": "引进甲", "id_number": number, "mode": "全职引进", "tier": "省级", "occupation": "焊工",
        "level": "1", "introduced_on": "2025-03-01", "channel": "技能人才引进E联盟",
    }  # fmt: skip
    refused = own.post("/provider/talents/tell/", said | {"occupation": "没有的职业"})
    assert refused.status_code == 422 and "职业分类大典里没有" in refused.content.decode()
    own.post("/provider/talents/tell/", said)
    talent = queries.introduced_talents(actor).get()
    page = words(own.get("/provider/talents/"))
    assert "引进甲" in page and "待确认" in page and number not in page
    assert "技能人才引进E联盟" in page
    page = words(clerk.get("/bureau/demand/talents/?status=told"))
    assert "示例区精工机械厂" in page and f"/talents/{talent.pk}/judge/" in page
    judge = f"/bureau/demand/talents/{talent.pk}/judge/"
    assert clerk.post(judge, {"answer": "refuse", "reason": ""}).status_code == 422
    clerk.post(judge, {"answer": "confirm"})
    assert clerk.get(judge).status_code == 404  # judged once
    assert f"/{talent.pk}/affirm/" in words(own.get("/provider/talents/"))
    assert "引进甲" in words(clerk.get("/bureau/demand/talents/?affirmed=no"))
    own.post(f"/provider/talents/{talent.pk}/affirm/")
    assert f"/{talent.pk}/affirm/" not in words(own.get("/provider/talents/"))
    assert "引进甲" not in words(clerk.get("/bureau/demand/talents/?affirmed=no"))
    own.post(f"/provider/talents/{talent.pk}/leave/", {"left_on": "2026-11-02", "reason": "离职"})
    assert "已离开" in words(own.get("/provider/talents/"))


def test_a_units_sheet_keeps_good_rows_and_tells_bad_ones_by_row():
    own = browser(an_actor("provider_clerk"))
    assert own.get("/provider/talents/form/").content.startswith(b"PK")
    sheet = a_sheet(TALENT_HEADINGS, [talent_row("好的"), talent_row("坏的", 引进方式="借调")])
    answer = own.post(
        "/provider/talents/import/", {"sheet": SimpleUploadedFile("引进.xlsx", sheet)}, follow=True
    )
    page = words(answer)
    assert "已报送 1 人" in page and "第 3 行" in page and "借调" in page and "好的" in page


def test_nobody_elses_people_stand_on_a_units_pages():
    talent = told_talent(an_actor("provider_clerk"), "别家的人", confirmed=True, at=NOW)
    own = browser(an_actor("provider_clerk"))
    assert "别家的人" not in words(own.get("/provider/talents/"))
    assert own.get(f"/provider/talents/{talent.pk}/leave/").status_code == 404
    assert own.post(f"/provider/talents/{talent.pk}/affirm/").status_code == 404
