"""What a decision said when it was made, as one digest the trail keeps: a decision changed later shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from ..models import Decision

SAID = (
    "version", "cause", "decided_at", "on", "region_code", "scheme_code", "waived", "decision", "verdict",
    "amount_fen", "allowance_fen", "rulebook_digest",
)  # fmt: skip


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def decision_digest(row: Mapping[str, Any], said: Iterable[str] = SAID) -> str:
    """The digest of one decision: its facts by their own digest, so that a masked one can be held against it.

    ``said``: what a decision of another kind says, where it says less.
    """
    told = {name: row[name] for name in said}
    told["decided_at"] = row["decided_at"].astimezone(UTC).isoformat()
    told["on"] = row["on"].isoformat()
    told["facts_digest"] = hashlib.sha256(canonical(row["facts"]).encode()).hexdigest()
    return hashlib.sha256(canonical(told).encode()).hexdigest()


def decision_digests(line_ids: Iterable[int]) -> dict[int, str]:
    """Line → the digest of its last decision."""
    rows = Decision.objects.filter(line_id__in=list(line_ids)).order_by("line_id", "-version")
    return {
        row["line_id"]: decision_digest(row)
        for row in rows.distinct("line_id").values("line_id", "facts", *SAID)
    }
