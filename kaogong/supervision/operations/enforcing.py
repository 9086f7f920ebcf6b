"""What a sanction changes when it begins, and puts back when it is over."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.claims import operations as claims
from kaogong.claims import queries as claim_queries
from kaogong.institutions import operations as institutions
from kaogong.institutions import queries as institution_queries
from kaogong.institutions.models import Contract, RecognitionApplication
from kaogong.kernel.actor import Actor, system_actor
from kaogong.supervision import queries
from kaogong.supervision.models import Consequence, Sanction
from kaogong.supervision.states import SANCTION
from kaogong.trail.operations import move, require_move

from .refusals import ProviderBarred, SanctionNotBegun

ANSWER_BY = "处理期满或提前修复后解除；对处理有异议的，可以向作出处理的部门申诉。"


@transaction.atomic
def start_sanction(sanction_id: int, *, by: Actor, at: datetime, reason: str = "") -> Sanction:
    """Put a delivered sanction into force from its first day on: contracts suspended or ended, payments held."""
    sanction = queries.sanction_for_update(sanction_id, by=by)
    require_move(sanction, SANCTION.move("start"), SANCTION, by=by, reason=reason)
    if sanction.start_on > timezone.localdate(at):
        raise SanctionNotBegun(start_on=sanction.start_on)
    move(sanction, "start", by=by, at=at, reason=reason)
    _apply(sanction, at=at)
    return sanction


@transaction.atomic
def end_sanction(sanction_id: int, *, by: Actor, at: datetime, reason: str = "") -> Sanction:
    """Let a sanction end whose last day is over, and put back what it held."""
    sanction = queries.sanction_for_update(sanction_id, by=by)
    require_move(sanction, SANCTION.move("end"), SANCTION, by=by, reason=reason)
    if sanction.end_on is not None and sanction.end_on > timezone.localdate(at):
        raise SanctionNotBegun(start_on=sanction.end_on)
    return _over(sanction, "end", by=by, at=at, reason=reason)


@transaction.atomic
def restore_sanction(sanction_id: int, *, by: Actor, at: datetime, reason: str) -> Sanction:
    """End a sanction early because what it was for was put right."""
    sanction = queries.sanction_for_update(sanction_id, by=by)
    require_move(sanction, SANCTION.move("restore"), SANCTION, by=by, reason=reason)
    return _over(sanction, "restore", by=by, at=at, reason=reason)


@transaction.atomic
def lift_sanction(sanction_id: int, *, by: Actor, at: datetime, reason: str) -> Sanction:
    """Take a sanction back because it was wrong."""
    sanction = queries.sanction_for_update(sanction_id, by=by)
    require_move(sanction, SANCTION.move("lift"), SANCTION, by=by, reason=reason)
    return _over(sanction, "lift", by=by, at=at, reason=reason)


def _over(sanction: Sanction, verb: str, *, by: Actor, at: datetime, reason: str) -> Sanction:
    sanction.ended_on = timezone.localdate(at)
    sanction.save(update_fields=["ended_on"])
    move(sanction, verb, by=by, at=at, reason=reason)
    _undo(sanction, at=at)
    return sanction


@transaction.atomic
def enforce_unless_barred(
    application_id: int, *, by: Actor, at: datetime, reason: str = ""
) -> RecognitionApplication:
    """Put a recognition into force after its notice, unless the provider stands on the blacklist."""
    application = institution_queries.application(application_id, by=by)
    bar = queries.bars_on(timezone.localdate(at), institution_id=application.institution_id).first()
    if bar is not None:
        raise ProviderBarred(institution=application.institution.name, number=bar.number)
    return institutions.enforce_application(application_id, by=by, at=at, reason=reason)


@transaction.atomic
def recognise_unless_barred(contract_id: int, *, by: Actor, at: datetime, reason: str = "") -> Contract:
    """Recognise the provider of a drafted contract, unless it stands on the blacklist."""
    contract = institution_queries.contract(contract_id, by=by)
    bar = queries.bars_on(timezone.localdate(at), institution_id=contract.institution_id).first()
    if bar is not None:
        raise ProviderBarred(institution=contract.institution.name, number=bar.number)
    return institutions.recognise_provider(contract_id, by=by, at=at, reason=reason)


@transaction.atomic
def bar_again(on: date, *, at: datetime) -> int:
    """Suspend contracts recognised for an institution on the blacklist after it was put there; how many."""
    done = 0
    for sanction in queries.bars_on(on).filter(institution__isnull=False).select_for_update(of=("self",)):
        done += _suspend(sanction, at=at)
    return done


def _cause(sanction: Sanction) -> str:
    return f"sanction:{sanction.number}"


def _apply(sanction: Sanction, *, at: datetime) -> None:
    """Carry the effects out below as the system, in the sanction's name: what follows is not asked again."""
    if sanction.institution_id is None:
        return
    effects = set(sanction.effects)
    if "contract_ended" in effects:
        for contract in _contracts(sanction, "recognised", "suspended"):
            institutions.end_contract(contract.pk, by=_system(sanction), at=at, reason=_why(sanction))
            _keep(sanction, "contract_ended", contract.number, at=at, contract=contract)
    elif effects & {"contract_suspended", "barred"}:
        _suspend(sanction, at=at)
    if "claims_held" in effects:
        hold = claims.place_payment_hold(
            held="institution",
            subject_id=sanction.institution_id,
            reason=_why(sanction),
            answer_by=ANSWER_BY,
            cause=_cause(sanction),
            by=_system(sanction),
            at=at,
        )
        _keep(sanction, "claims_held", str(hold.pk), at=at)


def _suspend(sanction: Sanction, *, at: datetime) -> int:
    contracts = _contracts(sanction, "recognised")
    for contract in contracts:
        institutions.suspend_provider(contract.pk, by=_system(sanction), at=at, reason=_why(sanction))
        _keep(sanction, "contract_suspended", contract.number, at=at, contract=contract)
    return len(contracts)


def _undo(sanction: Sanction, *, at: datetime) -> None:
    """Resume what no other standing sanction keeps suspended; an ended contract stays ended."""
    rows = Consequence.objects.select_for_update(of=("self",)).filter(
        sanction=sanction, undone_at__isnull=True
    )
    for row in rows.exclude(effect="contract_ended").select_related("contract"):
        row.undone_at = at
        row.save(update_fields=["undone_at"])
        if row.effect == "claims_held":
            hold = claim_queries.payment_hold(int(row.reference), by=_system(sanction))
            if hold.status == "placed":
                claims.lift_payment_hold(hold.pk, by=_system(sanction), at=at, reason=_why(sanction))
            continue
        held_by_another = _another_suspends(sanction, row)
        if row.contract.status == "suspended" and not held_by_another:
            institutions.resume_provider(row.contract_id, by=_system(sanction), at=at, reason=_why(sanction))


def _another_suspends(sanction: Sanction, row: Consequence) -> bool:
    """Whether another sanction in force of this institution wants the contract suspended; it takes it over."""
    others = Sanction.objects.filter(institution_id=sanction.institution_id, status="in_force")
    for other in others.exclude(pk=sanction.pk).order_by("pk"):
        if {"contract_suspended", "barred"} & set(other.effects):
            if not other.consequences.filter(
                effect=row.effect, reference=row.reference, undone_at__isnull=True
            ).exists():
                _keep(other, row.effect, row.reference, at=row.undone_at, contract=row.contract)
            return True
    return False


def _contracts(sanction: Sanction, *statuses: str) -> list:
    rows = institution_queries.contracts(_system(sanction), sanction.institution_id)
    return list(rows.filter(status__in=statuses))


def _keep(sanction: Sanction, effect: str, reference: str, *, at: datetime, contract=None) -> None:
    Consequence.objects.create(
        sanction=sanction, effect=effect, reference=reference, contract=contract, done_at=at
    )


def _system(sanction: Sanction) -> Actor:
    return system_actor(f"处理{sanction.number}")


def _why(sanction: Sanction) -> str:
    return f"{sanction.number} {sanction.label}"
