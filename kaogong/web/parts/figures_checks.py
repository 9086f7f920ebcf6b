"""What is impossible in a table of figures, in words."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext

from kaogong.indicators import impossible
from kaogong.web.parts import figures
from kaogong.web.parts.figures_register import Indicator


def of_table(one: Indicator, dimension: str, total: int | None, rows: Sequence[int | None]) -> list[str]:
    """Why a table cannot be: rows that do not make their total, shares above the whole, counts below nothing."""
    found = impossible.table(one, dimension, total, rows)
    for value in {total, *rows}:
        found += impossible.figures({one.code: value})
    return words(found, one.unit)


def words(found: Iterable[impossible.Impossible], unit: str) -> list[str]:
    """Each contradiction as a sentence, its numbers written by the unit."""
    return [
        gettext(one.sentence).format(**{name: _written(value, unit) for name, value in one.facts.items()})
        for one in found
    ]


def _written(value: object, unit: str) -> str:
    if isinstance(value, int):
        return figures.written(value, unit)
    return gettext(value) if isinstance(value, str) and value else str(value)
