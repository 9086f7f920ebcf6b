"""Cases: opened from a finding, complaint, lead or audit; graded by one person, confirmed by another."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.claims import queries as claims
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.writing import tidy
from kaogong.people import queries as people
from kaogong.supervision import queries
from kaogong.supervision.models import Case, Finding, Recovery
from kaogong.supervision.states import CASE
from kaogong.trail.operations import begin, move, next_number, record, require_may, require_move
from kaogong.training import queries as training

from .refusals import (
    CaseIncomplete,
    CaseNotConfirmed,
    CaseTaken,
    CriteriaUnset,
    CriterionUnanswered,
    FraudWithoutGround,
    RecoveriesOpen,
    RecoveryWrong,
    ToleranceMissing,
)

ANSWERS = ("yes", "no", "unknown")


@transaction.atomic
def open_case(
    *,
    cause: str,
    because_of: str,
    facts: str,
    by: Actor,
    at: datetime,
    institution_id: int | None = None,
    class_id: int | None = None,
    person_id: int | None = None,
    reason: str = "",
) -> Case:
    """Open a case about an institution, a class or a person, naming where it comes from; one per cause."""
    require_may(by, Permission.OPEN_CASE, "立案")
    if not by.region_code or by.organisation_id is not None:
        raise NotFound()
    if cause not in queries.CASE_CAUSES or not facts.strip() or not because_of.strip():
        raise CaseIncomplete()
    training_class = training.training_class(class_id, by=by) if class_id else None
    institution = training_class.institution if training_class else None
    if institution is None and institution_id:
        institution = institutions.institution(institution_id, by=by)
    person = people.person(person_id, by=by) if person_id else None
    if institution is None and person is None:
        raise CaseIncomplete()
    number = next_number(
        Case, f"AJ-{timezone.localdate(at).year}-"
    )  # under its lock: two at once are told apart
    taken = Case.objects.filter(cause=cause, because_of=tidy(because_of)).exclude(status="dismissed").first()
    if taken is not None:
        raise CaseTaken(number=taken.number)
    region = training_class or institution
    case = Case.objects.create(
        number=number,
        cause=cause,
        because_of=tidy(because_of)[:80],
        region_code=region.region_code if region else by.region_code,
        institution=institution,
        training_class=training_class,
        person=person,
        facts=facts.strip(),
        opened_at=at,
    )
    begin(case, "opened", by=by, at=at, reason=reason, because_of=case.because_of)
    return case


@transaction.atomic
def escalate_finding(finding_id: int, *, by: Actor, at: datetime, reason: str) -> Case:
    """Make a case of a finding that was not put right or is worse than a finding; it is settled there."""
    finding = queries.finding_for_update(finding_id, by=by)
    move(finding, "escalate", by=by, at=at, reason=reason)
    case = open_case(
        cause="finding",
        because_of=str(finding),
        facts=f"{finding.content}\n{reason.strip()}",
        class_id=finding.inspection.training_class_id,
        institution_id=finding.institution_id,
        by=by,
        at=at,
    )
    _recheck_if_settled(finding, by=by, at=at, reason=reason)
    return case


def _recheck_if_settled(finding: Finding, *, by: Actor, at: datetime, reason: str) -> None:
    inspection = finding.inspection
    if (
        inspection.status == "rectifying"
        and not inspection.findings.filter(status__in=["opened", "answered"]).exists()
    ):
        move(inspection, "recheck", by=by, at=at, reason=reason)


@transaction.atomic
def grade_case(
    case_id: int,
    *,
    grade: str,
    answers: Mapping[str, tuple[str, str]],
    reason: str,
    by: Actor,
    at: datetime,
    tolerance: str = "",
) -> Case:
    """Say error, fault or fraud, answering every criterion with its reason; another person confirms.

    ``answers``: criterion → (yes, no or unknown; why). Fraud must rest on a criterion answered yes that points
    to it; an error says why it is not punished.
    """
    case = queries.case_for_update(case_id, by=by)
    require_move(case, CASE.move("grade"), CASE, by=by, reason=reason)
    if grade not in queries.CASE_GRADES or not reason.strip():
        raise CaseIncomplete()
    rows = queries.criteria(case.region_code, timezone.localdate(at))
    if not rows:
        raise CriteriaUnset()
    kept = []
    for row in rows:
        answer, why = answers.get(row["code"], ("", ""))
        if answer not in ANSWERS or not why.strip():
            raise CriterionUnanswered(criterion=row["label"])
        kept.append({**row, "answer": answer, "reason": why.strip()})
    if grade == "fraud" and not any(
        row["answer"] == "yes" and row.get("points_to") == "fraud" for row in kept
    ):
        raise FraudWithoutGround()
    if grade == "error" and not tolerance.strip():
        raise ToleranceMissing()
    case.grade, case.grade_reason, case.graded_at = grade, reason.strip(), at
    case.criteria, case.tolerance = kept, tolerance.strip()
    case.save(update_fields=["grade", "grade_reason", "graded_at", "criteria", "tolerance"])
    move(case, "grade", by=by, at=at, reason=reason, grade=grade)
    return case


@transaction.atomic
def return_case(case_id: int, *, by: Actor, at: datetime, reason: str) -> Case:
    """Send a grading back to be made again."""
    case = queries.case_for_update(case_id, by=by)
    move(case, "return", by=by, at=at, reason=reason)
    return case


@transaction.atomic
def confirm_case(case_id: int, *, by: Actor, at: datetime, reason: str = "") -> Case:
    """Confirm how a case was graded; never by who graded it."""
    case = queries.case_for_update(case_id, by=by)
    move(case, "confirm", by=by, at=at, reason=reason, grade=case.grade)
    return case


@transaction.atomic
def dismiss_case(case_id: int, *, by: Actor, at: datetime, reason: str) -> Case:
    """Say that there is no case, and why."""
    case = queries.case_for_update(case_id, by=by)
    move(case, "dismiss", by=by, at=at, reason=reason)
    return case


@transaction.atomic
def close_case(case_id: int, *, by: Actor, at: datetime, reason: str) -> Case:
    """Close a confirmed case once nothing demanded back is open."""
    case = queries.case_for_update(case_id, by=by)
    require_move(case, CASE.move("close"), CASE, by=by, reason=reason)
    open_sums = case.recoveries.filter(status="demanded").count()
    if open_sums:
        raise RecoveriesOpen(count=open_sums)
    move(case, "close", by=by, at=at, reason=reason)
    return case


@transaction.atomic
def hand_over_case(case_id: int, *, to: str, by: Actor, at: datetime, reason: str) -> Case:
    """Note that a confirmed case was handed to the police or another authority."""
    require_may(by, Permission.CONFIRM_CASE, "移送")
    case = queries.case_for_update(case_id, by=by)
    if case.status not in ("confirmed", "closed") or case.handed_over_at is not None:
        raise CaseNotConfirmed()
    if not tidy(to) or not reason.strip():
        raise CaseIncomplete()
    case.handed_over_at, case.handed_over_to = at, tidy(to)[:120]
    case.save(update_fields=["handed_over_at", "handed_over_to"])
    record("case.handed_over", case, by=by, at=at, reason=reason, to=case.handed_over_to)
    return case


@transaction.atomic
def demand_recovery(
    case_id: int,
    *,
    amount_fen: int,
    due_on: date,
    by: Actor,
    at: datetime,
    reason: str,
    claim_number: str = "",
) -> Recovery:
    """Demand money back under a confirmed case; no more than the claim named was for."""
    require_may(by, Permission.DEMAND_RECOVERY, "要求退回")
    case = queries.case_for_update(case_id, by=by)
    if case.status != "confirmed":
        raise CaseNotConfirmed()
    if amount_fen <= 0 or due_on <= timezone.localdate(at) or not reason.strip():
        raise RecoveryWrong()
    if claim_number.strip():
        claim = claims.claim_numbered(claim_number.strip(), by=by)
        if claim.institution_id != case.institution_id or amount_fen > claim.amount_fen:
            raise RecoveryWrong()
    recovery = Recovery.objects.create(
        case=case,
        region_code=case.region_code,
        claim_number=claim_number.strip(),
        amount_fen=amount_fen,
        reason=tidy(reason)[:500],
        due_on=due_on,
        demanded_at=at,
    )
    begin(recovery, "demanded", by=by, at=at, reason=reason, amount_fen=amount_fen)
    record("case.recovery_demanded", case, by=by, at=at, reason=reason, amount_fen=amount_fen)
    return recovery


@transaction.atomic
def settle_recovery(recovery_id: int, *, by: Actor, at: datetime, reason: str) -> Recovery:
    """Note that the money came back; ``reason`` names the receipt."""
    return _end_recovery(recovery_id, "settle", by=by, at=at, reason=reason)


@transaction.atomic
def waive_recovery(recovery_id: int, *, by: Actor, at: datetime, reason: str) -> Recovery:
    """Give up demanding a sum back, saying why."""
    return _end_recovery(recovery_id, "waive", by=by, at=at, reason=reason)


def _end_recovery(recovery_id: int, verb: str, *, by: Actor, at: datetime, reason: str) -> Recovery:
    recovery = queries.recovery_for_update(recovery_id, by=by)
    if recovery.status == "demanded" and reason.strip():
        recovery.evidence, recovery.settled_at = tidy(reason)[:200], at  # a refused move undoes it
        recovery.save(update_fields=["evidence", "settled_at"])
    move(recovery, verb, by=by, at=at, reason=reason)
    return recovery
