"""The provider's side: submit, resubmit, withdraw."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.access.queries import in_reach
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.rules import Scheme
from kaogong.rules.vocabulary import PAYEES, STAGES
from kaogong.trail.operations import begin, move, next_serial, record, require_may
from kaogong.training import queries as training
from kaogong.training.models import Enrolment, TrainingClass

from .. import queries
from ..models import Claim, ClaimLine, ClaimNumberSeries
from ..states import UNDECIDED
from .judging import judge, keep
from .paying import require_fee_documents


class ClassNotFinished(Refused):
    """班级{number}还没有结业，不能申领补贴。"""


class ClassClaimedAlready(Refused):
    """班级{number}已有申领{claim}正在办理，不能重复提交。"""


class StageNotOfScheme(Refused):
    """“{scheme}”的申领阶段为：{stages}。请选择其中一个阶段。"""


class NotClaimedByClass(Refused):
    """“{scheme}”付给{payee}，不是按班申领的培训补贴，不能由培训机构提交。"""


class EmployerNotNamed(NotClaimedByClass):
    """“{scheme}”付给用人单位，班级{number}没有写明已登记的用人单位，不能申领。"""


class NobodyToClaim(Refused):
    """班级{number}的学员都已申领过，没有可以申领的人。"""


@transaction.atomic
def submit_claim(class_id: int, *, by: Actor, at: datetime, reason: str = "", stage: str = "") -> Claim:
    """Claim the subsidies of a finished class for everyone no claim stands for, each judged at once.

    Where the scheme is paid in stages, ``stage`` names the one: the first is claimed once the class has begun.
    """
    require_may(by, Permission.SUBMIT_CLAIM, "提交申领")
    training_class = _class_for_update(class_id, by=by)
    _require_stage(training_class, stage, at)
    open_claim = Claim.objects.filter(training_class=training_class, status__in=UNDECIDED).first()
    if open_claim is not None:
        raise ClassClaimedAlready(number=training_class.number, claim=open_claim.number)
    enrolments = list(queries.unclaimed_at(training_class, stage))
    if not enrolments:
        raise NobodyToClaim(number=training_class.number)
    claim, lines = draw_up_claim(training_class, enrolments, at, stage)
    require_fee_documents(training_class, claim.payer_mode, enrolments, claim.event_on)
    begin(claim, "submitted", by=by, at=at, reason=reason, lines=len(lines))
    keep(claim, judge(claim, lines), cause="submitted", at=at)
    tell_judged(claim, by=by, at=at)
    return claim


@transaction.atomic
def resubmit_claim(claim_id: int, *, by: Actor, at: datetime, reason: str = "") -> Claim:
    """Send a returned claim in again, with certificates looked up and every line judged anew."""
    claim = queries.claim_for_update(claim_id, by=by)
    move(claim, "resubmit", by=by, at=at, reason=reason)
    lines = list(queries.lines(claim.pk).filter(status="judged"))
    _fit_certificates(claim, [line for line in lines if line.certificate is None])
    keep(claim, judge(claim, lines), cause="submitted", at=at)
    tell_judged(claim, by=by, at=at)
    return claim


@transaction.atomic
def withdraw_claim(claim_id: int, *, by: Actor, at: datetime, reason: str) -> Claim:
    """Take an undecided claim back; its people may be claimed again."""
    claim = queries.claim_for_update(claim_id, by=by)
    move(claim, "withdraw", by=by, at=at, reason=reason)
    for line in queries.lines(claim.pk).filter(status="judged"):
        move(line, "withdraw", by=by, at=at, reason=reason)
    claim.amount_fen = 0
    claim.save(update_fields=["amount_fen"])
    return claim


def tell_judged(claim: Claim, *, by: Actor, at: datetime) -> None:
    """Say in the trail how a submitted claim came out."""
    record(
        "claim.judged",
        claim,
        by=by,
        at=at,
        amount_fen=claim.amount_fen,
        verdicts=queries.line_counts(claim.pk),
    )


def _class_for_update(class_id: int, *, by: Actor) -> TrainingClass:
    """The class in reach, locked: of two that claim it at once the second sees the first one's claim."""
    rows = in_reach(TrainingClass.objects.select_for_update(of=("self",), no_key=True), by)
    found = rows.filter(pk=class_id).first()
    if found is None:
        raise NotFound()
    return found


def draw_up_claim(
    training_class: TrainingClass, enrolments: list[Enrolment], at: datetime, stage: str
) -> tuple[Claim, list[ClaimLine]]:
    """The claim and its lines, not judged yet."""
    is_early = stage in queries.EARLY
    found = [] if is_early else [enrolment.person_id for enrolment in enrolments]
    certificates = queries.certificates_to_claim(training_class, found)
    days = [certificate.issued_on for certificate in certificates.values()]
    event_on = training_class.starts_on if is_early else max(days, default=training_class.ends_on)
    year = timezone.localdate(at).year
    number = f"SL-{year}-{next_serial(ClaimNumberSeries, year):06d}"
    scheme = queries.scheme(training_class.region_code[:6], training_class.scheme_code, event_on)
    employer = _employer(training_class, scheme)
    claim = Claim.objects.create(
        number=number,
        training_class=training_class,
        instalment=stage,
        institution_id=training_class.institution_id,
        region_code=training_class.region_code,
        scheme_code=training_class.scheme_code,
        event_on=event_on,
        year=year,
        payer_mode=scheme.payee,
        employer=employer,
        submitted_at=at,
        synthetic=training_class.synthetic,
    )
    contracts = training.apprenticeships(training_class.pk) if stage in queries.YEARS else {}
    lines = []
    for sequence, enrolment in enumerate(enrolments, start=1):
        line = ClaimLine(
            claim=claim,
            enrolment=enrolment,
            instalment=stage,
            person=enrolment.person,
            sequence=sequence,
            reference=f"{number}/{sequence:03d}",
        )
        queries.fit_certificate(line, training_class, certificates.get(enrolment.person_id))
        if enrolment.pk in contracts:
            line.event_on = queries.year_over_on(contracts[enrolment.pk], stage)
        lines.append(line)
    if contracts:
        claim.event_on = max(line.event_on for line in lines)
        claim.save(update_fields=["event_on"])
    return claim, ClaimLine.objects.bulk_create(lines)


def _require_stage(training_class: TrainingClass, stage: str, at: datetime) -> None:
    """Refuse a stage the scheme does not have, the whole of one paid in stages, or one that is not due yet."""
    today = timezone.localdate(at)
    scheme = queries.scheme(training_class.region_code[:6], training_class.scheme_code, today)
    stages = queries.stages_of(scheme)
    if (stage and stage not in stages) or (stages and not stage):
        told = "、".join(STAGES[code].label for code in stages) or "一次申领"
        raise StageNotOfScheme(scheme=scheme.label, stages=told)
    begun = ("running", "finished") if stage in queries.EARLY else ("finished",)
    if training_class.status not in begun:
        raise ClassNotFinished(number=training_class.number)


def _employer(training_class: TrainingClass, scheme: Scheme) -> Institution | None:
    """The enterprise a class claim is paid to; None where the scheme pays the provider or the learners."""
    if scheme.is_claimed_by_class:
        return None
    if scheme.counts_as != "training" or scheme.payee != "employer":
        raise NotClaimedByClass(scheme=scheme.label, payee=PAYEES[scheme.payee].label)
    employer = queries.employer_of_class(training_class)
    if employer is None:
        raise EmployerNotNamed(scheme=scheme.label, number=training_class.number)
    return employer


def _fit_certificates(claim: Claim, lines: list[ClaimLine]) -> None:
    if claim.training_class_id is None or claim.instalment in queries.EARLY:
        return  # rests on no certificate
    found = queries.certificates_to_claim(claim.training_class, [line.person_id for line in lines])
    fitted = [line for line in lines if line.person_id in found]
    for line in fitted:
        queries.fit_certificate(line, claim.training_class, found[line.person_id])
    ClaimLine.objects.bulk_update(fitted, ["certificate", "event_on", "occupation_code", "level"])
