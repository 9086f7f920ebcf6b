"""Made-up policies, claims and histories for judging many claims two ways; one seed, one world."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl

from kaogong import rules
from kaogong.rules import facts, vocabulary
from kaogong.rules.amounts import AMOUNT_KINDS, LIMIT_KINDS
from kaogong.rules.batch import group_bits
from kaogong.rules.future import PAST_ON
from kaogong.rules.registry import RULES

REGIONS = {"370000": "", "370200": "370000", "510700": ""}
SCHEMES = ("training", "upgrade", "talent")
GROUPS = ("jobless", "migrant", "student")
OCCUPATIONS = ("4-09-06-04", "6-18-02-04", "6-01")
SINCE, CHANGE = date(2019, 1, 1), date(2020, 3, 1)
DAYS = (
    date(2019, 12, 31), date(2020, 1, 1), date(2020, 2, 28), date(2020, 2, 29), CHANGE,
    date(2020, 12, 31), date(2021, 1, 1), date(2021, 2, 28), date(2021, 3, 1),
)  # fmt: skip
HISTORY_RULES = [name for name, rule in RULES.items() if rule.tallies]
OTHER_RULES = [name for name, rule in RULES.items() if not rule.tallies]
KINDS = ("skill_level", "qualification", "none")


def some(draw: Random, choices: Any, least: int = 1) -> list[Any]:
    choices = list(choices)
    return sorted(draw.sample(choices, draw.randint(min(least, len(choices)), len(choices))))


def written(draw: Random, unit: str) -> Any:
    """A value as a rulebook file writes it."""
    yuan = draw.choice((0, 1, 100, 1500, "333.33", 20000))
    levels = {level: draw.choice((0, 500, 1200, 2000)) for level in some(draw, "12345")}
    match vocabulary.UNITS[unit].shape:
        case "kinds":
            return some(draw, KINDS)
        case "groups":
            return some(draw, GROUPS)
        case "levels":
            return some(draw, (0, 1, 2, 3, 4, 5), 3)
        case "occupations":
            return some(draw, OCCUPATIONS)
        case "tiers":
            return some(draw, vocabulary.TIERS)
        case "stages":
            return some(draw, vocabulary.STAGES)
        case "schemes":
            return some(draw, SCHEMES)
        case "money":
            return yuan
        case "by_tier":
            return dict.fromkeys(some(draw, vocabulary.TIERS, 2), yuan)
        case "by_stage":
            return {stage: draw.choice((10, 30, 60)) for stage in some(draw, vocabulary.STAGES, 3)}
        case "bands":
            return {str(floor): floor * 10 for floor in some(draw, (0, 60, 80, 90))}
        case "rates":
            table = {"skill_level": levels, "qualification": levels}
            return {
                "kinds": table,
                "shortage": {"skill_level": {"5": 3000}},
                "occupations": {OCCUPATIONS[0]: {"skill_level": {"5": 2500, "4": 2600}}},
            }
        case "percent":
            return draw.choice((0, 33, 50, 80, 100))
    return draw.choice((0, 1, 1, 2, 2, 3, 12, 18, 60))


def series(draw: Random, unit: str) -> dict[str, Any]:
    """A value from its first day on, perhaps changed later, perhaps for a while only, perhaps unset."""

    def entry() -> dict[str, Any]:
        if draw.random() < 0.05:
            return {"unset": True, "unit": unit, "by": "一号#1"}
        return {"value": written(draw, unit), "unit": unit, "by": "一号#1"}

    found = {SINCE.isoformat(): entry()}
    if draw.random() < 0.3:
        found[CHANGE.isoformat()] = entry()
    elif draw.random() < 0.1:
        found[SINCE.isoformat()]["until"] = "2020-12-31"
    return found


def used(draw: Random, register: Any, names: list[str]) -> dict[str, Any]:
    return {
        name: {
            "by": "一号#1",
            "quote": "引文",
            "values": {value: series(draw, unit) for value, unit in register[name].values.items()},
        }
        for name in names
    }


def component(draw: Random, code: str) -> dict[str, Any]:
    kind = draw.choice(("rate_table", "fixed", "per_hour", *AMOUNT_KINDS))
    values = {value: series(draw, unit) for value, unit in AMOUNT_KINDS[kind].values.items()}
    limits = draw.sample(sorted(LIMIT_KINDS), draw.choice((0, 0, 1, 2)))
    limits += [name for name in ("cap_per_year", "cap_in_all") if draw.random() < 0.2 and name not in limits]
    own = draw.sample(OTHER_RULES, draw.choice((0, 0, 1))) + draw.sample(
        HISTORY_RULES, draw.choice((0, 0, 1))
    )
    return {
        "code": code,
        "id": "G1",
        "label": code,
        "label_en": code,
        "payee": "person",
        "amount": kind,
        "by": "一号#1",
        "quote": "引文",
        "rate": values.pop("rate"),
        "values": values,
        "rules": used(draw, RULES, own),
        "limits": used(draw, LIMIT_KINDS, limits),
    }


def scheme(draw: Random, code: str) -> dict[str, Any]:
    history = draw.sample(HISTORY_RULES, draw.randint(0, 4))
    return {
        "label": code,
        "label_en": code,
        "clauses": ["一号#1"],
        "in_force": {"from": SINCE.isoformat()},
        "payee": "person",
        "counts_as": draw.choice(("training", "training", "grant")),
        "fund_programme": {"code": code, "label": code, "by": "一号#1"},
        "publish_working_days": {},
        "rules": used(draw, RULES, draw.sample(OTHER_RULES, draw.choice((0, 1, 2, 3))) + history),
        "components": [component(draw, f"part{n}") for n in range(draw.choice((1, 1, 2)))],
    }


def book(draw: Random) -> rules.Rulebook:
    content: dict[str, Any] = {"documents": {}, "regions": {}}
    content["groups"] = {code: {"label": code, "label_en": code, "by": "一号#1"} for code in GROUPS}
    for region, above in REGIONS.items():
        said: dict[str, Any] = {"label": region, "label_en": region, "schemes": {}}
        content["regions"][region] = said | ({"inherits": above} if above else {})
        for code in SCHEMES:
            if not above:
                said["schemes"][code] = scheme(draw, code)
            elif draw.random() < 0.4:  # a city's own numbers for some of the rules, or one left out
                upper = content["regions"][above]["schemes"][code]["rules"]
                names = draw.sample(sorted(upper), min(len(upper), 2))
                said["schemes"][code] = {"rules": used(draw, RULES, names)}
                if names and draw.random() < 0.3:
                    said["schemes"][code]["rules"][names[0]] = {"left_out": True}
    return rules.Rulebook(content)


def fact(draw: Random, name: str, on: date) -> Any:
    """One fact, oftener such as papers ask for than not."""
    if draw.random() < 0.04:
        return None
    if name in facts.FLAGS:
        return draw.random() < (0.1 if name in ("receives_pension", "certificate_revoked") else 0.9)
    if name in facts.DAYS:
        ahead = () if name in PAST_ON else (1, 29, 400)
        return on + timedelta(days=draw.choice((-9000, -800, -366, -365, -31, -30, -1, 0, *ahead)))
    if name in facts.GRADES:
        return draw.choice((5, 5, 4, 3, 0))
    if name in facts.HOURS:
        return draw.choice(("80", "79.99", "64", "0.5", "0"))
    if name.endswith("_fen"):
        return draw.choice((0, 1, 9999, 150000, 10**8))
    if name.endswith("region_code"):
        return draw.choice(("370211", "370211", "370200", "510703"))
    if name.endswith("occupation_code"):
        return draw.choice((OCCUPATIONS[0], OCCUPATIONS[0], *OCCUPATIONS))
    words = {
        "sex": ("male", "female"),
        "certificate_kind": ("skill_level", "skill_level", *KINDS),
        "class_certificate_kind": ("skill_level", *KINDS),
        "paid_first_by": tuple(vocabulary.PAYEES),
        "tier": tuple(vocabulary.TIERS),
        "stage": tuple(vocabulary.STAGES),
    }
    if name in words:
        return draw.choice(words[name])
    if name == "groups":
        return some(draw, GROUPS, 0)
    if name in facts.WORDS:
        return f"{name} {draw.random()}"
    return draw.choice((0, 1, 3, 12, 18, 40, 60, 95))


def claims(draw: Random, count: int, people: int) -> pl.DataFrame:
    """Claims with many ties, backdated references, and some rules waived."""
    names = sorted(set(facts.CHECKS) - {"history"})
    rows = []
    for reference in draw.sample(range(10, 10 + 3 * count), count):
        on = draw.choice(DAYS)
        row = {
            "claimant": draw.randint(1, people),
            "reference": reference,
            "region_code": draw.choice(("370200", "370200", "370000", "510700")),
            "scheme": draw.choice(SCHEMES),
            "on": on,
        }
        rows.append(row | {name: fact(draw, name, on) for name in names})
    frame = pl.DataFrame(rows, schema_overrides=types(names), infer_schema_length=None)
    if draw.random() < 0.3:  # as a bureau's own file is: all of it serves one region
        frame = frame.with_columns(serving_region_code=pl.lit("370200"))
    return frame.drop(draw.sample(names, draw.choice((0, 1, 5))))


def types(names: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(names, pl.Int64)
    found |= dict.fromkeys(facts.WORDS | facts.HOURS, pl.String) | dict.fromkeys(facts.DAYS, pl.Date)
    found |= dict.fromkeys(facts.FLAGS, pl.Boolean) | {"groups": pl.List(pl.String)}
    return found


def waived(draw: Random, frame: pl.DataFrame, of: rules.Rulebook) -> pl.DataFrame:
    """The same with exceptions for some claims, each of a rule that may be waived where it is named."""
    named = []
    for row in frame.iter_rows(named=True):
        in_use = of.at(row["region_code"], row["on"]).scheme(row["scheme"]).rules
        able = [use.rule for use in in_use if use.rule.waivable]
        able = [r for r in able if all(u.rule.waivable for u in in_use if u.rule.id == r.id)] or able
        words = [draw.choice((rule.name, rule.id)) if len(able) == 1 else rule.name for rule in able]
        words = [w for w in words if all(u.rule.waivable for u in in_use if w in (u.rule.id, u.rule.name))]
        named.append(draw.choice((None, [], words)))
    return frame.with_columns(waived=pl.Series(named, dtype=pl.List(pl.String)))


def disguised(draw: Random, frame: pl.DataFrame, of: rules.Rulebook) -> pl.DataFrame:
    """The same facts in the other forms a file may hold them in."""
    for name in frame.columns:
        column = frame[name]
        if column.dtype == pl.String and draw.random() < 0.7:
            words = [*column.unique().drop_nulls().sort(descending=True), "unused"]
            form = draw.choice((pl.Categorical, pl.Enum(words)))
            if name not in facts.HOURS:
                frame = frame.with_columns(pl.col(name).cast(form))
        if name in facts.GRADES and draw.random() < 0.5:
            frame = frame.with_columns(pl.col(name).cast(pl.UInt8))
        if name in facts.HOURS and draw.random() < 0.5:
            whole = [None if v is None else facts.hundredths(v) for v in column]
            frame = frame.with_columns(pl.Series(f"{name}_hundredths", whole, dtype=pl.Int32)).drop(name)
        if name == "groups" and draw.random() < 0.5:
            bits = group_bits(of)
            masks = [None if v is None else sum(bits[code] for code in v) for v in column]
            frame = frame.with_columns(pl.Series("groups", masks, dtype=pl.UInt64))
    if draw.random() < 0.3:
        frame = frame.with_columns(pl.col("claimant").cast(pl.String), pl.col("reference").cast(pl.String))
    elif draw.random() < 0.3:
        frame = frame.with_columns(pl.col("claimant") * 10**18 - 5 * 10**18)
    return frame.sort("reference") if draw.random() < 0.3 else frame


def history(draw: Random, frame: pl.DataFrame, count: int) -> pl.DataFrame | None:
    """Earlier subsidies of some of the claimants and of others; None says that nobody's is known."""
    if draw.random() < 0.1:
        return None
    whose = [*frame["claimant"].unique().sort(), *([] if frame["claimant"].dtype == pl.String else [77])]
    rows = [
        {
            "claimant": draw.choice(whose),
            "occupation_code": draw.choice((*OCCUPATIONS, "")),
            "level": draw.choice((0, 3, 4, 5)),
            "event_on": draw.choice((*DAYS, date(2018, 6, 1), date(2022, 1, 1))),
            "status": draw.choice(("paid", "claimed", *vocabulary.SUBSIDY_STATUSES)),
            "reference": f"OLD-{number}",
            "amount_fen": draw.choice((0, 100, 50000)),
            "component": draw.choice(("training", "training", "grant", "living")),
            "region_code": "370200",
            "scheme": draw.choice((*SCHEMES, "")),
        }
        for number in range(count)
    ]
    dtypes = {
        "claimant": frame["claimant"].dtype,
        "level": pl.Int64,
        "event_on": pl.Date,
        "amount_fen": pl.Int64,
    }
    names = ("claimant", "occupation_code", "level", "event_on", "status", "reference", "amount_fen",
             "component", "region_code", "scheme")  # fmt: skip
    return pl.DataFrame(rows, schema={name: dtypes.get(name, pl.String) for name in names})
