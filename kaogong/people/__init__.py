"""The real-name registry: one person one row, dated groups and standings, the lifelong training file."""
