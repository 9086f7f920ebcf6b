"""When a target counts as lagging and how long a unit has to reply, from the region's dated data."""

from dataclasses import dataclass
from datetime import date

from kaogong import rules
from kaogong.rules.conduct import ConductValue, conduct_said


@dataclass(frozen=True, slots=True)
class PlanningConduct:
    """The region's settings on a day; None where no paper gives one, and then nothing is done by it."""

    lag_percent: ConductValue | None
    reply_working_days: ConductValue | None

    @property
    def lag_limit(self) -> int | None:
        """From how many hundredths of a percent behind the straight line a target lags; None while unset."""
        limit = _number(self.lag_percent)
        return None if limit is None else round(limit * 100)

    @property
    def reply_days(self) -> int | None:
        """Working days for a reply; None while unset, and then whoever asks names them."""
        days = _number(self.reply_working_days)
        return None if days is None else int(days)


def conduct_of(region_code: str, on: date) -> PlanningConduct:
    """The settings of planning in a region on a day."""
    said = conduct_said(rules.load(), region_code, "planning", on)
    values = said.values if said else {}
    return PlanningConduct(values.get("lag_percent"), values.get("reply_working_days"))


def _number(value: ConductValue | None) -> float | None:
    return None if value is None or value.value is None else float(value.value)
