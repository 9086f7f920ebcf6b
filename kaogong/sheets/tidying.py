"""Whole-column tidying: one value however it was typed, a located problem where unreadable."""

import unicodedata

import polars as pl

from kaogong.kernel.id_number_columns import tidy_id_numbers
from kaogong.kernel.writing import BLANKS, FULL_WIDTH, INVISIBLES
from kaogong.sheets.layouts import MARKS

LOST_DIGITS = "以数字格式存储，后几位已丢失，请改为文本格式重新填写"
UNREADABLE_DATE = "日期看不懂，请写成 2026-03-05 或 2026年3月5日"
NOT_WHOLE = "不是整数"
NOT_NUMBER = "不是数字"
UNKNOWN_MARK = "不是认识的考勤符号（到、不到○、告假×、迟到¢、早退△、病假，或课时数）"

_WIDE, _NARROW = list(FULL_WIDTH), list(FULL_WIDTH.values())
_WIDE_SIGNS = ["－", "．", "，", "／", "：", "％", "＋", "￥"]
_NARROW_SIGNS = ["-", ".", ",", "/", ":", "%", "+", "¥"]
_RADICALS = [chr(code) for code in range(0x2F00, 0x2FD6)]  # look-alikes that come out of PDFs
_WORDS = [unicodedata.normalize("NFKC", sign) for sign in _RADICALS]
_INVISIBLE = "[" + "".join(f"\\x{{{ord(sign):x}}}" for sign in INVISIBLES) + r"\x00-\x08\x0e-\x1b]"
_SPACES = "[" + "".join(f"\\x{{{ord(sign):x}}}" for sign in BLANKS) + "]+"
_SCIENTIFIC = r"^[-+]?\d(?:\.\d+)?[eE]\+?\d{2}$"
# 4803.210000000001 is a sum worked out in binary: the sheet itself shows fifteen digits of it, 4803.21.
_BINARY_REST = r"^-?\d{1,12}\.\d{4,}$"
_DIGITS_SHOWN = 15

Tidied = tuple[pl.Expr, pl.Expr | None, str]  # value, where it is wrong (None: never), what to say there


def clean(value: pl.Expr) -> pl.Expr:
    """Text without invisible signs, outer and doubled spaces; blank becomes null."""
    value = value.str.replace_all(_INVISIBLE, "").str.replace_all(_SPACES, " ").str.strip_chars()
    return pl.when(value != "").then(value)


def narrow(value: pl.Expr, *, signs: bool = False) -> pl.Expr:
    """Full-width digits and letters as plain ones."""
    if signs:
        return value.str.replace_many(_WIDE + _WIDE_SIGNS, _NARROW + _NARROW_SIGNS)
    return value.str.replace_many(_WIDE, _NARROW)


def tidy(kind: str, value: pl.Expr, *, from_1904: bool) -> Tidied:
    """The tidied column for its kind, with what is wrong and where."""
    value = clean(value)
    match kind:
        case "name":
            return _name(value), None, ""
        case "id_number":
            return (
                pl.when(value.is_not_null()).then(_id_number(value)),
                value.str.contains(_SCIENTIFIC),
                LOST_DIGITS,
            )
        case "account":
            compact = narrow(value, signs=True).str.replace_all(r"[ ‘’'`]", "")
            return compact, value.str.contains(_SCIENTIFIC), LOST_DIGITS
        case "date":
            return _date(value, from_1904)
        case "integer":
            return _number(value, r"^-?\d+$", NOT_WHOLE)
        case "decimal":
            return _number(value, r"^-?\d+(\.\d+)?$", NOT_NUMBER)
        case "mark":
            return _mark(value)
    return value.str.replace_many(_WIDE + _RADICALS, _NARROW + _WORDS), None, ""


def _name(value: pl.Expr) -> pl.Expr:
    # 王　五 is typed with a gap to line up with three-character names; latin names keep their spaces.
    value = value.str.replace_many(_WIDE + _RADICALS, _NARROW + _WORDS)
    gapless = pl.when(value.str.contains(r"[A-Za-z]")).then(value).otherwise(value.str.replace_all(" ", ""))
    return gapless.str.replace_all(r"[•‧・∙⋅]", "·")


def _id_number(value: pl.Expr) -> pl.Expr:
    return tidy_id_numbers(value.str.replace(r"\.0+$", ""))


def _date(value: pl.Expr, from_1904: bool) -> Tidied:
    plain = narrow(value, signs=True).str.replace(r"[ T]00:00(:00)?(\.0+)?$", "")
    compact = plain.str.replace_all(" ", "")
    unified = compact.str.replace(
        r"^(\d{4})[年./\-](\d{1,2})[月./\-](\d{1,2})[日号]?$", "$1-$2-$3"
    ).str.replace(r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3")
    written = unified.str.to_date("%Y-%m-%d", strict=False)
    timed = plain.str.extract(r"^(\d{4}-\d{2}-\d{2}) \d{2}:\d{2}", 1).str.to_date("%Y-%m-%d", strict=False)
    serial = compact.str.extract(r"^(\d{5})(?:\.\d+)?$", 1).cast(pl.Int32, strict=False)
    epoch = pl.date(1904, 1, 1) if from_1904 else pl.date(1899, 12, 30)
    counted = epoch + pl.duration(days=serial)
    day = pl.coalesce(written, timed, counted)
    day = pl.when(day.dt.year().is_between(1900, 2199)).then(day)
    permanent = compact.is_in(["长期", "永久", "长期有效"])
    return (
        pl.coalesce(day.dt.to_string("%Y-%m-%d"), compact),
        compact.is_not_null() & day.is_null() & ~permanent,
        UNREADABLE_DATE,
    )


def _number(value: pl.Expr, pattern: str, problem: str) -> Tidied:
    compact = (
        narrow(value, signs=True)
        .str.replace_all(r"[ ,¥]", "")
        .str.replace(r"(元|岁|周岁|天|分|次|课时|人)$", "")
    )
    is_rest = compact.str.contains(_BINARY_REST) & (compact.str.len_chars() > _DIGITS_SHOWN + 1)
    shown = compact.cast(pl.Float64, strict=False).round_sig_figs(_DIGITS_SHOWN).cast(pl.String)
    compact = pl.when(is_rest).then(shown).otherwise(compact)
    compact = compact.str.replace(r"(\.\d*?)0+$", "$1").str.replace(r"\.$", "").str.replace(r"^\+", "")
    return compact, compact.is_not_null() & ~compact.str.contains(pattern), problem


def _mark(value: pl.Expr) -> Tidied:
    signs = {sign: label for label, group in MARKS.items() for sign in group}
    compact = narrow(value.str.replace_all(" ", ""))
    label = compact.replace_strict(signs, default=None, return_dtype=pl.String)
    label = pl.coalesce(label, value.replace_strict(signs, default=None, return_dtype=pl.String), compact)
    hours = compact.str.contains(r"^\d{1,2}(\.\d)?$")
    return label, compact.is_not_null() & ~label.is_in(list(MARKS)) & ~hours, UNKNOWN_MARK
