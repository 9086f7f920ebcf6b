"""What a review of many claims at once rests on: which are clean, which are drawn, which need a second review."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _

from kaogong.rules.conduct import conduct_said
from kaogong.trail import queries as trail

from ..models import Claim, ClaimLine, ReviewSample
from .fetching import decisions_of_claim
from .holding import holds_of_lines
from .judging import rulebook

TOPIC = "reviewing"


@dataclass(frozen=True, slots=True)
class Unclean:
    """One claim that somebody has to look at, and why."""

    claim: Claim
    why: str


def review_setting(region_code: str, name: str, on: date) -> Any:
    """One number of how claims are reviewed in a region on a day; None where nobody has said it."""
    conduct = conduct_said(rulebook(), region_code, TOPIC, on)
    found = conduct.value(name) if conduct is not None else None
    return found.value if found is not None else None


def why_not_at_once(claims: Sequence[Claim]) -> dict[int, str]:
    """Of claims that cannot be reviewed with others: why, by key. A clean one is not in it.

    Clean is a claim whose every line is payable with nothing waived and nothing left open (that no allowance is
    due beside the subsidy is no fault), that nothing holds, and that was not drawn to be looked at by itself.
    """
    drawn = set(ReviewSample.objects.filter(claim__in=claims).values_list("claim_id", flat=True))
    lines = list(ClaimLine.objects.filter(claim__in=claims, status="judged"))
    held = {line.claim_id for line in lines if line.pk in holds_of_lines(lines)}
    found = {}
    for claim in claims:
        mine = [line for line in lines if line.claim_id == claim.pk]
        if claim.status != "submitted":
            found[claim.pk] = _("状态已变")
        elif claim.pk in drawn:
            found[claim.pk] = _("已抽中，须逐份审核")
        elif claim.pk in held:
            found[claim.pk] = _("有款项暂缓支付")
        elif not mine or any(line.verdict != "payable" for line in mine):
            found[claim.pk] = _("有人不予补贴或需补充材料")
        elif _with_exceptions(claim, mine):
            found[claim.pk] = _("有例外批准或有待定事项")
    return found


def _with_exceptions(claim: Claim, lines: Iterable[ClaimLine]) -> bool:
    latest = decisions_of_claim(claim.pk)
    return any(
        finding["outcome"] in ("waived", "unknown")
        for line in lines
        for finding in latest[line.pk].decision["findings"]
    )


def drawn_from(claims: Sequence[Claim], percent: int, seed: str) -> list[Claim]:
    """The claims a seed draws: the given part of them, rounded up, in the order of SHA-256(seed:number)."""
    wanted = -(-len(claims) * percent // 100)
    ordered = sorted(claims, key=lambda claim: hashlib.sha256(f"{seed}:{claim.number}".encode()).hexdigest())
    return ordered[:wanted]


def second_review_of(claim: Claim) -> str | None:
    """Who reviewed the claim a second time since its last review, at its present amount; None for nobody."""
    seconded = None
    for entry in trail.timeline("claim", claim.pk).order_by("id"):
        if entry.verb == "claim.reviewed":
            seconded = None
        elif entry.verb == "claim.seconded" and entry.detail.get("amount_fen") == claim.amount_fen:
            seconded = entry.actor_name
    return seconded


def second_review_from(claim: Claim) -> int | None:
    """The amount in fen from which a claim wants a second review; None where nobody has said."""
    return review_setting(claim.region_code, "second_review_from", claim.event_on)
