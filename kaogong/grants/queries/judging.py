"""Decisions on grants as they were kept: what would have changed them."""

from kaogong import rules
from kaogong.claims.queries import kept_rulebook
from kaogong.kernel.errors import Refused
from kaogong.rules.remedies import Remedy, remedies

from ..models import GrantDecision


def what_would_change(decision: GrantDecision) -> list[Remedy]:
    """What would settle the open and failed findings, judged again under the rulebook of the decision.

    [] where its rulebook was not kept, or reads otherwise than today's rules can.
    """
    try:
        book = kept_rulebook(decision.rulebook_digest)
        judged_under = book.at(decision.region_code[:6], decision.on).scheme(decision.scheme_code)
        facts = rules.Facts.from_dict(decision.facts)
        return remedies(judged_under, facts, decision.on, frozenset(decision.waived))
    except (Refused, KeyError):
        return []
