"""Reading sites and rooms."""

from datetime import date

from django.db.models import Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound

from ..models import Equipment, Room, Site

ROOM_KINDS = Room.KINDS


def sites(institution_id: int) -> QuerySet[Site]:
    return Site.objects.filter(institution_id=institution_id).order_by("name")


def site(site_id: int, *, by: Actor) -> Site:
    """One site of an institution in reach; NotFound otherwise."""
    rows = in_reach(Site.objects.select_related("institution"), by, region="institution__region_code")
    found = rows.filter(pk=site_id).first()
    if found is None:
        raise NotFound()
    return found


def rooms(institution_id: int, on: date | None = None) -> QuerySet[Room]:
    """Rooms of every site of an institution, those given up by ``on`` left out, with their site."""
    rows = Room.objects.filter(site__institution_id=institution_id).select_related("site")
    if on is not None:
        rows = rows.filter(Q(left_on__isnull=True) | Q(left_on__gt=on))
    return rows.order_by("site__name", "name")


def room(room_id: int, *, by: Actor) -> Room:
    """One room of an institution in reach, with its site; NotFound otherwise."""
    rows = Room.objects.select_related("site__institution")
    rows = in_reach(rows, by, region="site__institution__region_code", organisation="site__institution_id")
    found = rows.filter(pk=room_id).first()
    if found is None:
        raise NotFound()
    return found


def equipment(institution_id: int, on: date | None = None) -> QuerySet[Equipment]:
    """Equipment of an institution by occupation; what was given up by ``on`` left out."""
    rows = Equipment.objects.filter(institution_id=institution_id).select_related("site")
    if on is not None:
        rows = rows.filter(Q(left_on__isnull=True) | Q(left_on__gt=on))
    return rows.order_by("occupation_code", "title", "model", "id")


def piece_of_equipment(equipment_id: int, *, by: Actor) -> Equipment:
    """One line of equipment of an institution in reach; NotFound otherwise."""
    rows = in_reach(Equipment.objects.all(), by, region="institution__region_code")
    found = rows.filter(pk=equipment_id).first()
    if found is None:
        raise NotFound()
    return found


def with_accessible_rooms(on: date) -> QuerySet:
    """Ids of institutions that have an accessible room on the day."""
    rows = Room.objects.filter(Q(left_on__isnull=True) | Q(left_on__gt=on), accessible=True)
    return rows.values("site__institution_id")
