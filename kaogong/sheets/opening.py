"""Opening what people bring: tell the format by its bytes, refuse harm, hand over text."""

import csv
import io
from dataclasses import dataclass

import fastexcel
import msoffcrypto
import olefile
import polars as pl

from kaogong.sheets import archives
from kaogong.sheets.refusals import (
    EmptySheet,
    NotASpreadsheet,
    PasswordProtected,
    TooLarge,
    UnsafeContent,
    damage_named,
)

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEETS_SEARCHED = 20
CELL_LIMIT = 16_000_000
FILE_LIMIT = 100 * 1024 * 1024


@dataclass(frozen=True)
class Grid:
    """One sheet as text: column ``A`` is the file's column A, the first row is the file's row 1."""

    name: str
    frame: pl.DataFrame
    numeric_cells: pl.DataFrame | None = None  # True where the file holds a number of 16 digits or more
    uncached_formulas: tuple[str, ...] = ()


def column_letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


class Workbook:
    """An opened file: the format, whether dates count from 1904, and its sheets read one at a time."""

    def __init__(self, data: bytes, filename: str) -> None:
        self.filename = filename
        self.from_1904 = False
        self._data = data
        self._archive: archives.Inspection | None = None
        self._reader: fastexcel.ExcelReader | None = None
        if not data.strip(b"\x00 \r\n\t"):
            raise EmptySheet(filename=filename)
        if len(data) > FILE_LIMIT:
            raise TooLarge(filename=filename, found=_megabytes(len(data)), limit=_megabytes(FILE_LIMIT))
        self.format = self._recognise()
        if self.format == "csv":
            self._text = _decoded(data, filename)
            self.sheet_names = [filename.rsplit(".", 1)[0]]
            return
        with damage_named(filename):
            self._reader = fastexcel.read_excel(data)
        hidden = self._archive.hidden if self._archive else set()
        names = list(self._reader.sheet_names)
        # Nobody who checked the file by eye saw a hidden sheet: it is read only where there is no other.
        self.sheet_names = ([name for name in names if name not in hidden] or names)[:SHEETS_SEARCHED]

    def _recognise(self) -> str:
        data, filename = self._data, self.filename
        if data.startswith(OLE_MAGIC):
            return _recognise_ole(data, filename)
        if data.startswith(b"PK"):
            with damage_named(filename):
                self._archive = archives.inspect(data, filename, cell_limit=CELL_LIMIT)
            self.from_1904 = self._archive.from_1904
            return self._archive.format
        start = data[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
        if start.startswith(b"%pdf"):
            raise NotASpreadsheet(filename=filename, found="是 PDF 文件")
        if start.startswith((b"<!doctype html", b"<html", b"<table")):
            raise NotASpreadsheet(filename=filename, found="是改了后缀的网页文件")
        if start.startswith(b"<?xml"):
            raise NotASpreadsheet(filename=filename, found="是 XML 文件")
        if start.startswith((b"\xff\xd8\xff", b"\x89png", b"gif8")):
            raise NotASpreadsheet(filename=filename, found="是图片")
        return "csv"

    def grid(self, sheet_name: str) -> Grid:
        if self._reader is None:
            return Grid(sheet_name, _csv_frame(self._text, self.filename))
        with damage_named(self.filename):
            sheet = self._reader.load_sheet(sheet_name, header_row=None, skip_rows=0, dtypes="string")
            letters = [column_letter(column.absolute_index) for column in sheet.available_columns()]
            frame = sheet.to_polars()
        if not letters:
            return Grid(sheet_name, pl.DataFrame())
        frame.columns = letters
        inspected = self._archive.sheet(sheet_name) if self._archive else None
        return Grid(
            sheet_name,
            frame,
            self._long_numbers(sheet_name, frame) if inspected is None or inspected.long_numbers else None,
            inspected.uncached_formulas if inspected else (),
        )

    def _long_numbers(self, sheet_name: str, frame: pl.DataFrame) -> pl.DataFrame | None:
        """Where a cell of sixteen digits or more is a number in the file: its last digits are lost."""
        long = frame.select(pl.all().str.contains(r"^-?\d{16,}(\.0+)?$").fill_null(False))
        suspects = [letter for letter in frame.columns if long[letter].any()]
        if not suspects:
            return None
        # Text never reads as a boolean, a number always does: that tells the two apart for a whole column.
        sheet = self._reader.load_sheet(  # type: ignore[union-attr]
            sheet_name,
            header_row=None,
            skip_rows=0,
            dtypes="boolean",
            use_columns=[column_index(letter) for letter in suspects],
        )
        truth = sheet.to_polars()
        truth.columns = suspects
        numeric = truth.select(pl.all().is_not_null())
        return pl.DataFrame({letter: numeric[letter] & long[letter] for letter in suspects})


def _recognise_ole(data: bytes, filename: str) -> str:
    with damage_named(filename):
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if ole.exists("EncryptedPackage"):
                raise PasswordProtected(filename=filename)
            if not (ole.exists("Workbook") or ole.exists("Book")):
                raise NotASpreadsheet(filename=filename, found="是 Word 或其它旧格式文件")
        locked = msoffcrypto.OfficeFile(io.BytesIO(data)).is_encrypted()
    if locked:
        raise PasswordProtected(filename=filename)
    return "xls"


def _decoded(data: bytes, filename: str) -> str:
    """The text of a .csv as its bytes say: a byte-order mark, else UTF-8, else GB18030 (which holds GBK)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise NotASpreadsheet(filename=filename, found="内容不是文字，也不是认识的表格格式")


def _csv_frame(text: str, filename: str) -> pl.DataFrame:
    """Rows as they stand, blank ones kept, so that row numbers are those a person sees in Excel."""
    sample = text[:20_000]
    lines = sample.splitlines()[:30]
    separator = max(",\t;", key=lambda mark: sum(line.count(mark) for line in lines))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False))
    except csv.Error as fault:
        raise UnsafeContent(filename=filename, found="引号不配对或单元格过长") from fault
    width = max((len(row) for row in rows), default=0)
    if not width:
        return pl.DataFrame()
    if width * len(rows) > CELL_LIMIT or width > 16_384:
        raise TooLarge(filename=filename, found=f"{len(rows)} 行 {width} 列", limit=f"{CELL_LIMIT:,} 格")
    padded = [row if len(row) == width else row + [""] * (width - len(row)) for row in rows]
    columns = {column_letter(index): cells for index, cells in enumerate(zip(*padded, strict=True))}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    # Excel's way of keeping digits as text in a .csv, and the apostrophe people type for the same end.
    return frame.with_columns(pl.all().str.replace(r'^="(.*)"$', "$1").str.replace(r"^['‘’](\d)", "$1"))


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.0f} MB"
