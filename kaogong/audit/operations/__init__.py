"""The only writes: packs asked for, made and taken, samples prepared and drawn."""

from .packing import ask_for_pack, build_pack, take_pack
from .refusals import (
    AuthorityMissing,
    DaysNotPossible,
    NothingPaid,
    PackNotKept,
    RegionOutOfReach,
    SampleTooLarge,
    SeedMissing,
)
from .sampling import draw_sample, prepare_sample, take_sample

__all__ = [
    "AuthorityMissing",
    "DaysNotPossible",
    "NothingPaid",
    "PackNotKept",
    "RegionOutOfReach",
    "SampleTooLarge",
    "SeedMissing",
    "ask_for_pack",
    "build_pack",
    "draw_sample",
    "prepare_sample",
    "take_pack",
    "take_sample",
]
