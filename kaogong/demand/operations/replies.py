"""An enterprise's reply: a draft kept line by line, sent once, sent again until the round closes."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.demand import queries
from kaogong.demand.models import PAY_FORMS, DemandReply, PostLine, WageLine
from kaogong.institutions.operations.importing import SheetTaken, take_sheet
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.sheets.demand_layouts import POSTS, WAGES
from kaogong.trail.operations import move, record, require_may

from .lines import fen_of, level_code_of, post_line, wage_line

MOST_LINES = 300


class DemandRoundNotOpen(Refused):
    """这次调查在{opens_on}至{closes_on}之间填报，现在不能填写。"""


class ReplyEmpty(Refused):
    """还没有填写任何岗位。确实没有用工需求的，请勾选“没有用工需求”。"""


class LineChanged(Refused):
    """这一行刚才已被改动或删除，这次没有保存。请看现在的内容，需要的再改一次。"""


class TooManyLines(Refused):
    """一次填报最多{most}行，多的请合并或另存一份表格。"""


@transaction.atomic
def save_demand_line(
    reply_id: int,
    line: dict,
    *,
    by: Actor,
    at: datetime,
    index: int | None = None,
    seen: str = "",
    link: str = "",
) -> DemandReply:
    """Keep one line in the draft, at its place or at the end; nothing counts before it is submitted.

    ``link`` is the code an enterprise without an account answers by, in place of a right. ``seen`` is the mark of
    the line as its writer saw it (``line_mark``): what stands there now must be the same.
    """
    reply, _doer = _writing(reply_id, by, link, at)
    kept = (post_line if reply.round.kind == "posts" else wage_line)(line)
    lines = list(reply.draft)
    if index is None:
        lines.append(kept)
    else:
        _require_seen(reply, index, seen)
        lines[index] = kept
    return _keep(reply, lines, at)


@transaction.atomic
def drop_demand_line(
    reply_id: int, index: int, *, by: Actor, at: datetime, seen: str = "", link: str = ""
) -> DemandReply:
    """Take one line out of the draft, the one its writer saw there."""
    reply, _doer = _writing(reply_id, by, link, at)
    _require_seen(reply, index, seen)
    return _keep(reply, [one for place, one in enumerate(reply.draft) if place != index], at)


@transaction.atomic
def import_demand_lines(
    reply_id: int, data: bytes, filename: str, *, by: Actor, at: datetime, link: str = ""
) -> SheetTaken:
    """Add the good rows of a sheet to the draft; bad rows are named and left out."""
    reply, doer = _writing(reply_id, by, link, at)
    lines = list(reply.draft)
    posts = reply.round.kind == "posts"

    def keep(row: dict) -> None:
        read = {
            "occupation": row["occupation"],
            "level_code": level_code_of(row.get("level")),
        }
        if posts:
            read |= {name: row.get(name) for name in ("post", "needed_now", "needed_in_year")}
            read["wage_fen"] = fen_of(row.get("wage"), "月工资")
        else:
            read |= {"sequence": row["band"], "people": row["people"]}
            read["yearly_fen"] = fen_of(row["yearly"], "人均全年工资")
            read |= {f"{form}_people": row.get(f"{form}_people") for form, _ in PAY_FORMS}
        lines.append((post_line if posts else wage_line)(read))

    taken = take_sheet(data, filename, POSTS if posts else WAGES, keep)
    _keep(reply, lines, at)
    record("demand_reply.imported", reply, by=doer, at=at, kept=taken.kept, refused=len(taken.problems))
    return taken


@transaction.atomic
def submit_demand_reply(
    reply_id: int,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    nothing_needed: bool = False,
    link: str = "",
) -> DemandReply:
    """Send the draft: from now on its lines count, in place of those sent before (until the round closes)."""
    reply, doer = _writing(reply_id, by, link, at)
    if not reply.draft and not nothing_needed:
        raise ReplyEmpty()
    again = reply.revision > 0
    reply.revision += 1
    reply.submitted_at = at
    reply.save(update_fields=["revision", "submitted_at"])
    kind = PostLine if reply.round.kind == "posts" else WageLine
    kind.objects.bulk_create(kind(reply=reply, revision=reply.revision, **line) for line in reply.draft)
    move(reply, "resubmit" if again else "submit", by=doer, at=at, reason=reason, lines=len(reply.draft))
    return reply


def _require_seen(reply: DemandReply, index: int, seen: str) -> None:
    """Refuse where no line stands at that place, or another one than was seen there ("": not asked)."""
    if seen and not (0 <= index < len(reply.draft) and queries.line_mark(reply.draft[index]) == seen):
        raise LineChanged()
    if not 0 <= index < len(reply.draft):
        raise NotFound()


def _writing(reply_id: int, by: Actor, link: str, at: datetime) -> tuple[DemandReply, Actor]:
    """The reply, locked, and who writes it: an account of the enterprise, or whoever holds its link."""
    if link:
        if queries.reply_of_link(link).pk != reply_id:
            raise NotFound()
        reply = DemandReply.objects.select_related("round").select_for_update(of=("self",)).get(pk=reply_id)
        rights = frozenset({str(Permission.SUBMIT_DEMAND_REPLY)})
        by = Actor(name=reply.name, role="public", permissions=rights)
    else:
        require_may(by, Permission.SUBMIT_DEMAND_REPLY, "填报企业调查")
        reply = queries.demand_reply_for_update(reply_id, by=by)
    _require_open(reply, timezone.localdate(at))
    return reply, by


def _require_open(reply: DemandReply, today: date) -> None:
    asked = reply.round
    if asked.status != "opened" or not asked.opens_on <= today <= asked.closes_on:
        raise DemandRoundNotOpen(opens_on=asked.opens_on, closes_on=asked.closes_on)


def _keep(reply: DemandReply, lines: list[dict], at: datetime) -> DemandReply:
    if len(lines) > MOST_LINES:
        raise TooManyLines(most=MOST_LINES)
    reply.draft, reply.draft_saved_at = lines, at
    reply.save(update_fields=["draft", "draft_saved_at"])
    return reply
