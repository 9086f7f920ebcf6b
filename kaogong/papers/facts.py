"""What is printed on each paper. All of it arrives decided, masked and worded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class CertificatePaper:
    """One certificate of vocational skill level. ``verify_url`` is where its QR leads."""

    number: str
    name: str
    id_number: str  # as it shall appear; mask it before when the paper is public
    occupation: str
    level: str  # 三级/高级工
    issuer: str
    issued_on: date
    verify_url: str
    id_kind: str = "居民身份证"
    specialty: str = ""  # 工种/职业方向
    title: str = "职业技能等级证书"
    more: Sequence[Pair] = ()
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class PaperColumn:
    """One column of a printed table: ``weight`` is its share of the width (0: as wide as its words)."""

    label: str
    align: str = "left"  # left | center | right
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class NoticePaper:
    """A public notice (公示) with its table, already masked."""

    title: str
    document_number: str
    body: Sequence[str]
    issuer: str
    issued_on: date
    starts_on: date
    ends_on: date
    working_days: int
    complaint_phone: str
    complaint_address: str = ""
    columns: Sequence[PaperColumn] = ()
    rows: Sequence[Sequence[str]] = ()
    table_title: str = ""
    total: str = ""
    illustrative: bool = False
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class ClauseCard:
    """One rule's finding as printed: ok, no or ask, in plain words, then the clause and the facts used."""

    verdict: str  # ok | no | ask
    sentence: str
    clause: str = ""
    document: str = ""
    facts: str = ""
    remedy: str = ""


@dataclass(frozen=True, kw_only=True)
class DecisionPaper:
    """One person's decision: what was decided, under which clauses, from which facts, for how much."""

    title: str
    reference: str
    issuer: str
    decided_on: date
    verdict: str  # ok | no | ask
    verdict_words: str
    facts: Sequence[Pair]
    findings: Sequence[ClauseCard]
    working: Sequence[Pair] = ()
    amount_fen: int | None = None
    summary: str = ""
    decided_by: str = ""
    rulebook_digest: str = ""
    appeal: str = ""
    illustrative: bool = False
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class TablePaper:
    """Any list, printed with its heading repeated on each page."""

    title: str
    columns: Sequence[PaperColumn]
    rows: Sequence[Sequence[str]]
    subtitle: str = ""
    facts: Sequence[Pair] = ()
    total: Sequence[str] = ()
    notes: Sequence[str] = ()
    signatures: Sequence[str] = ()
    landscape: bool = False
    printed_by: str = ""
    printed_on: date | None = None
    illustrative: bool = False
    synthetic: bool = False
