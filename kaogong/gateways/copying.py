"""Writing many rows into the database at once, with COPY; constraints and triggers judge each as ever."""

import io

import polars as pl
from django.db import connection

_NULL = r"\N"


def copy_rows(table: str, rows: pl.DataFrame) -> None:
    """Append the rows to the table; the frame's columns are the table's, bytes given as ``\\x…`` in text."""
    if rows.is_empty():
        return
    text = io.BytesIO()
    rows.write_csv(text, include_header=False, quote_style="non_numeric", null_value=_NULL)
    columns = ", ".join(connection.ops.quote_name(name) for name in rows.columns)
    statement = f"COPY {connection.ops.quote_name(table)} ({columns}) FROM STDIN (FORMAT csv, NULL '{_NULL}')"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(text.getbuffer())
