"""The part of a roster's check that asks outside registers; what they do not answer holds nobody up."""

from datetime import datetime

import polars as pl

from kaogong.gateways.registers import connected
from kaogong.kernel.actor import Actor, system_actor
from kaogong.kernel.writing_columns import tidy_names
from kaogong.people import operations as people
from kaogong.training.models import TrainingClass
from kaogong.training.queries.findings import FACT_COLUMNS
from kaogong.training.queries.register_findings import CHECKED, Learner, expectations, findings_of


def asked_of_registers(
    rows: pl.DataFrame, training_class: TrainingClass, *, by: Actor, at: datetime
) -> list[pl.DataFrame]:
    """Ask the connected registers about every row whose number is fit to ask with."""
    if not connected().intersection(CHECKED):
        return []
    fit = rows.select(
        "row_number", "id_value", "group_code", "id_problem", name=tidy_names(rows["name"])
    ).filter(pl.col("id_problem").is_null(), pl.col("id_value") != "")
    if fit.is_empty():
        return []
    answers = people.ask_registers(
        dict(fit.select("id_value", pl.col("name").fill_null("")).iter_rows()),
        kinds=CHECKED,
        by=by,
        at=at,
        reason=f"花名册核验 {training_class.number}",
        region_code=training_class.region_code,
    )
    expected = expectations(training_class)
    found: list[tuple] = []
    for row, number, group in fit.select("row_number", "id_value", "group_code").iter_rows():
        told = {kind: answers.of(kind, number) for kind in CHECKED}
        for code, facts in findings_of(Learner(group or ""), told, expected):
            found.append((row, code, *facts, *[None] * (len(FACT_COLUMNS) - len(facts))))
    schema = {"row_number": pl.Int64, "code": pl.String} | dict.fromkeys(FACT_COLUMNS, pl.String)
    return [pl.DataFrame(found, schema=schema, orient="row")] if found else []


def keep_standings(person_ids: list[int], *, by: Actor, at: datetime) -> int:
    """Record what the answers kept say of these people's pension, school and life, for claims to be judged on."""
    if not person_ids or not connected().intersection(people.TOLD_KINDS):
        return 0
    told_by = system_actor(by.name)
    return people.record_told_standings(person_ids, by=told_by, at=at)
