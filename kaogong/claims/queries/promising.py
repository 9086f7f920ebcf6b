"""Who might be entitled to what, sifted as whole columns before anyone is judged in full."""

from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache

import polars as pl

from kaogong.certificates.models import Certificate
from kaogong.kernel.errors import Refused
from kaogong.rules import MEASURES, RULES, Facts, Rulebook, Scheme
from kaogong.rules.batch import decide_many, rule_bits

from .in_bulk import HISTORY, plain_earlier

# What an office, or the person, can be asked about somebody who has applied for nothing yet. Everything else
# belongs to an event (a class, a contract, an approval): where none happened there is nothing to ask.
ASKABLE = frozenset(
    {
        "age",
        "sex",
        "identity_verified",
        "receives_pension",
        "insured",
        "insured_months",
        "household_here",
        "residence_here",
        "job_here",
        "certificate_verified",
        "willing_to_train",
        "unemployed",
        "works_in_occupation",
    }
)
_FACTS = [field.name for field in fields(Facts) if field.name != "history"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One person and one scheme, on what is known of them on the day."""

    scheme: Scheme
    facts: Facts
    on: date
    person_id: int
    certificate: Certificate | None = None


def promising(asked: list[Asked], book: Rulebook) -> list[Asked]:
    """Those not refused, and not lacking what nobody can be asked for; the others need no judging in full."""
    if not asked:
        return []
    try:
        judged = decide_many(_claims(asked), _histories(asked), book)
    except Refused:  # a fact of somebody's is impossible: each is judged for itself
        return asked
    kept = []
    for one, (verdict, unknown) in zip(asked, judged.select("verdict", "unknown").iter_rows(), strict=True):
        hopeless = unknown & ~_answerable(book, one.scheme.code)
        if verdict == "payable" or (verdict == "needs_evidence" and not hopeless):
            kept.append(one)
    return kept


@lru_cache(maxsize=512)
def _answerable(book: Rulebook, scheme_code: str) -> int:
    """The bits of the scheme's rules that read something which can be asked for."""
    bits = 0
    for name, bit in rule_bits(book, scheme_code).items():
        rule = RULES[name]
        tallies = dict.fromkeys(rule.tallies)
        read = rule.outcome(dict.fromkeys(MEASURES) | tallies, dict.fromkeys(rule.values))[1]
        bits |= bit if ASKABLE & set(read) else 0
    return bits


def _claims(asked: list[Asked]) -> pl.DataFrame:
    """Every question as a claim of its own, so that none counts for another."""
    columns = {
        "claimant": list(range(len(asked))),
        "reference": list(range(len(asked))),
        "region_code": [one.scheme.region_code for one in asked],
        "scheme": [one.scheme.code for one in asked],
        "on": [one.on for one in asked],
    }
    for name in _FACTS:
        values = [getattr(one.facts, name) for one in asked]
        if any(value is not None for value in values):
            columns[name] = [list(v) if isinstance(v, tuple) else v for v in values]
    return pl.DataFrame(columns, infer_schema_length=None)


def _histories(asked: list[Asked]) -> pl.DataFrame:
    told = [
        {"claimant": number} | plain_earlier(earlier)
        for number, one in enumerate(asked)
        for earlier in one.facts.history or ()
    ]
    return pl.DataFrame(told, schema=HISTORY)
