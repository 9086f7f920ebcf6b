"""Figures nobody here can count, as a document gives them; corrections are new rows."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from kaogong.access.permissions import Permission
from kaogong.catalog.queries import region_name
from kaogong.indicators.register import indicator_of
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import ReasonMissing
from kaogong.kernel.region_code import RegionCode
from kaogong.trail.operations import record, require_may

from .. import queries
from ..models import StatedFigure
from .refusals import NotInReach, PeriodUnfit, SourceMissing, StatedAlready, StatedCorrected

LABEL = "填报引用数据"


@transaction.atomic
def state_figure(
    *,
    indicator_code: str,
    region_code: str,
    start_on: date,
    end_on: date,
    value: int,
    document: str,
    clause: str = "",
    note: str = "",
    illustrative: bool = False,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> StatedFigure:
    """Keep what a document says of one indicator, region and period [start_on, end_on); once each.

    ``value`` is in the indicator's unit, shares in hundredths of a percent, money in fen.
    """
    _require(by, region_code)
    if end_on <= start_on:
        raise PeriodUnfit(start_on=start_on, end_on=end_on)
    if not document.strip():
        raise SourceMissing()
    indicator_of(indicator_code)
    earlier = queries.stated_value(indicator_code, region_code, start_on, end_on)
    try:
        with transaction.atomic():
            if earlier is None:
                kept = StatedFigure.objects.create(
                    indicator_code=indicator_code,
                    region_code=region_code,
                    start_on=start_on,
                    end_on=end_on,
                    value=value,
                    document=document.strip(),
                    clause=clause.strip(),
                    note=note.strip(),
                    illustrative=illustrative,
                    stated_at=at,
                    stated_by=by.name,
                )
                _tell("stated_figure.stated", kept, by=by, at=at, reason=reason)
                return kept
    except IntegrityError:
        earlier = queries.stated_value(indicator_code, region_code, start_on, end_on)
        if earlier is None:
            raise
    raise StatedAlready(region=region_name(region_code), name=earlier.stated_by, document=earlier.document)


@transaction.atomic
def restate_figure(
    stated_id: int,
    *,
    value: int,
    document: str,
    clause: str = "",
    note: str = "",
    by: Actor,
    at: datetime,
    reason: str,
) -> StatedFigure:
    """Correct a stated figure by a new row that says why; what was stated before stays as it was."""
    require_may(by, Permission.STATE_FIGURE, LABEL)
    earlier = queries.stated_figure(stated_id, by=by)
    _require(by, earlier.region_code)
    if not reason.strip():
        raise ReasonMissing(label="更正引用数据")
    if not document.strip():
        raise SourceMissing()
    later = StatedFigure.objects.filter(replaces=earlier).first()
    if later is None:
        try:
            with transaction.atomic():
                kept = StatedFigure.objects.create(
                    indicator_code=earlier.indicator_code,
                    region_code=earlier.region_code,
                    start_on=earlier.start_on,
                    end_on=earlier.end_on,
                    value=value,
                    document=document.strip(),
                    clause=clause.strip(),
                    note=note.strip(),
                    illustrative=earlier.illustrative,
                    replaces=earlier,
                    reason=reason.strip()[:300],
                    stated_at=at,
                    stated_by=by.name,
                )
        except IntegrityError:
            later = StatedFigure.objects.get(replaces=earlier)
        else:
            _tell("stated_figure.restated", kept, by=by, at=at, reason=reason, was=earlier.value)
            return kept
    raise StatedCorrected(name=later.stated_by)


def _require(by: Actor, region_code: str) -> None:
    """Right and reach come before any other refusal."""
    require_may(by, Permission.STATE_FIGURE, LABEL)
    if by.role != "system" and not (by.region_code and RegionCode(by.region_code).covers(region_code)):
        raise NotInReach(region=region_name(region_code))


def _tell(verb: str, kept: StatedFigure, *, by: Actor, at: datetime, reason: str, **detail) -> None:
    record(
        verb, kept, by=by, at=at, reason=reason, subject_kind="stated_figure", value=kept.value,
        document=kept.document, **detail,
    )  # fmt: skip
