"""Notices at the bureau: from approved claims to the public and on to payment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kaogong.claims import queries as claims
from kaogong.kernel.actor import system_actor
from kaogong.notices import operations as notice_operations
from kaogong.notices import queries as notices
from tests.factories.claims import make_claim
from tests.factories.training import a_day_at

from .test_claims import ELSEWHERE, line_called, now, page

pytestmark = pytest.mark.django_db


def test_approved_claims_are_previewed_then_published(logged_in, money):
    first, second = make_claim(status="approved"), make_claim(status="approved")
    waiting = make_claim()
    clerk = logged_in("bureau_clerk")
    assert "列入公示：先看效果" in page(clerk, "/bureau/claims/?status=approved")
    picked = {"picked": [first.pk, second.pk, waiting.pk]}
    answer = clerk.post("/bureau/notices/preview/", picked | {"act": "publish"})
    said = answer.content.decode()
    assert "2 份申领，6 人" in said
    assert "¥7,200.00" in said
    assert f"{waiting.number} 不在“已核准”状态" in said
    assert now(first).status == "approved"
    told = picked | {"title": "示例区补贴公示", "opens_on": timezone.localdate().isoformat()}
    answer = clerk.post("/bureau/notices/preview/", told)
    notice = notices.notice(now(first).published_notice_id)
    assert answer["Location"] == f"/bureau/notices/{notice.pk}/"
    assert (now(first).status, now(second).status, now(waiting).status) == (
        "published",
        "published",
        "submitted",
    )
    said = page(clerk, f"/bureau/notices/{notice.pk}/")
    assert "示例区补贴公示" in said
    assert "王小明" not in said
    assert clerk.get(f"/bureau/notices/{notice.pk}/notice.pdf").content.startswith(b"%PDF")
    assert notice.number in page(clerk, "/bureau/notices/")


def test_an_open_notice_cannot_be_closed_and_says_until_when(logged_in, money):
    claim = make_claim(status="published", at=timezone.now() - timedelta(hours=9))
    clerk = logged_in("bureau_clerk")
    answer = clerk.post(f"/bureau/notices/{claim.published_notice_id}/close/")
    assert answer.status_code == 422
    assert "期满后才能办理" in answer.content.decode()
    assert now(claim).status == "published"


def test_close_stands_disabled_with_its_day_until_the_term_and_the_objections_are_over(logged_in, money):
    claim = make_claim(status="published", at=timezone.now() - timedelta(hours=9))
    notice = notices.notice(claim.published_notice_id)
    clerk, address = logged_in("bureau_clerk"), f"/bureau/notices/{notice.pk}/"
    said = page(clerk, address)
    assert 'disabled aria-describedby="close-when">结束公示…' in said
    assert f"{notice.closes_on + timedelta(days=1)} 起可以结束" in said
    assert f'href="{address}close/"' not in said
    said = page(clerk, f"{address}close/")
    assert "disabled>结束公示，转入拨付" in said
    assert f"{notice.closes_on + timedelta(days=1)} 起可以办理" in said
    over = notices.notice(make_claim(status="published").published_notice_id)
    said = page(clerk, f"/bureau/notices/{over.pk}/")
    assert f'href="/bureau/notices/{over.pk}/close/"' in said
    assert "close-when" not in said
    notice_operations.receive_objection(
        over.pk, name="赵某", contact="13800000000", content="名单有误", at=a_day_at(over.opens_on)
    )
    assert "答复全部异议后可以结束" in page(clerk, f"/bureau/notices/{over.pk}/")


def test_an_objection_is_answered_and_drops_its_person_at_the_close(logged_in, money):
    claim = make_claim(status="published")
    line = claims.lines(claim.pk)[0]
    notice = notices.notice(claim.published_notice_id)
    row = notices.rows_of(notice.pk).get(subject_reference=line.reference)
    objection = notice_operations.receive_objection(
        notice.pk, content="此人没有参加培训", contact="13800000000", row_id=row.pk,
        at=claim.submitted_at + timedelta(days=1),
    )  # fmt: skip
    clerk = logged_in("bureau_clerk")
    assert "还有 1 条异议没有答复" in page(clerk, f"/bureau/notices/{notice.pk}/close/")
    address = f"/bureau/notices/objections/{objection.pk}/"
    said = page(clerk, address)
    assert "此人没有参加培训" in said
    assert "13800000000" not in said
    assert "13800000000" in clerk.post(f"{address}contact/").content.decode()
    assert clerk.post(address, {"upheld": "true", "answer": ""}).status_code == 422
    clerk.post(address, {"upheld": "true", "answer": "经核查属实，停拨。"})
    said = page(clerk, f"/bureau/notices/{notice.pk}/close/")
    assert "1 人（异议成立），¥1,200.00 退回预算" in said
    assert "2 人，合计 ¥2,400.00" in said
    clerk.post(f"/bureau/notices/{notice.pk}/close/")
    assert now(claim).status == "cleared"
    assert claims.line(line.pk, by=system_actor()).status == "dropped"
    assert "经核查属实，停拨。" in page(clerk, address)


def test_a_notice_is_withdrawn_by_the_reviewer_with_a_reason(logged_in, money):
    claim = make_claim(status="published")
    address = f"/bureau/notices/{claim.published_notice_id}/withdraw/"
    assert logged_in("bureau_clerk").post(address, {"reason": "名单有误"}).status_code == 403
    assert logged_in("reviewer").post(address, {"reason": "名单有误"}).status_code == 302
    assert notices.notice(claim.published_notice_id).status == "withdrawn"
    assert now(claim).status == "approved"
    said = page(logged_in("bureau_clerk"), f"/bureau/claims/{claim.pk}/")
    assert "列入公示…" in said
    assert "名单有误" in said


def test_notices_keep_to_their_region(logged_in, money, mixed):
    claim = make_claim(status="published")
    stranger = logged_in("bureau_clerk", **ELSEWHERE)
    for address in ("", "notice.pdf", "close/"):
        page(stranger, f"/bureau/notices/{claim.published_notice_id}/{address}", 404)
    page(stranger, f"/bureau/notices/preview/?picked={claim.pk}", 404)
    page(logged_in("cashier"), f"/bureau/notices/preview/?picked={claim.pk}", 403)
    page(logged_in("administrator"), "/bureau/notices/", 403)
    assert line_called(mixed, "李兰").status == "judged"
