"""Writing the catalogue: loading the reference files, and listing what a region subsidises."""

import hashlib
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from kaogong.access.permissions import Permission
from kaogong.kernel import reference
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, Refused
from kaogong.kernel.levels import level_of
from kaogong.kernel.region_code import RegionCode
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import EDITION, Occupation, ReferenceVersion, SubsidisedOccupation
from .reference_tables import TABLES, ReferenceTable
from .shortages import ShortageBeforeEarlier, list_shortage_occupations

__all__ = [
    "AlreadyListed",
    "ListingDatesWrong",
    "ListingEmpty",
    "OccupationUnknown",
    "ShortageBeforeEarlier",
    "end_listing",
    "list_shortage_occupations",
    "list_subsidised_occupation",
    "load_reference",
]

_MAKING = b"1"  # raised when the same files come to make other rows


class AlreadyListed(Refused):
    """“{occupation}”在这段时间已经列入补贴目录，请先结束原来的一条。"""


class OccupationUnknown(Refused):
    """《职业分类大典（2022年版）》里没有代码“{code}”的职业。"""


class ListingEmpty(Refused):
    """请至少选择一个技能等级；不分等级的培训请选“不分等级”。"""


class ListingDatesWrong(Refused):
    """目录的结束日期应晚于开始日期。"""


@transaction.atomic
def load_reference(*, by: Actor, at: datetime) -> dict[str, int]:
    """Make every reference table agree with the shipped files; tables that already agree are left alone.

    Returns the number of rows each table holds.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kaogong.catalog.reference'))")
    present = {version.table: version for version in ReferenceVersion.objects.all()}
    held: dict[str, int] = {}
    for table in TABLES:
        digest = _digest(table)
        version = present.get(table.name)
        if version is not None and version.digest == digest:
            held[table.name] = version.rows
            continue
        rows = table.rows()
        table.present().delete()
        if rows:
            type(rows[0]).objects.bulk_create(rows, batch_size=2000)
        ReferenceVersion.objects.update_or_create(
            table=table.name, defaults={"digest": digest, "rows": len(rows), "loaded_at": at}
        )
        record(
            "reference.loaded",
            by=by,
            at=at,
            subject_id=table.name,
            label=table.name,
            rows=len(rows),
            digest=digest,
        )
        held[table.name] = len(rows)
    queries.forget_cached()
    return held


@transaction.atomic
def list_subsidised_occupation(
    region_code: str,
    *,
    occupation_code: str,
    level_codes: list[str],
    starts_on: date,
    by: Actor,
    at: datetime,
    ends_on: date | None = None,
    reference_text: str = "",
    reason: str = "",
) -> SubsidisedOccupation:
    """List an occupation for subsidy in a region on the days of [starts_on, ends_on) (B2).

    ``level_codes`` are codes of ``kernel.levels``; "" stands for training without a level.
    """
    _require_may_list(region_code, by)
    occupation = Occupation.objects.filter(edition=EDITION, code=occupation_code, tier=4).first()
    if occupation is None:
        raise OccupationUnknown(code=occupation_code)
    if not level_codes:
        raise ListingEmpty()
    for code in filter(None, level_codes):
        level_of(code)
    if ends_on is not None and ends_on <= starts_on:
        raise ListingDatesWrong()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('kaogong.catalog.listing'), hashtext(%s))",
            [region_code + occupation_code],
        )
    clash = SubsidisedOccupation.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on),
        region_code=region_code,
        occupation_code=occupation_code,
    )
    if ends_on is not None:
        clash = clash.filter(starts_on__lt=ends_on)
    if clash.exists():
        raise AlreadyListed(occupation=occupation.name)
    listing = SubsidisedOccupation.objects.create(
        region_code=region_code,
        occupation_code=occupation_code,
        level_codes=sorted(set(level_codes)),
        starts_on=starts_on,
        ends_on=ends_on,
        reference=reference_text,
    )
    record("subsidised_occupation.listed", listing, by=by, at=at, reason=reason, label=str(occupation))
    return listing


@transaction.atomic
def end_listing(
    listing_id: int, *, ends_on: date, by: Actor, at: datetime, reason: str
) -> SubsidisedOccupation:
    """Let one listing end: ``ends_on`` is the first day it no longer holds."""
    listing = SubsidisedOccupation.objects.select_for_update().filter(pk=listing_id).first()
    if listing is None:
        raise NotFound()
    _require_may_list(listing.region_code, by)
    if not reason.strip():
        raise ReasonMissing(label="移出补贴目录")
    if ends_on <= listing.starts_on:
        raise ListingDatesWrong()
    listing.ends_on = ends_on
    listing.save(update_fields=["ends_on"])
    record("subsidised_occupation.ended", listing, by=by, at=at, reason=reason, ends_on=ends_on.isoformat())
    return listing


def _require_may_list(region_code: str, by: Actor) -> None:
    if by.role != "system":
        require_may(by, Permission.PUBLISH_NOTICE, "发布补贴目录")
        if not by.region_code or not RegionCode(by.region_code).covers(region_code):
            raise NotFound()


def _digest(table: ReferenceTable) -> str:
    running = hashlib.sha256(_MAKING)
    for file in table.files:
        running.update(reference.digest(file).encode())
    return running.hexdigest()
