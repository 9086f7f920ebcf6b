"""Signs of fake people, content and projects, found in columns of facts: no framework, no clock, no database."""

from kaogong.detection import hours, lessons, people, projects, results, rings, timing  # noqa: F401
from kaogong.detection.findings import Family, Finding, Say, Severity
from kaogong.detection.frames import SCHEMAS, Frames, FrameWrong, opaque
from kaogong.detection.registry import DETECTORS, Detector, Settings
from kaogong.detection.seeking import Detection, NotLooked, detect

__all__ = [
    "DETECTORS",
    "SCHEMAS",
    "Detection",
    "Detector",
    "Family",
    "Finding",
    "FrameWrong",
    "Frames",
    "NotLooked",
    "Say",
    "Settings",
    "Severity",
    "detect",
    "opaque",
]
