"""Columns of facts checked and made small: words as places in a vocabulary, hours as hundredths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from kaogong.rules import facts, vocabulary
from kaogong.rules.errors import FactsMalformed

HUNDREDTHS = "_hundredths"
MOST_HUNDREDTHS = 99_999_999  # as hours are written: six digits and two decimals
# Sums of products of these stay within 64 bits, as they must where plain numbers have no end.
MOST_FEN, MOST_COUNT = 10**13, 10**6
_HOURS = r"^\d{1,6}(\.\d{1,2})?$"


class Vocabulary:
    """Words in the order they were met, and their places."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words: list[str] = []
        self._places: dict[str, int] = {}
        for word in words:
            self.place(word)

    def place(self, word: str) -> int:
        """The word's place; a new word gets the next one."""
        if word not in self._places:
            self._places[word] = len(self.words)
            self.words.append(word)
        return self._places[word]

    def places(self, codes: pl.Series, words: Sequence[str]) -> pl.Series:
        """Places in this vocabulary for places in another one."""
        wanted = [self.place(word) for word in words]
        if wanted == list(range(len(words))):
            return codes
        return pl.Series(wanted, dtype=pl.UInt32).gather(codes.cast(pl.UInt32)).alias(codes.name)


def checked(name: str, column: pl.Series, bits: Mapping[str, int], shared: Vocabulary | None) -> Any:
    """The column as expressions use it, and its vocabulary where it holds words. Raises FactsMalformed."""
    if name in facts.WORDS:
        return _words(name, column, shared if shared is not None else Vocabulary())
    if column.dtype == pl.Null:
        column = column.cast(_EMPTY.get(name, pl.Int64))
    if name in facts.NUMBERS:
        return _number(name, column, MOST_FEN if name.endswith("_fen") else MOST_COUNT), None
    if name in facts.GRADES:
        return _number(name, column, max(vocabulary.LEVELS)).cast(pl.Int8), None
    if name in facts.HOURS:
        return hundredths(name, column), None
    if name == "groups":
        return _groups(column, bits), None
    if column.dtype != (pl.Date if name in facts.DAYS else pl.Boolean):
        _refuse(name, column)
    return column, None


_EMPTY: dict[str, Any] = {
    **dict.fromkeys(facts.DAYS, pl.Date),
    **dict.fromkeys(facts.FLAGS, pl.Boolean),
    **dict.fromkeys(facts.HOURS, pl.String),
    "groups": pl.UInt64,
}


def _refuse(name: str, column: pl.Series) -> None:
    """Say what is wrong with the first value there is, in the words of a single fact; if none is, the type."""
    for value in column.drop_nulls().head(1).to_list():
        facts.CHECKS[name](name, value)
    raise FactsMalformed(field=name, problem=f"这一列的类型 {column.dtype} 不适用")


def _number(name: str, column: pl.Series, most: int) -> pl.Series:
    if not column.dtype.is_integer():
        _refuse(name, column)
    least, greatest = column.min(), column.max()
    if least is None:
        return column
    check = facts.CHECKS[name]
    check(name, least)
    check(name, greatest)
    if greatest > most:
        raise FactsMalformed(field=name, problem=f"应不大于 {most}")
    return column


def hundredths(name: str, column: pl.Series) -> pl.Series:
    """Hours or days in hundredths, from decimal text or decimals."""
    if isinstance(column.dtype, pl.Decimal):
        column = column.cast(pl.String)
    if column.dtype != pl.String:
        raise FactsMalformed(field=name, problem="应为小数文字，最多两位小数，如 “79.5”")
    wrong = column.filter(~column.str.contains(_HOURS)).head(1).to_list()
    if wrong:
        raise FactsMalformed(field=name, problem=f"应为小数文字，最多两位小数，如 “79.5”，现为“{wrong[0]}”")
    halves = column.str.split_exact(".", 1).struct.unnest().to_series
    whole, rest = (halves(place).fill_null("0") for place in (0, 1))
    number = whole.cast(pl.Int32) * 100 + rest.str.pad_end(2, "0").cast(pl.Int32)
    return pl.select(pl.when(column.is_not_null()).then(number)).to_series().alias(name)


def in_hundredths(name: str, column: pl.Series) -> pl.Series:
    """A column that is given in hundredths already."""
    if column.dtype == pl.Null:
        return column.cast(pl.Int32)
    if not column.dtype.is_integer() or (column.min() or 0) < 0 or (column.max() or 0) > MOST_HUNDREDTHS:
        raise FactsMalformed(field=name + HUNDREDTHS, problem=f"应为 0 至 {MOST_HUNDREDTHS} 的整数")
    return column


def _groups(column: pl.Series, bits: Mapping[str, int]) -> pl.Series:
    """Lists of codes as they are, or masks made with ``group_bits``."""
    dtype = column.dtype
    if dtype.is_integer():
        if (column.min() or 0) < 0 or (column.max() or 0) > sum(bits.values()):
            raise FactsMalformed(field="groups", problem="含有人员类别目录之外的位")
        return column.cast(pl.UInt64)
    if not isinstance(dtype, pl.List) or dtype.inner not in (pl.String, pl.Null, pl.Categorical, pl.Enum):
        raise FactsMalformed(field="groups", problem="应为人员类别代码的列表")
    column = column.cast(pl.List(pl.String))
    if column.drop_nulls().list.eval(pl.element().is_null()).list.any().any():
        raise FactsMalformed(field="groups", problem="应为人员类别代码的列表")
    return column


def coded(name: str, column: pl.Series) -> tuple[pl.Series, list[str]]:
    """A column of words as places, and the words in these places."""
    if isinstance(column.dtype, pl.Enum):
        return column.to_physical(), column.dtype.categories.to_list()
    if isinstance(column.dtype, pl.Categorical):
        column = column.cast(pl.String)
    if column.dtype == pl.String:
        words = column.unique().drop_nulls()
        return column.cast(pl.Enum(words)).to_physical(), words.to_list()
    if column.dtype == pl.Null:
        return column.cast(pl.UInt8), []
    raise FactsMalformed(field=name, problem="应为文字")


def _words(name: str, column: pl.Series, shared: Vocabulary) -> tuple[pl.Series, list[str]]:
    codes, words = coded(name, column)
    plain, wrong = [], {}
    for place, word in enumerate(words):
        try:
            plain.append(facts.CHECKS[name](name, word))
        except FactsMalformed as error:
            wrong[place] = error
            plain.append(word)
    if wrong:
        in_use = codes.filter(codes.is_in(list(wrong))).head(1).to_list()
        if in_use:
            raise wrong[in_use[0]]
    return shared.places(codes, plain), shared.words
