"""Identity numbers by the column: the same verdicts as ``IdNumber.parse``, for rosters of any length."""

from datetime import date

import polars as pl

from kaogong.kernel.id_number import EARLIEST_BIRTH, FEMALE, MALE, MARKS_BEFORE, UPGRADED, WEIGHTS
from kaogong.kernel.writing import BLANKS, FULL_WIDTH, INVISIBLES

_SCRAPS = "[" + "".join(f"\\x{{{ord(character):x}}}" for character in BLANKS + INVISIBLES) + "]"
_WIDE, _HALF = list(FULL_WIDTH), list(FULL_WIDTH.values())


def tidy_id_numbers(column: str | pl.Expr) -> pl.Expr:
    """Do to a column of text what ``tidy_id_number`` does to one."""
    raw = (pl.col(column) if isinstance(column, str) else column).cast(pl.String).fill_null("")
    clean = raw.str.contains(r"^[0-9]{17}[0-9X]$")
    scrubbed = raw.str.replace_all(_SCRAPS, "").str.replace_many(_WIDE, _HALF)
    scrubbed = scrubbed.str.strip_chars_start(MARKS_BEFORE).str.replace_all("x", "X", literal=True)
    return pl.when(clean).then(raw).otherwise(scrubbed)


def check_id_numbers(raw: pl.Series, *, on: date) -> pl.DataFrame:
    """Judge a column of raw text, row by row.

    Columns: ``value`` (tidy, 18 characters where valid), ``problem`` (a key of ``id_number.PROBLEMS`` or
    null), ``note`` (a key of ``id_number.NOTES`` or null), and, null unless valid, ``born_on``, ``sex`` and
    ``region_code``.
    """
    value, written = pl.col("value"), pl.col("written")
    frame = pl.select(tidy_id_numbers(pl.lit(raw)).alias("written")).lazy()
    frame = frame.with_columns(is_old=written.str.contains(r"^[0-9]{15}$"))
    frame = frame.with_columns(
        body=pl.when("is_old")
        .then(written.str.slice(0, 6) + "19" + written.str.slice(6))
        .when(written.str.contains(r"^[0-9]{17}[0-9X]$"))
        .then(written.str.slice(0, 17))
    )
    frame = frame.with_columns(
        day=pl.col("body").str.slice(6, 8).str.to_date("%Y%m%d", strict=False),
        total=_weighted_sum(pl.col("body").cast(pl.Int64)),
    )
    # MOD 11-2: weighted digits plus check value leave 1, the letter X standing for 10.
    expected = (12 - pl.col("total") % 11) % 11
    last = written.str.slice(17, 1).replace("X", "10").cast(pl.Int64, strict=False)
    check = pl.when(expected == 10).then(pl.lit("X")).otherwise(expected.cast(pl.String))
    frame = frame.with_columns(
        value=pl.when("is_old").then(pl.col("body") + check).otherwise(written),
        problem=pl.when(written == "")
        .then(pl.lit("missing"))
        .when(~written.str.len_chars().is_in([15, 18]))
        .then(pl.lit("length"))
        .when(pl.col("body").is_null())
        .then(pl.lit("letters"))
        .when(pl.col("day").is_null() | (pl.col("day") < EARLIEST_BIRTH))
        .then(pl.lit("date"))
        .when(pl.col("day") > on)
        .then(pl.lit("future"))
        .when(~pl.col("is_old") & (last != expected))
        .then(pl.lit("checksum")),
    )
    fine = pl.col("problem").is_null()
    odd = pl.col("body").str.slice(16, 1).is_in(["1", "3", "5", "7", "9"])
    return frame.select(
        pl.when(fine).then(value).otherwise(written).alias("value"),
        "problem",
        pl.when(fine & pl.col("is_old")).then(pl.lit(UPGRADED)).alias("note"),
        pl.when(fine).then(pl.col("day")).alias("born_on"),
        pl.when(fine).then(pl.when(odd).then(pl.lit(MALE)).otherwise(pl.lit(FEMALE))).alias("sex"),
        pl.when(fine).then(value.str.slice(0, 6)).alias("region_code"),
    ).collect()


def check_characters(body: pl.Expr) -> pl.Expr:
    """Compute the 18th characters of a column of 17-digit bodies."""
    expected = (12 - _weighted_sum(body.cast(pl.Int64)) % 11) % 11
    return pl.when(expected == 10).then(pl.lit("X")).otherwise(expected.cast(pl.String))


def _weighted_sum(body: pl.Expr) -> pl.Expr:
    return pl.sum_horizontal(
        (body // 10 ** (16 - place)) % 10 * weight for place, weight in enumerate(WEIGHTS)
    )
