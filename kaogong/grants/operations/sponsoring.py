"""A sponsor's agreement: registered with its list of uses, confirmed by another person, its money taken in, settled."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.funds import operations as funds
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused, WrongState
from kaogong.kernel.file_kinds import PAPERS, kind_of
from kaogong.kernel.money import yuan
from kaogong.kernel.writing import tidy
from kaogong.ledger.states import SPONSOR_FUNDS
from kaogong.trail.operations import begin, move, next_number, record, require_may, require_move

from ..models import SponsoredUse, Sponsorship
from ..queries.sponsored import receipts_of, spendings, sponsorship_for_update, standing_of
from ..states import SPONSORSHIP
from .applying import LARGEST_PAPER, GrantPaperUnreadable
from .projects import DayToCome, DocumentMissing, EntryIncomplete


class UsesIncomplete(Refused):
    """请逐项写明用途和金额，用途不能重复；各项合计应等于协议金额{agreed}，现为{total}。"""


class UseNotAgreed(Refused):
    """赞助协议{sponsorship}没有“{use}”这一用途；协议列明的用途是：{uses}。"""


class ReceiptAboveAgreement(Refused):
    """“{use}”协议金额{agreed}，已到账{received}，不能再收{wanted}；超出的请先补签协议。"""


class SponsorshipUnsettled(Refused):
    """协议{sponsorship}还有{left}没有结清：{uses}。请先支付或退还赞助方。"""


@transaction.atomic
def register_sponsorship(
    sponsor_id: int,
    *,
    event: str,
    document: str,
    agreed_on: date,
    uses: Sequence[tuple[str, int]],
    agreed_fen: int,
    filename: str,
    content: bytes,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Sponsorship:
    """Keep one sponsor's agreement with its paper and the closed list of what its money may be used for."""
    require_may(by, Permission.KEEP_SPONSORSHIPS, "登记赞助协议")
    sponsor = institutions.institution(sponsor_id, by=by)
    if not document.strip():
        raise DocumentMissing()
    if not event.strip() or agreed_fen <= 0:
        raise EntryIncomplete(what="赞助事项和协议金额")
    today = timezone.localdate(at)
    if agreed_on > today:
        raise DayToCome(day=agreed_on)
    listed = [(tidy(name)[:40], fen) for name, fen in uses]
    total = sum(fen for _, fen in listed)
    names = [name for name, _ in listed]
    if not listed or total != agreed_fen or len(set(names)) != len(names) or any(
        not name or fen <= 0 for name, fen in listed
    ):  # fmt: skip
        raise UsesIncomplete(agreed=yuan(agreed_fen), total=yuan(total))
    is_a = kind_of(content, PAPERS) if content else None
    if is_a is None or len(content) > LARGEST_PAPER:
        raise GrantPaperUnreadable(filename=filename)
    made = Sponsorship.objects.create(
        number=next_number(Sponsorship, f"{SPONSOR_FUNDS}{today.year}-"),
        sponsor=sponsor,
        event=tidy(event)[:80],
        region_code=by.region_code or sponsor.region_code,
        document=tidy(document)[:200],
        agreed_on=agreed_on,
        agreed_fen=agreed_fen,
        filename=tidy(filename)[:120],
        content_type=is_a.media_type,
        content=base64.b64encode(content).decode(),
        digest=hashlib.sha256(content).hexdigest(),
        synthetic=sponsor.synthetic,
        registered_at=at,
    )
    SponsoredUse.objects.bulk_create(
        SponsoredUse(sponsorship=made, name=name, most_fen=fen) for name, fen in listed
    )
    begin(
        made, "registered", by=by, at=at, reason=reason, agreed_fen=agreed_fen, sponsor=sponsor.pk,
        paper=made.digest, uses=[[name, fen] for name, fen in listed],
    )  # fmt: skip
    return made


@transaction.atomic
def confirm_sponsorship(sponsorship_id: int, *, by: Actor, at: datetime, reason: str = "") -> Sponsorship:
    """Confirm an agreement another person registered: its own fund is opened, and nothing else is paid from it."""
    require_may(by, Permission.DECIDE_SPONSORSHIP, "确认协议")
    found = sponsorship_for_update(sponsorship_id, by=by)
    require_move(found, SPONSORSHIP.move("confirm"), SPONSORSHIP, by=by, reason=reason)
    found.fund = funds.open_sponsored(
        found.number, name=f"{found.sponsor.name}赞助：{found.event}", region_code=found.region_code,
        year=found.agreed_on.year, department=found.sponsor.name, by=by, at=at,
    )  # fmt: skip
    found.save(update_fields=["fund"])
    move(found, "confirm", by=by, at=at, reason=reason, agreed_fen=found.agreed_fen)
    return found


@transaction.atomic
def discard_sponsorship(sponsorship_id: int, *, by: Actor, at: datetime, reason: str) -> Sponsorship:
    """Do not confirm an agreement, with the reason; it never had a fund."""
    require_may(by, Permission.DECIDE_SPONSORSHIP, "不予确认")
    found = sponsorship_for_update(sponsorship_id, by=by)
    move(found, "discard", by=by, at=at, reason=reason)
    return found


@transaction.atomic
def receive_sponsored(
    sponsorship_id: int,
    *,
    amounts: Mapping[str, int],
    document: str,
    on: date,
    by: Actor,
    at: datetime,
) -> Sponsorship:
    """Take in what the sponsor paid, use by use, under the bank's paper; never above what was agreed for a use."""
    require_may(by, Permission.KEEP_SPONSORSHIPS, "登记赞助到账")
    found = sponsorship_for_update(sponsorship_id, by=by)
    _require_running(found, "登记赞助到账")
    if not document.strip():
        raise DocumentMissing()
    if on > timezone.localdate(at):
        raise DayToCome(day=on)
    parts = [(use, fen) for use, fen in amounts.items() if fen]
    if not parts or any(fen < 0 for _, fen in parts):
        raise EntryIncomplete(what="金额")
    standing = {row.use.name: row for row in standing_of(found)}
    for name, fen in parts:
        row = standing.get(name)
        if row is None:
            raise UseNotAgreed(sponsorship=found.number, use=name, uses="、".join(standing))
        if row.received_fen + fen > row.use.most_fen:
            raise ReceiptAboveAgreement(
                use=name, agreed=yuan(row.use.most_fen), received=yuan(row.received_fen), wanted=yuan(fen)
            )
    funds.take_in_sponsored(found.fund, parts, document=tidy(document)[:200], told_on=on, by=by, at=at)
    record(
        "sponsorship.received", found, by=by, at=at, amount_fen=sum(fen for _, fen in parts),
        document=tidy(document)[:200],
    )  # fmt: skip
    return found


@transaction.atomic
def correct_sponsored_receipt(
    sponsorship_id: int, transfer_id: int, *, by: Actor, at: datetime, reason: str
) -> Sponsorship:
    """Answer a receipt written down wrongly by its opposite, with the reason; not what is spent already."""
    require_may(by, Permission.DECIDE_SPONSORSHIP, "更正赞助到账")
    found = sponsorship_for_update(sponsorship_id, by=by)
    _require_running(found, "更正赞助到账")
    if not reason.strip():
        raise ReasonMissing(label="更正赞助到账")
    if transfer_id not in {row.pk for row in receipts_of(found)}:
        raise NotFound()
    answer = funds.correct_sponsored(found.fund, transfer_id, by=by, at=at, reason=reason)
    record(
        "sponsorship.receipt_corrected", found, by=by, at=at, reason=reason, amount_fen=answer.amount_fen,
        document=answer.document,
    )  # fmt: skip
    return found


@transaction.atomic
def close_sponsorship(sponsorship_id: int, *, by: Actor, at: datetime, reason: str = "") -> Sponsorship:
    """Settle an agreement of whose money nothing is left: all of it spent or given back to the sponsor."""
    require_may(by, Permission.DECIDE_SPONSORSHIP, "结清协议")
    found = sponsorship_for_update(sponsorship_id, by=by)
    require_move(found, SPONSORSHIP.move("close"), SPONSORSHIP, by=by, reason=reason)
    left = [(row.use.name, row.left_fen + row.under_way_fen) for row in standing_of(found)]
    waiting = spendings(by, sponsorship_id=found.pk, status="asked").count()
    if waiting or any(fen for _, fen in left):
        raise SponsorshipUnsettled(
            sponsorship=found.number, left=yuan(sum(fen for _, fen in left)),
            uses="、".join(f"{name}{yuan(fen)}" for name, fen in left if fen) or f"{waiting}笔支出待批准",
        )  # fmt: skip
    found.closed_on = timezone.localdate(at)
    found.save(update_fields=["closed_on"])
    move(found, "close", by=by, at=at, reason=reason)
    return found


def _require_running(found: Sponsorship, label: str) -> None:
    if found.status != "confirmed":
        raise WrongState(state=SPONSORSHIP.label(found.status), label=label)
