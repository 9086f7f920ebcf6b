"""The only writes: facts brought up to date, snapshots frozen and tidied, figures stated and corrected."""

from ..queries import SnapshotDamaged, SnapshotGone
from .exporting import export_snapshot
from .freezing import freeze_snapshot, require_whole, tidy_snapshots
from .refreshing import refresh_facts
from .refusals import (
    NothingTaken,
    NotInReach,
    PeriodUnfit,
    SnapshotFrozen,
    SourceMissing,
    StatedAlready,
    StatedCorrected,
    StatedPaperUnreadable,
)
from .stating import read_stated_paper, restate_figure, state_figure

__all__ = [
    "NotInReach",
    "NothingTaken",
    "PeriodUnfit",
    "SnapshotDamaged",
    "SnapshotFrozen",
    "SnapshotGone",
    "SourceMissing",
    "StatedAlready",
    "StatedCorrected",
    "StatedPaperUnreadable",
    "export_snapshot",
    "freeze_snapshot",
    "read_stated_paper",
    "refresh_facts",
    "require_whole",
    "restate_figure",
    "state_figure",
    "tidy_snapshots",
]
