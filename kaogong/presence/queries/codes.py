"""The keys of rooms' codes; nothing of them is in the database."""

import hmac
from functools import lru_cache

from django.conf import settings

from kaogong.kernel.rotating_code import key_for


@lru_cache(maxsize=4096)
def room_key(session_id: int) -> bytes:
    """The key one session's codes are signed with, made from the installation's own."""
    secret = hmac.digest(settings.INDEX_KEY, b"presence.room_code", "sha256")
    return key_for(secret, session_id)
