"""Sites and their rooms."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from kaogong.access.permissions import Permission
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.kernel.writing import tidy
from kaogong.trail.operations import record

from .. import queries
from ..models import Equipment, Room, Site
from .contracting import ScopeUnknown
from .reach import day_of, require_any


class SiteNameTaken(Refused):
    """这家机构已经有名为“{name}”的场地。"""


class RoomNameMissing(Refused):
    """请填写教室名称。"""


class RoomHoldsNobody(Refused):
    """容纳人数应至少为1人。"""


class EquipmentIncomplete(Refused):
    """请填写设备名称，数量应至少为1。"""


class EquipmentTaken(Refused):
    """设备“{title}”（{model}）已经登记在这个职业下。"""


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


@transaction.atomic
def add_equipment(
    institution_id: int,
    *,
    occupation_code: str,
    title: str,
    quantity: int,
    by: Actor,
    at: datetime,
    model: str = "",
    site_id: int | None = None,
) -> Equipment:
    """Add so many pieces of one model of equipment for one occupation."""
    require_any(by, "登记设备", Permission.EDIT_OWN_INSTITUTION, Permission.REGISTER_INSTITUTION)
    institution = queries.institution(institution_id, by=by)
    occupation = catalog.occupation(occupation_code)
    if occupation is None or occupation.tier != 4:
        raise ScopeUnknown(code=occupation_code)
    if not tidy(title) or quantity < 1:
        raise EquipmentIncomplete()
    site = queries.site(site_id, by=by) if site_id is not None else None
    kept, is_new = Equipment.objects.get_or_create(
        institution=institution,
        occupation_code=occupation.code,
        title=tidy(title),
        model=tidy(model),
        left_on=None,
        defaults={"quantity": quantity, "site": site},
    )
    if not is_new:
        raise EquipmentTaken(title=kept.title, model=kept.model)
    record("equipment.added", kept, by=by, at=at, quantity=quantity)
    return kept


@transaction.atomic
def remove_equipment(equipment_id: int, *, by: Actor, at: datetime, reason: str = "") -> Equipment:
    """Say that equipment is no longer there, from today; the record stays."""
    require_any(by, "停用设备", Permission.EDIT_OWN_INSTITUTION, Permission.REGISTER_INSTITUTION)
    kept = queries.piece_of_equipment(equipment_id, by=by)
    kept.left_on = day_of(at)
    kept.save(update_fields=["left_on"])
    record("equipment.removed", kept, by=by, at=at, reason=reason)
    return kept
