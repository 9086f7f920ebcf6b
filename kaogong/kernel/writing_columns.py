"""Written text by the column: the same results as ``kernel.writing`` and ``kernel.bank_card``."""

import polars as pl

from kaogong.kernel.bank_card import BankCard
from kaogong.kernel.writing import compact, tidy, tidy_name

# Nothing in these can change by tidying, so only the rest is looked at one by one.
_PLAIN_NAME = r"^[\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}]*$"
_PLAIN_TEXT = r"^[\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}0-9A-Za-z]*$"
_STARS = pl.lit("*" * 100)


def tidy_names(names: pl.Series) -> pl.Series:
    """Do to a column of names what ``tidy_name`` does to one."""
    return _each(names, _PLAIN_NAME, tidy_name)


def tidy_texts(texts: pl.Series) -> pl.Series:
    """Do to a column what ``tidy`` does to one text."""
    return _each(texts, _PLAIN_TEXT, tidy)


def compact_texts(texts: pl.Series) -> pl.Series:
    """Do to a column what ``compact`` does to one text."""
    return _each(texts, _PLAIN_TEXT, compact)


def bank_cards(accounts: pl.Series) -> pl.Series:
    """Card numbers as they count, "" where none is written; raises what ``BankCard.parse`` raises."""
    written = compact_texts(accounts)
    sound = (written == "") | pl.select(is_card(pl.lit(written))).to_series()
    if sound.all():
        return written
    others = written.filter(~sound).unique(maintain_order=True)
    return written.replace({text: BankCard.parse(text).value for text in others})


def is_card(account: pl.Expr) -> pl.Expr:
    """Luhn over the column: 15 to 19 digits whose weighted sum ends in 0."""
    shaped = account.str.contains(r"^[0-9]{15,19}$") & account.str.contains("[1-9]")
    number = account.str.zfill(20)
    # As a whole a card may pass 2^63; its two halves do not.
    halves = [number.str.slice(start, 10).cast(pl.Int64, strict=False) for start in (10, 0)]
    total = pl.lit(0, pl.Int64)
    for half in halves:
        for place in range(10):
            digit = half // 10**place % 10
            total = total + (digit if place % 2 == 0 else digit * 2 - 9 * (digit > 4).cast(pl.Int64))
    return (shaped & (total % 10 == 0)).fill_null(False)


def mask_numbers(numbers: pl.Expr, *, head: int = 3, tail: int = 4) -> pl.Expr:
    """Do to a column of compact numbers what ``mask_digits`` does to one."""
    length = numbers.str.len_chars().cast(pl.Int64)
    hidden = length - head - tail
    return (
        pl.when(hidden <= 0)
        .then(_STARS.str.slice(0, length))
        .otherwise(numbers.str.slice(0, head) + _STARS.str.slice(0, hidden) + numbers.str.slice(-tail))
    )


def _each(texts: pl.Series, plain: str, change) -> pl.Series:
    texts = texts.cast(pl.String).fill_null("")
    others = texts.filter(~texts.str.contains(plain)).unique()
    return texts.replace({text: change(text) for text in others}) if len(others) else texts
