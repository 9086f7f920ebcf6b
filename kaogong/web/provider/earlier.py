"""What subsidies already paid rule out, told while a roster is still being put together."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext

from kaogong.claims import queries as claims
from kaogong.rules import Earlier
from kaogong.rules.measures import is_higher


def earlier(person_ids: list[int], occupation_code: str, level_code: str, on: date) -> Mapping[int, str]:
    """Person → a sentence, where a subsidy for the occupation at this level or a higher one counts already.

    A warning only: the claim is judged by the rules on its own day.
    """
    level = claims.certificate_level(level_code)
    found = {}
    for person_id, history in claims.history(person_ids).items():
        standing = [had for had in history if _rules_out(had, occupation_code, level)]
        if standing:
            had = min(standing, key=lambda had: had.event_on)
            found[person_id] = gettext(
                "已享受本职业同级或更高级别的补贴（{on}，{reference}），可能不再补贴"
            ).format(on=had.event_on, reference=had.reference)
    return found


def _rules_out(had: Earlier, occupation_code: str, level: int) -> bool:
    same = had.counts and had.occupation_code == occupation_code
    return same and (had.level == level or is_higher(had.level, level))
