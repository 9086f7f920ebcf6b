"""What a late-arriving certificate does to subsidies already paid: the other side of G3 and G4."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from kaogong.rules.facts import Earlier
from kaogong.rules.measures import is_higher
from kaogong.rules.wording import in_words


@dataclass(frozen=True, slots=True)
class Conflict:
    """A paid subsidy that another one rules out, for a person to look at; nothing is recovered by itself."""

    rule_id: str
    paid: Earlier
    because_of: Earlier
    message_zh: str
    message_en: str


def conflicts(history: Iterable[Earlier], arriving: Earlier | None = None) -> list[Conflict]:
    """Every paid subsidy that another in the person's history rules out, ``arriving`` included.

    G3: of two for one occupation and level, the later is in conflict. G4: a lower one is in conflict
    when its day is not before the higher one's, or when it was paid after the higher one was paid.
    """
    live = [earlier for earlier in history if earlier.counts]
    if arriving is not None and arriving.counts:
        live.append(arriving)
    found = []
    for one, other in combinations(sorted(live, key=_order), 2):
        if one.occupation_code != other.occupation_code:
            continue
        if one.level == other.level:
            found.append(_conflict("G3", other, one))
        elif is_higher(one.level, other.level):
            found.append(_conflict("G4", other, one))
        elif is_higher(other.level, one.level) and _paid_later(one, other):
            found.append(_conflict("G4", one, other))
    paid = [conflict for conflict in found if conflict.paid.status == "paid"]
    return sorted(paid, key=lambda c: (_order(c.paid), c.rule_id, _order(c.because_of)))


def _order(earlier: Earlier) -> tuple[object, ...]:
    """By the day counted on, then by the day paid (unpaid last), then lower level first."""
    unpaid = earlier.paid_on is None
    return (
        earlier.event_on,
        unpaid,
        earlier.event_on if unpaid else earlier.paid_on,
        -earlier.level,
        earlier.reference,
    )


def _paid_later(lower: Earlier, higher: Earlier) -> bool:
    return lower.paid_on is not None and higher.paid_on is not None and lower.paid_on > higher.paid_on


def _conflict(rule_id: str, paid: Earlier, because_of: Earlier) -> Conflict:
    reason, reason_en = {
        "G3": ("同一职业同一等级重复享受", "the same occupation and level twice"),
        "G4": ("享受高级别后又享受低级别", "a lower level after a higher one"),
    }[rule_id]
    return Conflict(
        rule_id,
        paid,
        because_of,
        f"{reason}：{in_words(paid)}，与 {in_words(because_of)} 冲突，请核查",
        f"{paid.reference} conflicts with {because_of.reference}: {reason_en}; please review",
    )
