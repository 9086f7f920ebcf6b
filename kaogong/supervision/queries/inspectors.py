"""Reading inspectors and whom they may not inspect."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.supervision.models import Affiliation, Inspector, Interest

INSPECTOR_KINDS = Inspector.KINDS


def inspectors(by: Actor) -> QuerySet[Inspector]:
    """Inspectors in reach by number."""
    rows = Inspector.objects.select_related("employer").defer("employer__bank_account")
    return in_reach(rows, by, organisation=None).order_by("number")


def inspector(inspector_id: int, *, by: Actor) -> Inspector:
    """One inspector in reach; NotFound otherwise."""
    found = inspectors(by).filter(pk=inspector_id).first()
    if found is None:
        raise NotFound()
    return found


def inspector_for_update(inspector_id: int, *, by: Actor) -> Inspector:
    """The same, locked."""
    rows = in_reach(Inspector.objects.all(), by, organisation=None)
    found = rows.select_for_update(of=("self",)).filter(pk=inspector_id).first()
    if found is None:
        raise NotFound()
    return found


def inspectors_on(by: Actor, on: date) -> QuerySet[Inspector]:
    """Those who may be sent on the day."""
    return inspectors(by).filter(Q(left_on__isnull=True) | Q(left_on__gt=on))


def interests_of(inspector_id: int) -> QuerySet[Interest]:
    """What one inspector declared, latest first."""
    rows = Interest.objects.filter(inspector_id=inspector_id).select_related("institution")
    return rows.defer("institution__bank_account").order_by("-id")


def group_of(institution_id: int) -> set[int]:
    """An institution with all it belongs to and all that belongs to it, however far."""
    found, new = {institution_id}, {institution_id}
    while new:
        rows = Affiliation.objects.filter(Q(institution__in=new) | Q(parent__in=new))
        new = {id for pair in rows.values_list("institution_id", "parent_id") for id in pair} - found
        found |= new
    return found


def conflicts_of(people: Iterable[Inspector]) -> dict[int, set[int]]:
    """Inspector id → institutions they may not inspect: their employer's whole group, and what they declared."""
    people = list(people)
    groups: dict[int, set[int]] = {}
    for employer_id in {person.employer_id for person in people if person.employer_id}:
        groups[employer_id] = group_of(employer_id)
    found = {person.pk: set(groups.get(person.employer_id, ())) for person in people}
    rows = Interest.objects.filter(inspector__in=list(found))
    for inspector_id, institution_id in rows.values_list("inspector_id", "institution_id"):
        found[inspector_id].add(institution_id)
    return found
