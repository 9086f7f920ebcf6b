"""What the bureau does with a complaint: accept or forward, investigate, answer, close; and ask the provider."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import ReasonMissing
from kaogong.kernel.working_days import add_working_days
from kaogong.kernel.writing import tidy
from kaogong.people import queries as people
from kaogong.supervision import queries
from kaogong.supervision.models import Complaint, Inquiry
from kaogong.supervision.states import COMPLAINT
from kaogong.trail.operations import move, next_number, record, require_may, require_move
from kaogong.training import queries as training

from .refusals import AnswerMissing, ForwardMissing, InquiryAnswered, NobodyToAsk, QuestionMissing


@transaction.atomic
def accept_complaint(
    complaint_id: int,
    *,
    by: Actor,
    at: datetime,
    institution_id: int | None = None,
    class_id: int | None = None,
    person_id: int | None = None,
    reason: str = "",
) -> Complaint:
    """Take a complaint up, say whom and what it is about, and set the day it is to be answered by."""
    complaint = queries.complaint_for_update(complaint_id, by=by)
    require_move(complaint, COMPLAINT.move("accept"), COMPLAINT, by=by, reason=reason)
    if class_id:
        complaint.training_class = training.training_class(class_id, by=by)
        complaint.accused = complaint.training_class.institution
    elif institution_id:
        complaint.accused = institutions.institution(institution_id, by=by)
    if person_id:
        complaint.person = people.person(person_id, by=by)
    on = timezone.localdate(at)
    days = queries.days_of("complaints", "answer_days", complaint.region_code, on)
    complaint.answer_due_on = add_working_days(on, days) if days is not None else None
    complaint.save(update_fields=["training_class", "accused", "person", "answer_due_on"])
    move(complaint, "accept", by=by, at=at, reason=reason)
    return complaint


@transaction.atomic
def forward_complaint(complaint_id: int, *, to: str, by: Actor, at: datetime, reason: str) -> Complaint:
    """Hand a complaint that is not ours to whose it is; the one who complained is told where and why."""
    complaint = queries.complaint_for_update(complaint_id, by=by)
    require_move(complaint, COMPLAINT.move("forward"), COMPLAINT, by=by, reason=reason)
    if not tidy(to):
        raise ForwardMissing()
    complaint.forwarded_to = tidy(to)[:120]
    complaint.save(update_fields=["forwarded_to"])
    move(complaint, "forward", by=by, at=at, reason=reason, to=complaint.forwarded_to)
    return complaint


@transaction.atomic
def investigate_complaint(complaint_id: int, *, by: Actor, at: datetime, reason: str = "") -> Complaint:
    """Begin to look into an accepted complaint."""
    complaint = queries.complaint_for_update(complaint_id, by=by)
    move(complaint, "investigate", by=by, at=at, reason=reason)
    return complaint


@transaction.atomic
def answer_complaint(
    complaint_id: int, *, outcome: str, answer: str, by: Actor, at: datetime, reason: str = ""
) -> Complaint:
    """Tell the one who complained what was found; a later answer takes the place of an earlier one."""
    complaint = queries.complaint_for_update(complaint_id, by=by)
    require_move(complaint, COMPLAINT.move("answer"), COMPLAINT, by=by, reason=reason)
    if not answer.strip() or outcome not in queries.COMPLAINT_OUTCOMES:
        raise AnswerMissing()
    complaint.outcome, complaint.answer, complaint.answered_at = outcome, answer.strip(), at
    complaint.save(update_fields=["outcome", "answer", "answered_at"])
    due = complaint.answer_due_on
    is_late = due is not None and timezone.localdate(at) > due
    move(complaint, "answer", by=by, at=at, reason=reason, outcome=outcome, is_late=is_late)
    return complaint


@transaction.atomic
def close_complaint(complaint_id: int, *, by: Actor, at: datetime, reason: str = "") -> Complaint:
    """Close an answered complaint; by another person than who answered it."""
    complaint = queries.complaint_for_update(complaint_id, by=by)
    move(complaint, "close", by=by, at=at, reason=reason)
    return complaint


@transaction.atomic
def reopen_complaint(complaint_id: int, *, by: Actor, at: datetime, reason: str) -> Complaint:
    """Look into a complaint again, saying why."""
    complaint = queries.complaint_for_update(complaint_id, by=by)
    move(complaint, "reopen", by=by, at=at, reason=reason)
    return complaint


@transaction.atomic
def reveal_reporter(complaint_id: int, *, by: Actor, at: datetime, reason: str) -> tuple[str, str]:
    """Return name and contact of who complained under their name, and record who looked and why."""
    require_may(by, Permission.REVEAL_REPORTER, "查看举报人")
    found = queries.complaint(complaint_id, by=by)
    if not reason.strip():
        raise ReasonMissing(label="查看举报人")
    record("complaint.looked", found, by=by, at=at, reason=reason)
    return found.reporter_name, found.reporter_contact


@transaction.atomic
def ask_provider(complaint_id: int, *, question: str, by: Actor, at: datetime, reason: str = "") -> Inquiry:
    """Put a question to the provider in the bureau's own words; it never sees the complaint itself."""
    require_may(by, Permission.ACCEPT_COMPLAINT, "函询机构")
    complaint = queries.complaint_for_update(complaint_id, by=by)
    if complaint.status not in ("accepted", "investigating") or complaint.accused_id is None:
        raise NobodyToAsk()
    if not question.strip():
        raise QuestionMissing()
    on = timezone.localdate(at)
    days = queries.days_of("complaints", "inquiry_days", complaint.region_code, on)
    inquiry = Inquiry.objects.create(
        complaint=complaint,
        number=next_number(Inquiry, f"HX-{on.year}-"),
        institution_id=complaint.accused_id,
        region_code=complaint.region_code,
        question=question.strip(),
        asked_at=at,
        due_on=add_working_days(on, days) if days is not None else None,
    )
    record("inquiry.asked", inquiry, by=by, at=at, reason=reason)
    record("complaint.asked", complaint, by=by, at=at, reason=reason, inquiry=inquiry.number)
    return inquiry


@transaction.atomic
def answer_inquiry(inquiry_id: int, *, answer: str, by: Actor, at: datetime, reason: str = "") -> Inquiry:
    """Keep what the provider says, once; a late answer is taken and shown as late."""
    require_may(by, Permission.ANSWER_INQUIRY, "答复函询")
    inquiry = queries.inquiry_for_update(inquiry_id, by=by)
    if not answer.strip():
        raise AnswerMissing()
    if inquiry.answered_at is not None:
        raise InquiryAnswered()
    inquiry.answer, inquiry.answered_at = answer.strip(), at
    inquiry.save(update_fields=["answer", "answered_at"])
    is_late = inquiry.due_on is not None and timezone.localdate(at) > inquiry.due_on
    record("inquiry.answered", inquiry, by=by, at=at, reason=reason, is_late=is_late)
    return inquiry
