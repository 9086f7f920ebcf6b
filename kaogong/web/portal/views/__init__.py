"""Pages of the public portal, by what they are about."""
