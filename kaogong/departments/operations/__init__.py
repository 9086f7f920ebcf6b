"""Writing what departments sent: the only code that does."""

from .accepting import (
    CorrectedGone,
    NothingToAccept,
    TotalsDiffer,
    accept_department_file,
    differences,
    set_aside_department_file,
)
from .checking import Check, Row, StatedTotals, judge, stated_totals
from .duplicates import confirm_duplicate, dismiss_duplicate, find_duplicates
from .receiving import (
    ROWS_AT_MOST,
    CorrectsAnother,
    DepartmentColumnsMissing,
    ExplanationNotNeeded,
    SenderUnknown,
    check_department_file,
    explain_totals,
    rows_of,
    send_department_file,
    withdraw_department_file,
)
from .tokens import (
    DAYS_AT_MOST,
    SystemNameMissing,
    TokenExpired,
    TokenLastsTooLong,
    TokenRevoked,
    TokenUnknown,
    issue_department_token,
    revoke_department_token,
    use_department_token,
)
from .words import MeaningUnknown, map_word

__all__ = [
    "DAYS_AT_MOST",
    "ROWS_AT_MOST",
    "Check",
    "CorrectedGone",
    "CorrectsAnother",
    "DepartmentColumnsMissing",
    "ExplanationNotNeeded",
    "MeaningUnknown",
    "NothingToAccept",
    "Row",
    "SenderUnknown",
    "StatedTotals",
    "SystemNameMissing",
    "TokenExpired",
    "TokenLastsTooLong",
    "TokenRevoked",
    "TokenUnknown",
    "TotalsDiffer",
    "accept_department_file",
    "check_department_file",
    "confirm_duplicate",
    "differences",
    "dismiss_duplicate",
    "explain_totals",
    "find_duplicates",
    "issue_department_token",
    "judge",
    "map_word",
    "revoke_department_token",
    "rows_of",
    "send_department_file",
    "set_aside_department_file",
    "stated_totals",
    "use_department_token",
    "withdraw_department_file",
]
