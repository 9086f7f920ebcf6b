"""Reading rounds of asking enterprises and their replies."""

import json
from datetime import date
from hashlib import sha256

from django.core import signing
from django.db.models import Avg, Count, F, Q, QuerySet, Sum

from kaogong.access.queries import in_reach
from kaogong.demand.models import DemandReply, DemandRound, PostLine, WageLine
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound

LINK_SALT = "demand.reply"


def demand_rounds(by: Actor) -> QuerySet[DemandRound]:
    """Rounds in reach, latest first, each with ``asked`` and ``answered``."""
    rows = in_reach(DemandRound.objects.all(), by, organisation=None)
    return rows.annotate(
        asked=Count("replies"), answered=Count("replies", filter=Q(replies__status="submitted"))
    ).order_by("-opens_on", "-id")


def rounds_unanswered(by: Actor, on: date, until: date) -> QuerySet[DemandRound]:
    """Open rounds that end from one day to another and have enterprises that have not answered, soonest first."""
    rows = demand_rounds(by).filter(status="opened", closes_on__gte=on, closes_on__lte=until)
    return rows.filter(asked__gt=F("answered")).order_by("closes_on", "id")


def demand_round(round_id: int, *, by: Actor) -> DemandRound:
    """One round in reach, or NotFound."""
    found = demand_rounds(by).filter(pk=round_id).first()
    if found is None:
        raise NotFound()
    return found


def demand_round_for_update(round_id: int, *, by: Actor) -> DemandRound:
    """The same, locked."""
    rows = in_reach(DemandRound.objects.all(), by, organisation=None)
    found = rows.select_for_update().filter(pk=round_id).first()
    if found is None:
        raise NotFound()
    return found


def demand_replies(by: Actor) -> QuerySet[DemandReply]:
    """Replies in reach, with their round: an enterprise's own, or those of a region's rounds."""
    rows = in_reach(DemandReply.objects.select_related("round"), by, region="round__region_code")
    return rows.order_by("-round__opens_on", "name", "id")


def demand_reply(reply_id: int, *, by: Actor) -> DemandReply:
    """One reply in reach, or NotFound."""
    found = demand_replies(by).filter(pk=reply_id).first()
    if found is None:
        raise NotFound()
    return found


def demand_reply_for_update(reply_id: int, *, by: Actor) -> DemandReply:
    """The same, locked."""
    rows = demand_replies(by).select_for_update(of=("self",))
    found = rows.filter(pk=reply_id).first()
    if found is None:
        raise NotFound()
    return found


def replies_to_write(by: Actor) -> QuerySet[DemandReply]:
    """What an enterprise has been asked and not yet answered, in rounds that are open."""
    return demand_replies(by).filter(status="invited", round__status="opened")


def link_of(reply: DemandReply) -> str:
    """The code of the link by which one enterprise answers without an account."""
    return signing.Signer(salt=LINK_SALT).sign(str(reply.pk))


def reply_of_link(token: str) -> DemandReply:
    """The reply a link stands for; NotFound for a code nobody was given."""
    try:
        key = int(signing.Signer(salt=LINK_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        raise NotFound() from None
    found = DemandReply.objects.select_related("round").filter(pk=key).first()
    if found is None:
        raise NotFound()
    return found


def posts_of(reply: DemandReply) -> QuerySet[PostLine]:
    """The lines that count of one reply."""
    return PostLine.objects.filter(reply=reply, revision=reply.revision).order_by("pk")


def wages_of(reply: DemandReply) -> QuerySet[WageLine]:
    """The wages that count of one reply."""
    return WageLine.objects.filter(reply=reply, revision=reply.revision).order_by("pk")


def line_mark(line: dict) -> str:
    """A short mark of one line of a draft, another for any other line."""
    return sha256(json.dumps(line, sort_keys=True).encode()).hexdigest()[:16]


def is_as_sent(reply: DemandReply) -> bool:
    """Whether the draft says nothing else than what was sent last."""
    sent = posts_of(reply) if reply.round.kind == "posts" else wages_of(reply)
    names = list(reply.draft[0]) if reply.draft else []
    return reply.draft == list(sent.values(*names)) if names else not sent.exists()


def posts_asked_for(round_id: int) -> list[dict]:
    """What a round's answers ask for, occupation by occupation, the most wanted first."""
    rows = PostLine.objects.filter(reply__round_id=round_id, revision=F("reply__revision"))
    return list(
        rows.values("occupation_code")
        .annotate(
            employers=Count("reply", distinct=True),
            now=Sum("needed_now"),
            in_year=Sum("needed_in_year"),
            wage=Avg("wage_fen"),
        )
        .order_by("-now", "-in_year", "occupation_code")
    )
