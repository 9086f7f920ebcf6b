"""Reading what departments sent, what of it is counted, and how good it is."""

from .counted import counted_records
from .duplicates import (
    Match,
    Told,
    duplicate,
    duplicate_for_update,
    duplicates,
    duplicates_to_decide,
    told_elsewhere,
)
from .files import (
    department_file,
    department_file_for_update,
    department_file_with_content,
    department_files,
    file_problem_sheet,
    file_problems,
    files_to_accept,
    files_to_confirm,
    files_to_explain,
    record_counts,
    records,
)
from .findings import ERROR, NOTE, WARNING, RowFinding
from .names import department_name, departments, due_on, scheme_codes, senders, words, words_of
from .quality import Falling, Quality, falling, quality
from .tokens import department_token, department_tokens

__all__ = [
    "ERROR",
    "NOTE",
    "WARNING",
    "Falling",
    "Match",
    "Quality",
    "RowFinding",
    "Told",
    "counted_records",
    "department_file",
    "department_file_for_update",
    "department_file_with_content",
    "department_files",
    "department_name",
    "department_token",
    "department_tokens",
    "departments",
    "due_on",
    "duplicate",
    "duplicate_for_update",
    "duplicates",
    "duplicates_to_decide",
    "falling",
    "file_problem_sheet",
    "file_problems",
    "files_to_accept",
    "files_to_confirm",
    "files_to_explain",
    "quality",
    "record_counts",
    "records",
    "scheme_codes",
    "senders",
    "told_elsewhere",
    "words",
    "words_of",
]
