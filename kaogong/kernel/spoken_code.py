"""Codes people read out on the phone and copy by hand."""

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O 1 I, which people mistake


def make_spoken_code(length: int) -> str:
    """A code of so many signs that nobody guesses: five bits each, from the system's own source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
