"""Sites and their rooms."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import record

from .. import queries
from ..models import Room, Site
from .reach import require_any


class SiteNameTaken(Refused):
    """这家机构已经有名为“{name}”的场地。"""


class RoomNameMissing(Refused):
    """请填写教室名称。"""


class RoomHoldsNobody(Refused):
    """容纳人数应至少为1人。"""


class RoomNameTaken(Refused):
    """“{site}”已经有名为“{name}”的教室。"""


@transaction.atomic
def add_site(
    institution_id: int,
    *,
    name: str,
    address: str,
    capacity: int,
    by: Actor,
    at: datetime,
    region_code: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    reason: str = "",
) -> Site:
    """Add a place where the institution teaches or assesses; capacity in persons."""
    require_any(by, "登记场地", Permission.EDIT_OWN_INSTITUTION, Permission.REGISTER_INSTITUTION)
    institution = queries.institution(institution_id, by=by)
    site, is_new = Site.objects.get_or_create(
        institution=institution,
        name=tidy(name),
        defaults={
            "address": tidy(address),
            "region_code": region_code or institution.region_code,
            "capacity": capacity,
            "latitude": latitude,
            "longitude": longitude,
        },
    )
    if not is_new:
        raise SiteNameTaken(name=site.name)
    record("site.added", site, by=by, at=at, reason=reason)
    return site


@transaction.atomic
def add_room(
    site_id: int,
    *,
    name: str,
    capacity: int,
    by: Actor,
    at: datetime,
    kind: str = "classroom",
    accessible: bool = False,
    reason: str = "",
) -> Room:
    """Add a room of a site in which a class can sit; capacity in persons."""
    require_any(by, "登记教室", Permission.EDIT_OWN_INSTITUTION, Permission.REGISTER_INSTITUTION)
    site = queries.site(site_id, by=by)
    name = tidy(name)
    if not name:
        raise RoomNameMissing()
    if capacity < 1:
        raise RoomHoldsNobody()
    room, is_new = Room.objects.get_or_create(
        site=site, name=name, defaults={"kind": kind, "capacity": capacity, "accessible": accessible}
    )
    if not is_new:
        raise RoomNameTaken(site=site.name, name=name)
    record("room.added", room, by=by, at=at, reason=reason, site=site.name)
    return room
