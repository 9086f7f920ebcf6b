"""Quarterly and yearly returns: tables, words, restatements, checks, signatures and digests on one paper."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from kaogong.papers.facts import Pair, PaperColumn
from kaogong.papers.printing import set_in_type


@dataclass(frozen=True, kw_only=True)
class ReturnPaper:
    """One return. ``sheets``: (name, parts), a part being a text, a table of cells with spans, or bars."""

    title: str
    issuer: str
    printed_on: date
    facts: Sequence[Pair]
    narrative: Sequence[str]
    sheets: Sequence[tuple[str, Sequence[dict[str, Any]]]]
    changes: Sequence[Sequence[str]]
    notes: Sequence[str]
    checks: Sequence[Sequence[str]]
    held: int  # relations that hold and are only counted
    signatures: Sequence[Pair]
    digests: Sequence[Pair]
    reference: str
    draft: bool = False
    synthetic: bool = False


CHANGE_COLUMNS = (
    PaperColumn(label="指标", weight=2.2), PaperColumn(label="位置", weight=1.5),
    PaperColumn(label="原数", align="right", weight=1), PaperColumn(label="新数", align="right", weight=1),
    PaperColumn(label="原因", weight=2),
)  # fmt: skip
CHECK_COLUMNS = (
    PaperColumn(label="关系", weight=1.5), PaperColumn(label="结果", align="center", weight=0.7),
    PaperColumn(label="左边", weight=1.5), PaperColumn(label="右边", weight=1.5),
    PaperColumn(label="说明", weight=2),
)  # fmt: skip


def return_pdf(facts: ReturnPaper) -> bytes:
    """Print a return; the same facts give the same bytes."""
    columns = {
        "change_columns": [asdict(one) for one in CHANGE_COLUMNS],
        "check_columns": [asdict(one) for one in CHECK_COLUMNS],
    }
    return set_in_type("return.typ", asdict(facts) | columns, facts.printed_on)
