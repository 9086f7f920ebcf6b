"""The append-only double-entry ledger of the earmarked fund."""
