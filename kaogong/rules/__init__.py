"""Policy as dated data and pure judgement: facts + values -> findings -> decision.

No Django, no clock, no database. ``load()`` reads the rulebook, ``decide()`` judges one person.
"""

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

__all__ = [
    "CERTIFICATE_KINDS",
    "LEVELS",
    "MEASURES",
    "RULES",
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
    "conflicts",
    "decide",
    "load",
]
