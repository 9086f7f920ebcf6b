"""The printed table of a notice: the same widths wherever it is printed."""

from collections.abc import Iterable

from kaogong.papers import PaperColumn

# What may not be broken over two lines is as wide as it is; names of bodies and occupations share the rest.
UNBROKEN = {"sequence", "name", "id_number", "level", "certificate", "amount"}


def notice_columns(columns: Iterable[tuple[str, str]]) -> list[PaperColumn]:
    """The columns of a notice as a paper prints them."""
    return [
        PaperColumn(
            label=label, align="right" if key == "amount" else "left", weight=0 if key in UNBROKEN else 1
        )
        for key, label in columns
    ]
