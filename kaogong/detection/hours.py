"""Fake content told by the timetable: hours no day, room or teacher can hold."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from kaogong.detection.digests import classes, sessions
from kaogong.detection.findings import Family, Finding, Say, Severity
from kaogong.detection.registry import Look, detector
from kaogong.detection.showing import by_class, finding

HELD = {"classes": ("institution",), "sessions": ()}


@detector(
    Family.CONTENT,
    title=Say("一天排不下的课时", "More hours than a day holds"),
    innocent=Say("课时录错、把几天合并录成一天", "Hours mistyped, or several days entered as one"),
    ask=Say("请机构更正课表并出示当天的签到", "A corrected timetable and that day's check-ins"),
    needs=HELD,
    settings=("day_hours_most", "hour_minutes_least", "day_hours_days_serious", "day_hours_share_severe"),
)
def more_hours_than_a_day_holds(look: Look) -> Iterator[Finding]:
    """{days}天的课时超过一天或该段时间能上的（最多一天{hours}课时）
    On {days} days more hours are counted than the day or the time holds (up to {hours} in one day)
    """
    settings = look.settings
    minutes = (pl.col("ends_at") - pl.col("starts_at")).dt.total_minutes()
    days = (
        look.made(sessions)
        .group_by("class", "on")
        .agg(
            pl.col("hours").sum(),
            minutes.sum().alias("minutes"),
            pl.len().alias("sessions"),
            pl.col("ends_at").max().alias("until"),
        )
        .with_columns(pl.col("on").count().over("class").alias("days"))
        .filter(
            (pl.col("hours") > settings.day_hours_most)
            | (pl.col("hours") * settings.hour_minutes_least > pl.col("minutes"))
        )
        .join(look.made(classes).select("class", "institution"), on="class")
        .sort("class", "on")
    )
    for number, group in by_class(days):
        serious = group.height >= settings.day_hours_days_serious
        severe = serious and group.height >= settings.day_hours_share_severe * group["days"][0]
        yield finding(
            "more_hours_than_a_day_holds",
            Severity.SEVERE if severe else Severity.SERIOUS if serious else Severity.NOTICE,
            look,
            group.select("on", "hours", "minutes", "sessions"),
            {"days": group.height, "hours": group["hours"].max()},
            institutions=group["institution"],
            classes=[number],
        )


@detector(
    Family.CONTENT,
    title=Say("同时上课多于教室", "More sessions than rooms"),
    innocent=Say(
        "教室数登记过少、合班上课、当天借用外单位场地",
        "Rooms not all registered, classes taught together, or a borrowed room",
    ),
    ask=Say(
        "请机构逐班说明当天所用教室；安排现场检查",
        "Which room each class used that day; a visit",
    ),
    needs=HELD | {"sites": ("rooms",), "sessions": ("site",)},
    settings=("overlap_minutes", "rooms_days_serious", "rooms_days_severe"),
)
def more_sessions_than_rooms(look: Look) -> Iterator[Finding]:
    """有{days}天在同一地点同时上课{at_once}班，而教室只有{rooms}间
    On {days} days {at_once} classes were taught at one site at once, which has {rooms} rooms
    """
    settings = look.settings
    slack = pl.duration(minutes=settings.overlap_minutes)
    rooms = look.frames.sites.filter(pl.col("rooms") > 0).select("site", "rooms").collect()
    held = (
        look.made(sessions)
        .filter(pl.col("site").is_not_null())
        # Classes taught together by one teacher need one room.
        .unique(["site", "starts_at", "trainer", "room"], keep="first", maintain_order=True)
        .join(rooms, on="site")
        .filter(pl.col("ends_at") - pl.col("starts_at") > slack)
    )
    turns = pl.concat(
        [
            held.select("site", "rooms", "on", pl.col("starts_at").alias("at"), pl.lit(1).alias("turn")),
            held.select(
                "site", "rooms", "on", (pl.col("ends_at") - slack).alias("at"), pl.lit(-1).alias("turn")
            ),
        ]
    )
    full = (
        turns.sort("site", "at", "turn")
        .with_columns(pl.col("turn").cum_sum().over("site").alias("at_once"))
        .filter(pl.col("at_once") > pl.col("rooms"))
        .group_by("site", "on")
        .agg(pl.col("at_once").max(), pl.col("rooms").first(), pl.col("at").first())
    )
    rows = (
        full.join(
            held.select("site", "on", "session", "class", "starts_at", "ends_at", "trainer"),
            on=["site", "on"],
        )
        .filter((pl.col("starts_at") <= pl.col("at")) & (pl.col("ends_at") > pl.col("at") + slack))
        .join(look.made(classes).select("class", "institution"), on="class")
        .sort("site", "on", "class")
    )
    for (site,), group in rows.group_by("site", maintain_order=True):
        days = group["on"].n_unique()
        serious = days >= settings.rooms_days_serious
        severe = days >= settings.rooms_days_severe
        often = group.group_by("class").agg(pl.col("on").n_unique().alias("days"))
        yield finding(
            "more_sessions_than_rooms",
            Severity.SEVERE if severe else Severity.SERIOUS if serious else Severity.NOTICE,
            look,
            group.select("site", "on", "class", "session", "starts_at", "ends_at", "at_once", "rooms"),
            {"days": days, "at_once": group["at_once"].max(), "rooms": group["rooms"][0]},
            institutions=group["institution"],
            classes=often.filter(pl.col("days") * 2 >= days)["class"] if serious else often["class"],
            mark=site,
        )


@detector(
    Family.CONTENT,
    title=Say("教师同时在两处", "A trainer in two places"),
    innocent=Say("临时换人代课未改课表、课表录错一天", "A substitute not entered, or a day mistyped"),
    ask=Say(
        "请教师本人确认当天在哪里上课；请两个班的学员各一名核实",
        "The trainer, and a learner of each class, to say where the teaching was",
    ),
    needs=HELD | {"sessions": ("trainer", "site")},
    settings=("overlap_minutes", "trainer_days_serious", "trainer_days_severe"),
)
def trainer_in_two_places(look: Look) -> Iterator[Finding]:
    """同一名教师有{days}天同时在两个班上课
    One trainer taught two classes at the same time on {days} days
    """
    settings = look.settings
    held = (
        look.made(sessions)
        .filter(pl.col("trainer").is_not_null())
        .select("trainer", "on", "class", "session", "site", "starts_at", "ends_at")
    )
    busy = held.join(
        held.group_by("trainer", "on").agg(pl.col("class").n_unique()).filter(pl.col("class") > 1),
        on=["trainer", "on"],
        how="semi",
    )
    common = pl.min_horizontal("ends_at", "ends_at_b") - pl.max_horizontal("starts_at", "starts_at_b")
    # Two classes at one place that begin together are taught together.
    together = (pl.col("site") == pl.col("site_b")) & (pl.col("starts_at") == pl.col("starts_at_b"))
    rows = (
        busy.join(busy, on=["trainer", "on"], suffix="_b")
        .filter(pl.col("class") < pl.col("class_b"))
        .filter(common.dt.total_minutes() >= settings.overlap_minutes)
        .filter(~together.fill_null(value=False))
        .join(look.made(classes).select("class", "institution"), on="class")
        .join(look.made(classes).select(class_b="class", institution_b="institution"), on="class_b")
        .sort("trainer", "on", "class", "class_b")
    )
    for (trainer,), group in rows.group_by("trainer", maintain_order=True):
        days = group["on"].n_unique()
        serious, severe = days >= settings.trainer_days_serious, days >= settings.trainer_days_severe
        yield finding(
            "trainer_in_two_places",
            Severity.SEVERE if severe else Severity.SERIOUS if serious else Severity.NOTICE,
            look,
            group.select(
                "on", "class", "session", "site", "class_b", "session_b", "site_b", "starts_at", "starts_at_b"
            ),
            {"days": days},
            institutions=[*group["institution"], *group["institution_b"]],
            classes=[*group["class"], *group["class_b"]],
            trainers=[trainer],
        )


@detector(
    Family.CONTENT,
    title=Say("深夜上课", "Taught at night"),
    innocent=Say(
        "上午下午录反、为倒班职工开的夜班未备案",
        "Morning and evening mixed up, or a class for shift workers not filed as such",
    ),
    ask=Say(
        "请机构更正课表，或补报夜间授课的安排",
        "A corrected timetable, or a filing for teaching at night",
    ),
    needs=HELD,
    settings=(
        "night_from_hour",
        "night_until_hour",
        "night_minutes_least",
        "night_sessions_serious",
        "night_share_severe",
    ),
)
def taught_at_night(look: Look) -> Iterator[Finding]:
    """{all_sessions}次课中有{sessions}次排在深夜，该班没有备案夜间授课
    {sessions} of {all_sessions} sessions were held at night, which the class was not filed for
    """
    settings = look.settings
    night = pl.col("on").cast(pl.Datetime("us")) + pl.duration(minutes=int(settings.night_from_hour * 60))
    morning = pl.col("on").cast(pl.Datetime("us")) + pl.duration(minutes=int(settings.night_until_hour * 60))
    late = (pl.col("ends_at") - pl.max_horizontal("starts_at", night)).dt.total_minutes().clip(0)
    early = (pl.min_horizontal("ends_at", morning) - pl.col("starts_at")).dt.total_minutes().clip(0)
    day_only = (
        look.made(classes).filter(~pl.col("allows").list.contains("night")).select("class", "institution")
    )
    rows = (
        look.made(sessions)
        .join(day_only, on="class")
        .with_columns(pl.len().over("class").alias("all_sessions"), (late + early).alias("night_minutes"))
        .filter(pl.col("night_minutes") >= settings.night_minutes_least)
        .sort("class", "starts_at")
    )
    for number, group in by_class(rows):
        serious = group.height >= settings.night_sessions_serious
        severe = serious and group.height >= settings.night_share_severe * group["all_sessions"][0]
        yield finding(
            "taught_at_night",
            Severity.SEVERE if severe else Severity.SERIOUS if serious else Severity.NOTICE,
            look,
            group.select("session", "on", "starts_at", "ends_at", "night_minutes"),
            {"sessions": group.height, "all_sessions": group["all_sessions"][0]},
            institutions=group["institution"],
            classes=[number],
        )
