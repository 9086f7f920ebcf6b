"""Claims at the bureau: the queue, one person's decision, evidence, exceptions, approval."""

from datetime import date

import pytest

from kaogong.claims import queries as claims
from kaogong.kernel.actor import system_actor
from kaogong.people.operations import record_standing
from tests.factories import REGION, an_actor
from tests.factories.claims import make_certified_class, make_claim, make_learner
from tests.factories.people import AT

pytestmark = pytest.mark.django_db
ELSEWHERE = {"region_code": "370102"}


def page(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def now(claim):
    return claims.claim(claim.pk, by=system_actor())


def line_called(claim, name: str):
    return claims.lines(claim.pk).get(person__name=name)


def test_the_queue_tells_who_waits_and_what_needs_a_person(logged_in, mixed):
    said = page(logged_in("bureau_clerk"), "/bureau/claims/?status=submitted")
    assert mixed.number in said
    assert "个工作日" in said
    assert "不符合 1 · 需补证据 1" in said
    assert "没有符合条件的记录" in page(logged_in("bureau_clerk"), "/bureau/claims/?institution=没有这家")


def test_the_queue_costs_the_same_for_many_claims(logged_in, mixed, django_assert_max_num_queries):
    for _ in range(3):
        make_claim()
    clerk = logged_in("bureau_clerk")
    page(clerk, "/bureau/claims/")  # what waits beside the rail's links is remembered for half a minute
    with django_assert_max_num_queries(12):
        page(clerk, "/bureau/claims/")


def test_the_claim_shows_the_first_problem_with_clause_and_facts(logged_in, mixed):
    said = page(logged_in("bureau_clerk"), f"/bureau/claims/{mixed.pk}/")
    assert "赵国华：" in said
    assert "不符合，1 条未通过" in said
    assert "不具有按月领取养老金资格的人员" in said
    assert "所用事实：" in said
    assert "下一个问题" in said
    assert mixed.training_class.title in said
    assert REGION + "********" in said
    assert line_called(mixed, "王小明").person.id_number not in said


def test_another_person_is_chosen_by_a_link_and_lines_are_filtered(logged_in, mixed):
    clerk = logged_in("bureau_clerk")
    said = page(clerk, f"/bureau/claims/{mixed.pk}/?line={line_called(mixed, '李兰').pk}")
    assert "李兰：" in said
    assert "金额怎么算" in said
    assert "¥1,200.00" in said
    assert "示例标准" in said
    said = page(clerk, f"/bureau/claims/{mixed.pk}/?verdict=needs_evidence")
    assert "孙玉" in said
    assert "王小明" not in said
    other = make_claim()
    page(clerk, f"/bureau/claims/{mixed.pk}/?line={claims.lines(other.pk)[0].pk}", 404)


def test_what_is_missing_is_supplied_and_judged_at_once(logged_in, mixed):
    clerk, line = logged_in("bureau_clerk"), line_called(mixed, "孙玉")
    address = f"/bureau/claims/lines/{line.pk}/evidence/?fact=receives_pension"
    assert address.replace("&", "&amp;") in page(clerk, f"/bureau/claims/{mixed.pk}/?line={line.pk}")
    page(clerk, address)
    empty = clerk.post(address, {"value": "false", "source": "", "reason": "已核对"})
    assert empty.status_code == 422
    assert "已核对" in empty.content.decode()
    told = {"value": "false", "source": "社会保险经办机构参保证明", "reason": "已核对原件"}
    assert clerk.post(address, told)["Location"] == f"/bureau/claims/{mixed.pk}/?line={line.pk}"
    assert line_called(mixed, "孙玉").verdict == "payable"
    said = page(clerk, f"/bureau/claims/{mixed.pk}/?line={line.pk}")
    assert "社会保险经办机构参保证明" in said
    assert "历次测算（2 次）" in said
    earlier = page(clerk, f"/bureau/claims/{mixed.pk}/?line={line.pk}&version=1")
    assert "之后已有新的结论" in earlier
    page(clerk, f"/bureau/claims/lines/{line.pk}/evidence/?fact=history", 404)


def test_a_waivable_rule_is_set_aside_by_the_reviewer_with_a_reason(logged_in, money):
    person = make_learner("周四次")
    for level in ("4-03-02-02", "4-03-02-03", "4-03-02-04"):
        _had(person, level)
    claim = make_claim(make_certified_class([person]))
    line = line_called(claim, "周四次")
    assert line.verdict == "refused"
    reviewer = logged_in("reviewer")
    address = f"/bureau/claims/lines/{line.pk}/waive/at_most_so_many_a_year/"
    assert address in page(reviewer, f"/bureau/claims/{claim.pk}/?line={line.pk}")
    page(logged_in("bureau_clerk"), address, 403)
    page(reviewer, address)
    assert reviewer.post(address, {"reason": ""}).status_code == 422
    assert reviewer.post(address, {"reason": "专题会议纪要〔2026〕3号同意"}).status_code == 302
    assert line_called(claim, "周四次").verdict == "payable"
    assert "专题会议纪要" in page(reviewer, f"/bureau/claims/{claim.pk}/?line={line.pk}")


def _had(person, occupation_code: str) -> None:
    from kaogong.claims.operations import register_subsidy

    register_subsidy(
        person.pk, region_code="370202", occupation_code=occupation_code, level=5, event_on=date(2026, 2, 3),
        paid_on=date(2026, 3, 3), amount_fen=120000, source="外地函告", reference=f"W-{occupation_code}",
        by=an_actor("bureau_clerk"), at=AT,
    )  # fmt: skip


def test_review_and_approval_by_two_people_with_the_effect_shown(logged_in, mixed):
    clerk, reviewer = logged_in("bureau_clerk"), logged_in("reviewer")
    clerk.post(f"/bureau/claims/{mixed.pk}/review/")
    assert now(mixed).status == "reviewed"
    address = f"/bureau/claims/{mixed.pk}/approve/"
    assert address in page(reviewer, f"/bureau/claims/{mixed.pk}/")
    said = page(reviewer, address)
    assert "2 人，合计 ¥2,400.00" in said
    assert "区级" in said
    assert "¥1,440.00" in said
    refused = reviewer.post(address, {"reason": ""})
    assert refused.status_code == 422
    assert "需补充材料" in refused.content.decode()
    assert reviewer.post(address, {"leave_out_open": "on"}).status_code == 302
    assert now(mixed).status == "approved"
    assert line_called(mixed, "孙玉").status == "left_out"


def test_changed_facts_are_listed_before_and_after(logged_in, mixed):
    clerk, reviewer = logged_in("bureau_clerk"), logged_in("reviewer")
    clerk.post(f"/bureau/claims/{mixed.pk}/review/")
    record_standing(
        line_called(mixed, "孙玉").person_id, kind="pension", holds=False, start_on=date(2020, 1, 1),
        source="社保回传", by=system_actor(), at=AT,
    )  # fmt: skip
    answer = reviewer.post(f"/bureau/claims/{mixed.pk}/approve/", {"leave_out_open": "on"})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "下面的人与申领里的结论不同" in said
    assert "孙玉" in said
    assert "回到申领点“重新测算”" in said
    assert "重新测算" in page(reviewer, f"/bureau/claims/{mixed.pk}/")
    assert reviewer.post(f"/bureau/claims/{mixed.pk}/rejudge/").status_code == 302
    assert now(mixed).status == "reviewed"
    assert line_called(mixed, "孙玉").verdict == "payable"
    assert reviewer.post(f"/bureau/claims/{mixed.pk}/approve/", {}).status_code == 302


def test_a_claim_is_returned_with_the_reason_only(logged_in, mixed):
    clerk = logged_in("bureau_clerk")
    clerk.post(f"/bureau/claims/{mixed.pk}/return/", {"reason": ""})
    assert now(mixed).status == "submitted"
    clerk.post(f"/bureau/claims/{mixed.pk}/return/", {"reason": "缺少孙玉的参保证明"})
    assert now(mixed).status == "returned"
    assert "缺少孙玉的参保证明" in page(clerk, f"/bureau/claims/{mixed.pk}/")


def test_a_decision_is_printed_and_the_people_exported(logged_in, mixed):
    clerk, line = logged_in("bureau_clerk"), line_called(mixed, "赵国华")
    answer = clerk.get(f"/bureau/claims/lines/{line.pk}/decision.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert answer.content == clerk.get(f"/bureau/claims/lines/{line.pk}/decision.pdf?version=1").content
    assert clerk.get(f"/bureau/claims/lines/{line.pk}/decision.pdf?version=9").status_code == 404
    sheet = clerk.get(f"/bureau/claims/{mixed.pk}/lines/?export=xlsx")
    assert sheet.content.startswith(b"PK")
    assert "赵国华" in page(clerk, f"/bureau/claims/{mixed.pk}/lines/?verdict=refused")


def test_claims_keep_to_their_region_and_to_the_bureau(logged_in, mixed):
    stranger = logged_in("bureau_clerk", **ELSEWHERE)
    line = line_called(mixed, "孙玉")
    assert mixed.number not in page(stranger, "/bureau/claims/")
    for address in (
        f"/bureau/claims/{mixed.pk}/",
        f"/bureau/claims/{mixed.pk}/lines/",
        f"/bureau/claims/lines/{line.pk}/evidence/?fact=receives_pension",
        f"/bureau/claims/lines/{line.pk}/decision.pdf",
    ):
        page(stranger, address, 404)
    assert stranger.post(f"/bureau/claims/{mixed.pk}/review/").status_code == 404
    page(logged_in("reviewer", **ELSEWHERE), f"/bureau/claims/{mixed.pk}/approve/", 404)
    page(logged_in("administrator"), f"/bureau/claims/{mixed.pk}/", 403)
    page(logged_in("provider_clerk"), f"/bureau/claims/{mixed.pk}/", 403)
    assert logged_in("cashier").post(f"/bureau/claims/{mixed.pk}/review/").status_code == 403
    page(logged_in("bureau_clerk"), f"/bureau/claims/{mixed.pk}/approve/", 403)
