"""The strata of a draw in the reader's language."""

from django.utils.translation import gettext

from kaogong.catalog import queries as catalog
from kaogong.claims import queries as claims
from kaogong.institutions.queries import INSTITUTION_KINDS


def stratum_words(stratify_by: str, code: str) -> str:
    """What a stratum's code stands for."""
    if stratify_by == "kind":
        return str(dict(INSTITUTION_KINDS).get(code, code))
    if stratify_by == "scheme":
        return claims.scheme_words(code)
    if stratify_by == "occupation":
        return catalog.occupation_name(code) or code
    return gettext("全部对象")
