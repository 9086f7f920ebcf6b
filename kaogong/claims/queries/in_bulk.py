"""Frozen lines judged again as whole columns: the same outcomes as one by one, for a year's claims at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from typing import Any

import polars as pl

from kaogong.kernel.errors import Refused
from kaogong.rules import Earlier, Facts, Rulebook
from kaogong.rules.batch import decide_many
from kaogong.rules.facts import DAYS

from .frozen import Frozen, Outcome, decided_in_order

_FACTS = [field.name for field in fields(Facts) if field.name != "history"]
HISTORY = {
    "claimant": pl.Int64, "occupation_code": pl.String, "level": pl.Int64, "event_on": pl.Date,
    "status": pl.String, "reference": pl.String, "amount_fen": pl.Int64, "paid_on": pl.Date,
    "component": pl.String, "region_code": pl.String, "scheme": pl.String,
}  # fmt: skip


def decided_in_bulk(rows: Iterable[Frozen], book: Rulebook) -> dict[str, Outcome]:
    """Every line again under one rulebook, by reference; exactly what ``decided_in_order`` says.

    Whole columns at once where everything a person's lines knew of earlier subsidies agrees; a person whose
    lines knew different things, had an exception, or claimed what the rulebook does not have goes one by one.
    """
    plain, special = _sorted_out(rows, book)
    found: dict[str, Outcome] = {}
    try:
        found |= _as_columns(plain, book)
    except Refused:  # one of them cannot be judged: each then says so for itself
        special += plain
    return found | {row.reference: outcome for row, outcome in decided_in_order(special, book)}


def _sorted_out(rows: Iterable[Frozen], book: Rulebook) -> tuple[list[Frozen], list[Frozen]]:
    people: dict[int, list[Frozen]] = defaultdict(list)
    for row in rows:
        people[row.person_id].append(row)
    known: dict[tuple, bool] = {}
    plain: list[Frozen] = []
    special: list[Frozen] = []
    for mine in people.values():
        fits = all(not row.waived and _has_scheme(book, row, known) for row in mine)
        fits = fits and all(row.facts.get("history") is not None for row in mine)
        fits = fits and all(_elsewhere(row, mine) == _elsewhere(mine[0], mine) for row in mine[1:])
        classes = [row.enrolment_id for row in mine if row.enrolment_id is not None]
        fits = fits and len(classes) == len(set(classes))  # stages of one class build on no other
        (plain if fits else special).extend(mine)
    return plain, special


def _has_scheme(book: Rulebook, row: Frozen, known: dict[tuple, bool]) -> bool:
    key = (row.region_code[:6], row.scheme_code, row.on)
    if key not in known:
        try:
            book.at(key[0], row.on).scheme(row.scheme_code)
        except Refused:
            known[key] = False
        else:
            known[key] = True
    return known[key]


def _elsewhere(row: Frozen, mine: list[Frozen]) -> list[dict[str, Any]]:
    """What a line's frozen history holds beside the lines judged here."""
    own = {one.reference for one in mine}
    return [earlier for earlier in row.facts["history"] if earlier["reference"] not in own]


def _as_columns(rows: list[Frozen], book: Rulebook) -> dict[str, Outcome]:
    if not rows:
        return {}
    judged = decide_many(_claims(rows), _histories(rows), book)
    return {
        row.reference: Outcome(verdict, fen, (failed, unknown))
        for row, (verdict, fen, failed, unknown) in zip(
            rows, judged.select("verdict", "amount_fen", "failed", "unknown").iter_rows(), strict=True
        )
    }


def _claims(rows: list[Frozen]) -> pl.DataFrame:
    columns = {
        "claimant": [row.person_id for row in rows],
        "reference": [row.reference for row in rows],
        "region_code": [row.region_code[:6] for row in rows],
        "scheme": [row.scheme_code for row in rows],
        "on": [row.on for row in rows],
    }
    for name in _FACTS:
        values = [row.facts.get(name) for row in rows]
        if any(value is not None for value in values):
            columns[name] = [_day(value) for value in values] if name in DAYS else values
    return pl.DataFrame(columns, infer_schema_length=None)


def _histories(rows: list[Frozen]) -> pl.DataFrame:
    people: dict[int, list[Frozen]] = defaultdict(list)
    for row in rows:
        people[row.person_id].append(row)
    told = [
        {"claimant": person_id} | plain_earlier(Earlier.from_dict(earlier))
        for person_id, mine in people.items()
        for earlier in _elsewhere(mine[0], mine)
    ]
    return pl.DataFrame(told, schema=HISTORY)


def plain_earlier(earlier: Earlier) -> dict[str, Any]:
    """An earlier subsidy as a row of a history frame."""
    return {name: getattr(earlier, name) for name in HISTORY if name != "claimant"}


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def in_portions(rows: list[Frozen], size: int) -> Iterator[list[Frozen]]:
    """The lines in portions of about this many, no person's apart."""
    rows = sorted(rows, key=lambda row: row.person_id)
    portion: list[Frozen] = []
    for row in rows:
        if len(portion) >= size and portion[-1].person_id != row.person_id:
            yield portion
            portion = []
        portion.append(row)
    if portion:
        yield portion
