"""People have no lifecycle: what holds of them is dated (groups, standings), never a status."""
