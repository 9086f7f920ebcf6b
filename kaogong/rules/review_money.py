"""The money of a scheme under review: figures a table lacks for what is accepted, and sums that are always nought."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from kaogong.kernel.certificate_number import CertificateKind
from kaogong.rules import vocabulary
from kaogong.rules.amounts import AMOUNT_KINDS
from kaogong.rules.remarks import Places, Remark
from kaogong.rules.rulebook import Scheme
from kaogong.rules.satisfiable import CLOSED, OTHER, Condition, Term, candidates, conditions, term_of, witness
from kaogong.rules.tables import BandTable, Json, RateTable, Table
from kaogong.rules.terms import Part, Resolved

_WORDS = {
    "tier": vocabulary.TIERS,
    "stage": vocabulary.STAGES,
    "certificate_kind": vocabulary.CERTIFICATE_KINDS,
}


def money_remarks(places: Places, scheme: Scheme, part: Part) -> Iterator[Remark]:
    """What is odd about one payment on the scheme's day."""
    values = {name: value.value for name, value in part.values.items()}
    limits = [value for use in part.limits for value in use.values.values()]
    for value in (*part.values.values(), *limits):
        if value.value is not None and _is_nought(value.value):
            yield _remark(places, "pays_zero", scheme, part, value, "为零：符合条件也得不到钱")
    if None in values.values():
        return
    accepted = conditions((*scheme.rules, *part.rules))
    for table, keys in _look_ups(term_of(AMOUNT_KINDS[part.kind].expression, values)):
        known, missing = _cells(accepted, table, keys)
        if missing and not known:
            text = f"对可接受的每一种情形都没有数（{_in_words(keys, missing)}）：永远付不出"
            yield _remark(places, "never_pays", scheme, part, part.rate, text)
        elif missing:
            text = f"没有写：{_in_words(keys, missing)}；遇到时不能支付"
            yield _remark(places, "no_rate", scheme, part, part.rate, text)


def _remark(places: Places, kind: str, scheme: Scheme, part: Part, value: Resolved, text: str) -> Remark:
    path = ("components", part.code, value.name, value.since.isoformat())
    for use in part.limits:
        if value in use.values.values():
            path = ("components", part.code, "limits", use.limit.name)
    return places.remark(
        kind,
        value.region,
        scheme.code,
        path,
        f"“{scheme.label}”的“{part.label}”从 {value.since} 起的标准{text}",
    )


def _is_nought(value: Any) -> bool:
    if isinstance(value, RateTable):
        return all(figure == 0 for figure in _figures(value))
    if isinstance(value, Table):
        return all(figure == 0 for figure in value.values())
    return isinstance(value, int) and value == 0


def _figures(table: Json) -> Iterator[int]:
    for entry in table.values():
        if isinstance(entry, dict):
            yield from _figures(entry)
        else:
            yield entry


def _look_ups(term: Term) -> Iterator[tuple[Table, tuple[str, ...]]]:
    """Every look-up in a table by plain figures, with the names of the figures."""
    for part in term.parts():
        if part.op == "look_up" and all(key.op == "figure" for key in part.args[1:]):
            yield part.args[0].args[0], tuple(key.args[0] for key in part.args[1:])


def _cells(
    accepted: Sequence[Condition], table: Table, keys: tuple[str, ...]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The keys a person who is accepted may have: those the table knows, those it lacks.

    A table whose keys no condition narrows says by itself what it covers.
    """
    narrowed = candidates(accepted)
    if not any(key in narrowed for key in keys):
        return [], []
    choices = [_choices(key, narrowed, table) for key in keys]
    touching = [condition for condition in accepted if condition.figures & set(keys)]
    known, missing = [], []
    for cell in itertools.product(*choices):
        given = dict(zip(keys, cell, strict=True))
        if not _real(given) or witness(touching, given) is None:
            continue
        (missing if table.entry(*cell) is None else known).append(cell)
    return known, missing


def _choices(key: str, narrowed: dict[str, list[Any]], table: Table) -> list[Any]:
    if key == "certificate_kind" and key not in narrowed and isinstance(table, RateTable):
        return list(dict.fromkeys(kind for kinds in _kind_tables(table) for kind in kinds))
    if key in CLOSED:
        return list(CLOSED[key])
    if key == "occupation_in_shortage":
        return [False]
    if key == "certificate_occupation_code":
        return narrowed.get(key, [OTHER])
    floors = [int(floor) for floor in table] if isinstance(table, BandTable) else []
    return sorted({*narrowed.get(key, []), *floors, *(floor - 1 for floor in floors if floor)})


def _kind_tables(table: RateTable) -> Iterator[Json]:
    yield table.get("kinds", {})
    yield table.get("shortage", {})
    yield from table.get("occupations", {}).values()


def _real(given: dict[str, Any]) -> bool:
    """A certificate there is: a kind with levels has one of the five, another kind has none."""
    kind, level = given.get("certificate_kind"), given.get("certificate_level")
    if kind == "none":
        return False
    return kind is None or level is None or CertificateKind(kind).has_level == (level != 0)


def _in_words(keys: tuple[str, ...], cells: list[tuple[Any, ...]]) -> str:
    """The cells grouped by certificate kind, or listed."""
    if "certificate_kind" not in keys:
        return "、".join(dict.fromkeys(_word(keys[0], cell[0]) for cell in cells))
    kind_at, level_at = keys.index("certificate_kind"), keys.index("certificate_level")
    levels: dict[str, dict[int, None]] = {}
    for cell in cells:
        levels.setdefault(cell[kind_at], {})[cell[level_at]] = None
    return "；".join(
        f"{_word('certificate_kind', kind)} {'、'.join(vocabulary.LEVELS[level].label for level in found)}"
        for kind, found in levels.items()
    )


def _word(key: str, value: Any) -> str:
    if key in _WORDS:
        return _WORDS[key][value].label
    return f"{value} 分" if key == "score" else str(value)
