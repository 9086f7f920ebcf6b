"""Reads: facts as the registers hold them, snapshots of them, and figures counted from those."""

from kaogong.indicators.together import Asked

from .cells import CellRow, CellRows, Differences, cell_rows, differences
from .changes import Touched, touched_since
from .fetching import (
    FileFault,
    faults_of,
    file_digest,
    folder_of,
    home,
    is_whole,
    latest_snapshot,
    outdated_snapshots,
    require_may_look,
    snapshot,
    snapshot_for_update,
    snapshots,
    stated_figure,
    stated_figures,
    stated_history,
    stated_paper,
    stated_value,
)
from .figures import Breakdown, Figure, breakdown, count_ahead, figure, require_in_reach, series, stated_for
from .gathering import OUR_DEPARTMENT, OWN, all_keys, gathered, gathered_from_others
from .kept import answer, asked_lately, keep
from .labels import labels_of
from .opening import sound_snapshot
from .refusals import SnapshotDamaged, SnapshotGone
from .standing import Standing, people_merged, standing
from .tables import HandedIn, fact_table, filled_by, handed_in, local_day, tables

__all__ = [
    "OUR_DEPARTMENT",
    "OWN",
    "Asked",
    "Breakdown",
    "CellRow",
    "CellRows",
    "Differences",
    "Figure",
    "FileFault",
    "HandedIn",
    "SnapshotDamaged",
    "SnapshotGone",
    "Standing",
    "Touched",
    "all_keys",
    "answer",
    "asked_lately",
    "breakdown",
    "cell_rows",
    "count_ahead",
    "differences",
    "fact_table",
    "faults_of",
    "figure",
    "file_digest",
    "filled_by",
    "folder_of",
    "gathered",
    "gathered_from_others",
    "handed_in",
    "home",
    "is_whole",
    "keep",
    "labels_of",
    "latest_snapshot",
    "local_day",
    "outdated_snapshots",
    "people_merged",
    "require_in_reach",
    "require_may_look",
    "series",
    "snapshot",
    "snapshot_for_update",
    "snapshots",
    "sound_snapshot",
    "standing",
    "stated_figure",
    "stated_figures",
    "stated_for",
    "stated_history",
    "stated_paper",
    "stated_value",
    "tables",
    "touched_since",
]
