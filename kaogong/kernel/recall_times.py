"""When a room is called over without warning: times that follow from a secret, so that they can be checked later.

The secret's SHA-256 is shown before, the secret itself when the session is over. Call n of a session comes at
``first + HMAC-SHA256(secret, "recall:n") mod (last - first + 1)`` seconds, in order of time.
"""

import hashlib
import hmac
from datetime import datetime, timedelta


def commitment(seed: str) -> str:
    """What is shown before of a secret: the SHA-256 of its hexadecimal digits."""
    return hashlib.sha256(seed.encode()).hexdigest()


def recall_times(seed: str, first: datetime, last: datetime, count: int) -> list[datetime]:
    """So many instants between first and last, in order; none when there is no room between them."""
    room = int((last - first).total_seconds())
    if room < 0:
        return []
    key = bytes.fromhex(seed)
    steps = (
        int.from_bytes(hmac.digest(key, f"recall:{n}".encode(), "sha256")) % (room + 1)
        for n in range(1, count + 1)
    )
    return [first + timedelta(seconds=step) for step in sorted(steps)]
