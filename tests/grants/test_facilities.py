"""C8: support for training facilities and accessibility, by lines bought, paid, and then in the inventory."""

from datetime import date

import pytest

from kaogong.grants import operations, queries
from kaogong.grants.models import Grant
from kaogong.institutions import operations as institutions
from kaogong.institutions import queries as institution_queries
from kaogong.kernel.errors import NotFound, NotPermitted, WrongState
from kaogong.notices.models import Notice
from tests.factories.funds import make_fund
from tests.factories.grants import APPLIED_ON, close_notice_of
from tests.factories.institutions import COOK, make_institution
from tests.factories.paper import A_PDF
from tests.factories.people import REGION, an_actor
from tests.factories.training import a_day_at
from tests.grants.test_story import bank_pays

pytestmark = pytest.mark.django_db
AT = a_day_at(APPLIED_ON)
SCHEME = "facility_upgrade_grant"
STOVE = operations.NewItem("equipment", "智能炉灶", 10, 8_000_00, model="ZL-3", occupation_code=COOK[0])
RAMP = operations.NewItem("accessibility", "无障碍坡道", 1, 20_000_00)


def make_facility_fund():
    return make_fund("SSZC", name="示例区设施升级资金", shares={"facility_support": {"district": 1000}})


def drafted(own, *items, region=REGION):
    grant = operations.draft_grant(SCHEME, region_code=region, by=own, at=AT)
    for one in items:
        operations.add_item(grant.pk, one, by=own, at=AT)
    return grant


def submitted(own, *items, region=REGION):
    grant = drafted(own, *items, region=region)
    for kind in queries.terms_of(region, SCHEME, APPLIED_ON).paper_kinds:
        operations.add_grant_paper(grant.pk, kind=kind, filename="发票.pdf", content=A_PDF, by=own, at=AT)
    return operations.submit_grant(grant.pk, by=own, at=AT)


def own_of(school):
    return an_actor("provider_clerk", organisation_id=school.pk, region_code=school.region_code)


def paid_grant(own, *items) -> Grant:
    grant, clerk = submitted(own, *items), an_actor("bureau_clerk")
    operations.determine_fact(
        grant.pk, fact="approved", value=True, source="成效突出单位名单", by=clerk, at=AT
    )
    operations.review_grant(grant.pk, by=clerk, at=AT)
    operations.approve_grant(grant.pk, by=an_actor("reviewer"), at=AT)
    operations.publish_grants([grant.pk], by=clerk, at=AT)
    assert "示例标准" in Notice.objects.get().body
    bank_pays(close_notice_of(grant, by=clerk))
    return Grant.objects.get(pk=grant.pk)


def test_story_from_the_lines_to_the_inventory():
    make_facility_fund()
    school = make_institution(recognised_for=[COOK])
    own = own_of(school)
    grant = paid_grant(own, STOVE, RAMP)
    # 80,000 + 20,000 yuan bought; 40 % of it.
    assert (grant.status, grant.amount_fen) == ("paid", 40_000_00)
    assert queries.decision(grant.pk).facts["cost_fen"] == 100_000_00
    stove, ramp = queries.items(grant.pk)
    operations.enter_in_inventory(stove.pk, by=own, at=AT)
    (row,) = institution_queries.equipment(school.pk)
    assert (row.title, row.model, row.quantity, row.occupation_code) == ("智能炉灶", "ZL-3", 10, COOK[0])
    assert queries.inventory_bought(school.pk)[row.pk].grant == grant
    with pytest.raises(operations.ItemInInventory):
        operations.enter_in_inventory(stove.pk, by=own, at=AT)
    with pytest.raises(operations.NotForInventory):
        operations.enter_in_inventory(ramp.pk, by=own, at=AT)


def test_a_row_the_inventory_has_already_is_named_and_only_once():
    make_facility_fund()
    school = make_institution(recognised_for=[COOK])
    own = own_of(school)
    has = institutions.add_equipment(
        school.pk, occupation_code=COOK[0], title="智能炉灶", quantity=10, by=own, at=AT
    )
    few = institutions.add_equipment(
        school.pk, occupation_code=COOK[0], title="智能炉灶", model="旧", quantity=2, by=own, at=AT
    )
    grant = paid_grant(own, STOVE, STOVE)
    first, second = queries.items(grant.pk)
    with pytest.raises(operations.EquipmentOfAnother):
        operations.enter_in_inventory(first.pk, equipment_id=few.pk, by=own, at=AT)
    operations.enter_in_inventory(first.pk, equipment_id=has.pk, by=own, at=AT)
    with pytest.raises(operations.ItemInInventory):
        operations.enter_in_inventory(second.pk, equipment_id=has.pk, by=own, at=AT)


def test_the_sum_is_capped_and_the_cost_is_the_lines():
    make_facility_fund()
    own = own_of(make_institution(recognised_for=[COOK]))
    dear = operations.NewItem("equipment", "五轴加工中心", 1, 900_000_00, occupation_code=COOK[0])
    assert paid_grant(own, dear).amount_fen == 200_000_00


def test_lines_are_whole_and_only_of_a_draft_of_such_a_scheme():
    school = make_institution(recognised_for=[COOK])
    own = own_of(school)
    grant = drafted(own, STOVE)
    for wrong in (
        operations.NewItem("equipment", "炉灶", 1, 1_00),
        operations.NewItem("equipment", "炉灶", 0, 1_00, occupation_code=COOK[0]),
        operations.NewItem("accessibility", " ", 1, 1_00),
        operations.NewItem("gift", "炉灶", 1, 1_00, occupation_code=COOK[0]),
    ):
        with pytest.raises(operations.ItemIncomplete):
            operations.add_item(grant.pk, wrong, by=own, at=AT)
    (item,) = queries.items(grant.pk)
    other = own_of(make_institution("另一所"))
    for act in (operations.remove_item, operations.enter_in_inventory):
        with pytest.raises(NotFound):
            act(item.pk, by=other, at=AT)
        with pytest.raises(NotPermitted):
            act(item.pk, by=an_actor("bureau_clerk"), at=AT)
    operations.remove_item(item.pk, by=own, at=AT)
    with pytest.raises(operations.FactsMissing, match="实际支出"):
        operations.submit_grant(grant.pk, by=own, at=AT)
    plain = operations.draft_grant("training_base_award", region_code=REGION, by=own, at=AT)
    with pytest.raises(operations.NotByItems):
        operations.add_item(plain.pk, STOVE, by=own, at=AT)
    handed_in = submitted(own_of(make_institution("第三所", recognised_for=[COOK])), STOVE)
    (line,) = queries.items(handed_in.pk)
    with pytest.raises(WrongState):
        operations.remove_item(line.pk, by=own_of(handed_in.institution), at=AT)
    with pytest.raises(WrongState):
        operations.enter_in_inventory(line.pk, by=own_of(handed_in.institution), at=AT)


def test_where_no_paper_gives_the_rate_nothing_is_paid_and_the_decision_says_which():
    school = make_institution("西海岸学校", region_code="370211")
    own = own_of(school)
    grant = submitted(own, RAMP, region="370211")
    clerk = an_actor("bureau_clerk", region_code="370211")
    operations.determine_fact(grant.pk, fact="approved", value=True, source="名单", by=clerk, at=AT)
    grant.refresh_from_db()
    assert (grant.verdict, grant.judged_fen) == ("needs_evidence", 0)
    assert "比例" in str(queries.decision(grant.pk).decision)
    operations.review_grant(grant.pk, by=clerk, at=AT)
    with pytest.raises(operations.GrantNotPayable):
        operations.approve_grant(grant.pk, by=an_actor("reviewer", region_code="370211"), at=AT)
    assert grant.event_on == date(2026, 7, 10)
