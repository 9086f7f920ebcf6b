"""Supervision notices (督办): asking a unit why a target lags, its reply, and what is made of it."""

import base64
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotPermitted, Refused
from kaogong.kernel.file_kinds import PAPERS, kind_of
from kaogong.kernel.region_code import RegionCode
from kaogong.kernel.working_days import add_working_days
from kaogong.kernel.writing import tidy, tidy_name
from kaogong.planning import queries
from kaogong.planning.models import SupervisionNotice, SupervisionReply
from kaogong.planning.states import SUPERVISION_NOTICE
from kaogong.trail.operations import begin, move, next_number, require_may, require_move

from .targets import require_region

LARGEST_PAPER = 10 * 2**20


class SupervisionUnclear(Refused):
    """督办的{field}没有填对：{problem}。"""


class TargetNotSet(Refused):
    """只能就已下达的目标发出督办。"""


class ReplyMissing(Refused):
    """请填写回复内容。"""

    form_field = "content"


class PaperNotReadable(Refused):
    """附件应为PDF、JPG或PNG，不超过10兆。"""

    form_field = "paper"


@transaction.atomic
def issue_supervision(
    target_id: int,
    *,
    unit: str,
    asked: str,
    by: Actor,
    at: datetime,
    region_code: str = "",
    working_days: int | None = None,
) -> SupervisionNotice:
    """Ask a unit about a lagging target, to reply within so many working days.

    ``region_code`` is where the unit is (its bureau's accounts see the notice), the target's own unless told.
    Without ``working_days`` the region's dated data decide; where they say nothing, whoever asks must.
    """
    require_may(by, Permission.ISSUE_SUPERVISION, "发出督办")
    target = queries.target_for_update(target_id, by=by)
    region_code = region_code or target.region_code
    require_region(region_code, by=by)
    if target.status != "set":
        raise TargetNotSet()
    today = timezone.localdate(at)
    days = working_days or queries.conduct_of(target.region_code, today).reply_days
    for is_wrong, field, problem in (
        (not tidy(unit), "被督办单位", "必须填写"),
        (not asked.strip(), "要求", "必须填写"),
        (not days or days < 1, "期限", "文件没有规定回复期限，请填写几个工作日"),
    ):
        if is_wrong:
            raise SupervisionUnclear(field=field, problem=problem)
    notice = SupervisionNotice.objects.create(
        number=next_number(SupervisionNotice, f"DB-{today.year}-", 4),
        target=target,
        region_code=region_code,
        from_region_code=target.region_code,
        unit=tidy(unit)[:120],
        title=target.title,
        said=_said(target, today),
        asked=asked.strip(),
        working_days=days,
        issued_on=today,
        due_on=add_working_days(today, days),
    )
    begin(notice, "issued", by=by, at=at, unit=notice.unit, due_on=notice.due_on.isoformat())
    return notice


@transaction.atomic
def reply_supervision(
    notice_id: int,
    *,
    content: str,
    by: Actor,
    at: datetime,
    replier: str = "",
    paper: bytes = b"",
    paper_title: str = "",
) -> SupervisionReply:
    """Reply to a notice for the unit asked, with its paper where there is one."""
    notice = queries.supervision_for_update(notice_id, by=by)
    require_move(notice, SUPERVISION_NOTICE.move("reply"), SUPERVISION_NOTICE, by=by, reason="")
    if not content.strip():
        raise ReplyMissing()
    sealed, title = read_paper(paper, paper_title)
    reply = SupervisionReply.objects.create(
        notice=notice, content=content.strip(), replier=tidy_name(replier)[:60], paper=sealed,
        paper_title=title, replied_at=at,
    )  # fmt: skip
    move(notice, "reply", by=by, at=at, late=timezone.localdate(at) > notice.due_on)
    return reply


@transaction.atomic
def accept_supervision(notice_id: int, *, by: Actor, at: datetime, reason: str = "") -> SupervisionNotice:
    """Accept the reply: the matter is settled. Only for the region that asked."""
    notice = _asked_by(notice_id, "accept", by=by)
    move(notice, "accept", by=by, at=at, reason=reason)
    return notice


@transaction.atomic
def return_supervision(notice_id: int, *, by: Actor, at: datetime, reason: str) -> SupervisionNotice:
    """Send the reply back; the unit has the same number of working days again."""
    notice = _asked_by(notice_id, "return", by=by)
    move(notice, "return", by=by, at=at, reason=reason)
    notice.due_on = add_working_days(timezone.localdate(at), notice.working_days)
    notice.save(update_fields=["due_on"])
    return notice


@transaction.atomic
def cancel_supervision(notice_id: int, *, by: Actor, at: datetime, reason: str) -> SupervisionNotice:
    """Take a notice back."""
    notice = _asked_by(notice_id, "cancel", by=by)
    move(notice, "cancel", by=by, at=at, reason=reason)
    return notice


def read_paper(paper: bytes, title: str) -> tuple[str, str]:
    """A handed-in paper as it is sealed, with a title that ends as its content does; PaperNotReadable."""
    if not paper:
        return "", ""
    kind = kind_of(paper, PAPERS)
    if kind is None or len(paper) > LARGEST_PAPER:
        raise PaperNotReadable()
    return base64.b64encode(paper).decode(), f"{tidy(title).rsplit('.', 1)[0][-100:]}.{kind.extension}"


def _asked_by(notice_id: int, verb: str, *, by: Actor) -> SupervisionNotice:
    notice = queries.supervision_for_update(notice_id, by=by)
    own = bool(by.region_code) and not by.own_unit
    asks = by.role == "system" or (own and RegionCode(by.region_code).covers(notice.from_region_code))
    if not asks:
        raise NotPermitted(label=SUPERVISION_NOTICE.move(verb).label)
    return notice


def _said(target, today) -> str:
    """Where the target stood when the notice was issued, in plain numbers."""
    reading = queries.latest_readings([target.pk]).get(target.pk)
    told = queries.standing_of(target, reading, today).progress
    if told is None or told.done is None:
        return "进度还没有统计。"
    shown = queries.in_words
    words = (
        f"截至{reading.as_of}完成{shown(told.done, target.unit)}，"
        f"目标{shown(target.value, target.unit)}，按时间进度应为{shown(told.straight, target.unit)}。"
    )
    if told.forecast is not None:
        ahead = told.forecast
        words += (
            f"照此推算期末约{shown(ahead.value, target.unit)}"
            f"（八成把握在{shown(ahead.low, target.unit)}至{shown(ahead.high, target.unit)}之间）。"
        )
    return words
