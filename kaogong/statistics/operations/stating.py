"""Figures nobody here can count, as a document gives them; corrections are new rows."""

import base64
import hashlib
from datetime import date, datetime

from django.db import IntegrityError, transaction

from kaogong.access.permissions import Permission
from kaogong.catalog.queries import region_name
from kaogong.indicators.register import indicator_of
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import ReasonMissing
from kaogong.kernel.region_code import RegionCode
from kaogong.trail.operations import record, require_may
from kaogong.training.operations.evidence import LARGEST_MB, readable_format

from .. import queries
from ..models import StatedFigure, StatedPaper
from .refusals import (
    NotInReach,
    PeriodUnfit,
    SourceMissing,
    StatedAlready,
    StatedCorrected,
    StatedPaperUnreadable,
)

LABEL = "填报引用数据"

# A file as it comes: its name and its bytes.
Upload = tuple[str, bytes]


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
    paper: Upload | None = None,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> StatedFigure:
    """Keep what a document says of one indicator, region and period [start_on, end_on); once each.

    ``value`` is in the indicator's unit, shares in hundredths of a percent, money in fen. ``paper`` is the
    document itself, kept with the figure.
    """
    _require(by, region_code)
    if end_on <= start_on:
        raise PeriodUnfit(start_on=start_on, end_on=end_on)
    if not document.strip():
        raise SourceMissing()
    indicator_of(indicator_code)
    found = _read(paper)
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
                kept_paper = _keep(found, kept)
                _tell("stated_figure.stated", kept, kept_paper, by=by, at=at, reason=reason)
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
    paper: Upload | None = None,
    by: Actor,
    at: datetime,
    reason: str,
) -> StatedFigure:
    """Correct a stated figure by a new row that says why; what was stated before, and its paper, stay."""
    require_may(by, Permission.STATE_FIGURE, LABEL)
    earlier = queries.stated_figure(stated_id, by=by)
    _require(by, earlier.region_code)
    if not reason.strip():
        raise ReasonMissing(label="更正引用数据")
    if not document.strip():
        raise SourceMissing()
    found = _read(paper)
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
                kept_paper = _keep(found, kept)
        except IntegrityError:
            later = StatedFigure.objects.get(replaces=earlier)
        else:
            _tell("stated_figure.restated", kept, kept_paper, by=by, at=at, reason=reason, was=earlier.value)
            return kept
    raise StatedCorrected(name=later.stated_by)


def read_stated_paper(stated_id: int, *, by: Actor, at: datetime) -> StatedPaper:
    """The document a stated figure in reach was read from; who looked at it is kept in the trail."""
    paper = queries.stated_paper(stated_id, by=by)
    record(
        "stated_figure.paper_looked", paper.figure, by=by, at=at, subject_kind="stated_figure",
        paper=paper.digest,
    )  # fmt: skip
    return paper


def _read(paper: Upload | None) -> StatedPaper | None:
    """The paper, not kept yet; refused unless it can be shown in a browser as what it is."""
    if paper is None:
        return None
    filename, data = paper
    filename = filename.replace("\\", "/").split("/")[-1].strip()[-200:] or "来源文件"
    found = readable_format(data)
    if found not in ("pdf", "jpeg", "png"):
        raise StatedPaperUnreadable(filename=filename[:60], limit=LARGEST_MB)
    return StatedPaper(
        filename=filename,
        format=found,
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        content=base64.b64encode(data).decode(),
    )


def _keep(paper: StatedPaper | None, kept: StatedFigure) -> StatedPaper | None:
    if paper is not None:
        paper.figure, paper.added_at, paper.added_by = kept, kept.stated_at, kept.stated_by
        paper.save(force_insert=True)
    return paper


def _require(by: Actor, region_code: str) -> None:
    """Right and reach come before any other refusal."""
    require_may(by, Permission.STATE_FIGURE, LABEL)
    if by.role != "system" and not (by.region_code and RegionCode(by.region_code).covers(region_code)):
        raise NotInReach(region=region_name(region_code))


def _tell(
    verb: str,
    kept: StatedFigure,
    paper: StatedPaper | None,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    **detail,
) -> None:
    if paper is not None:
        detail["paper"] = paper.digest
    record(
        verb, kept, by=by, at=at, reason=reason, subject_kind="stated_figure", value=kept.value,
        document=kept.document, **detail,
    )  # fmt: skip
