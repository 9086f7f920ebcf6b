"""Reading for an audit: what belongs to a pack, packs and samples in reach."""

from .books import (
    database_now,
    last_seals,
    legs_of,
    written_accounts,
    written_balances,
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
from .kept_rows import digests_gone, published_digests, read_digests, row_faults
from .period import Period
from .tables import Table, people_of, tables

__all__ = [
    "Period",
    "Table",
    "database_now",
    "digests_gone",
    "last_seals",
    "legs_of",
    "pack",
    "packs",
    "paid_items",
    "people_of",
    "pieces",
    "published_digests",
    "read_digests",
    "roster_lines",
    "row_faults",
    "sample",
    "sample_package",
    "sampled",
    "samples",
    "tables",
    "written_accounts",
    "written_balances",
    "written_entries",
    "written_ledger_seals",
    "written_seals",
    "written_trail",
]
