"""The rail's part about money: claims, notices, payments, the ledger and the rulebook."""

from kaogong.web.parts.navigation import Link


def groups(request) -> list[tuple[str, list[Link]]]:
    """Groups of links between training and oversight."""
    return []
