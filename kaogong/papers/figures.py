"""Figures on paper: the main ones, then each table with its bars and the sentence they say."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from kaogong.papers.charts import BARS_AT_MOST, Bar
from kaogong.papers.facts import PaperColumn
from kaogong.papers.printing import set_in_type


@dataclass(frozen=True, kw_only=True)
class FiguresPart:
    """One table under the sentence it says, drawn as bars where there is something to compare."""

    title: str
    columns: Sequence[PaperColumn] = ()
    rows: Sequence[Sequence[str]] = ()
    total: Sequence[str] = ()
    bars: Sequence[Bar] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class FiguresPaper:
    """A page of figures; ``headlines`` are (label, value, note)."""

    title: str
    subtitle: str
    parts: Sequence[FiguresPart]
    printed_by: str
    printed_on: date
    headlines: Sequence[tuple[str, str, str]] = ()
    notes: Sequence[str] = ()


def figures_pdf(facts: FiguresPaper) -> bytes:
    """Print figures with their bars; bars beyond the first forty stand in the table alone."""
    data = asdict(facts)
    for part in data["parts"]:
        part["bars"] = part["bars"][:BARS_AT_MOST]
        longest = max((abs(bar["value"]) for bar in part["bars"]), default=0) or 1
        for bar in part["bars"]:
            bar["share"] = max(bar["value"], 0) / longest
    return set_in_type("figures.typ", data, facts.printed_on)
