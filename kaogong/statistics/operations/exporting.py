"""A snapshot taken elsewhere: to a cluster's storage, with a list that says what it is."""

import json
import shutil
from pathlib import Path

from .. import queries
from ..models import Snapshot
from .freezing import require_whole

MANIFEST = "manifest.json"


def export_snapshot(snapshot: Snapshot, to: Path) -> Path:
    """Copy a snapshot's files, verified, into a folder; ``manifest.json`` comes last, so what has it is whole."""
    require_whole(snapshot)
    for name in snapshot.files:
        target = to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(queries.folder_of(snapshot) / name, target)
    told = {
        "number": snapshot.number,
        "taken_at": snapshot.taken_at.isoformat(),
        "as_of": snapshot.as_of.isoformat(),
        "digest": snapshot.digest,
        "files": snapshot.files,
    }
    path = to / MANIFEST
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
