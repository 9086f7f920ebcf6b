"""Makers of enquiries and common questions, taken as far as a test needs them."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from kaogong.enquiries import operations
from kaogong.enquiries.models import CommonQuestion, Enquiry
from kaogong.kernel.actor import Actor

from .people import REGION, an_actor

ASKED = {
    "category": "subsidy",
    "subject": "培训补贴多久能到账",
    "content": "我九月结业，证书已经拿到，补贴什么时候发？",
    "region_code": REGION,
}
STEPS = ("received", "assigned", "drafted", "checking", "answered", "closed")
ANSWER = "您好！公示期满后拨付，一般在公示结束后办理。"


def ask(at: datetime, **fields) -> operations.Receipt:
    """One question from the portal, nobody named."""
    return operations.ask_enquiry(**({"channel": "portal"} | ASKED | fields), at=at)


def make_enquiry(
    *,
    at: datetime,
    status: str = "received",
    by: Actor | None = None,
    reviewer: Actor | None = None,
    **fields,
) -> operations.Receipt:
    """One enquiry as far as ``status``: assigned to ``by``, drafted, handed on, issued by ``reviewer``, closed."""
    receipt = ask(at, **fields)
    found, far = receipt.enquiry, STEPS.index(status)
    by, reviewer = by or an_actor("bureau_clerk"), reviewer or an_actor("reviewer")
    if far >= 1:
        operations.assign_enquiry(found.pk, to=by.account_id, by=by, at=at)
    if far >= 2:
        operations.draft_reply(found.pk, text=ANSWER, by=by, at=at)
    if far >= 3:
        operations.submit_reply(found.pk, by=by, at=at)
    if far >= 4:
        operations.issue_reply(found.pk, by=reviewer, at=at + timedelta(hours=1))
    if far >= 5:
        operations.close_enquiry(found.pk, by=by, at=at + timedelta(hours=2))
    return operations.Receipt(Enquiry.objects.get(pk=found.pk), receipt.secret)


def make_common_question(*, at: datetime, by: Actor | None = None, **fields) -> CommonQuestion:
    """One published answer."""
    told = {
        "question": "补贴公示多少天？",
        "answer": "公示期按公示页面上写的日期。",
        "holds_from": timezone.localdate(at),
        "is_anonymous": True,
    } | fields
    by = by or an_actor("bureau_clerk")
    enquiry = make_enquiry(at=at, status="answered", by=by).enquiry
    return operations.publish_common_question(enquiry.pk, **told, by=by, at=at)


def enquiries_things(school, learner, *, at: datetime) -> dict[str, dict]:
    """What pages of enquiries are about: one forwarded to a department, the asker's own, one published."""
    clerk = an_actor("bureau_clerk")
    forwarded = ask(at).enquiry
    operations.forward_enquiry(forwarded.pk, department="agriculture", by=clerk, at=at, reason="农业培训")
    own = ask(at, channel="learner", by=an_actor("learner", person_id=learner.pk)).enquiry
    theirs = ask(at, channel="provider", by=an_actor("provider_clerk", organisation_id=school.pk)).enquiry
    published = make_common_question(at=at, holds_from=date(2026, 1, 1))
    return {
        "enquiry": {"pk": forwarded.pk},
        "own enquiry": {"pk": own.pk},
        "enquiry of the school": {"pk": theirs.pk},
        "common question": {"pk": published.pk},
    }
