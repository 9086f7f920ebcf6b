"""The register of detectors: what each one needs, which settings it reads, and what it says."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kaogong.detection.findings import Family, Finding, Say
from kaogong.detection.frames import Frames

Looking = Callable[["Look"], Iterator[Finding]]


class Settings:
    """The thresholds of all detectors by name, as the rulebook gives them; never a number in code.

    Whole numbers come as such, fractions as text ("0.35"), as the rulebook writes them.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {
            name: float(value) if isinstance(value, str) else value for name, value in values.items()
        }

    @staticmethod
    def of(conduct: Any) -> Settings:
        """Those of the rulebook's topic ``detection`` for a region and day."""
        return Settings({name: held.value for name, held in conduct.values.items()})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._values:
            raise AttributeError(f"no setting is called {name}")
        return self._values[name]

    def unset(self, names: Iterable[str]) -> list[str]:
        """Those of the names that have no value."""
        return [name for name in names if self._values.get(name) is None]


@dataclass(frozen=True)
class Detector:
    """One sign that is looked for.

    ``says`` is the docstring's two lines; ``innocent`` how it could be harmless, ``ask`` what to ask the
    provider or the learner. ``needs`` are frames and columns, ``settings`` the names it reads.
    """

    kind: str
    family: Family
    title: Say
    says: Say
    innocent: Say
    ask: Say
    needs: Mapping[str, tuple[str, ...]]
    settings: tuple[str, ...]
    look: Looking

    @property
    def row(self) -> str:
        """Its row in the guide: what it is called, of which family, what it needs."""
        return f"{self.title.zh} {self.title.en} | {self.family} | {', '.join(self.needs)}"

    def sentence(self, finding: Finding, english: bool = False) -> str:
        """What was found, with its figures."""
        return self.says.filled(finding.figures, english)


DETECTORS: dict[str, Detector] = {}


def detector(
    family: Family,
    *,
    title: Say,
    innocent: Say,
    ask: Say,
    needs: Mapping[str, tuple[str, ...]],
    settings: tuple[str, ...] = (),
) -> Callable[[Looking], Looking]:
    """Register the function below under its name; its docstring's two lines say what was found."""

    def register(look: Looking) -> Looking:
        kind = look.__name__
        if kind in DETECTORS:
            raise ValueError(f"two detectors are called {kind}")
        zh, en = (line.strip() for line in (inspect.getdoc(look) or "").strip().splitlines())
        DETECTORS[kind] = Detector(
            kind, family, title, Say(zh, en), innocent, ask, needs, (*settings, "evidence_rows"), look
        )
        return look

    return register


class Look:
    """One pass over the frames: the frames, the settings, and what several detectors count on, made once."""

    def __init__(self, frames: Frames, settings: Settings) -> None:
        self.frames = frames
        self.settings = settings
        self._made: dict[str, Any] = {}

    def made(self, make: Callable[[Look], Any]) -> Any:
        """What ``make`` derives from the frames, kept for the detectors that follow."""
        name = make.__name__
        if name not in self._made:
            self._made[name] = make(self)
        return self._made[name]
