"""Which sign is which: a name for each, and the row it was kept under before, even when its subject grew."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from kaogong.detection import DETECTORS, Family, Finding

from ..models import RiskEvidence, RiskFinding

CLASSES_NAMED = 4


def names_of(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Each finding under a name of its own, in order: two rings of one class are two findings."""
    named: dict[str, Finding] = {}
    for one in findings:
        name = _name(one)
        nth = 2
        while name in named:
            name, nth = f"{_name(one)}#{nth}", nth + 1
        named[name] = one
    return named


def known_under(named: Mapping[str, Finding]) -> dict[str, RiskFinding]:
    """Name → the row the same sign is kept under: of that name, else the one most of whose rows it has.

    A ring that spreads to another class, or takes in an earlier learner, is the ring it was.
    """
    known = {row.key: row for row in RiskFinding.objects.filter(key__in=list(named))}
    taken = {row.pk for row in known.values()}
    for name, one in named.items():
        if name in known:
            continue
        row = _grown_from(one, taken)
        if row is not None:
            known[name] = row
            taken.add(row.pk)
    return known


def digest_of(row: Mapping[str, Any]) -> str:
    """SHA-256 of one row of evidence."""
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()


def _name(one: Finding) -> str:
    if DETECTORS[one.kind].family is Family.RING and one.people:
        return f"{one.kind}/people:{min(one.people)}"
    if not one.trainers and 1 < len(one.classes) <= CLASSES_NAMED:
        return f"{one.kind}/classes:{'+'.join(map(str, one.classes))}"
    return one.key


def _grown_from(one: Finding, taken: set[int]) -> RiskFinding | None:
    """A kept finding of the same kind, not found under its own name, at least half of whose rows are here."""
    digests = [digest_of(row) for row in one.plain_rows()]
    rows = RiskEvidence.objects.filter(digest__in=digests, finding__kind=one.kind)
    shared = Counter(rows.exclude(finding_id__in=taken).values_list("finding_id", flat=True))
    for finding_id, count in shared.most_common(1):
        if 2 * count >= RiskEvidence.objects.filter(finding_id=finding_id).count():
            return RiskFinding.objects.get(pk=finding_id)
    return None
