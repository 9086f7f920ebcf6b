"""Sanctions up to their being told: proposed by one person, heard, confirmed by another."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.period import add_months
from kaogong.kernel.working_days import add_working_days
from kaogong.kernel.writing import tidy
from kaogong.people import queries as people
from kaogong.supervision import queries
from kaogong.supervision.models import EFFECTS, Sanction
from kaogong.supervision.states import SANCTION
from kaogong.trail.operations import begin, move, next_number, record, require_may, require_move

from .refusals import (
    PleadOver,
    PleadStillOpen,
    SanctionDayWrong,
    SanctionIncomplete,
    SanctionTaken,
    StatementMissing,
    StepUnknown,
)

FEWEST_PLEADING_DAYS = 1


@transaction.atomic
def propose_sanction(
    *,
    step: str,
    reason: str,
    by: Actor,
    at: datetime,
    institution_id: int | None = None,
    person_id: int | None = None,
    case_id: int | None = None,
    label: str = "",
    effects: Iterable[str] = (),
    months: int | None = None,
    basis: str = "",
    pleading_days: int | None = None,
) -> Sanction:
    """Propose a step against an institution or a person, who may make a statement before anybody decides.

    Where the region has a ladder, label, effects, months and basis are the ladder's; where it has none the
    proposer states them and the document they rest on. The same holds for the days to make a statement.
    """
    require_may(by, Permission.PROPOSE_SANCTION, "提出处理")
    if not by.region_code or by.organisation_id is not None:
        raise NotFound()
    case = queries.case_for_update(case_id, by=by) if case_id else None
    institution = institutions.institution(institution_id, by=by) if institution_id else None
    person = people.person(person_id, by=by) if person_id else None
    if (institution is None) == (person is None) or not reason.strip():
        raise SanctionIncomplete()
    if case is not None and case.status != "confirmed":
        raise SanctionIncomplete()
    region_code, on = (institution or case or by).region_code, timezone.localdate(at)
    table = queries.table_of("sanctions", "ladder", region_code, on)
    if table is not None and table.rows:
        row = next((row for row in table.rows if row["code"] == step), None)
        if row is None:
            raise StepUnknown(step=step)
        label, effects, months = row["label"], row.get("effects", ()), row.get("months")
        basis = table.by or table.source or table.note
    label, effects, basis = tidy(label), [code for code in EFFECTS if code in set(effects)], tidy(basis)
    if not step or not label or not basis:
        raise SanctionIncomplete()
    days = queries.days_of("sanctions", "hearing_days", region_code, on)
    days = days if days is not None else pleading_days
    if days is None or days < FEWEST_PLEADING_DAYS:
        raise SanctionIncomplete()
    number = next_number(Sanction, f"CL-{on.year}-")
    taken = Sanction.objects.filter(
        institution=institution,
        person=person,
        step=step,
        status__in=["proposed", "confirmed", "told", "in_force"],
    ).first()
    if taken is not None:
        raise SanctionTaken(number=taken.number, label=taken.label)
    sanction = Sanction.objects.create(
        number=number,
        institution=institution,
        person=person,
        case=case,
        region_code=region_code,
        step=step[:40],
        label=label[:60],
        effects=effects,
        months=months,
        basis=basis[:300],
        reason=reason.strip(),
        proposed_at=at,
        plead_until=add_working_days(on, days),
    )
    begin(sanction, "proposed", by=by, at=at, reason=reason, until=sanction.plead_until.isoformat())
    return sanction


@transaction.atomic
def withdraw_sanction(sanction_id: int, *, by: Actor, at: datetime, reason: str) -> Sanction:
    """Take a proposal back before it is decided."""
    sanction = queries.sanction_for_update(sanction_id, by=by)
    move(sanction, "withdraw", by=by, at=at, reason=reason)
    return sanction


@transaction.atomic
def plead_sanction(
    sanction_id: int, *, statement: str, by: Actor, at: datetime, reason: str = ""
) -> Sanction:
    """Keep what the institution says against a proposed sanction, once and within its days."""
    require_may(by, Permission.PLEAD_SANCTION, "陈述申辩")
    sanction = queries.sanction_for_update(sanction_id, by=by)
    if not statement.strip():
        raise StatementMissing()
    late = timezone.localdate(at) > sanction.plead_until
    if sanction.status != "proposed" or sanction.pleaded_at is not None or late:
        raise PleadOver()
    sanction.statement, sanction.pleaded_at = statement.strip(), at
    sanction.save(update_fields=["statement", "pleaded_at"])
    record("sanction.pleaded", sanction, by=by, at=at, reason=reason)
    return sanction


@transaction.atomic
def confirm_sanction(sanction_id: int, *, by: Actor, at: datetime, reason: str) -> Sanction:
    """Decide on a sanction once its statement was made or its days are over; never by who proposed it."""
    sanction = queries.sanction_for_update(sanction_id, by=by)
    require_move(sanction, SANCTION.move("confirm"), SANCTION, by=by, reason=reason)
    if sanction.pleaded_at is None and timezone.localdate(at) <= sanction.plead_until:
        raise PleadStillOpen(until=sanction.plead_until)
    move(sanction, "confirm", by=by, at=at, reason=reason)
    return sanction


@transaction.atomic
def tell_sanction(sanction_id: int, *, start_on: date, by: Actor, at: datetime, reason: str = "") -> Sanction:
    """Note that the sanction was delivered; it begins on ``start_on`` and ends after its months."""
    sanction = queries.sanction_for_update(sanction_id, by=by)
    require_move(sanction, SANCTION.move("tell"), SANCTION, by=by, reason=reason)
    if start_on < timezone.localdate(at):
        raise SanctionDayWrong()
    sanction.start_on = start_on
    sanction.end_on = add_months(start_on, sanction.months) if sanction.months else None
    sanction.save(update_fields=["start_on", "end_on"])
    move(sanction, "tell", by=by, at=at, reason=reason, start_on=start_on.isoformat())
    return sanction
