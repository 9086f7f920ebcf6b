"""Each party's sealed seed: first what it is bound to, later what it was."""

from datetime import datetime

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.access.roles import ROLES
from kaogong.kernel import drawing
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, WrongState
from kaogong.supervision import queries
from kaogong.supervision.models import Draw, SeedParty
from kaogong.supervision.states import DRAW
from kaogong.trail.operations import record, require_may

from .refusals import CommitmentMalformed, NotAParty, SeedAlreadyCommitted, SeedNotCommitted


@transaction.atomic
def commit_seed(draw_id: int, commitment: str, *, by: Actor, at: datetime, reason: str = "") -> SeedParty:
    """Bind the actor to a seed nobody has seen, before the roster's digest is published."""
    require_may(by, Permission.COMMIT_SEED, "提交种子承诺")
    draw = _draw_in(draw_id, "prepared", "提交种子承诺", by=by)
    commitment = commitment.strip().lower()
    if not drawing.is_secret(commitment):
        raise CommitmentMalformed()
    others = queries.parties(draw.pk)
    if others.filter(account_id=by.account_id).exists() or others.filter(commitment=commitment).exists():
        raise SeedAlreadyCommitted()
    label = ROLES[by.role].label if by.role in ROLES else by.role
    party = SeedParty.objects.create(
        draw=draw,
        account_id=by.account_id,
        name=f"{label} {others.count() + 1}",
        commitment=commitment,
        committed_at=at,
    )
    record("draw.seed_committed", draw, by=by, at=at, reason=reason, commitment=commitment)
    return party


@transaction.atomic
def reveal_seed(
    draw_id: int, seed: str, salt: str, *, by: Actor, at: datetime, reason: str = ""
) -> SeedParty:
    """Open the actor's seed after the digest was published; one that does not fit the commitment is refused."""
    require_may(by, Permission.REVEAL_SEED, "公开种子")
    draw = _draw_in(draw_id, "committed", "公开种子", by=by)
    party = queries.party_of(draw.pk, by)
    if party is None:
        raise NotAParty()
    seed, salt = seed.strip().lower(), salt.strip().lower()
    fits = drawing.is_secret(seed) and drawing.is_secret(salt)
    if not fits or drawing.commitment(seed, salt) != party.commitment:
        raise SeedNotCommitted()
    if party.revealed_at is None:
        party.seed, party.salt, party.revealed_at = seed, salt, at
        party.save(update_fields=["seed", "salt", "revealed_at"])
        record("draw.seed_revealed", draw, by=by, at=at, reason=reason)
    return party


def _draw_in(draw_id: int, status: str, label: str, *, by: Actor) -> Draw:
    if by.account_id is None:
        raise NotFound()
    draw = queries.draw_for_update(draw_id, by=by)
    if draw.status != status:
        raise WrongState(state=DRAW.label(draw.status), label=label)
    return draw
