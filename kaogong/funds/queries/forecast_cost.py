"""What an approved class will cost by the rulebook, before anybody is certified."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from kaogong.kernel.errors import Refused
from kaogong.rules import Facts, Scheme
from kaogong.rules.amounts import AMOUNT_KINDS, work
from kaogong.rules.measures import measure
from kaogong.rules.terms import Part

from .budget_uses import rulebook

UNSET, DEPENDS, PERSONAL, TALLIED, UNKNOWN_SCHEME = "unset", "depends", "personal", "tallied", "scheme"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one learner is expected to cost: fen by fund programme, and the parts that cannot be told.

    ``untold``: (part, reason) — no paper gives its rate, it depends on facts nobody knows before the class
    ends, it is only for some learners, or a cap counts what they had before.
    """

    scheme_label: tuple[str, str]
    fen: Mapping[str, int]
    untold: tuple[tuple[str, str], ...]
    programme: str

    @property
    def is_told(self) -> bool:
        return bool(self.fen)


@lru_cache(maxsize=4096)
def cost_of_one(
    region_code: str,
    scheme_code: str,
    certificate_kind: str,
    level: int,
    occupation_code: str,
    hours: int,
    on: date,
) -> Cost:
    """The expected cost of one learner who attends every hour and is certified on the day."""
    try:
        scheme = rulebook().at(region_code[:6], on).scheme(scheme_code)
    except Refused:
        return Cost((scheme_code, scheme_code), {}, (("", UNKNOWN_SCHEME),), "")
    facts = Facts(
        certificate_kind=certificate_kind,
        certificate_level=level,
        certificate_occupation_code=occupation_code,
        hours_planned=str(hours),
        hours_attended=str(hours),
        serving_region_code=region_code[:6],
    )
    figures = measure(facts, on)
    fen: dict[str, int] = {}
    untold: list[tuple[str, str]] = []
    for part in scheme.parts:
        reached, why = _of_part(part, figures, scheme)
        if reached is None:
            untold.append((part.label, why))
        else:
            fen[part.fund_programme] = fen.get(part.fund_programme, 0) + reached
    return Cost((scheme.label, scheme.label_en), fen, tuple(untold), scheme.fund_programme)


def _of_part(part: Part, figures: dict[str, Any], scheme: Scheme) -> tuple[int | None, str]:
    """What a part comes to for anybody in the class, or why that cannot be told."""
    if part.rules:
        return None, PERSONAL
    reached = _worked(AMOUNT_KINDS[part.kind], part.values, figures, scheme)
    if reached is None:
        return None, UNSET if _lacks_a_figure(
            AMOUNT_KINDS[part.kind], part.values, figures, scheme
        ) else DEPENDS
    for use in part.limits:
        if use.limit.tallies:
            return None, TALLIED
        reached = _worked(use.limit, use.values, figures, scheme, reached)
        if reached is None:
            return None, DEPENDS
    return reached, ""


def _worked(kind, values, figures, scheme: Scheme, fen: int | None = None) -> int | None:
    return work(
        kind, figures, {name: value.value for name, value in values.items()}, scheme.group_labels, fen=fen
    ).fen


def _lacks_a_figure(kind, values, figures, scheme: Scheme) -> bool:
    """Whether the rulebook gives no rate, rather than a fact being unknown."""
    if any(value.value is None for value in values.values()):
        return True
    read = work(
        kind, figures, {name: value.value for name, value in values.items()}, scheme.group_labels
    ).figures
    return all(value is not None for value in read.values())
