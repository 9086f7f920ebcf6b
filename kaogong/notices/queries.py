"""Reading notices and objections."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from kaogong.access.queries import in_reach
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.region_code import RegionCode

from .models import Notice, NoticeRow, Objection


def notice(notice_id: int, *, by: Actor | None = None) -> Notice:
    """One notice anyone may read; with ``by``, one in the actor's reach whatever its state."""
    found = _readable(by).filter(pk=notice_id).first()
    if found is None:
        raise NotFound()
    return found


def notice_for_update(notice_id: int, *, by: Actor) -> Notice:
    """One notice in the actor's reach, locked."""
    rows = in_reach(Notice.objects.all(), by, organisation=None)
    found = rows.select_for_update().filter(pk=notice_id).first()
    if found is None:
        raise NotFound()
    return found


def notices_for(subject_reference: str) -> QuerySet[Notice]:
    """The notices published about one subject, latest first."""
    return (
        Notice.objects.filter(subject_reference=subject_reference)
        .exclude(subject_reference="")
        .order_by("-id")
    )


def public_notices(region_code: str, *, on: date | None = None) -> QuerySet[Notice]:
    """Notices of a region anyone may read, latest first; with ``on`` only those standing that day (Q2)."""
    rows = _readable(None).filter(region_code__startswith=RegionCode(region_code).prefix)
    if on is not None:
        rows = rows.filter(status="published", opens_on__lte=on, closes_on__gte=on)
    return rows.order_by("-opens_on", "-id")


def notices(by: Actor) -> QuerySet[Notice]:
    """Notices in reach, latest first, each with ``objections_open``."""
    rows = in_reach(Notice.objects.all(), by, organisation=None)
    return rows.annotate(
        objections_open=Count("objections", filter=Q(objections__status="received"))
    ).order_by("-opens_on", "-id")


def rows_of(notice_id: int) -> QuerySet[NoticeRow]:
    """The lines of one notice, in order."""
    return NoticeRow.objects.filter(notice_id=notice_id).order_by("sequence")


def objections(by: Actor, *, notice_id: int | None = None, unanswered: bool = False) -> QuerySet[Objection]:
    """Objections in reach, oldest first, without the sealed contact."""
    rows = in_reach(Objection.objects.all(), by, organisation=None).defer("contact")
    if notice_id is not None:
        rows = rows.filter(notice_id=notice_id)
    if unanswered:
        rows = rows.filter(status="received")
    return rows.select_related("notice", "row").order_by("received_at", "id")


def objection(objection_id: int, *, by: Actor) -> Objection:
    """One objection in reach; NotFound otherwise."""
    found = objections(by).filter(pk=objection_id).first()
    if found is None:
        raise NotFound()
    return found


def objection_as_told(objection_id: int) -> Objection:
    """One objection for whoever holds its receipt: what became of it, without the sealed contact."""
    rows = Objection.objects.defer("contact").select_related("notice", "row")
    found = rows.filter(pk=objection_id).first()
    if found is None:
        raise NotFound()
    return found


def upheld_references(notice_id: int) -> set[str]:
    """References against which an objection was upheld: of rows, or of the notice as a whole."""
    rows = Objection.objects.filter(notice_id=notice_id, status="upheld").values_list(
        "row__subject_reference", "notice__subject_reference"
    )
    return {of_row or of_notice for of_row, of_notice in rows}


def _readable(by: Actor | None) -> QuerySet[Notice]:
    if by is not None:
        return in_reach(Notice.objects.all(), by, organisation=None)
    return Notice.objects.exclude(status="drafted")
