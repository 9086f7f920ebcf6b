"""Plain values that may be unknown, with the same three-valued logic as Polars nulls (Kleene)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any


class Maybe:
    """A value or the lack of one. Comparing with an unknown gives unknown, never false.

    ``bool()`` is refused on purpose: an ``if`` or ``and`` over an unknown would decide it in silence.
    """

    __slots__ = ("value",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any) -> None:
        self.value = value.value if isinstance(value, Maybe) else value

    def __repr__(self) -> str:
        return f"Maybe({self.value!r})"

    def __bool__(self) -> bool:
        raise TypeError("unknown is neither true nor false: read .value")

    def _with(self, other: object, operation: Callable[[Any, Any], Any]) -> Maybe:
        right = other.value if isinstance(other, Maybe) else other
        return Maybe(None if self.value is None or right is None else operation(self.value, right))

    def __eq__(self, other: object) -> Maybe:  # type: ignore[override]
        return self._with(other, lambda a, b: a == b)

    def __ne__(self, other: object) -> Maybe:  # type: ignore[override]
        return self._with(other, lambda a, b: a != b)

    def __lt__(self, other: object) -> Maybe:
        return self._with(other, lambda a, b: a < b)

    def __le__(self, other: object) -> Maybe:
        return self._with(other, lambda a, b: a <= b)

    def __gt__(self, other: object) -> Maybe:
        return self._with(other, lambda a, b: a > b)

    def __ge__(self, other: object) -> Maybe:
        return self._with(other, lambda a, b: a >= b)

    def __add__(self, other: object) -> Maybe:
        return self._with(other, lambda a, b: a + b)

    def __sub__(self, other: object) -> Maybe:
        return self._with(other, lambda a, b: a - b)

    def __mul__(self, other: object) -> Maybe:
        return self._with(other, lambda a, b: a * b)

    def __radd__(self, other: object) -> Maybe:
        return self._with(other, lambda a, b: b + a)

    def __rsub__(self, other: object) -> Maybe:
        return self._with(other, lambda a, b: b - a)

    def __rmul__(self, other: object) -> Maybe:
        return self._with(other, lambda a, b: b * a)

    def __floordiv__(self, other: object) -> Maybe:
        return self._with(other, lambda a, b: a // b)

    def __invert__(self) -> Maybe:
        return Maybe(None if self.value is None else not self.value)

    def __and__(self, other: object) -> Maybe:
        right = other.value if isinstance(other, Maybe) else other
        if self.value is False or right is False:
            return Maybe(False)
        return Maybe(None if self.value is None or right is None else True)

    def __or__(self, other: object) -> Maybe:
        right = other.value if isinstance(other, Maybe) else other
        if self.value is True or right is True:
            return Maybe(True)
        return Maybe(None if self.value is None or right is None else False)

    def is_in(self, choices: Maybe | Collection[Any]) -> Maybe:
        return self._with(choices, lambda a, b: a in b)

    def overlaps(self, choices: Maybe | Collection[Any]) -> Maybe:
        """Whether a list shares at least one member with ``choices``."""
        return self._with(choices, lambda a, b: not set(a).isdisjoint(b))

    def least(self, other: object) -> Maybe:
        """The smaller of two known numbers."""
        return self._with(other, min)

    def greatest(self, other: object) -> Maybe:
        """The larger of two known numbers."""
        return self._with(other, max)

    def look_up(self, *keys: Maybe) -> Maybe:
        """The entry of a table under the keys; unknown when a key is, or the table has no such entry."""
        plain = [key.value for key in keys]
        if self.value is None or any(key is None for key in plain):
            return Maybe(None)
        return Maybe(self.value.entry(*plain))
