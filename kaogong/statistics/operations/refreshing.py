"""From PostgreSQL to Parquet: everything once, then what the trail says was touched since."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import reduce
from hashlib import sha256
from operator import or_
from pathlib import Path

import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from kaogong.indicators.facts import FACTS
from kaogong.indicators.together import count_together
from kaogong.trail.queries import settled_before

from .. import queries
from ..models import Snapshot
from .writing import (
    Parts,
    files_in,
    link_fact,
    never_without,
    new_folder,
    rows_dropped,
    rows_in,
    write_all,
    write_changed,
)

LOCK = "kaogong.statistics.refresh"
OTHERS_FACT = "training"
# Long work says when it was asked for; what it wrote may come to light so much later.
LOOKED_BACK = timedelta(days=1)
# What was asked so lately is answered ahead, for at most so long.
ASKED_SECONDS = 15 * 60
AHEAD_SECONDS = 20
TOGETHER = 64  # questions between two looks at the clock


def refresh_facts(*, at: datetime, full: bool = False) -> Snapshot:
    """Bring the facts up to date and return the snapshot that holds them; safe to call at any time, by anybody.

    What the trail says was touched since the last snapshot is read anew and only the years it lies in are written;
    everything is read where there is no whole snapshot to go on from, where what turns registers into facts has
    changed, or with ``full``. Where nothing changed no snapshot is made: the last one is then as of ``at``.
    A process that dies in the middle leaves the last snapshot as it was; a second caller waits for the first.
    """
    with _alone():
        last = queries.latest_snapshot()
        with new_folder(f"{timezone.localdate(at):%Y%m%d}") as (folder, name):
            with _one_instant():
                stands = queries.standing()
                watermark = settled_before()
                goes_on = (
                    last is not None and not full and last.recipe == stands.recipe and queries.is_whole(last)
                )
                if goes_on:
                    changed = _follow(last, stands, folder)
                else:
                    changed = True
                    _read_everything(stands, folder)
            for fact in FACTS.values():
                never_without(fact, folder)
            files = files_in(folder, last)
            if changed and last is not None:
                _answer_ahead(last, folder)
            if not changed and (kept := _still_holds(last, watermark, at=at)):
                _discard(folder)
                return kept
        return _keep(name, files, watermark, stands.recipe, at=at)


def _read_everything(stands: queries.Standing, folder: Path) -> None:
    for fact, sources in queries.filled_by().items():
        parts = Parts(FACTS[fact], folder)
        for source in sources:
            for frame in queries.gathered(source, queries.all_keys(source), stands):
                parts.add(frame)
        if fact == OTHERS_FACT:
            for frame in queries.gathered_from_others(stands):
                parts.add(frame)
        write_all(parts, folder)


def _follow(last: Snapshot, stands: queries.Standing, folder: Path) -> bool:
    """Write what was touched since, link the rest; say whether anything differs from before."""
    touched = queries.touched_since(last.watermark, stands)
    if touched.everything:
        _read_everything(stands, folder)
        return True
    changed = False
    for fact, sources in queries.filled_by().items():
        asked = {source: touched.keys[source] for source in sources if touched.keys.get(source)}
        others = fact == OTHERS_FACT and touched.others
        if not asked and not others:
            link_fact(FACTS[fact], last, folder)
            continue
        parts = Parts(FACTS[fact], folder)
        for source, keys in asked.items():
            for frame in queries.gathered(source, sorted(keys), stands):
                parts.add(frame)
        dropped = [rows_dropped(source, keys, dict(stands.people)) for source, keys in asked.items()]
        if others:
            told = list(queries.gathered_from_others(stands, since=last.as_of - LOOKED_BACK))
            for frame in told:
                parts.add(frame)
            dropped.append(pl.col("record").is_in([record for frame in told for record in frame["record"]]))
        changed |= write_changed(parts, reduce(or_, dropped), last, folder)
    return changed


@transaction.atomic
def _still_holds(last: Snapshot, watermark: int, *, at: datetime) -> Snapshot | None:
    """Say of the last snapshot that it still holds at this instant; None when somebody froze it."""
    found = queries.snapshot_for_update(last.number)
    if found is None or found.status != "taken":
        return None
    found.as_of, found.watermark = max(at, found.as_of), watermark
    found.save(update_fields=["as_of", "watermark"])
    return found


@transaction.atomic
def _keep(name: str, files: dict[str, dict], watermark: int, recipe: str, *, at: datetime) -> Snapshot:
    last = queries.latest_snapshot()
    digest = sha256("".join(f"{file} {told['digest']}\n" for file, told in sorted(files.items())).encode())
    return Snapshot.objects.create(
        number=last.number + 1 if last else 1,
        taken_at=at,
        as_of=at,
        watermark=watermark,
        recipe=recipe,
        folder=name,
        files=files,
        rows=rows_in(files),
        digest=digest.hexdigest(),
    )


def _answer_ahead(last: Snapshot, folder: Path) -> None:
    """Answer of the new files what was asked of the last ones, so that pages need not wait for it."""
    until = time.monotonic() + AHEAD_SECONDS
    questions = list(queries.asked_lately(queries.folder_of(last), ASKED_SECONDS))
    for first in range(0, len(questions), TOGETHER):
        if time.monotonic() > until:
            return
        for question, found in count_together(questions[first : first + TOGETHER], folder).items():
            queries.keep(folder, question, found)


def _discard(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone() -> Iterator[None]:
    """One refresh at a time: the next one waits and then finds how little is left to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [LOCK])


@contextmanager
def _one_instant() -> Iterator[None]:
    """All facts show the same instant: whatever is committed meanwhile is for the next refresh."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
