"""Public notices (公示): published for working days, objected to, closed or withdrawn."""
