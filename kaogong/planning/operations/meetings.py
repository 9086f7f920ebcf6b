"""Joint meetings (联席会议): called, held, what they decide, and whether it was done."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused, WrongState
from kaogong.kernel.writing import tidy, tidy_name
from kaogong.planning import queries
from kaogong.planning.models import JointMeeting, MeetingItem
from kaogong.planning.states import JOINT_MEETING, MEETING_ITEM
from kaogong.trail.operations import begin, move, next_number, require_may, require_move

from .targets import require_region


class MeetingUnclear(Refused):
    """会议的{field}没有填对：{problem}。"""


class MattersOpen(Refused):
    """还有{count}项议题没有登记决定，先登记决定或写明不再议。"""


@transaction.atomic
def call_meeting(
    *,
    region_code: str,
    title: str,
    held_on: date,
    by: Actor,
    at: datetime,
    place: str = "",
    chair: str = "",
    units: tuple[str, ...] = (),
) -> JointMeeting:
    """Call a joint meeting of these units for a day."""
    require_may(by, Permission.CALL_MEETING, "通知联席会议")
    require_region(region_code, by=by)
    if not tidy(title):
        raise MeetingUnclear(field="名称", problem="必须填写")
    meeting = JointMeeting.objects.create(
        region_code=region_code, number=next_number(JointMeeting, f"LX-{held_on.year}-", 3),
        title=tidy(title)[:200], held_on=held_on, place=tidy(place)[:120], chair=tidy_name(chair)[:60],
        units=[tidy(unit) for unit in units], called_at=at,
    )  # fmt: skip
    begin(meeting, "called", by=by, at=at, held_on=held_on.isoformat())
    return meeting


@transaction.atomic
def raise_item(
    meeting_id: int, *, subject: str, by: Actor, at: datetime, raised_by: str = "", duty_id: int | None = None
) -> MeetingItem:
    """Put a matter before a meeting that is not over."""
    require_may(by, Permission.CALL_MEETING, "登记议题")
    meeting = queries.meeting_for_update(meeting_id, by=by)
    if meeting.status != "called":
        raise WrongState(state=JOINT_MEETING.label(meeting.status), label="登记议题")
    if not tidy(subject):
        raise MeetingUnclear(field="议题", problem="必须填写")
    duty = queries.duty(duty_id, by=by) if duty_id is not None else None
    last = MeetingItem.objects.filter(meeting=meeting).aggregate(last=Max("sequence"))["last"] or 0
    item = MeetingItem.objects.create(
        meeting=meeting, region_code=meeting.region_code, sequence=last + 1, subject=tidy(subject)[:200],
        raised_by=tidy(raised_by)[:120], duty=duty,
    )  # fmt: skip
    begin(item, "raised", by=by, at=at, meeting=meeting.number)
    return item


@transaction.atomic
def decide_item(
    item_id: int, *, decision: str, owner: str, due_on: date, by: Actor, at: datetime
) -> MeetingItem:
    """Note what the meeting decided, who does it and by when."""
    item = queries.meeting_item_for_update(item_id, by=by)
    require_move(item, MEETING_ITEM.move("decide"), MEETING_ITEM, by=by, reason="")
    for is_wrong, field, problem in (
        (not decision.strip(), "决定", "必须填写"),
        (not tidy(owner), "负责单位", "必须填写"),
        (due_on < item.meeting.held_on, "完成期限", "不能早于会议日期"),
    ):
        if is_wrong:
            raise MeetingUnclear(field=field, problem=problem)
    item.decision, item.owner, item.due_on = decision.strip(), tidy(owner)[:120], due_on
    item.save(update_fields=["decision", "owner", "due_on"])
    move(item, "decide", by=by, at=at, owner=item.owner, due_on=due_on.isoformat())
    return item


@transaction.atomic
def hold_meeting(
    meeting_id: int, *, attendees: str, by: Actor, at: datetime, reason: str = ""
) -> JointMeeting:
    """Note that the meeting took place and who came; every matter was decided or dropped."""
    meeting = queries.meeting_for_update(meeting_id, by=by)
    require_move(meeting, JOINT_MEETING.move("hold"), JOINT_MEETING, by=by, reason=reason)
    if timezone.localdate(at) < meeting.held_on:
        raise MeetingUnclear(field="召开日期", problem="还没有到，不能记为已召开")
    waiting = MeetingItem.objects.filter(meeting=meeting, status="raised").count()
    if waiting:
        raise MattersOpen(count=waiting)
    meeting.attendees = attendees.strip()
    meeting.save(update_fields=["attendees"])
    move(meeting, "hold", by=by, at=at, reason=reason)
    return meeting


@transaction.atomic
def cancel_meeting(meeting_id: int, *, by: Actor, at: datetime, reason: str) -> JointMeeting:
    """Call a meeting off; its matters are to be raised again at another."""
    meeting = queries.meeting_for_update(meeting_id, by=by)
    move(meeting, "cancel", by=by, at=at, reason=reason)
    return meeting


@transaction.atomic
def report_item(item_id: int, *, result: str, by: Actor, at: datetime) -> MeetingItem:
    """Say, as the unit that was given it, what came of a matter; whoever notes decisions confirms it or not."""
    item = _with_result(item_id, "report", result, by=by)
    item.reported_on = timezone.localdate(at)
    item.save(update_fields=["result", "reported_on"])
    move(item, "report", by=by, at=at, unit=item.owner)
    return item


@transaction.atomic
def return_item(item_id: int, *, by: Actor, at: datetime, reason: str) -> MeetingItem:
    """Say that what its unit reported is not enough yet."""
    return _taken_up(item_id, "return", by=by, at=at, reason=reason)


@transaction.atomic
def finish_item(item_id: int, *, result: str, by: Actor, at: datetime) -> MeetingItem:
    """Note that what was decided is done, and what came of it; done the day its unit said so, where it did."""
    item = _with_result(item_id, "finish", result, by=by)
    item.finished_on = item.reported_on or timezone.localdate(at)
    item.save(update_fields=["result", "finished_on"])
    move(item, "finish", by=by, at=at, late=item.finished_on > item.due_on)
    return item


@transaction.atomic
def reopen_item(item_id: int, *, by: Actor, at: datetime, reason: str) -> MeetingItem:
    """Take up again what was said to be done."""
    return _taken_up(item_id, "reopen", by=by, at=at, reason=reason)


@transaction.atomic
def drop_item(item_id: int, *, by: Actor, at: datetime, reason: str) -> MeetingItem:
    """Drop a matter without a decision."""
    item = queries.meeting_item_for_update(item_id, by=by)
    move(item, "drop", by=by, at=at, reason=reason)
    return item


def _with_result(item_id: int, verb: str, result: str, *, by: Actor) -> MeetingItem:
    """The matter with what came of it, not yet kept; whoever may not say so is refused before the words are."""
    item = queries.meeting_item_for_update(item_id, by=by)
    require_move(item, MEETING_ITEM.move(verb), MEETING_ITEM, by=by, reason="")
    if not result.strip():
        raise MeetingUnclear(field="落实情况", problem="必须填写")
    item.result = result.strip()
    return item


def _taken_up(item_id: int, verb: str, *, by: Actor, at: datetime, reason: str) -> MeetingItem:
    """The matter open again: what its unit said of it holds no longer."""
    item = queries.meeting_item_for_update(item_id, by=by)
    move(item, verb, by=by, at=at, reason=reason)
    item.reported_on = None
    item.save(update_fields=["reported_on"])
    return item
