"""Who comes again, held against sets: however numbers are packed, and for people and things alike."""

from random import Random

import numpy as np
import pytest

from kaogong.indicators.again import BITS, comings
from kaogong.indicators.measures import DISTINCT
from kaogong.indicators.terms import Piece

SIZES = {"month": 1, "quarter": 3, "year": 12}


def pieces_of(number: int, stocks: int) -> list[Piece]:
    return [Piece(at, DISTINCT, "ends_on", at < stocks, at, "person") for at in range(number)]


@pytest.mark.parametrize("people", [True, False])
@pytest.mark.parametrize(("shift", "pieces", "stocks"), [(0, 3, 0), (0, 3, 1), (2**61, 3, 2), (0, 60, 2)])
def test_comings_tell_who_is_counted_too_often(people, shift, pieces, stocks):
    draw = Random(7)
    if not people:
        stocks = 0
    rows = [
        (draw.randrange(9) + shift, 24_000 + draw.randrange(40), draw.getrandbits(pieces), draw.randrange(3))
        for _ in range(400)
    ]
    some = pieces_of(pieces, stocks)
    whose, months, words, keys = (np.array(column) for column in zip(*rows, strict=True))
    found = comings(
        whose, months.astype(np.int32), words, {"place": keys.astype(np.uint16)}, some, people=people
    )
    for dimension in ("place", ""):
        names = ["a", "b", "c", None] if dimension else [""]
        told = found.by(dimension)
        for grain, size in SIZES.items():
            frame = found.frame(told[grain], grain, names)
            got = {(row["key"], row["place"]): row for row in frame.iter_rows(named=True)}
            for piece in some[stocks:]:
                held = [
                    (who, names[key if dimension else 0], month // size)
                    for who, month, word, key in rows
                    if word >> piece.number & 1
                ]
                for key, place in {one[1:] for one in held}:
                    here = [who for who, *at in held if at == [key, place]]
                    different = len(set(here))
                    expected = different - len(here) if people else different
                    row = got.get((key, place), {})
                    assert row.get(piece.name, 0) == expected, (dimension, grain, key, place, piece.name)


def test_numbers_that_do_not_fit_together_are_looked_through_in_turns():
    some = pieces_of(60, 0)
    found = comings(
        np.array([1, 1]), np.array([24_000, 24_000]), np.array([-1 & (2**60 - 1)] * 2), {}, some, people=True
    )
    told = found.by("")["month"]
    assert len(told) == 60 > BITS - 4 - 1
    assert all(counts.tolist() == [1] for _, counts in told.values())
