"""Answers: drafted from words and sourced figures, checked by a second person where the region says so, issued."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.period import Period
from kaogong.kernel.working_days import working_days_between
from kaogong.returns import queries as figures
from kaogong.returns.operations.proposals import sentence_of
from kaogong.returns.operations.returns import frozen_figures, worded
from kaogong.trail.operations import move, record, require_may, require_move

from .. import queries
from ..models import Enquiry, Reply
from ..states import ENQUIRY
from .refusals import (
    DrafterMayNotIssue,
    FigureDaysMissing,
    ReplyMissing,
    ReplyTooLong,
    SecondPersonNeeded,
)

REPLY_AT_MOST = 10_000


@transaction.atomic
def draft_reply(
    enquiry_id: int, *, text: str, by: Actor, at: datetime, starts_on: date | None = None,
    ends_on: date | None = None, codes: Sequence[str] = (), reason: str = "",
) -> Reply:  # fmt: skip
    """Write or rewrite the answer; each indicator of ``codes`` adds a sentence counted over these days.

    Every number of the text names its cell (indicator, days, snapshot) or is flagged as typed by hand.
    """
    require_may(by, Permission.DRAFT_REPLY, "起草答复")
    enquiry = queries.enquiry_for_update(enquiry_id, by=by)
    is_first = enquiry.status != "drafted"
    if is_first:
        require_move(enquiry, ENQUIRY.move("draft"), ENQUIRY, by=by, reason=reason)
    reply = queries.open_reply(enquiry.pk) or Reply(
        enquiry=enquiry, sequence=queries.replies_of(enquiry.pk).count() + 1
    )
    if starts_on or ends_on or codes:
        _take_figures(reply, enquiry, starts_on, ends_on, by=by, at=at)
    lines = [*text.splitlines(), *(sentence_of(code) for code in codes)]
    if not any(line.strip() for line in lines):
        raise ReplyMissing()
    _count(reply, enquiry, lines, by=by)
    text = "\n".join(lines)
    if len(text) > REPLY_AT_MOST:
        raise ReplyTooLong(limit=REPLY_AT_MOST)
    cells = cells_of(reply)
    reply.body = worded(text, reply.body, cells, _facts(reply, enquiry), limit=REPLY_AT_MOST)
    reply.drafted_at, reply.drafted_by, reply.drafter_id = at, by.name, by.account_id
    reply.save()
    by_hand = len(figures.typed_by_hand(reply.body))
    if is_first:
        move(enquiry, "draft", by=by, at=at, reason=reason, figures=len(reply.cells), by_hand=by_hand)
    else:
        record("enquiry.worded", enquiry, by=by, at=at, figures=len(reply.cells), by_hand=by_hand)
    return reply


def cells_of(reply: Reply) -> dict[str, dict[str, Any]]:
    """A reply's cells by key, in their order."""
    return {cell["key"]: cell for cell in reply.cells}


def _take_figures(
    reply: Reply, enquiry: Enquiry, starts_on: date | None, ends_on: date | None, *, by: Actor, at: datetime
) -> None:
    """Days and snapshot the figures are counted from; changed days forget what was counted over others."""
    require_may(by, Permission.VIEW_PEOPLE, "取数")
    if starts_on is None or ends_on is None or ends_on < starts_on:
        raise FigureDaysMissing()
    if (reply.starts_on, reply.ends_on) != (starts_on, ends_on) or reply.snapshot is None:
        snapshot = frozen_figures(f"{enquiry.number}咨询答复", by=by, at=at)
        reply.snapshot, reply.as_of = snapshot.number, snapshot.as_of
        reply.starts_on, reply.ends_on, reply.cells = starts_on, ends_on, []


def _count(reply: Reply, enquiry: Enquiry, lines: Sequence[str], *, by: Actor) -> None:
    """Count the placeholders of the text from the reply's own snapshot."""
    if reply.snapshot is None or figures.problems_in(lines) or not by.may(Permission.VIEW_PEOPLE):
        return
    period = Period.from_days(reply.starts_on, reply.ends_on)
    counting = figures.Counting(by, enquiry.region_code, "stretch", period, reply.snapshot)
    more = counting.gather(figures.asked_by(lines)).cells
    reply.cells = list((cells_of(reply) | more).values())


def _facts(reply: Reply, enquiry: Enquiry) -> dict[str, str]:
    name = ""
    if reply.starts_on:
        name = figures.period_name("stretch", Period.from_days(reply.starts_on, reply.ends_on))
    return {"region_name": catalog.region_name(enquiry.region_code), "period_name": name}


@transaction.atomic
def submit_reply(enquiry_id: int, *, by: Actor, at: datetime, reason: str = "") -> Enquiry:
    """Hand the draft to a second person; its words and figures stand until sent back or issued."""
    enquiry = queries.enquiry_for_update(enquiry_id, by=by)
    require_move(enquiry, ENQUIRY.move("submit"), ENQUIRY, by=by, reason=reason)
    reply = _draft_of(enquiry)
    reply.submitted_by = by.name
    reply.save(update_fields=["submitted_by"])
    move(enquiry, "submit", by=by, at=at, reason=reason)
    return enquiry


@transaction.atomic
def send_back_reply(enquiry_id: int, *, by: Actor, at: datetime, reason: str) -> Enquiry:
    """Give a draft back to be changed, saying what is wrong with it."""
    enquiry = queries.enquiry_for_update(enquiry_id, by=by)
    move(enquiry, "send_back", by=by, at=at, reason=reason)
    return enquiry


@transaction.atomic
def answer_enquiry(enquiry_id: int, *, by: Actor, at: datetime, reason: str = "") -> Enquiry:
    """Send the draft to its asker at once, where the region asks for no second person."""
    enquiry = queries.enquiry_for_update(enquiry_id, by=by)
    require_move(enquiry, ENQUIRY.move("answer"), ENQUIRY, by=by, reason=reason)
    persons = queries.value_of("answer_persons", enquiry.region_code, timezone.localdate(at))
    if (persons or 1) > 1:
        raise SecondPersonNeeded(persons=persons)
    return _send(enquiry, "answer", by=by, at=at, reason=reason)


@transaction.atomic
def issue_reply(enquiry_id: int, *, by: Actor, at: datetime, reason: str = "") -> Enquiry:
    """Send a checked answer to its asker; neither who wrote it last nor who handed it on may."""
    enquiry = queries.enquiry_for_update(enquiry_id, by=by)
    require_move(enquiry, ENQUIRY.move("issue"), ENQUIRY, by=by, reason=reason)
    reply = _draft_of(enquiry)
    if by.account_id is not None and reply.drafter_id == by.account_id:
        raise DrafterMayNotIssue(name=reply.drafted_by)
    return _send(enquiry, "issue", by=by, at=at, reason=reason)


def _draft_of(enquiry: Enquiry) -> Reply:
    reply = queries.open_reply(enquiry.pk)
    if reply is None:
        raise ReplyMissing()
    return reply


def _send(enquiry: Enquiry, verb: str, *, by: Actor, at: datetime, reason: str) -> Enquiry:
    """From now on the asker reads it; the first answer says whether it came in time."""
    reply = _draft_of(enquiry)
    reply.issued_at, reply.issued_by = at, by.name
    reply.save(update_fields=["issued_at", "issued_by"])
    on = timezone.localdate(at)
    if enquiry.first_answered_at is None:
        enquiry.first_answered_at = at
        enquiry.days_taken = max(0, working_days_between(timezone.localdate(enquiry.received_at), on))
        enquiry.is_in_time = on <= enquiry.answer_due_on if enquiry.answer_due_on else None
    enquiry.answered_at, enquiry.is_helped = at, None
    enquiry.save(update_fields=["first_answered_at", "days_taken", "is_in_time", "answered_at", "is_helped"])
    move(enquiry, verb, by=by, at=at, reason=reason, sequence=reply.sequence)
    return enquiry
