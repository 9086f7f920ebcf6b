"""Pages of the provider front door, by what they are about."""
