"""Reading vouchers: issues, each voucher, what it is worth, and whether a number can be one at all."""

from .fetching import (
    issue,
    issue_for_update,
    issues,
    listed,
    rulebook,
    scheme_of,
    schemes_with_vouchers,
    status_counts,
    takes_vouchers,
    voucher,
    voucher_numbered,
    vouchers,
    vouchers_due_to_expire,
    vouchers_of_class,
    vouchers_of_person,
)
from .numbers import is_well_formed, new_number, shown, tidy_number
from .worth import vouchers_of_enrolments, worth_fen, worths_of_enrolments

__all__ = [
    "is_well_formed",
    "issue",
    "issue_for_update",
    "issues",
    "listed",
    "new_number",
    "rulebook",
    "scheme_of",
    "schemes_with_vouchers",
    "shown",
    "status_counts",
    "takes_vouchers",
    "tidy_number",
    "voucher",
    "voucher_numbered",
    "vouchers",
    "vouchers_due_to_expire",
    "vouchers_of_class",
    "vouchers_of_enrolments",
    "vouchers_of_person",
    "worth_fen",
    "worths_of_enrolments",
]
