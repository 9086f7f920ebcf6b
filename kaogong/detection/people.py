"""Fake people: learners who cannot have been there, or should not be on the list."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from kaogong.detection.chance import binomial_tail
from kaogong.detection.digests import classes, enrolments, present_of, sessions
from kaogong.detection.findings import Family, Finding, Say, Severity
from kaogong.detection.registry import Look, detector
from kaogong.detection.showing import by_class, finding

ROLL = {"classes": ("institution",), "enrolments": ("person",)}


@detector(
    Family.PEOPLE,
    title=Say("死亡登记后仍有到课", "Present after a registered death"),
    innocent=Say(
        "死亡登记的日期或身份证号码有误，或与同号的旧记录错配",
        "The register has a wrong date or the wrong person",
    ),
    ask=Say(
        "请登记部门核对死亡日期；请机构说明当天由谁、凭什么记为到课",
        "The register to confirm the date; the provider to say who marked the person present, and on what",
    ),
    needs=ROLL | {"standings": ("kind",), "sessions": (), "marks": ()},
    settings=("dead_grace_days", "dead_sessions_severe"),
)
def present_after_death(look: Look) -> Iterator[Finding]:
    """{people}名学员在死亡登记之后仍有{sessions}次到课记录
    {people} learners were marked present {sessions} times after their registered death
    """
    dead = (
        look.frames.standings.filter(pl.col("kind") == "dead").select("person", died_on="start_on").collect()
    )
    enrolled = look.made(enrolments).join(dead, on="person")
    after = (
        present_of(look, enrolled)
        .join(enrolled, on="enrolment")
        .join(look.made(sessions).select("session", "on"), on="session")
        .filter((pl.col("on") - pl.col("died_on")).dt.total_days() > look.settings.dead_grace_days)
        .join(look.made(classes).select("class", "institution"), on="class")
        .sort("class", "person", "on")
    )
    for number, rows in by_class(after):
        severity = Severity.SEVERE if rows.height >= look.settings.dead_sessions_severe else Severity.NOTICE
        people = rows["person"].unique()
        yield finding(
            "present_after_death",
            severity,
            look,
            rows.select("person", "session", "on", "died_on"),
            {"people": len(people), "sessions": rows.height},
            institutions=rows["institution"],
            classes=[number],
            people=people,
        )


def _too_many(kind: str, standing: str, look: Look) -> Iterator[Finding]:
    """Classes in which more learners hold the standing on the first day than chance and slow registers explain."""
    held = (
        look.frames.standings.filter(pl.col("kind") == standing)
        .select("person", "start_on", "end_on")
        .collect()
    )
    roll = look.made(enrolments).join(
        look.made(classes)
        .filter(~pl.col("allows").list.contains(standing))
        .select("class", "institution", "starts_on"),
        on="class",
    )
    holding = (
        roll.join(held, on="person")
        .filter(
            (pl.col("start_on") <= pl.col("starts_on"))
            & (pl.col("end_on").is_null() | (pl.col("end_on") > pl.col("starts_on")))
        )
        .unique("enrolment")
        .sort("class", "person")
    )
    enrolled = dict(roll.group_by("class").len().iter_rows())
    for number, rows in by_class(holding):
        of, people = enrolled[number], rows.height
        others = (holding.height - people) / max(roll.height - of, 1)
        usual = max(others, look.settings.standing_rate_least)
        chance = binomial_tail(people, of, usual)
        odd = people >= look.settings.standing_people_serious and chance <= look.settings.chance_serious
        if not odd and people < look.settings.standing_people_notice:
            continue
        severe = odd and people >= look.settings.standing_share_severe * of
        yield finding(
            kind,
            Severity.SEVERE if severe else Severity.SERIOUS if odd else Severity.NOTICE,
            look,
            rows.select("person", "enrolment", "start_on", "end_on", "starts_on"),
            {"people": people, "enrolled": of, "usual": usual * 100},
            institutions=rows["institution"],
            classes=[number],
            people=rows["person"],
        )


STANDING = (
    "standing_rate_least",
    "standing_people_notice",
    "standing_people_serious",
    "standing_share_severe",
    "chance_serious",
)


@detector(
    Family.PEOPLE,
    title=Say("领取养老金人员凑数", "Drawing a pension"),
    innocent=Say(
        "开班后才核定待遇、登记滞后，或该班另有自费学员",
        "The pension was granted after the class began, the register is late, or the learners paid themselves",
    ),
    ask=Say(
        "请机构说明这些学员怎样报名、是否申领补贴；向社会保险经办机构核对待遇起始日",
        "How these learners joined and whether a subsidy is claimed; the social insurance agency to confirm the dates",
    ),
    needs=ROLL | {"standings": ("kind",)},
    settings=STANDING,
)
def pensioners_enrolled(look: Look) -> Iterator[Finding]:
    """{enrolled}名学员中有{people}名开班时已领取养老金（各班平均{usual}%）
    {people} of {enrolled} learners drew a pension when the class began ({usual}% is usual)
    """
    yield from _too_many("pensioners_enrolled", "pension", look)


@detector(
    Family.PEOPLE,
    title=Say("全日制在校学生凑数", "At school full time"),
    innocent=Say(
        "学籍已毕业未注销、假期班，或该项目面向在校生而备案未注明",
        "Graduated but not struck off, a class in the holidays, or a scheme for students not filed as such",
    ),
    ask=Say(
        "请学校核对学籍与上课时间；请机构说明这些学员上课时段怎样离校",
        "The school to confirm enrolment and hours; the provider to say how these learners left school for the class",
    ),
    needs=ROLL | {"standings": ("kind",)},
    settings=STANDING,
)
def students_enrolled(look: Look) -> Iterator[Finding]:
    """{enrolled}名学员中有{people}名开班时是全日制在校学生（各班平均{usual}%）
    {people} of {enrolled} learners were full-time students when the class began ({usual}% is usual)
    """
    yield from _too_many("students_enrolled", "at_school", look)


def _elsewhere(look: Look) -> pl.DataFrame:
    """A row for each session a learner was marked present at while a register has them elsewhere."""
    settings = look.settings
    busy = look.frames.busy.rename({"starts_at": "busy_from", "ends_at": "busy_until"}).collect()
    # The edge of a stay in hospital is known to the day only.
    edge = pl.duration(
        minutes=pl.when(pl.col("kind") == "hospital").then(settings.hospital_edge_minutes).otherwise(0)
    )
    busy = (
        busy.with_columns(pl.col("busy_from") + edge, pl.col("busy_until") - edge)
        .filter(pl.col("busy_until") > pl.col("busy_from"))
        .with_columns(
            pl.date_ranges(pl.col("busy_from").dt.date(), pl.col("busy_until").dt.date()).alias("on")
        )
        .explode("on")
    )
    enrolled = (
        look.made(enrolments)
        .join(busy.select("person").unique(), on="person", how="semi")
        .join(look.made(classes).select("class", "institution", "allows"), on="class")
    )
    common = pl.min_horizontal("ends_at", "busy_until") - pl.max_horizontal("starts_at", "busy_from")
    overlapping = (
        enrolled.join(
            look.made(sessions).select("session", "class", "on", "starts_at", "ends_at"), on="class"
        )
        .join(busy, on=["person", "on"])
        .with_columns(common.dt.total_minutes().alias("minutes"))
        .filter(pl.col("minutes") >= settings.overlap_minutes)
        .filter(~((pl.col("kind") == "work") & pl.col("allows").list.contains("work")))
        .unique(["session", "enrolment", "kind"])
    )
    present = present_of(look, enrolled)
    in_all = (
        present.join(look.made(sessions).select("session", "on"), on="session")
        .group_by("enrolment")
        .agg(pl.col("on").n_unique().alias("attended"))
    )
    return overlapping.join(present, on=["session", "enrolment"], how="semi").join(in_all, on="enrolment")


@detector(
    Family.PEOPLE,
    title=Say("上课时段人在别处", "Elsewhere at the hour"),
    innocent=Say(
        "排班与实际出勤不同、换班、当日出入院、缺考仍列考生名单",
        "A shift swapped, leave from hospital for the day, or on the list of an exam but not at it",
    ),
    ask=Say(
        "请用人单位、医院或考点确认当时本人是否在场；请机构出示该次签到的凭证",
        "The employer, hospital or exam centre to confirm who was there; the provider to show the evidence of presence",
    ),
    needs=ROLL | {"busy": (), "sessions": (), "marks": ()},
    settings=(
        "overlap_minutes",
        "hospital_edge_minutes",
        "work_days_least",
        "work_share_least",
        "work_days_serious",
        "elsewhere_days_serious",
        "elsewhere_people_serious",
        "elsewhere_people_severe",
    ),
)
def elsewhere_at_the_hour(look: Look) -> Iterator[Finding]:
    """{people}名学员有{sessions}次到课与上班、住院、考试或其他班的时间重叠
    {people} learners were marked present {sessions} times while at work, in hospital, in an exam or another class
    """
    settings = look.settings
    rows = _elsewhere(look)
    often = rows.group_by("class", "enrolment", "kind").agg(
        pl.col("on").n_unique().alias("days"), pl.col("attended").first()
    )
    # A duty roster is a plan: it counts when it contradicts a learner on most days.
    planned = pl.col("kind") == "work"
    enough = ~planned | (
        (pl.col("days") >= settings.work_days_least)
        & (pl.col("days") >= settings.work_share_least * pl.col("attended"))
    )
    needed = pl.when(planned).then(settings.work_days_serious).otherwise(settings.elsewhere_days_serious)
    often = often.filter(enough).with_columns((pl.col("days") >= needed).alias("alone"))
    rows = rows.join(
        often.select("class", "enrolment", "kind", "alone"), on=["class", "enrolment", "kind"]
    ).sort("class", "person", "on")
    for number, group in by_class(rows):
        people = group["person"].n_unique()
        serious = people >= settings.elsewhere_people_serious or group["alone"].any()
        severity = Severity.SERIOUS if serious else Severity.NOTICE
        if people >= settings.elsewhere_people_severe:
            severity = Severity.SEVERE
        yield finding(
            "elsewhere_at_the_hour",
            severity,
            look,
            group.select("person", "session", "kind", "on", "busy_from", "busy_until", "minutes"),
            {"people": people, "sessions": group.height},
            institutions=group["institution"],
            classes=[number],
            people=group["person"],
        )


def _two_at_once(look: Look) -> pl.DataFrame:
    """A row for each pair of sessions of two classes that one person was marked present at, at one time."""
    roll = look.made(enrolments)
    several = roll.filter(pl.col("person").is_duplicated()).join(
        look.made(classes).select("class", "institution", "starts_on", "ends_on"), on="class"
    )
    several = (
        several.sort("person", "starts_on")
        .with_columns(pl.col("ends_on").cum_max().shift().over("person").alias("until"))
        .with_columns((pl.col("starts_on") <= pl.col("until")).fill_null(value=False).alias("meets"))
    )
    several = several.filter(pl.col("meets").any().over("person"))
    held = look.made(sessions).select("session", "class", "on", "starts_at", "ends_at")
    attended = (
        present_of(look, several)
        .join(several.select("enrolment", "person", "institution"), on="enrolment")
        .join(held, on="session")
    )
    common = pl.min_horizontal("ends_at", "ends_at_b") - pl.max_horizontal("starts_at", "starts_at_b")
    return (
        attended.join(attended, on=["person", "on"], suffix="_b")
        .filter(pl.col("class") < pl.col("class_b"))
        .with_columns(common.dt.total_minutes().alias("minutes"))
        .filter(pl.col("minutes") >= look.settings.overlap_minutes)
        .sort("class", "class_b", "person", "on")
    )


@detector(
    Family.PEOPLE,
    title=Say("同时在两个班到课", "In two classes at once"),
    innocent=Say(
        "点名时照名册全部打勾，或两班合班上课",
        "A whole list ticked by mistake, or two classes taught together",
    ),
    ask=Say(
        "请两家机构各自出示该次签到的凭证；请学员本人说明",
        "Both providers to show their evidence of presence; the learner to say which class it was",
    ),
    needs=ROLL | {"sessions": (), "marks": ()},
    settings=("overlap_minutes", "twice_sessions_serious", "twice_people_severe"),
)
def in_two_classes_at_once(look: Look) -> Iterator[Finding]:
    """{people}名学员在两个班同时到课，共{sessions}次
    {people} learners were marked present in two classes at the same time, {sessions} times
    """
    for (first, second), rows in _two_at_once(look).group_by("class", "class_b", maintain_order=True):
        people = rows["person"].n_unique()
        serious = rows.height >= look.settings.twice_sessions_serious
        severe = serious and people >= look.settings.twice_people_severe
        yield finding(
            "in_two_classes_at_once",
            Severity.SEVERE if severe else Severity.SERIOUS if serious else Severity.NOTICE,
            look,
            rows.select("person", "on", "session", "session_b", "minutes"),
            {"people": people, "sessions": rows.height},
            institutions=[*rows["institution"], *rows["institution_b"]],
            classes=[first, second],
            people=rows["person"],
            mark=f"{first}-{second}",
        )


@detector(
    Family.PEOPLE,
    title=Say("回访说没有上过课", "Says never to have been taught"),
    innocent=Say(
        "电话换人接听、误解问题，或把短训当作会议",
        "Another person answered, or did not understand the question",
    ),
    ask=Say(
        "换人再次回访；请机构出示这些学员的签到与照片",
        "A second call by another person; the provider to show presence and photographs of these learners",
    ),
    needs=ROLL | {"surveys": ()},
    settings=("denial_people_serious", "denial_rate_least", "denial_share_severe", "chance_serious"),
)
def learners_deny_it(look: Look) -> Iterator[Finding]:
    """回访到{asked}名学员，{people}名说没有上过这个班（各班平均{usual}%）
    Of {asked} learners reached, {people} say they were never taught in this class ({usual}% is usual)
    """
    settings = look.settings
    told = (
        look.frames.surveys.filter(pl.col("attended").is_not_null())
        .collect()
        .join(look.made(enrolments), on="enrolment")
        .join(look.made(classes).select("class", "institution"), on="class")
        .sort("class", "person")
    )
    denied = told.filter(~pl.col("attended"))
    asked = dict(told.group_by("class").len().iter_rows())
    for number, rows in by_class(denied):
        others = (denied.height - rows.height) / max(told.height - asked[number], 1)
        usual = max(others, settings.denial_rate_least)
        chance = binomial_tail(rows.height, asked[number], usual)
        odd = rows.height >= settings.denial_people_serious and chance <= settings.chance_serious
        severe = odd and rows.height >= settings.denial_share_severe * asked[number]
        yield finding(
            "learners_deny_it",
            Severity.SEVERE if severe else Severity.SERIOUS if odd else Severity.NOTICE,
            look,
            rows.select("person", "enrolment"),
            {"people": rows.height, "asked": asked[number], "usual": usual * 100},
            institutions=rows["institution"],
            classes=[number],
            people=rows["person"],
        )
