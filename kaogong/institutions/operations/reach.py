"""Who may write here: one of several rights, or a region within reach."""

from datetime import date, datetime

from django.utils import timezone

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.kernel.region_code import RegionCode


def day_of(at: datetime) -> date:
    """The local day of an instant."""
    return timezone.localdate(at)


def require_any(by: Actor, label: str, *permissions: Permission) -> None:
    """Refuse an actor who has none of the permissions."""
    if by.role != "system" and not any(by.may(permission) for permission in permissions):
        raise NotPermitted(label=label)


def require_reach(region_code: str, by: Actor) -> None:
    """Refuse, as if it were not there, a region outside the actor's own."""
    region = RegionCode(region_code)
    if by.role != "system" and not (by.region_code and RegionCode(by.region_code).covers(region)):
        raise NotFound()
