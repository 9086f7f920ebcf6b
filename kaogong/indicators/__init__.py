"""What every figure means: one short function an indicator, over columns of facts; no Django, no clock."""
