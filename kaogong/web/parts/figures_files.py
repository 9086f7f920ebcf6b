"""Comma-separated text that spreadsheets read as it is meant."""

import csv
import io
from collections.abc import Iterable, Sequence

CSV = "text/csv; charset=utf-8"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(lines: Iterable[Sequence]) -> bytes:
    """The lines in UTF-8 with its mark; no text becomes a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    for line in lines:
        writer.writerow([_safe(value) for value in line])
    return text.getvalue().encode("utf-8-sig")


def _safe(value):
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
