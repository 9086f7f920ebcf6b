"""Who paid the training fee first, beside what a decision was made on."""

from typing import Any

from kaogong.claims.queries.gathering import PAYER_WORDS
from kaogong.training.queries import Fee
from kaogong.web.parts.fees import fee_words


def fee_told(fee: Fee | None, decision: Any) -> dict[str, Any]:
    """The fee as on record now, and whether the decision was made on another word."""
    frozen = decision.facts if decision else {}
    now = (PAYER_WORDS.get(fee.counts_as_paid_by), fee.amount_fen) if fee else (None, None)
    return {
        "words": fee_words(fee),
        "is_proven": bool(fee and fee.is_proven),
        "has_changed": decision is not None
        and (frozen.get("paid_first_by"), frozen.get("paid_first_fen")) != now,
    }
