"""Returns, proposals and their files in reach."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import translation

from kaogong.access.permissions import Permission
from kaogong.access.queries import in_reach
from kaogong.catalog import queries as catalog
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound
from kaogong.kernel.period import Period, add_months
from kaogong.trail.operations import require_may

from ..models import PeriodReturn, Proposal, ReturnFile
from ..states import KINDS
from .figures import period_name, period_of, periods_over

_HEAVY = ("cells", "rows", "narrative", "checks", "changes", "templates")


def period_returns(by: Actor) -> QuerySet[PeriodReturn]:
    """Returns in reach, the latest period first, restatements before what they restate."""
    require_may(by, Permission.VIEW_BUREAU, "季报年报")
    rows = PeriodReturn.objects.defer(*_HEAVY).order_by("-starts_on", "-revision", "-id")
    return in_reach(rows, by, organisation=None)


def returns_to_freeze(by: Actor) -> QuerySet[PeriodReturn]:
    """Signed once and waiting for the second signature."""
    return in_reach(PeriodReturn.objects.filter(status="signed"), by, organisation=None)


def returns_drafted(by: Actor) -> list[PeriodReturn]:
    """Drafts in reach with their checks, the oldest first; of one period there is one."""
    rows = PeriodReturn.objects.filter(status="drafted").order_by("drafted_at", "id")
    heavy = [name for name in _HEAVY if name != "checks"]
    return list(in_reach(rows, by, organisation=None).defer(*heavy)[:100])


def periods_undrawn(by: Actor, today: date) -> list[tuple[str, date]]:
    """The latest quarter and year that are over and that nobody of the actor's region has drawn up."""
    if not by.region_code:
        return []
    latest = [(kind, periods_over(kind, today, 1)[0]) for kind in KINDS]
    there = set(
        PeriodReturn.objects.filter(
            region_code=by.region_code, starts_on__in=[start for _kind, start in latest]
        )
        .exclude(status="discarded")
        .values_list("kind", "starts_on")
    )
    return [one for one in latest if one not in there]


def period_return(pk: int, by: Actor) -> PeriodReturn:
    """One return in reach, or NotFound."""
    require_may(by, Permission.VIEW_BUREAU, "季报年报")
    found = in_reach(PeriodReturn.objects.filter(pk=pk), by, organisation=None).first()
    if found is None:
        raise NotFound()
    return found


def period_return_for_update(pk: int, *, by: Actor) -> PeriodReturn:
    """One return in reach under a lock."""
    rows = PeriodReturn.objects.select_for_update(of=("self",)).filter(pk=pk)
    found = in_reach(rows, by, organisation=None).first()
    if found is None:
        raise NotFound()
    return found


def revisions_of(one: PeriodReturn) -> list[PeriodReturn]:
    """The return and its restatements, the first one first, without those discarded."""
    same = PeriodReturn.objects.filter(
        region_code=one.region_code, kind=one.kind, starts_on=one.starts_on
    ).exclude(status="discarded")
    return list(same.defer(*_HEAVY).order_by("revision", "id"))


def latest_frozen(region_code: str, kind: str, starts_on: date) -> PeriodReturn | None:
    """The frozen return of a period as last restated."""
    rows = PeriodReturn.objects.filter(
        region_code=region_code, kind=kind, starts_on=starts_on, status="frozen"
    )
    return rows.order_by("-revision").first()


def frozen_before(kind: str, region_code: str, period: Period) -> dict[str, dict[str, Any]]:
    """What the rules compare with: the quarter before in the same year, and the year's last quarter."""
    found = {}
    if kind == "quarterly" and period.start.month > 1:
        before = latest_frozen(region_code, "quarterly", add_months(period.start, -3))
        if before is not None:
            found["before"] = cells_of(before)
    if kind == "yearly":
        last = latest_frozen(region_code, "quarterly", add_months(period.start, 9))
        if last is not None:
            found["quarterly"] = cells_of(last)
    return found


def cells_of(one: PeriodReturn | Proposal) -> dict[str, dict[str, Any]]:
    """A return's cells by key, in their order."""
    return {cell["key"]: cell for cell in one.cells}


def return_file(pk: int, layout: str, by: Actor) -> ReturnFile:
    """One file of a frozen return in reach."""
    found = ReturnFile.objects.filter(period_return=period_return(pk, by), layout=layout).first()
    if found is None:
        raise NotFound()
    return found


def is_whole(file: ReturnFile) -> bool:
    """Whether the bytes are those that were signed."""
    return hashlib.sha256(bytes(file.content)).hexdigest() == file.digest


def files_of(one: PeriodReturn | Proposal) -> list[ReturnFile]:
    """The signed files, without their bytes."""
    return list(one.files.defer("content").order_by("layout"))


def period_of_return(one: PeriodReturn) -> Period:
    return period_of(one.kind, one.starts_on)


def title_of(one: PeriodReturn) -> str:
    """示例市2026年第三季度职业培训工作情况季报（第1次更正）."""
    again = f"（第{one.revision}次更正）" if one.revision else ""
    return period_title(one.kind, one.starts_on, one.region_code) + again


@translation.override("zh-hans")
def period_title(kind: str, starts_on: date, region_code: str) -> str:
    """What the return of a period is called, whether there is one or not."""
    name = period_name(kind, period_of(kind, starts_on))
    words = "季报" if kind == "quarterly" else "年报"
    return f"{catalog.region_name(region_code)}{name}职业培训工作情况{words}"


def digest_of(content: Any) -> str:
    """The fingerprint of what is signed: the same content gives the same one."""
    told = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def signed_content(one: PeriodReturn) -> dict[str, Any]:
    """All that two people put their names to."""
    return {
        "region": one.region_code, "kind": one.kind, "starts_on": one.starts_on.isoformat(),
        "ends_on": one.ends_on.isoformat(), "revision": one.revision, "why": one.why,
        "snapshot": one.snapshot_digest, "templates": one.templates, "cells": one.cells, "rows": one.rows,
        "checks": one.checks, "narrative": one.narrative, "changes": one.changes,
    }  # fmt: skip


def is_as_signed(one: PeriodReturn) -> bool:
    """Whether the content is still that of the fingerprint."""
    return digest_of(signed_content(one)) == one.content_digest


def proposals(by: Actor) -> QuerySet[Proposal]:
    """Proposals in reach, the latest first."""
    require_may(by, Permission.VIEW_BUREAU, "建议提案")
    rows = Proposal.objects.defer("cells", "body", "text").order_by("-received_on", "-id")
    return in_reach(rows, by, organisation=None)


def proposals_open(by: Actor) -> QuerySet[Proposal]:
    """Proposals nobody has answered yet."""
    return in_reach(Proposal.objects.exclude(status="answered"), by, organisation=None)


def proposal(pk: int, by: Actor) -> Proposal:
    """One proposal in reach, or NotFound."""
    require_may(by, Permission.VIEW_BUREAU, "建议提案")
    found = in_reach(Proposal.objects.filter(pk=pk), by, organisation=None).first()
    if found is None:
        raise NotFound()
    return found


def proposal_for_update(pk: int, *, by: Actor) -> Proposal:
    """One proposal in reach under a lock."""
    rows = Proposal.objects.select_for_update(of=("self",)).filter(pk=pk)
    found = in_reach(rows, by, organisation=None).first()
    if found is None:
        raise NotFound()
    return found


def answer_file(pk: int, layout: str, by: Actor) -> ReturnFile:
    """One file of an issued answer in reach."""
    found = ReturnFile.objects.filter(proposal=proposal(pk, by), layout=layout).first()
    if found is None:
        raise NotFound()
    return found


def signed_answer(one: Proposal) -> dict[str, Any]:
    """All that two people put their names to in an answer."""
    return {
        "region": one.region_code, "session": one.session, "number": one.number, "deputies": one.deputies,
        "subject": one.subject, "document_number": one.document_number, "snapshot": one.snapshot_digest,
        "contact": one.contact, "copies": one.copies, "cells": one.cells, "body": one.body,
    }  # fmt: skip


def answer_is_as_signed(one: Proposal) -> bool:
    return digest_of(signed_answer(one)) == one.content_digest


def changed_cells(
    old: Mapping[str, Mapping], new: Mapping[str, Mapping]
) -> list[tuple[str, Mapping, Mapping]]:
    """(key, old cell, new cell) of every figure whose value differs."""
    return [
        (key, old[key], cell)
        for key, cell in new.items()
        if key in old and old[key]["value"] != cell["value"] and not cell.get("of")
    ]
