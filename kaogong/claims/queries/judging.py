"""The rulebook claims are judged under: the one in use, and older ones as they were kept."""

from datetime import date
from functools import lru_cache

from kaogong import rules
from kaogong.kernel.errors import Refused
from kaogong.rules.remedies import Remedy, remedies

from ..models import Decision, RulebookEdition


class RulebookNotKept(Refused):
    """没有留存指纹为{digest}的规则库，无法按当时的政策重算。"""


@lru_cache(maxsize=1)
def rulebook() -> rules.Rulebook:
    """The rulebook in use, read once for each process."""
    return rules.load()


def scheme(region_code: str, scheme_code: str, on: date) -> rules.Scheme:
    """One subsidy scheme as it stands in a region on a day, under the rulebook in use."""
    return rulebook().at(region_code, on).scheme(scheme_code)


@lru_cache(maxsize=8)
def kept_rulebook(digest: str) -> rules.Rulebook:
    """The rulebook as it read when it had this digest, or RulebookNotKept."""
    current = rulebook()
    if current.digest == digest:
        return current
    edition = RulebookEdition.objects.filter(digest=digest).first()
    if edition is None:
        raise RulebookNotKept(digest=digest[:12])
    return rules.Rulebook(edition.content)


def what_would_change(decision: Decision) -> list[Remedy]:
    """What would settle the open and failed findings of a kept decision, judged again as it was judged then.

    [] where its rulebook was not kept, or reads otherwise than today's rules can.
    """
    try:
        book = kept_rulebook(decision.rulebook_digest)
        judged_under = book.at(decision.region_code[:6], decision.on).scheme(decision.scheme_code)
        facts = rules.Facts.from_dict(decision.facts)
        return remedies(judged_under, facts, decision.on, decision.waived)
    except (Refused, KeyError):
        return []
