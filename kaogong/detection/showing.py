"""From rows of a frame to findings: evidence cut to size, the keys put in order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from kaogong.detection.findings import Finding, Severity
from kaogong.detection.registry import Look


def keys(values: Iterable[int | None]) -> tuple[int, ...]:
    """Keys once each, in order."""
    return tuple(sorted({value for value in values if value is not None}))


def finding(
    kind: str,
    severity: Severity,
    look: Look,
    rows: pl.DataFrame,
    figures: dict[str, Any],
    *,
    institutions: Iterable[int | None] = (),
    classes: Iterable[int | None] = (),
    people: Iterable[int | None] = (),
    trainers: Iterable[int | None] = (),
    mark: object = "",
) -> Finding:
    """A finding with the first rows of its evidence."""
    return Finding(
        kind=kind,
        severity=severity,
        institutions=keys(institutions),
        classes=keys(classes),
        people=keys(people),
        trainers=keys(trainers),
        figures=figures,
        rows=tuple(rows.head(look.settings.evidence_rows).to_dicts()),
        rows_in_all=rows.height,
        mark=str(mark),
    )


def by_class(rows: pl.DataFrame) -> Iterable[tuple[int, pl.DataFrame]]:
    """The rows of each class, classes in order."""
    for (number,), group in rows.sort("class").group_by("class", maintain_order=True):
        yield number, group


def grade(value: float, serious: float, severe: float) -> Severity:
    """Notice below ``serious``, severe from ``severe`` on."""
    if value >= severe:
        return Severity.SEVERE
    return Severity.SERIOUS if value >= serious else Severity.NOTICE
