"""The dated data a look goes by: thresholds of the detectors, deadlines, what a scheme allows."""

import hashlib
import json
from datetime import date, timedelta

from kaogong.claims import queries as claims
from kaogong.detection import DETECTORS, Settings
from kaogong.kernel.errors import Refused
from kaogong.rules.conduct import Conduct

TOPIC = "risk"
THRESHOLDS = "detection"


def conduct(region_code: str, on: date, topic: str = TOPIC) -> Conduct:
    """What a region says of risk findings, or of the detectors' thresholds, on a day."""
    return claims.rulebook().conduct(region_code[:6], topic, on)


def known(region_code: str, name: str, on: date):
    """One value by name, None while nothing gives it."""
    try:
        said = conduct(region_code, on).value(name)
    except Refused:
        return None
    return said.value if said is not None else None


def settings(region_code: str, on: date) -> Settings:
    """Every threshold of the detectors in force; those without a value leave their detectors unlooked."""
    return Settings.of(conduct(region_code, on, THRESHOLDS))


def settings_digest(region_code: str, on: date) -> str:
    """SHA-256 of every threshold and allowance in force."""
    said = {"values": _values(region_code, on), "allowances": allowances(region_code, on)}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def allowances(region_code: str, on: date) -> dict[str, tuple[str, ...]]:
    """Scheme → what it allows that would be odd in another."""
    rows = conduct(region_code, on).table("allowances").rows
    return {row["scheme"]: tuple(row["allows"]) for row in rows}


def looks_back_to(region_code: str, on: date) -> date:
    """The earliest last day of the classes a look takes in."""
    days = known(region_code, "looks_back_days", on)
    return on - timedelta(days=days) if days is not None else date.min


def hold_severities(region_code: str, on: date) -> tuple[str, ...]:
    """The grades of finding that hold payment while they are not settled."""
    return tuple(known(region_code, "hold_severities", on) or ())


def _values(region_code: str, on: date) -> dict[str, object]:
    wanted = {name for one in DETECTORS.values() for name in one.settings}
    said = conduct(region_code, on, THRESHOLDS).values
    return {name: said[name].value for name in sorted(wanted & set(said))}
