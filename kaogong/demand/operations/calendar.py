"""Rounds that open and close by the calendar, where a region set a rhythm."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kaogong.catalog import queries as catalog
from kaogong.demand import queries
from kaogong.demand.models import ROUND_KINDS, DemandReply, DemandRound
from kaogong.institutions.models import Institution
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotPermitted
from kaogong.kernel.period import add_months
from kaogong.kernel.region_code import RegionCode
from kaogong.trail.operations import begin, move, record

from .rounds import ENTERPRISES


def open_rounds_due(*, by: Actor, at: datetime) -> int:
    """Open the round of each rhythm that begins, once a period, and close those whose days are over.

    A rhythm belongs to the region that wrote it; those below are asked in its rounds. Returns how many were opened.
    """
    if by.role != "system":
        raise NotPermitted(label="按周期开展调查")
    today = timezone.localdate(at)
    for late in DemandRound.objects.filter(status="opened", closes_on__lt=today).exclude(calendar=""):
        move(late, "close", by=by, at=at, answered=late.replies.filter(status="submitted").count())
    opened = 0
    for region in _regions():
        for kind, label in ROUND_KINDS:
            begun = _period(kind, region, today)
            if begun is not None:
                opened += _open(kind, str(label), region, *begun, by=by, at=at)
    return opened


def _regions() -> list[str]:
    """The installation's region and those below it."""
    own = settings.REGION_CODE
    below = catalog.regions_under(own).values_list("code", flat=True)
    return sorted({own, *(code for code in below if len(code) == 6)})


def _period(kind: str, region_code: str, on: date) -> tuple[date, date] | None:
    """First and last day of the round of this period; None where no rhythm is the region's own or its days are over.

    Periods are counted from January, so that of three months is a quarter and that of twelve a year.
    """
    every = queries.said(f"{kind}_every_months", region_code, on)
    days = queries.number(f"{kind}_open_days", region_code, on)
    if every is None or not every.value or not days or every.region != region_code:
        return None
    months = (on.month - 1) // int(every.value) * int(every.value)
    first = add_months(date(on.year, 1, 1), months)
    last = first + timedelta(days=int(days) - 1)
    return (first, last) if on <= last else None


@transaction.atomic
def _open(
    kind: str, label: str, region_code: str, first: date, last: date, *, by: Actor, at: datetime
) -> int:
    enterprises = list(
        Institution.objects.filter(
            kind__in=ENTERPRISES, closed_on__isnull=True,
            region_code__startswith=RegionCode(region_code).prefix,
        ).defer("bank_account")
    )  # fmt: skip
    if not enterprises:
        return 0
    found, fresh = DemandRound.objects.get_or_create(
        region_code=region_code,
        kind=kind,
        calendar=f"{first:%Y-%m}",
        defaults={
            "title": f"{first:%Y年%m月}{catalog.region_name(region_code)}{label}",
            "opens_on": first,
            "closes_on": last,
            "created_at": at,
        },
    )
    if not fresh:
        return 0
    begin(found, "drafted", by=by, at=at)
    DemandReply.objects.bulk_create(
        (
            DemandReply(
                round=found, institution=one, credit_code=one.credit_code, name=one.name,
                region_code=one.region_code[:6],
            )
            for one in enterprises
        ),
        batch_size=2_000,
    )  # fmt: skip
    record("demand_round.invited", found, by=by, at=at, enterprises=len(enterprises))
    move(found, "open", by=by, at=at, enterprises=len(enterprises))
    return 1
