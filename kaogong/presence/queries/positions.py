"""Where a phone says it is, beside where the class is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from kaogong.access.sealing import blind_index
from kaogong.kernel.distance import metres_between

from .settings import Settings

_KEPT = Decimal("0.0001")  # about 11 m
_MOST_METRES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Located:
    """One position as it is kept and what it says: inside | outside | absent | unclear | flat."""

    place: str = "absent"
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    accuracy_metres: int | None = None
    distance_metres: int | None = None
    index: bytes | None = None


def locate(
    position: Sequence[float | None] | None,
    site: tuple[Decimal | None, Decimal | None],
    settings: Settings,
) -> Located:
    """Judge (latitude, longitude, accuracy in metres) against a site; a position refuses nobody.

    Accuracy 0 is what no receiver gives: such a position proves nothing, and is compared with others later.
    """
    if position is None:
        return Located()
    latitude, longitude, accuracy = (*position, None)[:3]
    if latitude is None or longitude is None or not (isfinite(latitude) and isfinite(longitude)):
        return Located()
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return Located()
    metres = (
        None if accuracy is None or not isfinite(accuracy) or accuracy < 0 else min(accuracy, _MOST_METRES)
    )
    distance = None
    if site[0] is not None and site[1] is not None:
        distance = metres_between(latitude, longitude, float(site[0]), float(site[1]))
    return Located(
        place=_place(distance, metres, settings),
        latitude=Decimal(str(latitude)).quantize(_KEPT),
        longitude=Decimal(str(longitude)).quantize(_KEPT),
        accuracy_metres=None if metres is None else round(metres),
        distance_metres=None if distance is None else round(distance),
        index=blind_index(f"{latitude!r},{longitude!r}", "presence.position"),
    )


def _place(distance: float | None, accuracy: float | None, settings: Settings) -> str:
    if accuracy is not None and accuracy == 0:
        return "flat"
    if distance is None or accuracy is None or accuracy > settings.position_accuracy_metres:
        return "unclear"
    if distance <= settings.geofence_metres:
        return "inside"
    return "outside" if distance - accuracy > settings.geofence_metres else "unclear"
