"""How much of the education surcharge goes to vocational education, against the dated share it must reach."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from kaogong.kernel.actor import Actor
from kaogong.kernel.errors import Refused
from kaogong.ledger.states import PUBLIC_LEVELS
from kaogong.rules.parameters import Parameter

from ..models import SurchargeEntry
from .budget_uses import rulebook
from .reach import within_reach

PARAMETER = "education_surcharge_for_vocational_education"


@dataclass(frozen=True, slots=True)
class SurchargeRow:
    """One level of one region in one year: collected, used, and whether the share is kept (None: unknown)."""

    region_code: str
    year: int
    source_level: str
    collected_fen: int
    used_fen: int
    parameter: Parameter | None
    is_over: bool  # the year has ended: falling short is final

    @property
    def source_label(self) -> str:
        return PUBLIC_LEVELS[self.source_level]

    @property
    def permille(self) -> int | None:
        """Used, of a thousand parts collected; None while nothing is known to be collected."""
        return self.used_fen * 1000 // self.collected_fen if self.collected_fen else None

    @property
    def is_kept(self) -> bool | None:
        if self.parameter is None or not self.collected_fen:
            return None
        return self.parameter.is_kept(self.used_fen, self.collected_fen)

    @property
    def lacking_fen(self) -> int:
        """What is still to be used to reach the share."""
        due = self.parameter.bound_fen(self.collected_fen) if self.parameter else None
        return max((due or 0) - self.used_fen, 0)


def surcharge_entries(by: Actor) -> QuerySet[SurchargeEntry]:
    """Every entry in reach, newest first; a corrected one and its correction both stand."""
    rows = SurchargeEntry.objects.select_related("corrected_by").order_by("-told_on", "-id")
    return within_reach(rows, by)


def surcharge_monitor(by: Actor, today: date) -> list[SurchargeRow]:
    """Year by year and level by level, newest first, each against the share in force at that year's end."""
    sums: dict[tuple[str, int, str], dict[str, int]] = defaultdict(lambda: {"collected": 0, "used": 0})
    for entry in surcharge_entries(by):
        sums[entry.region_code, entry.year, entry.source_level][entry.kind] += entry.amount_fen
    levels = list(PUBLIC_LEVELS)
    return [
        SurchargeRow(
            region, year, level, said["collected"], said["used"], _share(region, year), year < today.year
        )
        for (region, year, level), said in sorted(
            sums.items(), key=lambda row: (-row[0][1], row[0][0], levels.index(row[0][2]))
        )
    ]


def _share(region_code: str, year: int) -> Parameter | None:
    """The share that holds at the end of a year in the nearest region that has one."""
    book = rulebook()
    for code in (region_code[:6], region_code[:4] + "00", region_code[:2] + "0000"):
        try:
            return book.at(code, date(year, 12, 31)).parameter(PARAMETER)
        except Refused:
            continue
    return None
