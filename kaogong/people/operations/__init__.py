"""Writing people: the only code that does."""

from .asking import Answers, ask_hours, ask_register, ask_registers
from .details import (
    DetailUnknown,
    FieldNotSealed,
    correct_person,
    rename_person,
    reveal,
    set_bank_account,
)
from .groups import (
    GroupOverlaps,
    GroupUnknown,
    NewGroup,
    end_group,
    record_group,
    record_groups,
)
from .lifelong_file import FileEntryDiffers, NewFileEntry, append_many_to_file, append_to_file
from .merging import (
    AlreadyMerged,
    EvidenceMissing,
    MergeOfOne,
    approve_merge,
    propose_merge,
    refuse_merge,
    undo_merge,
)
from .registering import (
    NameDiffers,
    NewPerson,
    RegionMissing,
    register_people,
    register_person,
    register_table,
)
from .standings import NewStanding, StandingOverlaps, StandingUnknown, record_standing, record_standings
from .told_standings import TOLD_KINDS, record_told_standings

__all__ = [
    "TOLD_KINDS",
    "AlreadyMerged",
    "Answers",
    "DetailUnknown",
    "EvidenceMissing",
    "FieldNotSealed",
    "FileEntryDiffers",
    "GroupOverlaps",
    "GroupUnknown",
    "MergeOfOne",
    "NameDiffers",
    "NewFileEntry",
    "NewGroup",
    "NewPerson",
    "NewStanding",
    "RegionMissing",
    "StandingOverlaps",
    "StandingUnknown",
    "append_many_to_file",
    "append_to_file",
    "approve_merge",
    "ask_hours",
    "ask_register",
    "ask_registers",
    "correct_person",
    "end_group",
    "propose_merge",
    "record_group",
    "record_groups",
    "record_standing",
    "record_standings",
    "record_told_standings",
    "refuse_merge",
    "register_people",
    "register_person",
    "register_table",
    "rename_person",
    "reveal",
    "set_bank_account",
    "undo_merge",
]
