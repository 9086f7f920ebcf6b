"""Whose rows an actor may see, and the one asked for."""

from django.db.models import QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound


def within_reach(rows: QuerySet, by: Actor) -> QuerySet:
    return in_reach(rows, by, organisation=None)


def only(rows: QuerySet):
    found = rows.first()
    if found is None:
        raise NotFound()
    return found
