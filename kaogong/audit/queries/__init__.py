"""Reading for an audit: what belongs to a pack, packs and samples in reach."""

from .books import (
    legs_of,
    written_accounts,
    written_entries,
    written_ledger_seals,
    written_seals,
    written_trail,
)
from .fetching import (
    pack,
    packs,
    paid_items,
    pieces,
    roster_lines,
    sample,
    sample_package,
    sampled,
    samples,
)
from .period import Period
from .tables import Table, people_of, tables

__all__ = [
    "Period",
    "Table",
    "legs_of",
    "pack",
    "packs",
    "paid_items",
    "people_of",
    "pieces",
    "roster_lines",
    "sample",
    "sample_package",
    "sampled",
    "samples",
    "tables",
    "written_accounts",
    "written_entries",
    "written_ledger_seals",
    "written_seals",
    "written_trail",
]
