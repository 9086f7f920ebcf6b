"""What a look found, kept: the same sign of the same subject is one row, its evidence only ever grows."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from kaogong.claims import operations as claims
from kaogong.claims import queries as claim_queries
from kaogong.detection import DETECTORS, Detection, Finding
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import system_actor
from kaogong.trail.operations import begin, move, record
from kaogong.training.models import TrainingClass

from .. import queries
from ..models import RiskEvidence, RiskFinding, RiskPass, RiskSubject
from ..states import OPEN, UNSETTLED
from .naming import digest_of, known_under, names_of

_COLUMNS = (
    "key", "institution", "training_class", "severity", "rank", "people_count", "figures", "digest",
    "rows_in_all", "last_seen_at", "last_pass", "gone_since_at",
)  # fmt: skip


def keep_findings(look: RiskPass, detection: Detection, *, at: datetime) -> dict[str, Any]:
    """Keep everything one look found, in the transaction of the look; the figures of the look.

    A look over one class keeps only what concerns it, never makes anything less than a wider look saw it, and
    never says that something is gone.
    """
    with connection.cursor() as cursor:  # two looks keep one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('kaogong.risk.keep', 0))")
    findings = detection.findings
    if look.scope == "class":
        findings = tuple(one for one in findings if look.training_class_id in one.classes)
    named = names_of(findings)
    known = known_under(named)
    regions = _regions(findings)
    serial = _last_serial(at)
    new = again = 0
    for key, one in named.items():
        if key in known:
            _again(look, known[key], key, one, at=at)
            again += 1
        else:
            serial += 1
            known[key] = _new(look, key, one, serial, regions, at=at)
            new += 1
        _hold(known[key], one, look, at=at)
    return {
        "counts": dict(sorted(Counter(one.kind for one in findings).items())),
        "found_new": new,
        "found_again": again,
        "found_no_more": _no_more(look, detection, set(known), at=at) if look.scope == "region" else 0,
    }


def _new(
    look: RiskPass, key: str, one: Finding, serial: int, regions: dict[tuple[str, int], str], *, at: datetime
) -> RiskFinding:
    places = {regions[key] for key in _places(one) if key in regions}
    finding = RiskFinding(
        number=f"FX-{timezone.localtime(at).year}-{serial:06d}",
        key=key,
        kind=one.kind,
        family=str(DETECTORS[one.kind].family),
        region_code=places.pop() if len(places) == 1 else look.region_code,
        first_seen_at=at,
        first_pass=look,
    )
    _tell(finding, one, look, at=at)
    finding.save()
    begin(finding, "found", by=system_actor(), at=at, kind=one.kind, severity=str(one.severity))
    _concern(finding, one)
    _rest_on(finding, one, look, at=at)
    return finding


def _again(look: RiskPass, finding: RiskFinding, key: str, one: Finding, *, at: datetime) -> None:
    """The same sign again: what is new about it is added, and what was closed is opened when something is."""
    finding.key = key
    _concern(finding, one)
    added = _rest_on(finding, one, look, at=at)
    is_graver = RiskFinding.rank_of(str(one.severity)) > finding.rank
    if look.scope == "region" or added or is_graver:
        _tell(finding, one, look, at=at)
    finding.last_seen_at, finding.last_pass, finding.gone_since_at = at, look, None
    finding.save(update_fields=_COLUMNS)
    if finding.status == "closed" and added:
        finding.outcome, finding.reason, finding.decided_at = "", "", None
        finding.due_on = None
        finding.save(update_fields=["due_on"])
        move(finding, "reopen", by=system_actor(), at=at, reason=f"又发现{added}条新的依据")
        finding.save(update_fields=["outcome", "reason", "decided_at"])
    elif added and finding.status in UNSETTLED:
        record("risk_finding.grew", finding, by=system_actor(), at=at, rows=added)


def _tell(finding: RiskFinding, one: Finding, look: RiskPass, *, at: datetime) -> None:
    finding.severity = str(one.severity)
    finding.rank = RiskFinding.rank_of(finding.severity)
    finding.institution_id = one.institutions[0] if len(one.institutions) == 1 else None
    finding.training_class_id = one.classes[0] if len(one.classes) == 1 else None
    finding.people_count = len(one.people)
    finding.figures = one.plain_figures()
    finding.digest = one.digest
    finding.rows_in_all = one.rows_in_all
    finding.last_seen_at, finding.last_pass = at, look


def _concern(finding: RiskFinding, one: Finding) -> None:
    wanted = [
        *({"institution_id": key} for key in one.institutions),
        *({"training_class_id": key} for key in one.classes),
        *({"person_id": key} for key in one.people),
        *({"trainer_id": key} for key in one.trainers),
    ]
    RiskSubject.objects.bulk_create(
        [RiskSubject(finding=finding, **columns) for columns in wanted],
        ignore_conflicts=True,
        batch_size=2000,
    )


def _rest_on(finding: RiskFinding, one: Finding, look: RiskPass, *, at: datetime) -> int:
    """Append the rows not seen before; how many those are."""
    kept = dict(RiskEvidence.objects.filter(finding=finding).values_list("digest", "sequence"))
    sequence = max(kept.values(), default=0)
    fresh = []
    for row in one.plain_rows():
        digest = digest_of(row)
        if digest not in kept:
            sequence += 1
            kept[digest] = sequence
            fresh.append(
                RiskEvidence(
                    finding=finding, risk_pass=look, sequence=sequence, row=row, digest=digest, seen_at=at
                )
            )
    RiskEvidence.objects.bulk_create(fresh, batch_size=1000)
    return len(fresh)


def _no_more(look: RiskPass, detection: Detection, found: set[str], *, at: datetime) -> int:
    """Say of open signs this look would have found, and did not, since when they are gone; nothing is closed."""
    rows = queries.risk_findings(system_actor()).filter(
        kind__in=detection.looked, gone_since_at__isnull=True, status__in=OPEN,
        region_code__startswith=queries.prefix_of(look.region_code),
    )  # fmt: skip
    gone = list(rows.exclude(key__in=found))
    for row in gone:
        row.gone_since_at = at
        record("risk_finding.gone", row, by=system_actor(), at=at)
    RiskFinding.objects.bulk_update(gone, ["gone_since_at"], batch_size=1000)
    return len(gone)


def _hold(finding: RiskFinding, one: Finding, look: RiskPass, *, at: datetime) -> None:
    """Hold back the money of whom a grave and unsettled sign concerns; what is held already stays held."""
    if finding.status not in UNSETTLED:
        return
    if finding.severity not in queries.hold_severities(finding.region_code, look.on):
        return
    held = {
        (hold.held, hold.training_class_id or hold.person_id or hold.institution_id)
        for hold in claim_queries.holds_caused_by(finding.cause)
        if hold.status == "placed"
    }
    detector = DETECTORS[finding.kind]
    for kind, subject_id in _held_back(finding, one):
        if (kind, subject_id) in held or not claim_queries.may_still_be_paid(kind, subject_id):
            continue
        claims.place_payment_hold(
            held=kind,
            subject_id=subject_id,
            reason=f"{detector.title.zh}：{detector.sentence(one)}"[:300],
            answer_by=detector.ask.zh[:300],
            cause=finding.cause,
            region_code=finding.region_code,
            by=system_actor(),
            at=at,
        )


def _held_back(finding: RiskFinding, one: Finding) -> list[tuple[str, int]]:
    """Whose money a sign holds: of those who share what is one person's own each, else of the classes."""
    if finding.family == "ring" and one.people:
        return [("person", key) for key in one.people]
    if one.classes:
        return [("class", key) for key in one.classes]
    if one.people:
        return [("person", key) for key in one.people]
    return [("institution", key) for key in one.institutions]


def _places(one: Finding) -> list[tuple[str, int]]:
    return [("class", key) for key in one.classes] or [("institution", key) for key in one.institutions]


def _regions(findings: tuple[Finding, ...]) -> dict[tuple[str, int], str]:
    """The region of every class and institution concerned, in two queries."""
    classes = {key for one in findings for key in one.classes}
    bodies = {key for one in findings for key in one.institutions}
    found = {
        ("class", pk): region
        for pk, region in TrainingClass.objects.filter(pk__in=classes).values_list("pk", "region_code")
    }
    rows = Institution.objects.filter(pk__in=bodies).values_list("pk", "region_code")
    return found | {("institution", pk): region for pk, region in rows}


def _last_serial(at: datetime) -> int:
    """The last number given this year; looks keep one after the other, so the next is free."""
    stem = f"FX-{timezone.localtime(at).year}-"
    last = RiskFinding.objects.filter(number__startswith=stem).order_by("-number").first()
    return int(last.number.removeprefix(stem)) if last else 0
