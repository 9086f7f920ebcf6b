"""The first of two signatures, of a return as of an answer, and what happens to it when either is sent back."""

from datetime import datetime

from kaogong.kernel.actor import Actor
from kaogong.trail.operations import move, require_move

from ..models import PeriodReturn, Proposal
from .refusals import ContentMoved

Signed = PeriodReturn | Proposal


def require_first_signature(one: Signed, *, by: Actor, reason: str) -> None:
    """Refuse by right and by state before anything is said of the content."""
    lifecycle = type(one).lifecycle
    require_move(one, lifecycle.move("sign"), lifecycle, by=by, reason=reason)


def require_seen(one: Signed, seen: str, *, title: str) -> None:
    """Refuse what is done to other content than its doer had before them (``seen``: its digest; "": not asked)."""
    if seen and seen != one.content_digest:
        raise ContentMoved(title=title)


def sign_first(one: Signed, *, by: Actor, at: datetime, reason: str) -> None:
    """Everything stands as its digest says until the second signature or until it is sent back."""
    one.signed_at, one.signed_by = at, by.name
    one.save(update_fields=["signed_at", "signed_by"])
    move(one, "sign", by=by, at=at, reason=reason, digest=one.content_digest)


def send_back_signed(one: Signed, *, by: Actor, at: datetime, reason: str) -> None:
    """Give what was signed back to be changed; its first signature falls."""
    move(one, "send_back", by=by, at=at, reason=reason)
    one.signed_at, one.signed_by = None, ""
    one.save(update_fields=["signed_at", "signed_by"])
