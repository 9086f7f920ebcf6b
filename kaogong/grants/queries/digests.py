"""What a decision on a grant said when it was made, as the digest the trail keeps: changed later, it shows."""

from collections.abc import Iterable

from kaogong.claims.queries.digests import SAID as SAID_OF_CLAIMS
from kaogong.claims.queries.digests import decision_digest

from ..models import GrantDecision

# As a claim's, but that a grant has no allowance beside its sum.
SAID = tuple(name for name in SAID_OF_CLAIMS if name != "allowance_fen")


def grant_decision_digests(decision_ids: Iterable[int]) -> dict[int, str]:
    """Decision → its digest."""
    rows = GrantDecision.objects.filter(pk__in=list(decision_ids)).values("id", "facts", *SAID)
    return {row["id"]: decision_digest(row, SAID) for row in rows}


def grant_decision_digest(decision_id: int) -> str:
    """The digest of one decision as it is kept."""
    return grant_decision_digests([decision_id])[decision_id]
