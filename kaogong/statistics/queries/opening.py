"""A snapshot to count from: there, and its files what they were."""

from ..models import Snapshot
from .fetching import FileFault, faults_of, folder_of, is_whole, latest_snapshot
from .refusals import SnapshotDamaged, SnapshotGone

_sworn: dict[tuple, list[FileFault]] = {}


def sound_snapshot(number: int | None = None) -> Snapshot | None:
    """The snapshot of that number, else the latest (None before the first); refused when gone or damaged.

    One that was frozen is read against its digests the first time, and again whenever a file of it was touched.
    """
    if number is None:
        found = latest_snapshot()
        if found is None:
            return None
    else:
        found = Snapshot.objects.filter(number=number).first()
        if found is None:
            raise SnapshotGone(number=number)
    faults = _faults(found) if found.status == "frozen" or not is_whole(found) else []
    if faults:
        raise SnapshotDamaged(number=found.number, files="、".join(fault.file for fault in faults))
    return found


def _faults(snapshot: Snapshot) -> list[FileFault]:
    seen = []
    for name in sorted(snapshot.files):
        path = folder_of(snapshot) / name
        if not path.is_file():
            return faults_of(snapshot)
        stat = path.stat()
        seen.append((stat.st_mtime_ns, stat.st_size, stat.st_ino))
    key = (snapshot.folder, snapshot.digest, *seen)
    if key not in _sworn:
        if len(_sworn) > 256:
            _sworn.clear()
        _sworn[key] = faults_of(snapshot)
    return _sworn[key]
