"""The order of judging: everyone's events by day and reference, laid out rank by rank.

All first events stand together, then all second ones, and so on; within a rank, people with more events come
first. The earlier event of the person at place ``p`` is thus at ``p`` within every earlier rank.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from kaogong.rules.batch_plans import days


@dataclass(frozen=True)
class Layout:
    """``events`` has ``row`` (of the claims; null for earlier subsidies), ``on`` (the same), ``place``.

    ``had`` are the rows of the earlier subsidies; None where there are none.
    """

    events: pl.DataFrame
    had: pl.Series | None
    sizes: list[int]  # how many people have a first, a second, … event


def layout(claimant: pl.Series, on: pl.Series, reference: pl.Series, had: pl.Series | None = None) -> Layout:
    """The events of all who have more than one; ``had`` are the claimants of the earlier subsidies."""
    order = _in_order(claimant, on, reference, had)
    is_first = order["person"] != order["person"].shift(1)
    starts = is_first.fill_null(True).arg_true().cast(pl.UInt32)
    ends = starts.shift(-1).fill_null(order.height)
    people = pl.DataFrame({"start": starts, "events": ends - starts}).filter(pl.col("events") > 1)
    people = people.sort("events", descending=True, maintain_order=True)
    sizes = _sizes(people["events"])
    places = pl.concat(
        [pl.int_range(size, dtype=pl.UInt32, eager=True) for size in sizes]
        or [pl.Series([], dtype=pl.UInt32)]
    )
    at = pl.concat(
        [people["start"].head(size) + rank for rank, size in enumerate(sizes)]
        or [pl.Series([], dtype=pl.UInt32)]
    )
    events = order.select(pl.col("event", "on").gather(at)).with_columns(place=places)
    if had is None:
        return Layout(events.rename({"event": "row"}), None, sizes)
    count, event = claimant.len(), pl.col("event")
    events = events.select(
        row=pl.when(event < count).then(event),
        on=pl.when(event < count).then("on"),
        place="place",
        had=pl.when(event >= count).then((event - count).cast(pl.UInt32)),
    )
    return Layout(events.drop("had"), events["had"], sizes)


def _sizes(events: pl.Series) -> list[int]:
    """How many people have at least one, at least two, … events."""
    counted = events.value_counts().sort("events", descending=True)
    sizes: list[int] = []
    reached = 0
    for most, people in counted.rows():
        # whoever has this many also has every rank below, down to the next smaller number
        sizes += [0] * (most - len(sizes))
        reached = max(reached, most)
        for rank in range(most):
            sizes[rank] += people
    return sizes[:reached]


def _in_order(
    claimant: pl.Series, on: pl.Series, reference: pl.Series, had: pl.Series | None
) -> pl.DataFrame:
    """``event``, ``person`` and ``on`` in order: earlier subsidies (numbered after the claims) come first."""
    count = claimant.len()
    everyone = claimant if had is None else pl.concat([claimant, had])
    person = _numbered(everyone)
    first = days(on.min()) if count else 0
    day = on.cast(pl.Int32).cast(pl.Int64) - first + 1
    if had is not None:
        day = pl.concat([day, pl.repeat(0, had.len(), dtype=pl.Int64, eager=True)])
    events = pl.DataFrame({"person": person, "day": day.alias("day")}).with_row_index("event")
    day_bits = max(int(day.max() or 0), 1).bit_length()
    event_bits = max(events.height, 1).bit_length()
    if max(int(person.max() or 0), 1).bit_length() + day_bits + event_bits > 64:
        events = events.with_columns(person=pl.col("person").rank("dense").cast(pl.UInt64))
    per_day, per_event = 1 << day_bits, 1 << event_bits
    keys = events.select(
        (pl.col("person") * per_day + pl.col("day").cast(pl.UInt64)) * per_event + pl.col("event")
    ).to_series()
    del events
    keys = keys.sort()
    found = pl.DataFrame({"key": keys}).select(
        person_day=pl.col("key") // per_event, event=(pl.col("key") & (per_event - 1)).cast(pl.UInt32)
    )
    event = found["event"]
    if not reference.is_sorted():
        event = _ties_put_right(found, reference)
    day_of = (pl.col("person_day") & (per_day - 1)).cast(pl.Int32) + (first - 1)
    return found.select(event, person=pl.col("person_day") // per_day, on=day_of.cast(pl.Date))


def _numbered(claimant: pl.Series) -> pl.Series:
    """A small whole number for each claimant."""
    if claimant.dtype == pl.String:
        return claimant.rank("dense").cast(pl.UInt64).alias("person")
    least, greatest = claimant.min() or 0, claimant.max() or 0
    if greatest - least >= 1 << 62:
        return claimant.rank("dense").cast(pl.UInt64).alias("person")
    return (claimant.cast(pl.UInt64 if least >= 0 else pl.Int64) - least).cast(pl.UInt64).alias("person")


def _ties_put_right(found: pl.DataFrame, reference: pl.Series) -> pl.Series:
    """Claims of one person on one day in the order of their references; the rest stays."""
    key, event = found["person_day"], found["event"]
    tied = (key == key.shift(1)) | (key == key.shift(-1))
    tied = tied.fill_null(False) & (event < reference.len())
    places = tied.arg_true()
    if places.is_empty():
        return event
    events = event.gather(places)
    right = pl.DataFrame({"key": key.gather(places), "reference": reference.gather(events), "event": events})
    return event.scatter(places, right.sort("key", "reference")["event"])
