"""Printed papers: certificates, notices, decisions and lists as PDF, the same bytes for the same facts."""

from kaogong.papers.facts import (
    CertificatePaper,
    ClauseCard,
    DecisionPaper,
    NoticePaper,
    PaperColumn,
    TablePaper,
)
from kaogong.papers.figures import FiguresPaper, FiguresPart, figures_pdf
from kaogong.papers.printing import (
    CharactersNotPrintable,
    certificate_pdf,
    decision_pdf,
    notice_pdf,
    table_pdf,
)

__all__ = [
    "CertificatePaper",
    "CharactersNotPrintable",
    "ClauseCard",
    "DecisionPaper",
    "FiguresPaper",
    "FiguresPart",
    "NoticePaper",
    "PaperColumn",
    "TablePaper",
    "certificate_pdf",
    "decision_pdf",
    "figures_pdf",
    "notice_pdf",
    "table_pdf",
]
