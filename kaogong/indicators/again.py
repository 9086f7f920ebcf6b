"""Who comes again: the rows of one person (or thing) that a count of different ones must not count twice.

Who it is, the dimension's number, the place in time and the conditions are one whole number a row. Sorted, rows
that count as one stand together, and the months, quarters and years two neighbours share are told by how far
down their first difference lies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaogong.indicators.passes import MONTHS
from kaogong.indicators.terms import Piece

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    Numbers = np.ndarray

BITS = 63
IN_YEAR = 4  # bits of a place below its year: two for the quarter, two for the month in it
SHIFTS = {"year": 4, "quarter": 2, "month": 0}


@dataclass(frozen=True, slots=True)
class Comings:
    """Rows with who came when, for which pieces (as bits, in their order), and every dimension's number.

    ``people`` come mostly once: their rows were counted already, and what they count too often is told, below
    zero. Of things nothing was counted yet, and all of it is told.
    """

    who: Numbers
    month: Numbers
    word: Numbers
    numbers: dict[str, Numbers]
    pieces: Sequence[Piece]
    years: Numbers
    people: bool

    @property
    def place_bits(self) -> int:
        return _bits(len(self.years)) + IN_YEAR

    def by(self, dimension: str) -> dict[str, dict[str, tuple[Numbers, Numbers]]]:
        """Grain ("ever" of stocks) -> piece -> cells, each key and place in one number, and how many."""
        import numpy as np

        number = self.numbers.get(dimension)
        highest = int(number.max()) if number is not None and len(number) else 0
        known = self.who << (_bits(highest + 1) + self.place_bits)
        if number is not None:
            known |= number.astype(np.int64) << self.place_bits
        known |= self._places()
        who_bits = _bits(int(self.who.max()) + 1) if len(self.who) else 0
        room = BITS - who_bits - _bits(highest + 1) - self.place_bits
        if room < 1:
            raise OverflowError(f"{len(self.who)} rows by {dimension} do not fit into whole numbers")
        cells = (1 << (_bits(highest + 1) + self.place_bits)) - 1
        found: dict[str, dict] = {}
        for first in range(0, len(self.pieces), room):
            some = self.pieces[first : first + room]
            word = (self.word >> first) & ((1 << len(some)) - 1)
            rows = self._together((known << len(some)) | word, len(some))
            for bit, piece in enumerate(some):
                held = rows[(rows & (1 << bit)) != 0] >> len(some)
                for grain, told in self._told(held, stock=piece.stock):
                    if len(told):
                        counts = np.bincount((told & cells) >> SHIFTS.get(grain, 0))
                        at = np.flatnonzero(counts)
                        found.setdefault(grain, {})[piece.name] = (at, counts[at])
        return found

    def _places(self) -> Numbers:
        import numpy as np

        year, month = np.divmod(self.month, MONTHS)
        return np.searchsorted(self.years, year) << IN_YEAR | month // 3 << 2 | month % 3

    def _together(self, rows: Numbers, bits: int) -> Numbers:
        """Sorted; of people only rows that have another beside them, of things each once."""
        import numpy as np

        rows.sort()
        if not self.people:
            return rows[np.append(True, rows[1:] != rows[:-1])] if len(rows) else rows
        stocks = any(piece.stock for piece in self.pieces)
        upper = rows >> (bits + (self.place_bits if stocks else IN_YEAR))
        return rows[beside(upper)]

    def _told(self, rows: Numbers, *, stock: bool) -> Iterator[tuple[str, Numbers]]:
        """Of each grain the rows that come after one of the same, or, of things, that do not."""
        import numpy as np

        if len(rows) == 0:
            return
        step = rows[1:] ^ rows[:-1]
        bounds = {"ever": self.place_bits} if stock else SHIFTS
        for grain, bits in bounds.items():
            if self.people:
                late = step < (1 << bits)
                later = rows[1:][late]
                yield grain, later
                rows, step = np.append(rows[:1], later), step[late]
            else:
                yield grain, rows[np.append(True, step >= (1 << bits))]

    def frame(
        self, told: dict[str, tuple[Numbers, Numbers]], grain: str, words: Sequence[str | None]
    ) -> pl.DataFrame:
        """The cells of a grain: key, place (``month`` of stocks), a column a piece."""
        import numpy as np
        import polars as pl

        shift, time = SHIFTS.get(grain, 0), "month" if grain == "ever" else "place"
        cells = np.unique(np.concatenate([at for at, _ in told.values()]))
        bits = self.place_bits - shift
        inside = cells & ((1 << bits) - 1)
        year, below = self.years[inside >> (IN_YEAR - shift)], inside & ((1 << (IN_YEAR - shift)) - 1)
        if shift == 0:
            place = year * MONTHS + (below >> 2) * 3 + (below & 3)
        else:
            place = year * 4 + below if grain == "quarter" else year
        columns = {}
        for name, (at, counts) in told.items():
            column = np.zeros(len(cells), np.int64)
            column[np.searchsorted(cells, at)] = -counts if self.people else counts
            columns[name] = column
        keys = pl.Series("key", words, dtype=pl.String).gather(cells >> bits)
        return pl.DataFrame([keys, pl.Series(time, place.astype(np.int32))]).with_columns(
            pl.Series(name, column) for name, column in columns.items()
        )


def comings(
    whose: Numbers,
    month: Numbers,
    word: Numbers,
    numbers: dict[str, Numbers],
    pieces: Sequence[Piece],
    *,
    people: bool,
) -> Comings:
    """The rows to look at: of people those of who came more than once in a year, or for stocks at all."""
    import numpy as np

    months = month.astype(np.int64)
    years = np.unique(months // MONTHS)
    if not people:
        return Comings(_numbered(whose, BITS // 2), months, word, numbers, pieces, years, people)
    stocks = any(piece.stock for piece in pieces)
    bits = 0 if stocks else _bits(len(years))
    who = _numbered(whose, BITS - bits)
    known = who << bits
    if not stocks:
        known |= np.searchsorted(years, months // MONTHS)
    order = np.argsort(known)
    known = known[order]
    more = beside(known)
    order, upper = order[more], known[more] >> bits
    who = np.cumsum(np.append(False, upper[1:] != upper[:-1])) if len(upper) else upper
    kept = {name: number[order] for name, number in numbers.items()}
    return Comings(who, months[order], word[order], kept, pieces, years, people)


def beside(rows: Numbers) -> Numbers:
    """Which of these sorted numbers have their like beside them."""
    import numpy as np

    like = np.zeros(len(rows) + 1, bool)
    like[1:-1] = rows[1:] == rows[:-1]
    return like[1:] | like[:-1] if len(rows) else like[:0]


def _numbered(whose: Numbers, bits: int) -> Numbers:
    """The same people under numbers that leave room for the rest."""
    import numpy as np

    if len(whose) and (whose.min() < 0 or int(whose.max()) >> bits):
        return np.unique(whose, return_inverse=True)[1].astype(np.int64)
    return whose.astype(np.int64)


def _bits(number: int) -> int:
    """Bits that hold so many different numbers."""
    return max(number - 1, 0).bit_length()
