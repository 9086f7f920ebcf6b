"""Publishing notices, receiving and answering objections."""

import re
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import PUBLIC, Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.working_days import add_working_days
from kaogong.kernel.writing import tidy, tidy_name
from kaogong.trail.operations import begin, move, next_number, record, require_may

from . import queries
from .models import Notice, NoticeRow, Objection

_IN_CLEAR = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|1[3-9][0-9]{9})(?![0-9])")


class NoticeEmpty(Refused):
    """公示没有标题或没有内容。"""


class NoticeDaysWrong(Refused):
    """公示至少要一个工作日。"""


class CellNotMasked(Refused):
    """公示第{sequence}行含有完整的身份证号码或手机号码，请先遮盖。"""


class NoticeStillOpen(Refused):
    """公示到{closes_on}结束，期满后才能办理。"""


class ObjectionsUnanswered(Refused):
    """还有{count}条异议没有答复。"""


class NoticeNotOpen(Refused):
    """这份公示不在公示期内，不能提交异议。"""


class ObjectionEmpty(Refused):
    """请填写异议内容和联系方式。"""


class AnswerMissing(Refused):
    """请填写答复内容。"""


@transaction.atomic
def publish_notice(
    *,
    kind: str,
    title: str,
    body: str,
    region_code: str,
    rows: list[tuple[str, dict]],
    columns: list[tuple[str, str]],
    opens_on: date,
    working_days: int,
    by: Actor,
    at: datetime,
    subject_reference: str = "",
    complaint_phone: str = "",
    complaint_address: str = "",
    reason: str = "",
) -> Notice:
    """Put a list before the public for so many working days after ``opens_on`` (mainland calendar).

    ``rows`` are (reference, cells by column key), masked already; a whole identity or phone number in a
    cell is refused. ``columns`` are (key, label) in order.
    """
    require_may(by, Permission.PUBLISH_NOTICE, "发布公示")
    if not (by.region_code and RegionCode(by.region_code).covers(region_code)):
        raise NotFound()
    if not (title.strip() and (body.strip() or rows)):
        raise NoticeEmpty()
    if working_days < 1:
        raise NoticeDaysWrong()
    for sequence, (_reference, cells) in enumerate(rows, start=1):
        if any(_IN_CLEAR.search(str(cell)) for cell in cells.values()):
            raise CellNotMasked(sequence=sequence)
    notice = Notice.objects.create(
        number=next_number(Notice, f"GS-{timezone.localdate(at).year}-", 6),
        kind=kind,
        title=tidy(title),
        body=body.strip(),
        columns=[list(column) for column in columns],
        region_code=region_code,
        opens_on=opens_on,
        working_days=working_days,
        closes_on=add_working_days(opens_on, working_days),
        complaint_phone=complaint_phone,
        complaint_address=complaint_address,
        subject_reference=subject_reference,
        created_at=at,
    )
    NoticeRow.objects.bulk_create(
        (
            NoticeRow(notice=notice, sequence=sequence, subject_reference=reference, cells=cells)
            for sequence, (reference, cells) in enumerate(rows, start=1)
        ),
        batch_size=2000,
    )
    begin(notice, "drafted", by=by, at=at, reason=reason, rows=len(rows))
    move(notice, "publish", by=by, at=at, reason=reason, closes_on=notice.closes_on.isoformat())
    return notice


@transaction.atomic
def receive_objection(
    notice_id: int,
    *,
    content: str,
    contact: str,
    at: datetime,
    row_id: int | None = None,
    name: str = "",
    by: Actor = PUBLIC,
) -> Objection:
    """Take in what a member of the public says against a notice standing that day; the contact is sealed."""
    notice = Notice.objects.select_for_update().filter(pk=notice_id).exclude(status="drafted").first()
    if notice is None:
        raise NotFound()
    if notice.status != "published" or not notice.opens_on <= timezone.localdate(at) <= notice.closes_on:
        raise NoticeNotOpen()
    content, contact = content.strip(), tidy(contact)
    if not content or not contact:
        raise ObjectionEmpty()
    if row_id is not None and not NoticeRow.objects.filter(pk=row_id, notice=notice).exists():
        raise NotFound()
    objection = Objection.objects.create(
        notice=notice,
        row_id=row_id,
        region_code=notice.region_code,
        name=tidy_name(name),
        contact=contact,
        content=content,
        received_at=at,
    )
    begin(objection, "received", by=by, at=at, notice=notice.number)
    return objection


@transaction.atomic
def answer_objection(
    objection_id: int, *, upheld: bool, answer: str, by: Actor, at: datetime, reason: str = ""
) -> Objection:
    """Answer one objection: upheld or dismissed, with words for the one who raised it."""
    found = queries.objection(objection_id, by=by)
    queries.notice_for_update(found.notice_id, by=by)
    objection = Objection.objects.select_for_update().defer("contact").get(pk=found.pk)
    if not answer.strip():
        raise AnswerMissing()
    if objection.status == "received":
        objection.answer = answer.strip()
        objection.answered_at = at
        objection.save(update_fields=["answer", "answered_at"])  # a refused move undoes it
    move(objection, "uphold" if upheld else "dismiss", by=by, at=at, reason=reason)
    return objection


@transaction.atomic
def close_notice(notice_id: int, *, by: Actor, at: datetime, reason: str = "") -> Notice:
    """Close a notice whose last day is over and whose objections are all answered."""
    notice = queries.notice_for_update(notice_id, by=by)
    if notice.status == "published":
        if timezone.localdate(at) <= notice.closes_on:
            raise NoticeStillOpen(closes_on=notice.closes_on)
        unanswered = Objection.objects.filter(notice=notice, status="received").count()
        if unanswered:
            raise ObjectionsUnanswered(count=unanswered)
    move(notice, "close", by=by, at=at, reason=reason)
    return notice


@transaction.atomic
def withdraw_notice(notice_id: int, *, by: Actor, at: datetime, reason: str) -> Notice:
    """Withdraw a published notice; what it was about must be published again."""
    notice = queries.notice_for_update(notice_id, by=by)
    move(notice, "withdraw", by=by, at=at, reason=reason)
    return notice


@transaction.atomic
def reveal_contact(objection_id: int, *, by: Actor, at: datetime, reason: str) -> str:
    """Return how to reach the one who objected, and record who looked and why."""
    require_may(by, Permission.ANSWER_OBJECTION, "查看异议人联系方式")
    objection = queries.objection(objection_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label="查看异议人联系方式")
    record("objection.looked", objection, by=by, at=at, reason=reason, field="contact")
    return objection.contact
