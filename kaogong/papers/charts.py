"""Charts as pictures, for documents that hold no drawings of their own: one bar a row, its value beside it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import typst

from kaogong.papers.printing import TEMPLATES, printing_fonts

BARS_AT_MOST = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its length, and the value as it is written."""

    label: str
    value: float
    words: str


def bars_png(title: str, bars: Sequence[Bar], *, unit: str = "") -> bytes:
    """Horizontal bars as a PNG 15 cm wide; no bars give a picture that says so."""
    drawn = list(bars)[:BARS_AT_MOST]
    longest = max((abs(bar.value) for bar in drawn), default=0) or 1
    data = {
        "title": title,
        "unit": unit,
        "left": len(bars) - len(drawn),
        "bars": [asdict(bar) | {"share": max(bar.value, 0) / longest} for bar in drawn],
    }
    compiler = typst.Compiler(
        input=str(TEMPLATES / "chart.typ"),
        root=str(TEMPLATES),
        font_paths=printing_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return bytes(compiler.compile(format="png", ppi=200))
