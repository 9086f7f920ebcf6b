"""The ten rules: the shipped scheme of the example district without its other rules and its allowance."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache

from kaogong import rules

REGION, SCHEME = "370299", "employment_training"
FIRST_DAY, DAYS = date(2021, 1, 1), 3 * 365  # not 2019 to 2021, as in Shandong: the rules hold from 2020 on
TEN = (
    "of_working_age",
    "draws_no_monthly_pension",
    "in_an_entitled_group",
    "in_one_of_three_places",
    "certificate_of_an_accepted_kind",
    "provider_recognised_on_the_day",
    "attended_enough",
    "at_most_so_many_a_year",
    "never_twice_at_one_level",
    "none_lower_after_higher",
)
VERDICTS = ("payable", "refused", "needs_evidence")
PAYABLE, REFUSED, NEEDS_EVIDENCE = range(3)


@cache
def book() -> rules.Rulebook:
    """The shipped rulebook, the scheme cut down to the ten rules and the training subsidy."""
    content = deepcopy(rules.load().content)
    for region in content["regions"].values():
        scheme = region["schemes"].get(SCHEME)
        if scheme:
            scheme["rules"] = {name: use for name, use in scheme.get("rules", {}).items() if name in TEN}
            scheme["components"] = [part for part in scheme["components"] if part["code"] == "training"]
    return rules.Rulebook(content)


@dataclass(frozen=True)
class Policy:
    """The same figures as plain values, for those who write the rules by hand."""

    min_age: int
    groups: int
    kinds: tuple[str, ...]
    min_percent: int
    times_a_year: int
    fen: dict[tuple[str, int], int]
    fen_of: dict[tuple[str, int, str], int]


@cache
def policy() -> Policy:
    """Read from the rulebook, so that nobody can judge by other figures."""
    from kaogong.rules.batch import group_bits

    scheme = book().at(REGION, FIRST_DAY).scheme(SCHEME)
    assert {use.rule.name for use in scheme.rules} == set(TEN)
    value = {name.partition(".")[2]: found.value for name, found in scheme.values().items()}
    bits = group_bits(book())
    table = value["rate"]
    return Policy(
        min_age=value["min_age"],
        groups=sum(bits[group] for group in value["allowed_groups"]),
        kinds=tuple(value["accepted_kinds"]),
        min_percent=value["min_percent"],
        times_a_year=value["limit"],
        fen={
            (kind, int(level)): fen
            for kind, levels in table["kinds"].items()
            for level, fen in levels.items()
        },
        fen_of={
            (kind, int(level), occupation): fen
            for occupation, kinds in table["occupations"].items()
            for kind, levels in kinds.items()
            for level, fen in levels.items()
        },
    )
