"""How far apart two places on the globe are."""

from math import asin, cos, radians, sin, sqrt

_EARTH = 6_371_009  # mean radius in metres


def metres_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance of two positions given in degrees."""
    a, b = radians(latitude), radians(other_latitude)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(half)))
