"""The public portal: no log-in, for anyone."""
