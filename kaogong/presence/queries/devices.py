"""Phones and the people who use them."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from kaogong.kernel.actor import Actor
from kaogong.kernel.region_code import RegionCode
from kaogong.presence.models import DeviceBinding


@dataclass(frozen=True, slots=True)
class DeviceUse:
    """One phone of one person, and how many other people use it."""

    binding: DeviceBinding
    others: int


def devices_of(person_id: int) -> list[DeviceUse]:
    """A person's phones now, the first bound first, each with how many others use it."""
    rows = _with_others(DeviceBinding.objects.filter(person_id=person_id, released_at__isnull=True))
    return [DeviceUse(row, row.others or 0) for row in rows.order_by("id")]


def devices_in_reach(by: Actor) -> QuerySet[DeviceBinding]:
    """Bindings in force of people in reach: a region's, or those in the classes of one's institution.

    Each carries ``others``: how many other people use the phone.
    """
    rows = DeviceBinding.objects.filter(released_at__isnull=True).select_related("person")
    if by.role != "system":
        if by.person_id is not None:
            rows = rows.filter(person_id__in=by.person_ids)
        elif by.organisation_id is not None:
            rows = rows.filter(
                Q(person__enrolments__training_class__institution_id=by.organisation_id)
            ).distinct()
        elif by.region_code:
            prefix = RegionCode(by.region_code).prefix
            rows = rows.filter(
                Q(person__enrolments__training_class__region_code__startswith=prefix)
                | Q(person__region_code__startswith=prefix)
            ).distinct()
        else:
            rows = rows.none()
    return _with_others(rows).order_by("-id")


def _with_others(rows: QuerySet[DeviceBinding]) -> QuerySet[DeviceBinding]:
    same = DeviceBinding.objects.filter(device_index=OuterRef("device_index"), released_at__isnull=True)
    others = same.exclude(person_id=OuterRef("person_id")).order_by().values("device_index")
    return rows.annotate(others=Subquery(others.annotate(n=Count("person_id", distinct=True)).values("n")))
