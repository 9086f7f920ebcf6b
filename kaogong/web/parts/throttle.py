"""A light brake on guessing and flooding from one address, kept in the cache."""

from axes.helpers import get_client_ip_address
from django.core.cache import cache
from django.http import HttpRequest

from kaogong.access.sealing import blind_index


def too_many(request: HttpRequest, what: str, *, most: int, seconds: int) -> bool:
    """Count one try of ``what`` from this address; whether it is over ``most`` within the time."""
    key = f"throttle:{what}:{get_client_ip_address(request)}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out between the two calls
        return False


def too_many_unnamed(request: HttpRequest, what: str, *, most: int, seconds: int) -> bool:
    """The same without keeping the address: the cache holds a keyed fingerprint that changes every day."""
    mark = blind_index(f"{request.today} {get_client_ip_address(request)}", f"throttle.{what}").hex()
    cache.add(mark, 0, seconds)
    try:
        return cache.incr(mark) > most
    except ValueError:
        return False
