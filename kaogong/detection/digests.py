"""The long frames read once each, piece by piece, and reduced to a row a session, a learner or a device."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from kaogong.detection.registry import Look

OWN_HAND = ("qr", "face", "offline")  # from the learner's own phone, at a moment of the learner's choosing
BY_SHEET = ("card", "paper")


def classes(look: Look) -> pl.DataFrame:
    """The classes, in memory."""
    return look.frames.classes.collect()


def enrolments(look: Look) -> pl.DataFrame:
    """The enrolments, in memory."""
    return look.frames.enrolments.collect()


def sessions(look: Look) -> pl.DataFrame:
    """The sessions with their day, in memory."""
    return look.frames.sessions.with_columns(pl.col("starts_at").dt.date().alias("on")).collect()


def rosters(look: Look) -> pl.DataFrame:
    """How many are enrolled in each class."""
    return look.made(enrolments).group_by("class").agg(pl.len().alias("enrolled"))


@dataclass(frozen=True)
class CheckIns:
    """What the check-ins come to."""

    sessions: pl.DataFrame  # a row a session: own-hand check-ins, their spread in time and place
    devices: pl.DataFrame  # a row a device and learner: sessions by hand from it, and shown in all
    classes: pl.DataFrame  # a row a class: check-ins of any way, and by hand


def check_ins(look: Look) -> CheckIns:
    """One reading of all check-ins."""
    held = look.made(sessions).select("session", "class", "starts_at", "on")
    began = look.made(classes).select("class", "starts_on")
    held = held.join(began, on="class", how="left")
    parts = [_digest(piece, held, look) for piece in look.frames.pieces("checkins")]
    return CheckIns(*(pl.concat(list(frames)) for frames in zip(*parts, strict=True)))


def _digest(
    piece: pl.LazyFrame, held: pl.DataFrame, look: Look
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    by_hand = pl.col("way").is_in(OWN_HAND)
    # A check-in kept on the phone while the network was lost is told by the phone's clock.
    at = pl.when(pl.col("way") == "offline").then(pl.col("phone_at")).otherwise(pl.col("server_at"))
    again = (pl.col("session") == pl.col("session").shift()) & (
        pl.col("enrolment") == pl.col("enrolment").shift()
    )
    # The first of each learner in each session, by hand before any other way.
    shown = (
        piece.select(
            "session",
            "enrolment",
            "device",
            "latitude",
            "longitude",
            at.alias("at"),
            (~by_hand).alias("other"),
        )
        .sort("session", "enrolment", "other", "at", nulls_last=True)
        .filter(~again.fill_null(value=False))
        .collect()
    )
    counts = (
        shown.group_by("session")
        .agg(pl.len().alias("shown"), (~pl.col("other")).sum().alias("by_hand"))
        .join(held.select("session", "class"), on="session")
        .group_by("class")
        .agg(pl.col("shown").sum(), pl.col("by_hand").sum())
    )
    in_all = shown.group_by("enrolment").agg(pl.len().alias("shown"))
    firsts = (
        shown.lazy()
        .filter(~pl.col("other") & pl.col("at").is_not_null())
        .drop("other")
        .join(held.lazy(), on="session", maintain_order="left")
        .with_columns((pl.col("at") - pl.col("starts_at")).dt.total_milliseconds().alias("offset"))
        .drop("at", "starts_at")
        .collect()
    )
    del shown
    devices = (
        firsts.filter(pl.col("device").is_not_null())
        .group_by("device", "enrolment")
        .agg(pl.len().alias("sessions"))
        .join(in_all, on="enrolment")
    )
    return _session_rows(firsts, look), devices, counts


def _session_rows(firsts: pl.DataFrame, look: Look) -> pl.DataFrame:
    """One row a session: how many checked in by hand, how spread, how even, how many as on another day."""
    gap = pl.when(pl.col("session") == pl.col("session").shift()).then(pl.col("offset").diff()).alias("gap")
    offset = pl.col("offset")
    rows = (
        firsts.lazy()
        .sort("session", "offset")
        .with_columns(gap)
        .group_by("session")
        .agg(
            pl.col("class").first(),
            pl.col("on").first(),
            pl.len().alias("count"),
            pl.col("device").n_unique().alias("devices"),
            ((offset.quantile(0.9) - offset.quantile(0.1)) / 1000).alias("bulk_s"),
            ((offset.quantile(0.75) - offset.quantile(0.25)) / 1000).alias("half_s"),
            (pl.col("gap").median() / 1000).alias("gap_s"),
            ((pl.col("gap").quantile(0.75) - pl.col("gap").quantile(0.25)) / pl.col("gap").median()).alias(
                "unevenness"
            ),
            (pl.col("latitude").count() >= 2).alias("placed"),
            pl.col("latitude").min().alias("south"),
            pl.col("longitude").min().alias("west"),
            (
                (pl.col("latitude").min() == pl.col("latitude").max())
                & (pl.col("longitude").min() == pl.col("longitude").max())
            ).alias("one_point"),
        )
        .collect()
    )
    return rows.join(_as_on_another_day(firsts, look), on="session", how="left").with_columns(
        pl.col("repeated", "beside").fill_null(0)
    )


def _as_on_another_day(firsts: pl.DataFrame, look: Look) -> pl.DataFrame:
    """How many learners of each session arrived, to the second, as in another session of the same weeks.

    A learner's moment is taken from that of the learner before on the roster, so that a day moved as a whole, or
    with some left out, is seen too. Sorted, equal moments lie side by side; ``beside`` is how many moments each
    was compared with.
    """
    within = look.settings.copy_within_s * 1000
    window = (pl.col("on") - pl.col("starts_on")).dt.total_days() // look.settings.copy_window_days
    together = pl.col("session") == pl.col("session").shift()
    before = pl.when(together).then(pl.col("enrolment").shift()).alias("before")
    moments = (
        firsts.lazy()  # by session and learner
        .select(
            "session",
            pl.struct("enrolment", before, window).hash().alias("pair"),
            pl.when(together).then(pl.col("offset").diff()).alias("moment"),
        )
        .filter(pl.col("moment").is_not_null())
        .sort("pair", "moment")
    )
    same = (pl.col("pair") == pl.col("pair").shift()).fill_null(value=False)
    near = same & (pl.col("moment").diff() <= within).fill_null(value=False)
    return (
        moments.with_columns(near.alias("near"), (~same).cum_sum().alias("run"))
        .with_columns(
            (pl.col("near") | pl.col("near").shift(-1, fill_value=False)).alias("again"),
            pl.len().over("run").alias("moments"),
        )
        .group_by("session")
        .agg(pl.col("again").sum().alias("repeated"), (pl.col("moments").mean() - 1).alias("beside"))
        .collect()
    )


def presences(look: Look) -> pl.DataFrame:
    """A row a session: learners marked present."""
    return pl.concat(
        [
            piece.filter(pl.col("present")).group_by("session").agg(pl.len().alias("present")).collect()
            for piece in look.frames.pieces("marks")
        ]
    )


def present_of(look: Look, enrolled: pl.DataFrame) -> pl.DataFrame:
    """The sessions at which these few learners were marked present: ``session`` and ``enrolment``."""
    wanted = enrolled.select("enrolment").unique().lazy()
    return pl.concat(
        [
            piece.filter(pl.col("present"))
            .select("session", "enrolment")
            .join(wanted, on="enrolment", how="semi")
            .collect()
            for piece in look.frames.pieces("marks")
        ]
    ).unique()
