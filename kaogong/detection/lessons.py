"""Fake content online: lessons watched by a program instead of a person."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from kaogong.detection.digests import classes, enrolments
from kaogong.detection.findings import Family, Finding, Say, Severity
from kaogong.detection.registry import Look, detector
from kaogong.detection.showing import by_class, finding

ONLINE = {"classes": ("institution",), "enrolments": (), "plays": ()}
OFTEN = ("lesson_people_serious", "lesson_share_serious", "lesson_share_severe", "lesson_plays_least")


def _watched(look: Look) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A row a learner: plays, those too fast or over one another, those in chorus; and the most in a day."""
    settings = look.settings
    roll = look.made(enrolments).select("enrolment", "class").lazy()
    learners, days = [], []
    for piece in look.frames.pieces("plays"):
        lasted = (pl.col("ended_at") - pl.col("started_at")).dt.total_milliseconds() / 1000
        until = pl.col("ended_at").cum_max().shift().over("enrolment")
        in_common = (until - pl.col("started_at")).dt.total_seconds().fill_null(0)
        second = pl.col("started_at").dt.truncate("1s")
        plays = (
            piece.join(roll, on="enrolment")
            .sort("enrolment", "started_at")
            .with_columns(
                (pl.col("length_s") > settings.lesson_speed_most * lasted).alias("fast"),
                (in_common > settings.lesson_overlap_s).alias("over"),
                pl.len().over("class", "lesson", second).alias("chorus"),
            )
            .collect()
        )
        learners.append(
            plays.group_by("class", "enrolment").agg(
                pl.len().alias("plays"),
                (pl.col("fast") | pl.col("over")).sum().alias("too_fast"),
                (pl.col("chorus") >= settings.chorus_people_least).sum().alias("in_chorus"),
                (pl.col("length_s").sum() / 3600).alias("hours"),
            )
        )
        days.append(
            plays.group_by("class", "enrolment", pl.col("started_at").dt.date().alias("on"))
            .agg((pl.col("length_s").sum() / 3600).alias("hours"))
            .filter(pl.col("hours") > settings.lesson_hours_a_day)
        )
    return pl.concat(learners), pl.concat(days)


def _classes_where(kind: str, odd: pl.DataFrame, look: Look) -> Iterator[Finding]:
    """A finding for each class with enough odd learners."""
    settings = look.settings
    watched, _ = look.made(_watched)
    in_all = watched.group_by("class").agg(pl.len().alias("watching"))
    rows = odd.join(in_all, on="class").join(look.made(classes).select("class", "institution"), on="class")
    for number, group in by_class(rows.sort("class", "enrolment")):
        share = group.height / group["watching"][0]
        serious = group.height >= settings.lesson_people_serious and share >= settings.lesson_share_serious
        severe = serious and share >= settings.lesson_share_severe
        yield finding(
            kind,
            Severity.SEVERE if severe else Severity.SERIOUS if serious else Severity.NOTICE,
            look,
            group.drop("class", "institution", "watching"),
            {"people": group.height, "watching": group["watching"][0]},
            institutions=group["institution"],
            classes=[number],
        )


@detector(
    Family.CONTENT,
    title=Say("网课学得太快", "Lessons faster than they play"),
    innocent=Say(
        "播放器计时有误、断点续播重复计入",
        "The player's clock was wrong, or counted a resumed lesson twice",
    ),
    ask=Say(
        "请平台导出播放与互动的原始记录；请几名学员答几道该课的题",
        "The platform's own record; a few questions on the lessons to some learners",
    ),
    needs=ONLINE,
    settings=(
        *OFTEN,
        "lesson_speed_most",
        "lesson_overlap_s",
        "lesson_odd_share",
        "lesson_hours_a_day",
        "lesson_days_least",
        "chorus_people_least",
    ),
)
def lessons_too_fast(look: Look) -> Iterator[Finding]:
    """{watching}名学员中有{people}名的网课播放快于可能：超速、几课同放，或一天学得比一天还长
    {people} of {watching} learners watched lessons faster than is possible: speeded up, several at once, or all day
    """
    settings = look.settings
    watched, days = look.made(_watched)
    long = days.group_by("enrolment").len().filter(pl.col("len") >= settings.lesson_days_least)
    fast = (pl.col("plays") >= settings.lesson_plays_least) & (
        pl.col("too_fast") >= settings.lesson_odd_share * pl.col("plays")
    )
    odd = watched.filter(fast | pl.col("enrolment").is_in(long["enrolment"].implode()))
    yield from _classes_where("lessons_too_fast", odd, look)


@detector(
    Family.CONTENT,
    title=Say("网课同秒开播", "Lessons in chorus"),
    innocent=Say("教师在教室里带全班同时开播", "A teacher started the lesson for the whole room"),
    ask=Say(
        "请平台提供登录地址和设备；请机构说明是否集中收看",
        "Addresses and devices from the platform; whether the class watched together",
    ),
    needs=ONLINE,
    settings=(
        *OFTEN,
        "lesson_odd_share",
        "chorus_people_least",
        "chorus_share",
        "lesson_speed_most",
        "lesson_overlap_s",
        "lesson_hours_a_day",
    ),
)
def lessons_in_chorus(look: Look) -> Iterator[Finding]:
    """{watching}名学员中有{people}名总是与别人在同一秒开始同一课
    {people} of {watching} learners kept starting the same lesson in the same second as others
    """
    settings = look.settings
    watched, _ = look.made(_watched)
    odd = watched.filter(
        (pl.col("plays") >= settings.lesson_plays_least)
        & (pl.col("in_chorus") >= settings.chorus_share * pl.col("plays"))
    )
    yield from _classes_where("lessons_in_chorus", odd, look)
