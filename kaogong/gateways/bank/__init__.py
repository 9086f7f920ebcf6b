"""The bank's files: payments given, answers sent back, in every layout the product ships; and a stand-in bank."""

from datetime import date

from .files import payment_file, read_answer, require_terms
from .layouts import CODES, DEFAULT, PAYER, Edition, edition, layout, layouts
from .lines import (
    AnswerLine,
    AnswerUnreadable,
    BatchHead,
    LayoutUnknown,
    LinesNotWritable,
    PaymentLine,
    TermsMissing,
)
from .stand_in import StandInBank
from .words import FAILED, FOREIGN, PAID, RETURNED, is_foreign, outcome_of

PAYMENT_HEADINGS = tuple(place.label for place in layout(DEFAULT, date.max).line)
RETURN_HEADINGS = tuple(place.label for place in layout(DEFAULT, date.max).answer.line)

__all__ = [
    "CODES",
    "DEFAULT",
    "FAILED",
    "FOREIGN",
    "PAID",
    "PAYER",
    "PAYMENT_HEADINGS",
    "RETURNED",
    "RETURN_HEADINGS",
    "AnswerLine",
    "AnswerUnreadable",
    "BatchHead",
    "Edition",
    "LayoutUnknown",
    "LinesNotWritable",
    "PaymentLine",
    "StandInBank",
    "TermsMissing",
    "edition",
    "is_foreign",
    "layout",
    "layouts",
    "outcome_of",
    "payment_file",
    "read_answer",
    "require_terms",
]
