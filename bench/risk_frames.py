"""Millions of made-up enrolments with their sessions, marks and check-ins as Parquet, piece by piece.

Every column comes of the row's number by hashing, so that the same sizes are the same files and no piece is held
longer than it takes to write. In one class of each piece all check-ins come within a second and a half; in each
piece eight people are paid into one account: what is to be found is known.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl

CLASS, MEETINGS, PIECE = 30, 10, 250_000
FIRST = date(2025, 1, 6)
PLANTED_CLASS, PLANTED_PEOPLE = 5, 8
SHUFFLE = 1_000_003


def dice(of: str, salt: int) -> pl.Expr:
    """An even number from 0 to 1 by the key."""
    return (pl.col(of).hash(salt) // 2048).cast(pl.Float64) / 2**53


def write_region(folder: Path, enrolments: int) -> dict[str, int]:
    """All frames of a region under the folder; how many rows each has."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = max(1, -(-enrolments // PIECE))
    whole = CLASS * 40  # no site or institution lies in two pieces
    each = -(-enrolments // pieces // whole) * whole
    counts: dict[str, int] = {}
    for piece in range(pieces):
        for name, frame in _piece(piece, each, each * pieces).items():
            frame.write_parquet(folder / f"{name}-{piece:03}.parquet")
            counts[name] = counts.get(name, 0) + frame.height
    return counts | {"pieces": pieces}


def _piece(piece: int, each: int, people: int) -> dict[str, pl.DataFrame]:
    classes = _classes(piece, each // CLASS, people // CLASS)
    sessions = _sessions(classes)
    first, once = piece * each, people * 2 // 3
    # Two thirds come once; the last third come again, shuffled, in the second half of the year.
    again = ((pl.col("enrolment") - once) * SHUFFLE) % once
    person = pl.when(pl.col("enrolment") < once).then("enrolment").otherwise(again)
    enrolments = pl.DataFrame({"enrolment": pl.int_range(first, first + each, eager=True)}).with_columns(
        (pl.col("enrolment") // CLASS).alias("class"), person.alias("person")
    )
    shown = _check_ins(enrolments, sessions, piece)
    begins, ends = first * 2 // 3, (first + each) * 2 // 3
    persons = _persons(begins, ends)
    return {
        "classes": classes.drop("begins"),
        "sessions": sessions.drop("starts_on"),
        "enrolments": enrolments,
        "persons": persons.select("person", "born_on", "phone", "address"),
        "accounts": persons.select("person", "account"),
        "checkins": shown.drop("present"),
        "marks": shown.select("session", "enrolment", pl.lit(value=True).alias("present")),
        "sites": classes.select("site", pl.lit(40).alias("capacity"), pl.lit(20).alias("rooms")).unique(),
        "plays": _plays(enrolments, classes),
        "photos": _photos(enrolments, sessions),
        "results": _results(enrolments),
        "standings": _standings(persons),
        "busy": _busy(persons),
        "surveys": enrolments.filter(dice("enrolment", 90) < 0.08).select(
            "enrolment", (dice("enrolment", 91) > 0.02).alias("attended")
        ),
    }


def _classes(piece: int, count: int, of: int) -> pl.DataFrame:
    begins = (dice("class", 11) * 150).cast(pl.Int64) + pl.when(pl.col("class") * 3 < of * 2).then(
        0
    ).otherwise(165)
    return pl.DataFrame({"class": pl.int_range(piece * count, (piece + 1) * count, eager=True)}).select(
        "class",
        (pl.col("class") // 40).alias("institution"),
        pl.lit("employment").alias("scheme"),
        ("4-" + (pl.col("class") % 60).cast(pl.String)).alias("occupation"),
        pl.lit("5").alias("level"),
        (pl.col("class") // 20).alias("site"),
        (pl.lit(FIRST) + pl.duration(days=begins)).alias("starts_on"),
        (pl.lit(FIRST) + pl.duration(days=begins + MEETINGS - 1)).alias("ends_on"),
        pl.lit(float(4 * MEETINGS)).alias("hours"),
        pl.lit(CLASS).alias("head_count"),
        pl.lit([], dtype=pl.List(pl.String)).alias("allows"),
        pl.lit(value=True).alias("finished"),
        (pl.lit(FIRST) + pl.duration(days=begins + MEETINGS + 20)).alias("claimed_on"),
        begins.alias("begins"),
    )


def _sessions(classes: pl.DataFrame) -> pl.DataFrame:
    meetings = pl.DataFrame({"meeting": pl.int_range(MEETINGS, eager=True)})
    on = (pl.col("starts_on") + pl.duration(days="meeting")).cast(pl.Datetime("us"))
    hour = pl.when(pl.col("class") % 2 == 0).then(8).otherwise(14)
    return (
        classes.select("class", "site", "starts_on")
        .join(meetings, how="cross")
        .select(
            (pl.col("class") * MEETINGS + pl.col("meeting")).alias("session"),
            "class",
            "starts_on",
            (on + pl.duration(hours=hour)).alias("starts_at"),
            (on + pl.duration(hours=hour + 3)).alias("ends_at"),
            pl.lit(4.0).alias("hours"),
            (pl.col("class") // 2).alias("trainer"),
            "site",
            (pl.col("class") % 20).alias("room"),
        )
    )


def _check_ins(enrolments: pl.DataFrame, sessions: pl.DataFrame, piece: int) -> pl.DataFrame:
    """One a learner and session but for the absent; most by the learner's phone, some assisted."""
    rows = enrolments.join(sessions.select("class", "session", "starts_at"), on="class").with_columns(
        (pl.col("enrolment") * 16 + pl.col("session") % 16).alias("row")
    )
    rows = rows.filter(dice("row", 21) < 0.92)
    # Three even numbers make a bell.
    bell = (dice("row", 22) + dice("row", 23) + dice("row", 24) - 1.5) * 900 - 240
    planted = pl.col("class") == sessions["class"].min() + PLANTED_CLASS
    offset = pl.when(planted).then(dice("row", 22) * 1.5).otherwise(bell)
    at = pl.col("starts_at") + pl.duration(milliseconds=(offset * 1000).cast(pl.Int64))
    assisted = (pl.col("class") % 9 == 0) & ~planted
    north, east = 36 + (pl.col("class") % 1000) / 2000, 120 + (pl.col("class") % 777) / 1500
    return rows.select(
        "session",
        "enrolment",
        pl.when(assisted).then(pl.lit("assisted")).otherwise(pl.lit("qr")).alias("way"),
        at.alias("server_at"),
        (at - pl.duration(milliseconds=(dice("row", 25) * 2000).cast(pl.Int64))).alias("phone_at"),
        pl.when(assisted).then(-1 - pl.col("class")).otherwise(pl.col("person")).alias("device"),
        (north + (dice("row", 26) - 0.5) * 0.0006).alias("latitude"),
        (east + (dice("row", 27) - 0.5) * 0.0006).alias("longitude"),
        (4 + dice("row", 28) * 40).round(1).alias("accuracy_m"),
        pl.lit(value=True).alias("present"),
    )


def _persons(begins: int, ends: int) -> pl.DataFrame:
    home = pl.col("person") // 2
    born = pl.date(1965, 1, 1) + pl.duration(days=(dice("person", 31) * 15000).cast(pl.Int64))
    one_account = pl.col("person") < begins + PLANTED_PEOPLE
    own = pl.when(one_account).then(begins).otherwise(pl.col("person"))
    return pl.DataFrame({"person": pl.int_range(begins, ends, eager=True)}).select(
        "person",
        born.alias("born_on"),
        _opaque(pl.when(dice("person", 32) < 0.08).then(home).otherwise(pl.col("person")), 33).alias("phone"),
        _opaque(pl.when(one_account).then(pl.col("person")).otherwise(home), 34).alias("address"),
        _opaque(pl.when(dice("person", 35) < 0.05).then(home * 2).otherwise(own), 36).alias("account"),
    )


def _opaque(key: pl.Expr, salt: int) -> pl.Expr:
    return key.hash(salt).reinterpret(signed=True)


def _photos(enrolments: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    faces = enrolments.select(
        (pl.col("enrolment") * 2).alias("photo"),
        pl.lit("portrait").alias("kind"),
        pl.col("person").hash(41).reinterpret(signed=True).alias("hash"),
        "class",
        "person",
        pl.lit(None, dtype=pl.Int64).alias("session"),
    )
    pictured = (dice("session", 42) < 0.15) | (pl.col("session") % MEETINGS == 0)
    scenes = sessions.filter(pictured).select(
        (pl.col("session") * 2 + 1).alias("photo"),
        pl.lit("scene").alias("kind"),
        pl.col("session").hash(43).reinterpret(signed=True).alias("hash"),
        "class",
        pl.lit(None, dtype=pl.Int64).alias("person"),
        "session",
    )
    return pl.concat([faces, scenes])


def _plays(enrolments: pl.DataFrame, classes: pl.DataFrame) -> pl.DataFrame:
    """One class in twenty learns ten lessons online, each learner at an hour of their own."""
    online = enrolments.filter(pl.col("class") % 20 == 3).join(
        classes.select("class", "starts_on"), on="class"
    )
    rows = online.join(pl.DataFrame({"turn": pl.int_range(10, eager=True)}), how="cross")
    begins = pl.col("starts_on").cast(pl.Datetime("us")) + pl.duration(
        days="turn", milliseconds=(dice("enrolment", 45) * 80_000_000).cast(pl.Int64)
    )
    return rows.select(
        "enrolment",
        (pl.col("class") * 10 + pl.col("turn")).alias("lesson"),
        pl.lit(1800).alias("length_s"),
        begins.alias("started_at"),
        (begins + pl.duration(seconds=1850)).alias("ended_at"),
        pl.col("person").alias("device"),
    )


def _results(enrolments: pl.DataFrame) -> pl.DataFrame:
    marks = [
        (
            ((dice("enrolment", salt) + dice("enrolment", salt + 1) + dice("enrolment", salt + 2)) / 3 - 0.5)
            * 60
            + 73
        )
        .round()
        .clip(0, 100)
        for salt in (51, 61)
    ]
    return enrolments.filter(dice("enrolment", 50) < 0.85).select(
        "enrolment",
        pl.col("class").alias("exam"),
        (pl.col("class") % 97).alias("assessor"),
        marks[0].alias("theory"),
        marks[1].alias("practice"),
        ((marks[0] >= 60) & (marks[1] >= 60)).alias("passed"),
        pl.col("enrolment").hash(71).reinterpret(signed=True).alias("answers"),
    )


def _standings(persons: pl.DataFrame) -> pl.DataFrame:
    luck = dice("person", 81)
    kind = pl.when(luck < 0.006).then(pl.lit("pension")).when(luck < 0.014).then(pl.lit("at_school"))
    return persons.filter(luck < 0.016).select(
        "person",
        kind.otherwise(pl.lit("dead")).alias("kind"),
        pl.when(luck < 0.014)
        .then(pl.lit(date(2024, 6, 1)))
        .otherwise(pl.lit(date(2026, 2, 1)))
        .alias("start_on"),
        pl.lit(None, dtype=pl.Date).alias("end_on"),
    )


def _busy(persons: pl.DataFrame) -> pl.DataFrame:
    day = (dice("person", 84) * 340).cast(pl.Int64)
    begins = pl.lit(datetime(2025, 1, 6, 8)) + pl.duration(days=day)
    return persons.filter(dice("person", 83) < 0.1).select(
        "person", pl.lit("work").alias("kind"), begins.alias("starts_at"),
        (begins + pl.duration(hours=8)).alias("ends_at"),
    )  # fmt: skip
