"""Policy as dated data and pure judgement: facts + values -> findings -> decision.

No Django, no clock, no database. ``load()`` reads the rulebook, ``decide()`` judges one person.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kaogong.rules.batch_errors import ClaimsWithoutScheme, ClaimUnknown
from kaogong.rules.decision import Component, Decision, Finding, Line
from kaogong.rules.errors import (
    FactsMalformed,
    NotWaivable,
    RegionUnknown,
    RulebookMalformed,
    SchemeUnknown,
)
from kaogong.rules.facts import Earlier, Facts
from kaogong.rules.history import Conflict, conflicts
from kaogong.rules.judgement import decide
from kaogong.rules.loading import load
from kaogong.rules.measures import MEASURES
from kaogong.rules.registry import RULES
from kaogong.rules.rulebook import RegionRules, Rulebook, Scheme
from kaogong.rules.terms import Clause, Document, Group, Resolved
from kaogong.rules.vocabulary import CERTIFICATE_KINDS, LEVELS

if TYPE_CHECKING:
    from kaogong.rules.batch import (
        Claim,
        claims_of,
        decide_in_order,
        decide_many,
        explain,
        group_bits,
        rule_bits,
        rules_of,
    )

__all__ = [
    "CERTIFICATE_KINDS",
    "LEVELS",
    "MEASURES",
    "RULES",
    "Claim",
    "ClaimUnknown",
    "ClaimsWithoutScheme",
    "Clause",
    "Component",
    "Conflict",
    "Decision",
    "Document",
    "Earlier",
    "Facts",
    "FactsMalformed",
    "Finding",
    "Group",
    "Line",
    "NotWaivable",
    "RegionRules",
    "RegionUnknown",
    "Resolved",
    "Rulebook",
    "RulebookMalformed",
    "Scheme",
    "SchemeUnknown",
    "claims_of",
    "conflicts",
    "decide",
    "decide_in_order",
    "decide_many",
    "explain",
    "group_bits",
    "load",
    "rule_bits",
    "rules_of",
]

_OF_BATCHES = (
    "Claim",
    "claims_of",
    "decide_in_order",
    "decide_many",
    "explain",
    "group_bits",
    "rule_bits",
    "rules_of",
)


def __getattr__(name: str) -> Any:
    """Judging many at once needs Polars, which takes a tenth of a second to import: only who asks pays."""
    if name in _OF_BATCHES:
        return getattr(import_module("kaogong.rules.batch"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
