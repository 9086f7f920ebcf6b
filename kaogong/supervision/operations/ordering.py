"""Inspections without a draw: ordered for a stated reason, by inspectors free of any interest."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.institutions import queries as institutions
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.writing import tidy
from kaogong.supervision import queries
from kaogong.supervision.models import ORIGINS, Assignment, Inspection, Inspector
from kaogong.trail.operations import begin, next_number, require_may
from kaogong.training import queries as training

from .refusals import InspectorConflicted, OrderReasonMissing, TooFewNamed

FEWEST_INSPECTORS = 2
ORDERED = {code for code, _label in ORIGINS} - {"drawn"}


@transaction.atomic
def order_inspection(
    *,
    origin: str,
    because: str,
    inspector_ids: Iterable[int],
    by: Actor,
    at: datetime,
    class_id: int | None = None,
    institution_id: int | None = None,
    because_of: str = "",
    reason: str = "",
) -> Inspection:
    """Send at least two inspectors to one class or provider for a stated reason; none with an interest in it.

    ``because_of``: the number of the complaint, finding or lead it follows from.
    """
    require_may(by, Permission.ORDER_INSPECTION, "指定检查")
    if not by.region_code or by.organisation_id is not None:
        raise NotFound()
    if origin not in ORDERED or not because.strip():
        raise OrderReasonMissing()
    training_class = training.training_class(class_id, by=by) if class_id else None
    if training_class is not None:
        institution = training_class.institution
    elif institution_id:
        institution = institutions.institution(institution_id, by=by)
    else:
        raise NotFound()
    people = _people(set(inspector_ids), institution, by=by, at=at)
    inspection = Inspection.objects.create(
        number=next_number(Inspection, f"ZJ-{timezone.localdate(at).year}-"),
        title=(training_class.title if training_class else institution.name)[:200],
        origin=origin,
        because=tidy(because)[:500],
        because_of=tidy(because_of)[:80],
        institution=institution,
        training_class=training_class,
        region_code=training_class.region_code if training_class else institution.region_code,
        assigned_at=at,
    )
    Assignment.objects.bulk_create(Assignment(inspection=inspection, inspector=person) for person in people)
    begin(
        inspection,
        "assigned",
        by=by,
        at=at,
        reason=reason,
        inspectors=", ".join(person.number for person in people),
    )
    return inspection


def _people(wanted: set[int], institution, *, by: Actor, at: datetime) -> list[Inspector]:
    """Those named, all in the pool today, none belonging to the institution's group or with an interest."""
    people = list(queries.inspectors_on(by, timezone.localdate(at)).filter(pk__in=wanted))
    if len(people) != len(wanted):
        raise NotFound()
    if len(people) < FEWEST_INSPECTORS:
        raise TooFewNamed()
    forbidden = queries.conflicts_of(people)
    for person in people:
        if institution.pk in forbidden[person.pk]:
            raise InspectorConflicted(inspector=str(person), institution=institution.name)
    return people
