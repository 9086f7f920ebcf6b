"""The peer everybody would write first: one pass over the sorted claims in plain Python, no explanations."""

from pathlib import Path

import polars as pl

from bench.province.policy import NEEDS_EVIDENCE, PAYABLE, REFUSED, REGION, policy

PART = 500_000  # rows turned into Python objects at a time, so that memory stays small
COLUMNS = (
    "claimant", "on", "age_on_event", "receives_pension", "groups", "household_region_code",
    "residence_region_code", "job_region_code", "certificate_kind", "certificate_revoked",
    "certificate_occupation_code", "certificate_level", "provider_recognised_on_day",
    "hours_planned_hundredths", "hours_attended_hundredths",
)  # fmt: skip


def judge(path: Path) -> pl.DataFrame:
    """Verdict and amount of every claim, in the order of the file."""
    claims = pl.read_parquet(path).with_row_index().sort("claimant", "on", "reference")
    verdicts, sums = [], []
    judged = Judged()
    for part in claims.iter_slices(PART):
        rows = zip(
            part["on"].dt.year().to_list(), *(part[name].to_list() for name in COLUMNS[2:]), strict=True
        )
        judged.add(part["claimant"].to_list(), rows, verdicts, sums)
    found = claims.select(
        "index",
        "reference",
        verdict=pl.Series(verdicts, dtype=pl.Int8),
        amount_fen=pl.Series(sums, dtype=pl.Int64),
    )
    return found.sort("index").drop("index")


class Judged:
    """What the person of the claim before has been granted."""

    def __init__(self) -> None:
        self.claimant, self.years, self.levels = None, {}, {}

    def add(self, claimants, rows, verdicts: list[int], sums: list[int]) -> None:
        """Judge the next rows; those of one person follow each other in order."""
        said = policy()
        min_age, groups_allowed, kinds = said.min_age, said.groups, frozenset(said.kinds)
        percent, times, fen, fen_of = said.min_percent, said.times_a_year, said.fen, said.fen_of
        before, years, levels = self.claimant, self.years, self.levels
        for claimant, (
            year, age, pension, groups, household, residence, job, kind, revoked, occupation, level,
            recognised, planned, attended,
        ) in zip(claimants, rows, strict=True):  # fmt: skip
            if claimant != before:
                before = claimant
                if years:
                    years, levels = {}, {}
            granted = levels.get(occupation, ()) if occupation is not None and level is not None else ()
            if (
                (age is not None and age < min_age)
                or pension
                or (groups is not None and not groups & groups_allowed)
                or (kind is not None and kind not in kinds)
                or revoked
                or recognised is False
                or (planned is not None and attended is not None and attended * 100 < planned * percent)
                or not (
                    household == REGION
                    or residence == REGION
                    or job == REGION
                    or household is None
                    or residence is None
                    or job is None
                )
                or years.get(year, 0) >= times
                or level in granted
                or (level and any(0 < one < level for one in granted))
            ):
                verdicts.append(REFUSED)
                sums.append(0)
                continue
            amount = fen_of.get((kind, level, occupation)) or fen.get((kind, level))
            if (
                amount is None
                or age is None
                or pension is None
                or groups is None
                or revoked is None
                or occupation is None
                or recognised is None
                or planned is None
                or attended is None
                or not (household == REGION or residence == REGION or job == REGION)
            ):
                verdicts.append(NEEDS_EVIDENCE)
                sums.append(0)
                continue
            verdicts.append(PAYABLE)
            sums.append(amount)
            years[year] = years.get(year, 0) + 1
            if occupation in levels:
                levels[occupation].add(level)
            else:
                levels[occupation] = {level}
        self.claimant, self.years, self.levels = before, years, levels
