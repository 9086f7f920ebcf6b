"""Putting a published shortage list into the catalogue."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, Refused
from kaogong.kernel.region_code import RegionCode
from kaogong.trail.operations import record, require_may

from ..models import ShortageOccupation


class ShortageBeforeEarlier(Refused):
    """目录的起始日应晚于现行目录的起始日（{starts_on}）。"""


@transaction.atomic
def list_shortage_occupations(
    region_code: str,
    occupation_codes: Iterable[str],
    *,
    starts_on: date,
    by: Actor,
    at: datetime,
    ends_on: date | None = None,
    list_kind: str = "shortage",
    reference_text: str = "",
    reason: str = "",
) -> int:
    """Replace a region's list of a kind from a day on: what stood ends that day, the new one begins (B3, B4)."""
    require_may(by, Permission.PUBLISH_SHORTAGE_LIST, "发布目录")
    if not by.region_code or not RegionCode(by.region_code).covers(region_code):
        raise NotFound()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('kaogong.catalog.shortage'), hashtext(%s))", [region_code]
        )
    standing = ShortageOccupation.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on), region_code=region_code, list_kind=list_kind
    )
    later = standing.filter(starts_on__gte=starts_on).order_by("-starts_on").first()
    if later is not None:
        raise ShortageBeforeEarlier(starts_on=later.starts_on)
    ended = standing.update(ends_on=starts_on)
    listed = ShortageOccupation.objects.bulk_create(
        ShortageOccupation(
            list_kind=list_kind,
            region_code=region_code,
            occupation_code=code,
            starts_on=starts_on,
            ends_on=ends_on,
            reference=reference_text,
        )
        for code in sorted(set(occupation_codes))
    )
    record(
        "shortage.listed",
        by=by,
        at=at,
        reason=reason,
        subject_kind="shortage",
        subject_id=region_code,
        label=reference_text,
        listed=len(listed),
        ended=ended,
    )
    return len(listed)
