"""Schematic maps drawn on the server as SVG: the outlines of a region and where things stand on them.

The browser needs no script and no tiles for it; a page shows the same as a table beside it.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians

from kaogong.kernel.reference import read_boundaries

WIDTH = 1000  # units of the drawing
_MARGIN = 0.03
_TALLEST = 1.1  # height over width
_SHARED = 4  # digits of a code that belong to the city


@dataclass(frozen=True, slots=True)
class Outline:
    """One district as an SVG path; ``is_own`` when it belongs to the region shown."""

    code: str
    name: str
    path: str
    label_x: int
    label_y: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class Map:
    """The outlines of a region and the scale they are drawn in."""

    outlines: tuple[Outline, ...]
    height: int
    west: float
    north: float
    scale: float
    squeeze: float  # how much narrower a degree of longitude is than one of latitude here

    def place(self, latitude: float, longitude: float) -> tuple[int, int] | None:
        """Where a point stands in the drawing; None when it lies outside."""
        x = round((float(longitude) - self.west) * self.squeeze * self.scale)
        y = round((self.north - float(latitude)) * self.scale)
        return (x, y) if 0 <= x <= WIDTH and 0 <= y <= self.height else None


@lru_cache(maxsize=64)
def map_of(region_code: str) -> Map | None:
    """The map of a province, city or district; None where no boundaries are shipped."""
    features = _features(region_code)
    own = [one for one in features if _belongs(one["properties"]["code"], region_code)]
    if not own:
        return None
    west, south, east, north = _extent(own)
    pad = max(east - west, north - south) * _MARGIN
    west, south, east, north = west - pad, south - pad, east + pad, north + pad
    squeeze = cos(radians((south + north) / 2))
    scale = min(WIDTH / ((east - west) * squeeze), WIDTH * _TALLEST / (north - south))
    spare = (WIDTH / scale / squeeze - (east - west)) / 2  # a tall region stands in the middle
    drawn = Map((), round((north - south) * scale), west - spare, north, scale, squeeze)
    outlines = tuple(
        _outline(one, drawn, _belongs(one["properties"]["code"], region_code)) for one in features
    )
    return Map(outlines, drawn.height, drawn.west, drawn.north, drawn.scale, drawn.squeeze)


def _features(region_code: str) -> list[dict]:
    """The districts to draw: those of the region, its neighbours for the look of it."""
    if region_code.startswith("370299"):
        return [
            one
            for one in read_boundaries("fictional_districts")["features"]
            if len(one["properties"]["code"]) > 6
        ]
    if region_code.startswith("370000"[:2]) and region_code[2:6] == "0000":
        return read_boundaries("shandong_cities")["features"]
    if region_code.startswith("3702"):
        fictional = read_boundaries("fictional_districts")["features"][:1]
        return read_boundaries("qingdao_districts")["features"] + fictional
    if region_code.startswith("37"):
        found = read_boundaries("shandong_counties")["features"]
        return [one for one in found if one["properties"]["code"][:_SHARED] == region_code[:_SHARED]]
    if region_code.startswith("5107"):
        return read_boundaries("mianyang_counties")["features"]
    return []


def _belongs(code: str, region_code: str) -> bool:
    """Whether a district lies in the region: a code of zeros at the end holds all that begin like it."""
    reach = region_code.rstrip("0")
    reach += "0" * (len(reach) % 2)
    return code.startswith(reach)


def _rings(feature: dict) -> list[list[list[float]]]:
    geometry = feature["geometry"]
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for part in parts for ring in part]


def _extent(features: list[dict]) -> tuple[float, float, float, float]:
    points = [point for one in features for ring in _rings(one) for point in ring]
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _outline(feature: dict, drawn: Map, is_own: bool) -> Outline:
    parts, largest = [], []
    for ring in _rings(feature):
        points: list[tuple[int, int]] = []
        for longitude, latitude in ring:
            x = round((longitude - drawn.west) * drawn.squeeze * drawn.scale)
            y = round((drawn.north - latitude) * drawn.scale)
            if not points or abs(points[-1][0] - x) + abs(points[-1][1] - y) > 1:
                points.append((x, y))
        if len(points) > 2:
            parts.append("M" + "L".join(f"{x} {y}" for x, y in points) + "Z")
            largest = max(largest, points, key=_area)
    x, y = _middle(largest)
    return Outline(feature["properties"]["code"], feature["properties"]["name"], "".join(parts), x, y, is_own)


def _area(points: list[tuple[int, int]]) -> float:
    around = zip(points, [*points[1:], *points[:1]], strict=True) if points else []
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in around)) / 2


def _middle(points: list[tuple[int, int]]) -> tuple[int, int]:
    """The centre of gravity of an outline."""
    area = sum_x = sum_y = 0.0
    for a, b in zip(points, [*points[1:], *points[:1]], strict=True):
        cross = a[0] * b[1] - b[0] * a[1]
        area += cross
        sum_x += (a[0] + b[0]) * cross
        sum_y += (a[1] + b[1]) * cross
    return (round(sum_x / (3 * area)), round(sum_y / (3 * area))) if area else (0, 0)
