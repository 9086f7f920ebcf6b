"""Review of many claims at once, and the second review of a large one."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.money import yuan
from kaogong.trail.operations import move, record, require_may

from ..models import Claim, ReviewSample
from ..queries import reviewing as queries
from ..queries.fetching import claim_for_update


class NothingToReview(Refused):
    """没有选择待审核的申领。"""


class SampleUnknown(Refused):
    """没有规定批量审核时抽审多少，不能批量审核；请逐份审核。"""


class SecondReviewMissing(Refused):
    """申领{claim}金额{amount}，达到{threshold}须先由另一人复审，再核准。"""


@dataclass(slots=True)
class Reviewed:
    """What became of claims reviewed at once."""

    passed: list[Claim] = field(default_factory=list)
    drawn: list[Claim] = field(default_factory=list)
    unclean: list[queries.Unclean] = field(default_factory=list)


@transaction.atomic
def review_claims(claim_ids: Iterable[int], *, by: Actor, at: datetime, reason: str = "") -> Reviewed:
    """Pass on every clean claim of these but a random part, which somebody has to look at one by one.

    A claim is clean when every finding of every line passed and nothing holds it. Those drawn stay drawn: asking
    again does not draw anew. The seed is kept, so that the draw can be repeated. Others are left as they are and
    named with their reason.
    """
    require_may(by, Permission.REVIEW_CLAIM, "批量审核")
    claims = [claim_for_update(pk, by=by) for pk in sorted(set(claim_ids))]
    if not claims:
        raise NothingToReview()
    reasons = queries.why_not_at_once(claims)
    found = Reviewed(unclean=[queries.Unclean(c, reasons[c.pk]) for c in claims if c.pk in reasons])
    clean = [claim for claim in claims if claim.pk not in reasons]
    if not clean:
        return found
    percents = {
        queries.review_setting(claim.region_code, "sample_percent", timezone.localdate(at)) for claim in clean
    }
    if None in percents:
        raise SampleUnknown()
    seed = secrets.token_hex(16)
    found.drawn = queries.drawn_from(clean, max(percents), seed)
    ReviewSample.objects.bulk_create(
        ReviewSample(claim=claim, seed=seed, drawn_of=len(clean), drawn_at=at, drawn_by_name=by.name)
        for claim in found.drawn
    )
    for claim in clean:
        if claim in found.drawn:
            record("claim.drawn", claim, by=by, at=at, subject_kind="claim", seed=seed, drawn_of=len(clean))
        else:
            move(claim, "review", by=by, at=at, reason=reason, reviewed_with=len(clean))
            found.passed.append(claim)
    return found


@transaction.atomic
def second_claim(claim_id: int, *, by: Actor, at: datetime, reason: str = "") -> Claim:
    """Agree to a reviewed claim as a second person; a large claim is approved by a third only after it."""
    claim = claim_for_update(claim_id, by=by)
    move(claim, "second", by=by, at=at, reason=reason, amount_fen=claim.amount_fen)
    return claim


def require_second_review(claim: Claim) -> None:
    """Refuse the approval of a large claim that nobody reviewed a second time at its present amount."""
    threshold = queries.second_review_from(claim)
    if threshold is not None and claim.amount_fen >= threshold and queries.second_review_of(claim) is None:
        raise SecondReviewMissing(
            claim=claim.number, amount=yuan(claim.amount_fen), threshold=yuan(threshold)
        )
