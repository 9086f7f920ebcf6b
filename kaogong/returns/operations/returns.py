"""Returns: drafted from a snapshot, explained, worded, signed by two people, frozen, and restated."""

from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from kaogong.access.permissions import Permission
from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import NotFound, ReasonMissing, WrongState
from kaogong.kernel.region_code import RegionCode
from kaogong.statistics import operations as statistics
from kaogong.statistics import queries as figures
from kaogong.trail.operations import begin, move, record, require_may, require_move

from .. import queries
from ..models import PeriodReturn, ReturnFile
from ..states import KINDS, PERIOD_RETURN
from .refusals import (
    ChecksStand,
    ContentDiffers,
    NothingChanged,
    PeriodNotOver,
    PeriodUnknown,
    ReturnFrozenAlready,
    ReturnNotFrozen,
    ReturnStands,
    SnapshotMissing,
    TemplateMissing,
    TemplateNotDrawable,
    TemplateReplaced,
    TextTooLong,
    TextUnreadable,
)
from .signing import require_first_signature, require_seen, send_back_signed, sign_first

NARRATIVE_AT_MOST = 20_000


@transaction.atomic
def draft_return(
    *, kind: str, starts_on: date, region_code: str = "", by: Actor, at: datetime
) -> PeriodReturn:
    """Draw up the return of a period that is over, from the newest figures, kept with it for good."""
    require_may(by, Permission.DRAFT_RETURN, "起草报表")
    region_code = region_code or by.region_code
    if not (by.region_code and RegionCode(by.region_code).covers(region_code)):
        raise NotFound()
    _require_period(kind, starts_on, at)
    standing = _standing(region_code, kind, starts_on)
    if standing is not None:
        raise ReturnStands(
            title=queries.title_of(standing),
            state=PERIOD_RETURN.label(standing.status),
            name=standing.drafted_by,
        )
    return _drawn_up(kind=kind, starts_on=starts_on, region_code=region_code, by=by, at=at)


def _require_period(kind: str, starts_on: date, at: datetime) -> None:
    months = (1, 4, 7, 10) if kind == "quarterly" else (1,)
    if kind not in KINDS or starts_on.day != 1 or starts_on.month not in months:
        raise PeriodUnknown(starts_on=starts_on.isoformat(), kind=KINDS.get(kind, kind))
    period = queries.period_of(kind, starts_on)
    if period.end > timezone.localdate(at):
        raise PeriodNotOver(period=queries.period_name(kind, period), last_day=period.last.isoformat())


def _standing(region_code: str, kind: str, starts_on: date) -> PeriodReturn | None:
    same = PeriodReturn.objects.filter(region_code=region_code, kind=kind, starts_on=starts_on)
    return same.exclude(status="discarded").order_by("-revision").first()


def _drawn_up(
    *, kind: str, starts_on: date, region_code: str, by: Actor, at: datetime,
    restates: PeriodReturn | None = None, why: str = "", whys: dict[str, str] | None = None,
) -> PeriodReturn:  # fmt: skip
    period = queries.period_of(kind, starts_on)
    made = PeriodReturn(
        region_code=region_code, kind=kind, starts_on=starts_on, ends_on=period.last,
        revision=restates.revision + 1 if restates else 0, restates=restates, why=why,
        drafted_at=at, drafted_by=by.name,
    )  # fmt: skip
    _count(made, by=by, at=at)
    _word_anew(made)
    if restates is not None:
        made.changes = _changes(restates, made, why, whys or {})
        if not made.changes:
            raise NothingChanged(title=queries.title_of(restates))
    made.content_digest = queries.digest_of(queries.signed_content(made))
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        standing = _standing(region_code, kind, starts_on)
        raise ReturnStands(
            title=queries.title_of(made),
            state=PERIOD_RETURN.label(standing.status if standing else "drafted"),
            name=standing.drafted_by if standing else "",
        ) from None
    begin(made, "drafted", by=by, at=at, reason=why, snapshot=made.snapshot, revision=made.revision)
    return made


def frozen_figures(reason: str, *, by: Actor, at: datetime) -> Any:
    """The newest snapshot, kept for good because somebody states figures from it."""
    newest = figures.latest_snapshot()
    if newest is None:
        raise SnapshotMissing()
    if newest.status == "frozen":
        return newest
    return statistics.freeze_snapshot(
        by=by.may_also(Permission.FREEZE_SNAPSHOT), at=at, reason=reason, number=newest.number
    )


def _count(one: PeriodReturn, *, by: Actor, at: datetime) -> None:
    """Count every cell of the templates in use, find where each is printed, and check them."""
    templates = queries.templates_in_use(one.kind, one.region_code, timezone.localdate(at))
    if not templates:
        raise TemplateMissing(kind=KINDS[one.kind])
    placed = []
    for template in templates:
        found, problems = queries.looked_through(
            one.kind, template.layout, template.content, template.filename
        )
        if problems:
            raise TemplateNotDrawable(template.filename, problems)
        placed += found
    snapshot = frozen_figures(queries.title_of(one), by=by, at=at)
    one.snapshot, one.snapshot_digest, one.as_of = snapshot.number, snapshot.digest, snapshot.as_of
    period = queries.period_of_return(one)
    counting = queries.Counting(by, one.region_code, one.kind, period, snapshot.number)
    gathered = counting.gather(
        [*placed, *queries.asked_by_rules(one.kind), *queries.asked_by(queries.drafts(one.kind))]
    )
    one.templates = [template.told() for template in templates]
    one.cells, one.rows = list(gathered.cells.values()), gathered.rows
    one.narrative, one.changes = [], []
    queries.note_restated(one.cells, kind=one.kind, region_code=one.region_code, period=period)
    for key, places in queries.places_of(queries.files_drawn(one)).items():
        if key in gathered.cells:
            gathered.cells[key]["places"] = places
    earlier = one.checks if isinstance(one.checks, list) else []
    found = queries.checked(one.kind, gathered, queries.frozen_before(one.kind, one.region_code, period))
    one.checks = queries.carried_over(found, earlier)


def _word_anew(one: PeriodReturn) -> None:
    cells = queries.cells_of(one)
    texts, used = queries.expanded(queries.drafts(one.kind), cells, queries.return_facts(one))
    one.narrative = queries.paragraphs(texts, cells, used)
    one.checks = queries.with_words(one.checks, one.narrative)


@transaction.atomic
def refresh_return(return_id: int, *, by: Actor, at: datetime) -> PeriodReturn:
    """Count a draft anew from the newest figures and the templates in use; its words are drafted anew too."""
    one = _to_change(return_id, "重新取数", by=by)
    _count(one, by=by, at=at)
    _word_anew(one)
    if one.restates is not None:
        one.changes = _changes(one.restates, one, one.why, {})
    _keep(one)
    record("period_return.refreshed", one, by=by, at=at, snapshot=one.snapshot)
    return one


@transaction.atomic
def word_return(return_id: int, text: str, *, by: Actor, at: datetime, seen: str = "") -> PeriodReturn:
    """Keep the narrative as a person wrote it; numbers stay linked to their cells, the others are flagged.

    ``seen``, here and below: the digest of the content that lay before whoever acts; any other is refused.
    """
    one = _to_change(return_id, "修改文字说明", by=by, seen=seen)
    one.narrative = worded(
        text, one.narrative, queries.cells_of(one), queries.return_facts(one), limit=NARRATIVE_AT_MOST
    )
    one.checks = queries.with_words(one.checks, one.narrative)
    _keep(one)
    record(
        "period_return.worded", one, by=by, at=at, by_hand=len(queries.typed_by_hand(one.narrative)),
        paragraphs=len(one.narrative),
    )  # fmt: skip
    return one


def worded(text: str, earlier: list, cells: dict, facts: dict, *, limit: int) -> list[dict[str, Any]]:
    """A text as it is kept: paragraphs, placeholders answered, numbers linked."""
    if len(text) > limit:
        raise TextTooLong(limit=limit)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    problems = queries.problems_in(lines)
    if problems:
        raise TextUnreadable(problems)
    missing = [
        queries.Problem(gettext("文字"), f"{{{{ {one.placeholder.text} }}}}", gettext("这份报表没有取这个数"))
        for one in queries.asked_by(lines)
        if one.placeholder.kind != "fact" and one.placeholder.key not in cells
    ]
    if missing:
        raise TextUnreadable(missing)
    lines, used = queries.expanded(lines, cells, facts)
    before = [link["cell"] for part in earlier for link in part["links"] if link["cell"]]
    return queries.paragraphs(lines, cells, [*used, *before])


@transaction.atomic
def explain_checks(
    return_id: int, explanations: dict[str, str], *, by: Actor, at: datetime, seen: str = ""
) -> PeriodReturn:
    """Say of relations that do not hold why; those that must hold cannot be explained away."""
    one = _to_change(return_id, "说明审核关系", by=by, seen=seen)
    one.checks = [
        finding | {"explanation": explanations.get(finding["code"], finding["explanation"]).strip()[:500]}
        if finding["verdict"] == "explain" and finding["outcome"] == "fails"
        else finding
        for finding in one.checks
    ]
    _keep(one)
    record("period_return.explained", one, by=by, at=at, checks=len(explanations))
    return one


def _to_change(return_id: int, label: str, *, by: Actor, seen: str = "") -> PeriodReturn:
    """A draft in reach under a lock; refuse by right, then by state."""
    require_may(by, Permission.DRAFT_RETURN, label)
    one = queries.period_return_for_update(return_id, by=by)
    if one.status != "drafted":
        raise WrongState(state=PERIOD_RETURN.label(one.status), label=label)
    require_seen(one, seen, title=queries.title_of(one))
    return one


def _keep(one: PeriodReturn) -> None:
    one.content_digest = queries.digest_of(queries.signed_content(one))
    one.save(
        update_fields=[
            "snapshot", "snapshot_digest", "as_of", "templates", "cells", "rows", "checks", "narrative",
            "changes", "content_digest",
        ]
    )  # fmt: skip


@transaction.atomic
def sign_return(return_id: int, *, by: Actor, at: datetime, reason: str = "", seen: str = "") -> PeriodReturn:
    """The first signature: everything stands as it is until the second one or until it is sent back."""
    one = queries.period_return_for_update(return_id, by=by)
    require_first_signature(one, by=by, reason=reason)
    require_seen(one, seen, title=queries.title_of(one))
    if one.restates is not None and not one.changes:
        raise NothingChanged(title=queries.title_of(one.restates))
    standing = queries.standing_in_the_way(one.checks)
    if standing:
        raise ChecksStand(
            count=len(standing), checks="；".join(f"{one['title']}：{one['words']}" for one in standing)
        )
    sign_first(one, by=by, at=at, reason=reason)
    return one


@transaction.atomic
def send_back_return(return_id: int, *, by: Actor, at: datetime, reason: str) -> PeriodReturn:
    """Give a signed return back to be changed; its first signature falls."""
    one = queries.period_return_for_update(return_id, by=by)
    send_back_signed(one, by=by, at=at, reason=reason)
    return one


@transaction.atomic
def freeze_return(
    return_id: int, *, by: Actor, at: datetime, reason: str = "", seen: str = ""
) -> PeriodReturn:
    """The second signature, by another person: files are drawn, fingerprinted, and nothing changes again.

    Of two who freeze at once the first wins and the other is told who did (ReturnFrozenAlready).
    """
    one = queries.period_return_for_update(return_id, by=by)
    step = PERIOD_RETURN.move("freeze")
    if one.status == "frozen":
        require_may(by, step.may, str(step.label))
        raise ReturnFrozenAlready(
            title=queries.title_of(one), name=one.frozen_by,
            at=f"{timezone.localtime(one.frozen_at):%Y-%m-%d %H:%M}",
        )  # fmt: skip
    require_move(one, step, PERIOD_RETURN, by=by, reason=reason)
    require_seen(one, seen, title=queries.title_of(one))
    if not queries.is_as_signed(one):
        raise ContentDiffers(title=queries.title_of(one))
    one.frozen_at, one.frozen_by = at, by.name
    files = queries.files_drawn(one)
    for (template, _found), told in zip(files, one.templates, strict=True):
        if template.digest != told["digest"]:  # one that comes with the product may be newer after an upgrade
            raise TemplateReplaced(filename=template.filename)
    drawn = [(template.layout, found.content) for template, found in files]
    digests = {}
    for layout, content in [*drawn, ("pdf", queries.return_pdf(one, drawn, is_frozen=True))]:
        digests[layout] = sha256(content).hexdigest()
        ReturnFile.objects.create(
            period_return=one, layout=layout, filename=f"{queries.title_of(one)}.{layout}", content=content,
            digest=digests[layout], made_at=at,
        )  # fmt: skip
    one.save(update_fields=["frozen_at", "frozen_by"])
    move(
        one, "freeze", by=by, at=at, reason=reason, snapshot=one.snapshot,
        snapshot_digest=one.snapshot_digest, digest=one.content_digest, files=digests,
    )  # fmt: skip
    return one


@transaction.atomic
def discard_return(return_id: int, *, by: Actor, at: datetime, reason: str) -> PeriodReturn:
    """Give up a draft; another may be drawn up in its place."""
    one = queries.period_return_for_update(return_id, by=by)
    move(one, "discard", by=by, at=at, reason=reason)
    return one


@transaction.atomic
def restate_return(
    return_id: int, *, by: Actor, at: datetime, reason: str, whys: dict[str, str] | None = None
) -> PeriodReturn:
    """Draw up a restatement of a frozen return from today's figures: each cell that differs with old, new and why.

    The frozen one stays as it is. ``whys``: a cell's key → why it differs, where it is not the common ``reason``.
    """
    require_may(by, Permission.DRAFT_RETURN, "出更正表")
    one = queries.period_return_for_update(return_id, by=by)
    if one.status != "frozen":
        raise ReturnNotFrozen(title=queries.title_of(one))
    if not reason.strip():
        raise ReasonMissing(label="出更正表")
    newest = _standing(one.region_code, one.kind, one.starts_on)
    if newest.pk != one.pk:
        raise ReturnStands(
            title=queries.title_of(newest), state=PERIOD_RETURN.label(newest.status), name=newest.drafted_by
        )
    return _drawn_up(
        kind=one.kind, starts_on=one.starts_on, region_code=one.region_code, restates=one,
        why=reason.strip()[:500], whys=whys, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def explain_changes(
    return_id: int, whys: dict[str, str], *, by: Actor, at: datetime, seen: str = ""
) -> PeriodReturn:
    """Say of single cells of a restatement why they differ."""
    one = _to_change(return_id, "说明更正原因", by=by, seen=seen)
    one.changes = [
        change | {"why": whys.get(change["key"], "").strip()[:300] or change["why"]} for change in one.changes
    ]
    _keep(one)
    record("period_return.explained", one, by=by, at=at, checks=len(whys))
    return one


def _changes(old: PeriodReturn, new: PeriodReturn, why: str, whys: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "key": key, "label": queries.label_of(after), "places": after["places"] or before["places"],
            "old": queries.value_words(before), "new": queries.value_words(after), "why": whys.get(key) or why,
        }
        for key, before, after in queries.changed_cells(queries.cells_of(old), queries.cells_of(new))
    ]  # fmt: skip
