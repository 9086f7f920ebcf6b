"""``detect``: every detector whose frames and settings are there looks; the others say that they did not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from kaogong.detection.findings import Finding
from kaogong.detection.frames import Frames
from kaogong.detection.registry import DETECTORS, Look, Settings


@dataclass(frozen=True)
class NotLooked:
    """A detector that could not look, and why: frames or columns not given, settings without a value, or its error."""

    kind: str
    lacks: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()
    error: Exception | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Detection:
    """What one pass found, gravest first, which detectors looked, and which could not."""

    findings: tuple[Finding, ...]
    looked: tuple[str, ...]
    not_looked: tuple[NotLooked, ...]


def detect(frames: Frames, settings: Settings, *, kinds: Collection[str] | None = None) -> Detection:
    """Look once with every detector, or with those of ``kinds``; one that fails is named and ends no other.

    Of a detector that fails half way nothing is kept: what it had found is not all there is.
    """
    look = Look(frames, settings)
    findings, looked, not_looked = [], [], []
    for kind, one in DETECTORS.items():
        if kinds is not None and kind not in kinds:
            continue
        lacks, unset = frames.lacks(one.needs), settings.unset(one.settings)
        if lacks or unset:
            not_looked.append(NotLooked(kind, tuple(lacks), tuple(unset)))
            continue
        try:
            found = list(one.look(look))
        except Exception as error:  # whatever it is, the others still look
            not_looked.append(NotLooked(kind, error=error))
            continue
        findings += found
        looked.append(kind)
    findings.sort(key=lambda one: (-one.severity.rank, one.key))
    return Detection(tuple(findings), tuple(looked), tuple(not_looked))
