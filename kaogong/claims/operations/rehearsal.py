"""What claiming would give, seen before it is done."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kaogong.kernel.actor import Actor
from kaogong.rules import Decision

from .. import queries
from ..models import Claim, ClaimLine
from .submission import submit_claim


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A claim as it would be judged now, line by line. Nothing of it is kept; its numbers are not its own."""

    claim: Claim
    lines: list[tuple[ClaimLine, Decision]]

    @property
    def amount_fen(self) -> int:
        return self.claim.amount_fen

    def count(self, verdict: str) -> int:
        return sum(line.verdict == verdict for line, _decision in self.lines)


def rehearse_claim(class_id: int, *, by: Actor, at: datetime, stage: str = "") -> Rehearsal:
    """Submit the claim of a class, see what comes out, and take it all back; refuses as submitting would."""
    with transaction.atomic():
        claim = submit_claim(class_id, by=by, at=at, stage=stage)
        decisions = queries.decisions_of_claim(claim.pk)
        lines = [(line, Decision.from_dict(decisions[line.pk].decision)) for line in queries.lines(claim.pk)]
        transaction.set_rollback(True)
    return Rehearsal(claim, lines)
