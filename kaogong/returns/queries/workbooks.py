"""Templates in .xlsx: finding placeholders, repeating rows, filling in, without touching the clerk's styles."""

import io
import re
from collections.abc import Callable, Iterator
from copy import copy

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula import Tokenizer
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from .placeholders import MARK, Placed, Placeholder
from .shown import Shown

_ONE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]+)")

Moved = Callable[[int, int, bool], tuple[int, int]]
Read = Callable[[str, str], Placeholder | None]
Row = tuple[str, str, int]  # (narrowing as dimension=code, label, place in order)
Answer = Callable[[Placeholder, Row | None], Shown]


def opened(content: bytes) -> Workbook:
    """The workbook with its formulas as written."""
    return load_workbook(io.BytesIO(content))


def placed(book: Workbook, read: Read) -> list[Placed]:
    """Every placeholder with its sheet and cell; ``read`` notes what it cannot read and answers None."""
    found = []
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            in_row = [(cell, text) for cell in row for text in MARK.findall(_text(cell))]
            readable = [
                (cell, placeholder)
                for cell, text in in_row
                if (placeholder := read(f"{sheet.title}!{cell.coordinate}", text)) is not None
            ]
            each = next((p.dimension for _cell, p in readable if p.kind == "each"), "")
            found += [
                Placed(f"{sheet.title}!{cell.coordinate}", p, each, MARK.sub("", _text(cell)).strip() == "")
                for cell, p in readable
            ]
    return found


def filled(
    content: bytes,
    read: Read,
    answer: Answer,
    rows: dict[str, list[tuple[str, str]]],
    note: Callable[[str, Placeholder, Row | None], None],
) -> bytes:
    """The workbook with every placeholder answered; ``note`` is told where each figure was printed."""
    book = opened(content)
    for sheet in book.worksheets:
        charts = []
        columns = columns_of(sheet, read)
        rows_of = _repeat_rows(sheet, book, read, rows)
        for line in sheet.iter_rows():
            for cell in line:
                if not MARK.search(_text(cell)):
                    continue
                row = rows_of.get(cell.row)
                place = f"{sheet.title}!{cell.coordinate}"
                chart = _fill_cell(cell, place, read, answer, row[1] if row else None, note)
                if chart is not None:
                    charts.append((cell, chart))
        for cell, chart in charts:
            _draw(sheet, cell, chart, rows_of, columns)
    book.calculation.fullCalcOnLoad = True
    spool = io.BytesIO()
    book.save(spool)
    return spool.getvalue()


def cells_as_text(content: bytes) -> dict[str, dict[str, object]]:
    """Sheet → cell → what stands in it, for showing and for tests."""
    return {
        sheet.title: {
            cell.coordinate: cell.value
            for line in sheet.iter_rows()
            for cell in line
            if cell.value is not None
        }
        for sheet in opened(content).worksheets
    }


def _text(cell) -> str:
    return cell.value if isinstance(cell.value, str) and not isinstance(cell, MergedCell) else ""


def _fill_cell(cell, place, read, answer, row, note) -> Placeholder | None:
    text = _text(cell)
    readable = [(mark, read(place, mark.group(1))) for mark in MARK.finditer(text)]
    chart = next((p for _mark, p in readable if p is not None and p.kind == "chart"), None)
    pieces, at = [], 0
    shown: Shown | None = None
    for mark, placeholder in readable:
        if placeholder is None:
            continue
        pieces.append(text[at : mark.start()])
        at = mark.end()
        if placeholder.kind in ("each", "chart"):
            continue
        shown = answer(placeholder, row)
        note(place, placeholder, row)
        pieces.append(shown.text)
    pieces.append(text[at:])
    rest = "".join(pieces)
    others = [p for _mark, p in readable if p is not None and p.kind not in ("each", "chart")]
    if len(others) == 1 and shown is not None and rest.strip() == shown.text and shown.number is not None:
        cell.value = shown.number
        if cell.number_format == "General" and shown.number_format:
            cell.number_format = shown.number_format
    else:
        # A name that begins with "=" is text, whoever wrote it.
        cell.value = rest.strip() if rest.strip() else None
        if isinstance(cell.value, str) and cell.value.startswith("=") and not text.startswith("="):
            cell.data_type = "s"
    return chart


def _repeat_rows(sheet, book, read, rows) -> dict[int, tuple[str, Row]]:
    """Repeat each marked row; row number → (dimension, (code, label, place in order))."""
    marked = []
    for line in sheet.iter_rows():
        for cell in line:
            for text in MARK.findall(_text(cell)):
                placeholder = read(f"{sheet.title}!{cell.coordinate}", text)
                if placeholder is not None and placeholder.kind == "each":
                    marked.append((cell.row, placeholder.dimension))
    rows_of: dict[int, tuple[str, Row]] = {}
    for row, dimension in sorted(set(marked), reverse=True):
        wanted = rows.get(dimension) or [(None, "—")]
        more = len(wanted) - 1
        rows_of = {(at + more if at > row else at): one for at, one in rows_of.items()}
        if more:
            _repeat(sheet, book, row, more)
        for place, (code, label) in enumerate(wanted):
            rows_of[row + place] = (
                dimension,
                (f"{dimension}={code}" if code is not None else "", label, place + 1),
            )
    return rows_of


def _repeat(sheet: Worksheet, book: Workbook, row: int, more: int) -> None:
    """Make room under a row and copy it there; everything that points at rows follows."""
    heights = {at: sheet.row_dimensions[at].height for at in list(sheet.row_dimensions)}
    sheet.insert_rows(row + 1, more)
    for at in sorted(heights, reverse=True):
        if at > row:
            sheet.row_dimensions[at + more].height = heights[at]
    for at in range(row + 1, row + more + 1):
        sheet.row_dimensions[at].height = heights.get(row)
    beside = []
    for merged in list(sheet.merged_cells.ranges):
        if merged.min_row > row:
            merged.shift(row_shift=more)
        elif merged.min_row == merged.max_row == row:
            beside.append((merged.min_col, merged.max_col))
        elif merged.max_row >= row:
            merged.expand(down=more)
    _rewrite_formulas(sheet, book, row, more)
    _move_ranges(sheet, row, more)
    for owner in book.worksheets:
        _move_drawings(owner, sheet, row, more)
    _move_names(sheet, book, row, more)
    last = sheet.max_column
    for step in range(1, more + 1):
        for column in range(1, last + 1):
            _copy(sheet, row, row + step, column)
        for first, end in beside:
            sheet.merge_cells(start_row=row + step, end_row=row + step, start_column=first, end_column=end)


def _copy(sheet: Worksheet, source: int, target: int, column: int) -> None:
    cell = sheet.cell(source, column)
    if isinstance(cell, MergedCell):
        return
    made = sheet.cell(target, column)
    if cell.has_style:
        made._style = copy(cell._style)
    value = cell.value
    if isinstance(value, str) and value.startswith("="):
        value = _pointing(value, sheet, sheet, lambda first, last, _is_range: (
            (target, target) if first == last == source else (first, last)
        ))  # fmt: skip
    made.value = value


def _rewrite_formulas(sheet: Worksheet, book: Workbook, row: int, more: int) -> None:
    for owner in book.worksheets:
        for line in owner.iter_rows():
            for cell in line:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    moved = _made_room(row, more)
                    if owner is sheet and cell.row == row:  # a sum across the row stays in the row
                        moved = _made_room(row, more, grows=False)
                    cell.value = _pointing(cell.value, owner, sheet, moved)


def _made_room(row: int, more: int, *, grows: bool = True) -> Moved:
    """Where rows lie after ``more`` were put in under ``row``: a stretch that reaches the row grows with it."""

    def moved(first: int, last: int, is_range: bool) -> tuple[int, int]:
        first_now = first + more if first > row else first
        return first_now, (last + more if last > row or (grows and is_range and last == row) else last)

    return moved


def _pointing(formula: str, owner: Worksheet, sheet: Worksheet, moved: Moved) -> str:
    """The formula with every reference to ``sheet`` moved."""
    tokens = Tokenizer(formula)
    for token in tokens.items:
        if token.type == token.OPERAND and token.subtype == token.RANGE:
            named, mark, where = token.value.rpartition("!")
            target = named.strip("'").replace("''", "'") if mark else owner.title
            if target == sheet.title:
                token.value = named + mark + _range_moved(where, moved)
    return "=" + "".join(token.value for token in tokens.items)


def _range_moved(where: str, moved: Moved) -> str:
    first, colon, last = where.partition(":")
    a, b = _ONE.fullmatch(first), _ONE.fullmatch(last) if colon else None
    if a is None or (colon and b is None):
        return where
    if b is None:
        top, _same = moved(int(a[4]), int(a[4]), False)
        return f"{a[1]}{a[2]}{a[3]}{top}"
    top, bottom = moved(int(a[4]), int(b[4]), True)
    return f"{a[1]}{a[2]}{a[3]}{top}:{b[1]}{b[2]}{b[3]}{bottom}"


def _move_ranges(sheet: Worksheet, row: int, more: int) -> None:
    """What else of the sheet names rows: print area, tables, filters, colours by value, lists to choose from."""

    stretch = _made_room(row, more)

    def of(where: str) -> str:
        return " ".join(_range_moved(one, stretch) for one in str(where).split())

    if sheet.print_area:
        sheet.print_area = ",".join(of(one.rpartition("!")[2]) for one in str(sheet.print_area).split(","))
    for table in sheet.tables.values():
        table.ref = of(table.ref)
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = of(sheet.auto_filter.ref)
    ruled = sheet.conditional_formatting
    sheet.conditional_formatting = ConditionalFormattingList()
    for formatted in ruled:
        for rule in formatted.rules:
            sheet.conditional_formatting.add(of(str(formatted.sqref)), rule)
    for validation in sheet.data_validations.dataValidation:
        validation.sqref = type(validation.sqref)(of(str(validation.sqref)))


def _move_names(sheet: Worksheet, book: Workbook, row: int, more: int) -> None:
    """Names given to cells of the sheet mean the same cells, and those put in among them."""
    for name in [*book.defined_names.values(), *sheet.defined_names.values()]:
        if name.type == "RANGE":  # the print area and its like stand elsewhere
            moved = _pointing(f"={name.attr_text}", sheet, sheet, _made_room(row, more))
            name.attr_text = moved.removeprefix("=")


def _move_drawings(owner: Worksheet, sheet: Worksheet, row: int, more: int) -> None:
    """Charts point at the rows they showed and at those put in; drawings below the row stand lower."""
    for drawn in [*owner._charts, *owner._images]:
        for corner in ("_from", "to"):
            marker = getattr(drawn.anchor, corner, None)
            if owner is sheet and marker is not None and marker.row >= row:
                marker.row += more
    for chart in owner._charts:
        for series in chart.series:
            for source in _sources(series):
                named, _mark, where = source.f.rpartition("!")
                if named.strip("'").replace("''", "'") == sheet.title:
                    source.f = f"{named}!{_range_moved(_as_range(where), _made_room(row, more))}"
                    for kept in ("numCache", "strCache"):
                        if hasattr(source, kept):
                            setattr(source, kept, None)


def _as_range(where: str) -> str:
    return where if ":" in where or _ONE.fullmatch(where) is None else f"{where}:{where}"


def _sources(series) -> Iterator:
    for part, kinds in ((series.val, ("numRef",)), (series.cat, ("numRef", "strRef"))):
        for kind in kinds:
            source = getattr(part, kind, None) if part is not None else None
            if source is not None and source.f:
                yield source


def columns_of(sheet: Worksheet, read: Read) -> dict[tuple[str, str, str], int]:
    """In which column each figure of a repeated row stands: (dimension, indicator or "label", span) → column."""
    found = {}
    for line in sheet.iter_rows():
        readable = [
            (cell.column, placeholder)
            for cell in line
            for text in MARK.findall(_text(cell))
            if (placeholder := read(f"{sheet.title}!{cell.coordinate}", text)) is not None
        ]
        dimension = next((p.dimension for _column, p in readable if p.kind == "each"), "")
        for column, placeholder in readable if dimension else []:
            if placeholder.kind == "figure" and not placeholder.where:
                found.setdefault((dimension, placeholder.what, placeholder.span), column)
            elif placeholder.what == "row.label":
                found.setdefault((dimension, "label", ""), column)
    return found


def _draw(sheet: Worksheet, cell, chart: Placeholder, rows_of: dict, columns: dict) -> None:
    """A native chart of the repeated rows in whose cells the same figure stands."""
    lines = sorted(at for at, (dimension, _row) in rows_of.items() if dimension == chart.dimension)
    column = columns.get((chart.dimension, chart.what, chart.span))
    labels = columns.get((chart.dimension, "label", ""))
    if not lines or column is None or labels is None:
        return
    drawn = BarChart()
    drawn.type, drawn.title, drawn.legend = "bar", chart.title or None, None
    drawn.y_axis.delete = drawn.x_axis.delete = False
    drawn.x_axis.scaling.orientation = "maxMin"
    drawn.gapWidth, drawn.width, drawn.height = 60, 17, max(7, 1.1 * len(lines) + 3)
    drawn.add_data(Reference(sheet, min_col=column, min_row=lines[0], max_row=lines[-1]))
    drawn.set_categories(Reference(sheet, min_col=labels, min_row=lines[0], max_row=lines[-1]))
    drawn.series[0].graphicalProperties.solidFill = "286459"
    sheet.add_chart(drawn, cell.coordinate)
