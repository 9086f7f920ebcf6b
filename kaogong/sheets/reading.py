"""Reading one sheet into a table of tidied text columns, with every doubt named and located."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from kaogong.sheets import tidying
from kaogong.sheets.headings import ROWS_SEARCHED, SURE, Day, HeadingRows, Match, find_heading_rows
from kaogong.sheets.layouts import Layout
from kaogong.sheets.opening import Grid, Workbook
from kaogong.sheets.refusals import EmptySheet, HeadingsNotFound, TooManyRows

PROBLEM_HEADING = "问题"
_FOOTER = (
    r"^(合\s*计|总\s*计|小\s*计|共计|签\s*字|签\s*名|填表|制表|审核|审批|复核|经办|负责人|考评员|监考|主考|单位负责|单位[（(]?盖章|"
    r"培训机构[（(]?盖章|盖章|备\s*注\s*[:：]|说\s*明\s*[:：]|注\s*[:：]|填报|日\s*期\s*[:：]|本页)"
)
_VISIBLE = r"[^\s\u3000\u00a0\u200b\ufeff]"
_MONTH = re.compile(r"(20\d\d)\s*年\s*(\d{1,2})\s*月")


@dataclass
class Table:
    """One sheet as read: which column is which, the tidied rows, and what could not be read where."""

    sheet_name: str
    header_row: int
    columns: list[Match]
    missing: list[str]
    frame: pl.DataFrame
    layout: Layout
    days: list[Day] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    month: tuple[int, int] | None = None
    notes: list[str] = field(default_factory=list)
    cell_problems: dict[int, list[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    raw: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False)
    header_rows: int = 1

    @property
    def unsure(self) -> bool:
        """Whether a person should confirm which column is which before anything is taken."""
        return bool(self.missing) or any(match.field and match.certainty < SURE for match in self.columns)

    @property
    def missing_labels(self) -> list[str]:
        labels = {column.field: column.label for column in self.layout.columns} | {
            "days": "日期（1 日至 31 日）"
        }
        groups = {group[0]: "或".join(labels[name] for name in group) for group in self.layout.any_of}
        return [groups.get(name, labels[name]) for name in self.missing]


def read(
    data: bytes,
    filename: str,
    *,
    layout: Layout,
    mapping: Mapping[str, str] | None = None,
    row_limit: int = 200_000,
) -> Table:
    """Read the sheet that best fits the layout; ``mapping``: heading or letter → field, "" ignores."""
    workbook = Workbook(data, filename)
    grid, headings, month = _best_sheet(workbook, layout, mapping)
    raw = grid.frame.with_row_index("row_number", offset=1).with_columns(pl.col("row_number").cast(pl.Int64))
    below = raw.slice(headings.last + 1)
    letters = [name for name in below.columns if name != "row_number"]
    below = below.filter(pl.any_horizontal(pl.col(letters).str.contains(_VISIBLE)))
    notes: list[str] = []
    below = _without_footer(below, headings, layout, notes)
    if below.height > row_limit:
        raise TooManyRows(filename=filename, found=below.height, limit=row_limit)
    if below.is_empty():
        raise EmptySheet(filename=filename)
    frame, unknown, problems = _tidied(below, headings, layout, workbook.from_1904, letters)
    _note_lost_digits(grid, below, headings, problems)
    _note_formulas(grid, headings, notes, problems, set(frame["row_number"].to_list()))
    return Table(
        sheet_name=grid.name,
        header_row=headings.first + 1,
        columns=[match for match in headings.matches if match.column_letter not in headings.days],
        missing=headings.missing(layout),
        frame=frame,
        layout=layout,
        days=list(headings.days.values()),
        above=_words_above(grid, headings),
        month=month,
        notes=notes,
        cell_problems=problems,
        unknown=unknown,
        raw=raw,
        header_rows=headings.last - headings.first + 1,
    )


def _best_sheet(
    workbook: Workbook, layout: Layout, mapping: Mapping[str, str] | None
) -> tuple[Grid, HeadingRows, tuple[int, int] | None]:
    best: tuple[Grid, HeadingRows, tuple[int, int] | None] | None = None
    something = False
    for name in workbook.sheet_names:
        grid = workbook.grid(name)
        if not _holds_words(grid):
            continue
        something = True
        month = _month(grid) if layout.day_columns else None
        headings = find_heading_rows(grid.frame, layout, mapping, month)
        if headings and (best is None or headings.score(layout) > best[1].score(layout)):
            best = (grid, headings, month)
            if not headings.missing(layout) and headings.last + 1 < grid.frame.height:
                break
    if best:
        return best
    if not something:
        raise EmptySheet(filename=workbook.filename)
    wanted = [column.label for column in layout.columns if column.required]
    wanted += ["或".join(layout.column(name).label for name in group) for group in layout.any_of]
    raise HeadingsNotFound(filename=workbook.filename, searched=ROWS_SEARCHED, wanted="、".join(wanted))


def _holds_words(grid: Grid) -> bool:
    return any(grid.frame[letter].str.contains(_VISIBLE).any() for letter in grid.frame.columns)


def _month(grid: Grid) -> tuple[int, int] | None:
    """The year and month an attendance book carries above its table, or in the sheet's name."""
    words = " ".join(cell for row in grid.frame.head(8).rows() for cell in row if cell)
    match = _MONTH.search(words) or _MONTH.search(grid.name)
    return (int(match[1]), int(match[2])) if match and 1 <= int(match[2]) <= 12 else None


def _words_above(grid: Grid, headings: HeadingRows) -> list[str]:
    return [
        " ".join(cell.strip() for cell in row if cell and cell.strip())
        for row in grid.frame.head(headings.first).rows()
    ]


def _without_footer(
    below: pl.DataFrame, headings: HeadingRows, layout: Layout, notes: list[str]
) -> pl.DataFrame:
    """Leave out totals, signatures, headings printed again, and rows where only the number was filled in."""
    if below.is_empty():
        return below
    found = headings.found
    letters = [name for name in below.columns if name != "row_number"]
    keys = [found[name] for name in ("id_number", "exam_number", "payment_number") if name in found]
    first_words = pl.coalesce(*(tidying.clean(pl.col(letter)) for letter in letters))
    keyless = pl.all_horizontal(tidying.clean(pl.col(keys)).is_null()) if keys else pl.lit(True)
    in_words = [pl.col(found[name]) for name in ("sequence", "name") if name in found]
    footer = first_words.str.contains(_FOOTER)
    for words in in_words:
        footer = footer | tidying.clean(words).str.contains(_FOOTER).fill_null(False)
    footer = footer & keyless
    repeated = pl.lit(True)
    recognised = [match for match in headings.matches if match.field and match.heading]
    for match in recognised if headings.first == headings.last else []:
        repeated = repeated & (pl.col(match.column_letter).str.strip_chars() == match.heading).fill_null(
            False
        )
    if headings.first != headings.last or not recognised:
        repeated = pl.lit(False)
    besides = [letter for letter in letters if letter != found.get("sequence")]
    numbered_only = (
        pl.all_horizontal(tidying.clean(pl.col(besides)).is_null())
        if "sequence" in found and besides
        else pl.lit(False)
    )
    marked = below.with_columns(footer=footer, repeated=repeated, numbered_only=numbered_only)
    for name, words in (
        ("footer", "合计、签字等表尾行"),
        ("repeated", "重复的标题行"),
        ("numbered_only", "只填了序号的空行"),
    ):
        rows = marked.filter(pl.col(name))["row_number"].to_list()
        if rows:
            listed = "、".join(map(str, rows[:5])) + ("等" if len(rows) > 5 else "")
            notes.append(f"未导入{words} {len(rows)} 行（第 {listed} 行）")
    return marked.filter(~(pl.col("footer") | pl.col("repeated") | pl.col("numbered_only"))).select(
        below.columns
    )


def _tidied(
    below: pl.DataFrame, headings: HeadingRows, layout: Layout, from_1904: bool, letters: list[str]
) -> tuple[pl.DataFrame, list[str], dict[int, list[str]]]:
    found = headings.found
    expressions: list[pl.Expr] = [pl.col("row_number")]
    faults: list[tuple[str, str, pl.Expr]] = []  # label, sentence, where
    labels = {match.column_letter: match.heading for match in headings.matches}
    for column in layout.columns:
        letter = found.get(column.field)
        if letter is None:
            expressions.append(pl.lit(None, dtype=pl.String).alias(column.field))
            continue
        value, wrong, sentence = tidying.tidy(column.kind, pl.col(letter), from_1904=from_1904)
        expressions.append(value.alias(column.field))
        if wrong is not None:
            faults.append((labels.get(letter) or column.label, sentence, wrong))
    for letter, day in headings.days.items():
        value, wrong, sentence = tidying.tidy("mark", pl.col(letter), from_1904=from_1904)
        expressions.append(value.alias(day.column))
        faults.append((day.heading, sentence, wrong))
    used = set(found.values()) | set(headings.days)
    taken = {*layout.fields, "row_number", *(day.column for day in headings.days.values())}
    unknown: list[str] = []
    for letter in letters:
        heading = labels.get(letter, "")
        if letter in used or heading == PROBLEM_HEADING:
            continue
        if not heading and below[letter].is_null().all():
            continue
        name = heading if heading and heading not in taken else f"{heading}（{letter} 列）"
        taken.add(name)
        unknown.append(name)
        expressions.append(tidying.clean(pl.col(letter)).alias(name))
    frame = below.select(expressions)
    problems: dict[int, list[str]] = {}
    if faults:
        wrong = below.select(
            "row_number", *(where.fill_null(False).alias(f"f{i}") for i, (_, _, where) in enumerate(faults))
        )
        for index, (label, sentence, _) in enumerate(faults):
            for row in wrong.filter(pl.col(f"f{index}"))["row_number"].to_list():
                problems.setdefault(row, []).append(f"“{label}”{sentence}")
    return frame, unknown, problems


def _note_lost_digits(
    grid: Grid, below: pl.DataFrame, headings: HeadingRows, problems: dict[int, list[str]]
) -> None:
    if grid.numeric_cells is None:
        return
    labels = {match.column_letter: match.heading for match in headings.matches}
    kept = set(below["row_number"].to_list())
    for letter in grid.numeric_cells.columns:
        for index in grid.numeric_cells[letter].arg_true().to_list():
            if index + 1 in kept:
                problems.setdefault(index + 1, []).append(
                    f"“{labels.get(letter) or letter}”{tidying.LOST_DIGITS}"
                )


def _note_formulas(
    grid: Grid, headings: HeadingRows, notes: list[str], problems: dict[int, list[str]], kept: set[int]
) -> None:
    labels = {match.column_letter: match.heading for match in headings.matches}
    inside = 0
    for cell in grid.uncached_formulas:
        letter, row = cell.rstrip("0123456789"), int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        if row in kept:
            inside += 1
            problems.setdefault(row, []).append(
                f"“{labels.get(letter) or letter}”是没有计算结果的公式，请粘贴为数值"
            )
    if inside:
        notes.append(f"有 {inside} 个单元格是没有计算结果的公式（请用 Excel 打开并保存一次，或粘贴为数值）")
