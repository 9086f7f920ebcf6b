"""Spreadsheets people bring and take away: read with every doubt named."""

from kaogong.sheets.department_layouts import DEPARTMENT_RECORDS, DEPARTMENT_SUMS
from kaogong.sheets.headings import SURE, Day, Match
from kaogong.sheets.layouts import (
    ATTENDANCE,
    BANK_RETURN,
    CHECK_INS,
    LAYOUTS,
    MARK_SIGNS,
    MARKS,
    ROSTER,
    SCORES,
    Column,
    Layout,
)
from kaogong.sheets.reading import Table, read
from kaogong.sheets.refusals import (
    DamagedFile,
    EmptySheet,
    HeadingsNotFound,
    NotASpreadsheet,
    PasswordProtected,
    SheetRefused,
    TooLarge,
    TooManyRows,
    UnsafeContent,
)
from kaogong.sheets.writing import write_form, write_problem_sheet, write_table

__all__ = [
    "ATTENDANCE",
    "BANK_RETURN",
    "CHECK_INS",
    "DEPARTMENT_RECORDS",
    "DEPARTMENT_SUMS",
    "LAYOUTS",
    "MARKS",
    "MARK_SIGNS",
    "ROSTER",
    "SCORES",
    "SURE",
    "Column",
    "DamagedFile",
    "Day",
    "EmptySheet",
    "HeadingsNotFound",
    "Layout",
    "Match",
    "NotASpreadsheet",
    "PasswordProtected",
    "SheetRefused",
    "Table",
    "TooLarge",
    "TooManyRows",
    "UnsafeContent",
    "read",
    "write_form",
    "write_problem_sheet",
    "write_table",
]
