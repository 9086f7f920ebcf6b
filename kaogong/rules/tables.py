"""Rate tables as conditions and amounts use them: one ``entry`` per table, by its own keys, in fen or percent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]


class Table(dict[str, Any]):
    """A table in plain JSON words that answers ``entry(*keys)``; None where it says nothing."""

    def entry(self, *keys: Any) -> int | None:
        """The figure for the keys; the one key of the simplest table is its name."""
        (key,) = keys
        return self.get(str(key))

    def rows(self) -> Iterator[tuple[tuple[Any, ...], int]]:
        """Every entry as (keys, figure), so that a whole column can be looked up at once."""
        for key, figure in self.items():
            yield (key,), figure


class RateTable(Table):
    """By certificate kind and level; a shortage occupation's or an occupation's own table comes first.

    ``{"kinds": {kind: {level: fen}}, "shortage": the same, "occupations": {code: the same}}``
    """

    def entry(self, *keys: Any) -> int | None:
        return self._found(*keys)[1]

    def origin(self, *keys: Any) -> str:
        """Which part of the table gives the figure: "occupations", "shortage" or "kinds"; "" where none does."""
        return self._found(*keys)[0]

    def _found(
        self, kind: str, level: int, occupation: str, in_shortage: bool = False
    ) -> tuple[str, int | None]:
        tables = {"occupations": self.get("occupations", {}).get(occupation, {})}
        if in_shortage:
            tables["shortage"] = self.get("shortage", {})
        tables["kinds"] = self.get("kinds", {})
        for name, table in tables.items():
            found = table.get(kind, {}).get(str(level))
            if found is not None:
                return name, found
        return "", None


class BandTable(Table):
    """By a score from 0 up: ``{"60": fen, "80": fen}``; the highest band not above the score applies."""

    def entry(self, *keys: Any) -> int | None:
        (score,) = keys
        reached = [int(floor) for floor in self if int(floor) <= score]
        return self[str(max(reached))] if reached else None
