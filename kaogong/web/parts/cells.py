"""The cells of a list, made column by column: what can be asked once of a column is not asked for each row."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Model
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django_tables2 import Table
from django_tables2.columns import BoundColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor, signature


class ColumnOfCells:
    """One column of one table: how its value is found in a record, shown on the page and put in a sheet."""

    def __init__(self, bound: BoundColumn, table: Table, example: Any) -> None:
        css = bound.attrs["td"].get("class") or ""
        self.name = bound.name
        self._opening = format_html(
            '<td{} data-label="{}">', format_html(' class="{}"', css) if css else "", bound.header
        )
        self._empty = bound.column.empty_values
        self._found_in = reader(Accessor(bound.accessor), example)
        fixed = {"column": bound.column, "bound_column": bound, "table": table}
        self._shows = _caller(bound.render, fixed)
        self._writes = _caller(bound.value, fixed)
        self._default = bound.default

    def cell(self, record: Any) -> str:
        """The cell as a page shows it, escaped."""
        value = self._value(record)
        shown = self._default if value in self._empty else self._shows(value, record)
        return f"{self._opening}{conditional_escape(shown)}</td>"

    def written(self, record: Any) -> Any:
        """The cell as a sheet holds it; None when there is nothing."""
        value = self._value(record)
        return None if value in self._empty else self._writes(value, record)

    def _value(self, record: Any) -> Any:
        try:
            return self._found_in(record)
        except (LookupError, AttributeError, TypeError, ValueError):
            return None  # no field answers to the column's name: it is made from the whole record


def reader(accessor: Accessor, example: Any) -> Callable[[Any], Any]:
    """How records like this one are asked for a value; a field with choices answers with their label."""
    if isinstance(example, Model):
        path, _, last = accessor.rpartition(accessor.SEPARATOR)
        field = accessor.get_field(example)
        if getattr(field, "choices", None) and field.name == last:
            accessor = Accessor(accessor.SEPARATOR.join(filter(None, (path, f"get_{last}_display"))))
        if not path and not callable(getattr(type(example), accessor, None)):
            return lambda record: getattr(record, accessor)
    return accessor.resolve


def _caller(function: Callable, fixed: dict[str, Any]) -> Callable[[Any, Any], Any]:
    """The column's own function of value and record, whichever of them it asks for."""
    names, catch_all = signature(function)
    if catch_all:  # a column made of a template, which asks for its row too
        table = fixed["table"]
        return lambda value, record: function(
            value=value, record=record, bound_row=BoundRow(record, table), **fixed
        )
    fixed = {name: what for name, what in fixed.items() if name in names}
    if {"value", "record"} <= set(names):
        return lambda value, record: function(value=value, record=record, **fixed)
    if "record" in names:
        return lambda value, record: function(record=record, **fixed)
    return lambda value, record: function(value=value, **fixed)


def columns_of(table: Table, records: Sequence) -> list[ColumnOfCells]:
    return [ColumnOfCells(bound, table, records[0]) for bound in table.columns] if records else []


def rows_of_cells(table: Table, records: Sequence) -> Iterator[tuple[Any, SafeString]]:
    """Each record with its cells ready to print."""
    columns = columns_of(table, records)
    for record in records:
        yield record, mark_safe("".join([column.cell(record) for column in columns]))  # noqa: S308  (escaped)


def rows_for_sheet(table: Table, records: Sequence, names: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Each record as a row of the sheet."""
    wanted = set(names)
    columns = [column for column in columns_of(table, records) if column.name in wanted]
    for record in records:
        yield {column.name: column.written(record) for column in columns}
