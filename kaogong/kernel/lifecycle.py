"""State machines as tables: one per thing, read by operations, database guards, pages and docs."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Move:
    """One permitted change of status.

    ``verb`` names the operation and the button, ``past`` names the trail entry (``claim.submitted``),
    ``may`` is the permission asked for, ``not_same_person_as`` lists earlier verbs whose doer must be
    another person, ``reason`` makes a reason compulsory, ``confirm`` is shown before what cannot be
    undone, ``system`` lets the system itself make the move without a person's permission.
    """

    verb: str
    past: str
    source: str | tuple[str, ...]
    target: str
    may: str
    label: str
    reason: bool = False
    not_same_person_as: tuple[str, ...] = ()
    confirm: str = ""
    system: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source


@dataclass(frozen=True)
class Lifecycle:
    """All states and moves of one kind of thing. ``name`` prefixes its trail entries."""

    name: str
    initial: str
    states: Mapping[str, str]
    moves: tuple[Move, ...]
    tones: Mapping[str, str] = field(default_factory=dict)  # state -> ok | no | ask | now (badge colour)

    def __post_init__(self) -> None:
        known = set(self.states)
        for move in self.moves:
            strangers = {*move.sources, move.target} - known
            if strangers:
                raise ValueError(f"{self.name}.{move.verb}: unknown states {sorted(strangers)}")
        if self.initial not in known:
            raise ValueError(f"{self.name}: unknown initial state {self.initial}")

    def move(self, verb: str) -> Move:
        for move in self.moves:
            if move.verb == verb:
                return move
        raise KeyError(f"{self.name} has no move {verb!r}")

    def moves_from(self, status: str) -> tuple[Move, ...]:
        return tuple(move for move in self.moves if status in move.sources)

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Every (from, to) the database lets through."""
        return frozenset((source, move.target) for move in self.moves for source in move.sources)

    @property
    def choices(self) -> list[tuple[str, str]]:
        return list(self.states.items())

    def label(self, status: str) -> str:
        return self.states[status]
