"""Freezing a snapshot, and tidying those nobody froze."""

import os
import shutil
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kaogong.kernel.actor import Actor
from kaogong.trail.operations import move, require_move

from .. import queries
from ..models import Snapshot
from ..queries import SnapshotDamaged, SnapshotGone
from ..states import SNAPSHOT
from .refusals import NothingTaken, SnapshotFrozen
from .writing import MAKING

# Pages opened on an earlier snapshot still find it for so long.
KEPT = timedelta(hours=1)
# A folder no row names: left by a process that was killed, or of a refresh still at work.
ORPHANED_SECONDS = 24 * 3600


@transaction.atomic
def freeze_snapshot(*, by: Actor, at: datetime, reason: str, number: int | None = None) -> Snapshot:
    """Keep a snapshot (the latest unless told) for good, after checking every file against its digest.

    Of two who freeze the same one the first wins; the second is told who did and why (SnapshotFrozen).
    """
    if number is None:
        latest = queries.latest_snapshot()
        number = latest.number if latest else 0
    found = queries.snapshot_for_update(number) if number else None
    step = SNAPSHOT.move("freeze")
    if found is None:
        require_move(Snapshot(status="taken"), step, SNAPSHOT, by=by, reason=reason)
        raise SnapshotGone(number=number) if number else NothingTaken()
    if found.status == "frozen":
        require_move(Snapshot(status="taken"), step, SNAPSHOT, by=by, reason=reason)
        raise SnapshotFrozen(
            number=found.number,
            name=found.frozen_by,
            at=f"{timezone.localtime(found.frozen_at):%Y-%m-%d %H:%M}",
            reason=found.frozen_because,
        )
    require_move(found, step, SNAPSHOT, by=by, reason=reason)
    require_whole(found)
    for name in found.files:
        _to_disk(queries.folder_of(found) / name)
    found.frozen_at, found.frozen_by, found.frozen_because = at, by.name, reason.strip()[:300]
    found.save(update_fields=["frozen_at", "frozen_by", "frozen_because"])
    move(found, "freeze", by=by, at=at, reason=reason, digest=found.digest, rows=found.rows)
    return found


def require_whole(snapshot: Snapshot) -> None:
    """Refuse a snapshot whose files are gone or not what they were when it was taken."""
    faults = queries.faults_of(snapshot)
    if faults:
        raise SnapshotDamaged(number=snapshot.number, files="、".join(fault.file for fault in faults))


def tidy_snapshots(*, at: datetime) -> int:
    """Remove snapshots nobody froze that are no longer the latest, and folders left over; return how many went."""
    folders = []
    with transaction.atomic():
        for old in queries.outdated_snapshots(at - KEPT).select_for_update():
            folders.append(queries.folder_of(old))
            old.delete()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    _remove_orphans(at)
    return len(folders)


def _remove_orphans(at: datetime) -> None:
    home = queries.home()
    if not home.is_dir():
        return
    known = set(Snapshot.objects.values_list("folder", flat=True))
    for folder in home.iterdir():
        is_ours = folder.name.startswith(MAKING) or folder.name not in known
        if folder.is_dir() and is_ours and at.timestamp() - folder.stat().st_mtime > ORPHANED_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _to_disk(path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
