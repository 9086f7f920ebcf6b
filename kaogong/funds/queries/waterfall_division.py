"""Dividing one sum over tiers of pots, fen by fen. Plain figures in and out: no database, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kaogong.kernel.money import split_by_shares

Pot = tuple[str, str]  # fund code, level of government


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of a waterfall: a fund, who bears how many of 1000 parts, and the most it pays in a year."""

    fund_code: str
    shares: Mapping[str, int]
    most_fen: int | None = None

    @property
    def pots(self) -> tuple[Pot, ...]:
        return tuple((self.fund_code, level) for level, share in self.shares.items() if share)

    def told(self) -> dict[str, Any]:
        """As it is kept."""
        return {"fund": self.fund_code, "shares": dict(self.shares), "most_fen": self.most_fen}


def tiers_of(kept: Iterable[Mapping[str, Any]]) -> tuple[Tier, ...]:
    """Tiers as they are kept, read again."""
    return tuple(Tier(one["fund"], dict(one["shares"]), one.get("most_fen")) for one in kept)


@dataclass(frozen=True, slots=True)
class Division:
    """What each source bears of one sum. ``fund_code`` is "" and ``short_fen`` above zero where it fits nowhere."""

    fund_code: str
    parts: Mapping[str, int]
    by_tier: tuple[Mapping[str, int], ...]
    short_fen: int = 0


def divide(
    amount_fen: int, tiers: Sequence[Tier], left: Mapping[Pot, int], used: Mapping[Pot, int]
) -> Division:
    """Divide a sum over the tiers in order: the first pots until they are dry or at their cap, then the next.

    One sum is paid from one fund, whose bank account it leaves; between the levels of that fund it is divided
    to the fen. A fund that cannot pay the whole of it is passed over for the next. ``left`` is what each pot
    still has, ``used`` what it paid so far this year; neither is changed. Where no fund can pay all, the
    division is short by what the best of them lacks, and pays nothing.
    """
    lacking = amount_fen
    for code in dict.fromkeys(tier.fund_code for tier in tiers):
        parts, by_tier, rest = _from_one_fund(amount_fen, code, tiers, left, used)
        if rest == 0:
            return Division(code, parts, by_tier)
        lacking = min(lacking, rest)
    return Division("", {}, tuple({} for _ in tiers), lacking)


def _from_one_fund(
    amount_fen: int, code: str, tiers: Sequence[Tier], left: Mapping[Pot, int], used: Mapping[Pot, int]
) -> tuple[dict[str, int], tuple[dict[str, int], ...], int]:
    remaining, taken, by_tier = amount_fen, {}, []
    for tier in tiers:
        if tier.fund_code != code or not remaining:
            by_tier.append({})
            continue
        now = {level: left.get((code, level), 0) - taken.get(level, 0) for level in tier.shares}
        gone = sum(used.get((code, level), 0) + taken.get(level, 0) for level in tier.shares)
        parts = _as_much_as_fits(remaining, tier, now, gone)
        for level, fen in parts.items():
            taken[level] = taken.get(level, 0) + fen
        remaining -= sum(parts.values())
        by_tier.append(parts)
    return taken, tuple(by_tier), remaining


def _as_much_as_fits(wanted: int, tier: Tier, left: Mapping[str, int], gone: int) -> dict[str, int]:
    """The largest part of a sum that a tier can pay in its proportions."""
    most = wanted if tier.most_fen is None else min(wanted, max(tier.most_fen - gone, 0))
    for asked in (most, _fitting(tier, left, most)):
        parts = {level: fen for level, fen in split_by_shares(asked, tier.shares).items() if fen}
        if all(fen <= left[level] for level, fen in parts.items()):
            return parts
    return {}


def _fitting(tier: Tier, left: Mapping[str, int], most: int) -> int:
    """The most that no level's share of exceeds what it has: each share rounded up is still within."""
    whole = sum(tier.shares.values())
    bounds = [max(left[level], 0) * whole // share for level, share in tier.shares.items() if share]
    return min(most, *bounds)
