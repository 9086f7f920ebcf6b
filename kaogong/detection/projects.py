"""Fake projects: classes that left no trace, never fitted their room, or were only a list used again."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from kaogong.detection.components import components
from kaogong.detection.digests import CheckIns, check_ins, classes, enrolments, presences, rosters, sessions
from kaogong.detection.findings import Family, Finding, Say, Severity
from kaogong.detection.registry import Look, detector
from kaogong.detection.showing import by_class, finding


@detector(
    Family.PROJECT,
    title=Say("从未留下凭证的班", "A class without evidence"),
    innocent=Say(
        "乡镇点无网络、纸质材料尚未补录",
        "No network in the village and papers not yet entered",
    ),
    ask=Say(
        "请机构限期补交签到原件、照片和教学记录；向学员回访",
        "The original sheets, photographs and teaching records; calls to learners",
    ),
    needs={
        "classes": ("institution",),
        "enrolments": (),
        "sessions": (),
        "marks": (),
        "checkins": ("way",),
        "photos": ("session",),  # without one, a place where nobody can hand in photographs of lessons
    },
    settings=(
        "evidence_marks_least",
        "evidence_share_least",
        "evidence_hand_share_least",
        "copy_within_s",
        "copy_window_days",
    ),
)
def never_evidenced(look: Look) -> Iterator[Finding]:
    """记为到课{marks}人次，签到凭证{shown}条，其中本人签到{by_hand}条，没有一张课堂照片
    {marks} marks of presence rest on {shown} check-ins, {by_hand} of them by learners themselves, and no photograph
    """
    settings = look.settings
    digest: CheckIns = look.made(check_ins)
    marked = (
        look.made(presences)
        .join(look.made(sessions).select("session", "class"), on="session")
        .group_by("class")
        .agg(pl.col("present").sum().alias("marks"))
    )
    pictured = look.frames.photos.filter(pl.col("kind") == "scene").select("class").unique().collect()
    rows = (
        look.made(classes)
        .filter("finished")
        .select("class", "institution", "starts_on", "ends_on")
        .join(marked, on="class", how="left")
        .join(digest.classes, on="class", how="left")
        .with_columns(pl.col("marks", "shown", "by_hand").fill_null(0))
        .join(pictured, on="class", how="anti")
        .filter(
            (pl.col("marks") >= settings.evidence_marks_least)
            & (pl.col("by_hand") < settings.evidence_hand_share_least * pl.col("marks"))
        )
        .sort("class")
    )
    for number, group in by_class(rows):
        row = group.row(0, named=True)
        bare = row["shown"] < settings.evidence_share_least * row["marks"]
        yield finding(
            "never_evidenced",
            Severity.SEVERE if bare else Severity.SERIOUS,
            look,
            group,
            {name: row[name] for name in ("marks", "shown", "by_hand")},
            institutions=[row["institution"]],
            classes=[number],
        )


@detector(
    Family.PROJECT,
    title=Say("场地装不下", "Too small a site"),
    innocent=Say(
        "容纳人数登记有误、在室外或分两间同时上课",
        "Capacity registered wrong, taught outdoors or in two rooms at once",
    ),
    ask=Say(
        "请机构说明实际授课地点；现场丈量",
        "Where the class was really taught; a visit with a tape measure",
    ),
    needs={"classes": ("institution",), "sites": ("capacity",), "sessions": ("site",), "marks": ()},
    settings=(
        "site_over_share",
        "site_sessions_share",
        "site_sessions_least",
        "site_over_share_severe",
        "site_classes_mistyped",
        "site_mistyped_share",
    ),
)
def site_too_small(look: Look) -> Iterator[Finding]:
    """{all_sessions}次课中有{sessions}次到课人数（最多{present}人）超过场地容纳人数{capacity}人
    In {sessions} of {all_sessions} sessions more were present (up to {present}) than the {capacity} the site holds
    """
    settings = look.settings
    capacity = look.frames.sites.filter(pl.col("capacity") > 0).select("site", "capacity").collect()
    rows = (
        look.made(sessions)
        .select("session", "class", "site", "on")
        .join(capacity, on="site")
        .with_columns(pl.len().over("class").alias("all_sessions"))
        .join(look.made(presences), on="session")
        .filter(pl.col("present") > settings.site_over_share * pl.col("capacity"))
        .join(look.made(classes).select("class", "institution"), on="class")
        .sort("class", "on", "session")
    )
    # A site too small for nearly every class there is more likely registered wrong than always overfull.
    held_at = (
        look.made(sessions).select("site", "class").unique().group_by("site").agg(pl.len().alias("held"))
    )
    over_at = (
        rows.select("site", "class")
        .unique()
        .group_by("site")
        .agg(pl.len().alias("over"))
        .join(held_at, on="site")
    )
    mistyped = over_at.filter(
        (pl.col("over") >= settings.site_classes_mistyped)
        & (pl.col("over") >= settings.site_mistyped_share * pl.col("held"))
    )["site"].to_list()
    for number, group in by_class(rows):
        often = group.height >= settings.site_sessions_share * group["all_sessions"][0]
        serious = often and group.height >= settings.site_sessions_least and group["site"][0] not in mistyped
        over = (group["present"] / group["capacity"]).max()
        severe = serious and over >= settings.site_over_share_severe
        yield finding(
            "site_too_small",
            Severity.SEVERE if severe else Severity.SERIOUS if serious else Severity.NOTICE,
            look,
            group.select("session", "on", "site", "present", "capacity"),
            {
                "sessions": group.height,
                "all_sessions": group["all_sessions"][0],
                "present": group["present"].max(),
                "capacity": group["capacity"].min(),
            },
            institutions=group["institution"],
            classes=[number],
        )


def _alike(look: Look) -> pl.DataFrame:
    """Pairs of classes whose rosters are mostly the same people."""
    settings = look.settings
    roll = look.made(enrolments).unique(["person", "class"]).select("person", "class")
    several = roll.filter(pl.col("person").is_duplicated())
    pairs = (
        several.lazy()
        .join(several.lazy(), on="person", suffix="_b")
        .filter(pl.col("class") < pl.col("class_b"))
        .group_by("class", "class_b")
        .agg(pl.len().alias("shared"))
        .filter(pl.col("shared") >= settings.roster_people_least)
        .collect()
    )
    size = look.made(rosters)
    about = (
        look.made(classes)
        .select("class", "institution", "occupation", "level", "starts_on")
        .join(size, on="class")
    )
    return (
        pairs.join(about, on="class")
        .join(about, left_on="class_b", right_on="class", suffix="_b")
        .filter(pl.col("shared") >= settings.roster_share * pl.min_horizontal("enrolled", "enrolled_b"))
        .filter(
            (pl.col("starts_on") - pl.col("starts_on_b")).dt.total_days().abs() <= settings.roster_within_days
        )
        .with_columns(
            ((pl.col("occupation") == pl.col("occupation_b")) & (pl.col("level") == pl.col("level_b"))).alias(
                "again"
            )
        )
    )


@detector(
    Family.PROJECT,
    title=Say("同一份名单反复开班", "One roster again and again"),
    innocent=Say(
        "企业对同一批职工分年、分级培训，或补考班",
        "An employer training the same staff level by level, or a class for retakes",
    ),
    ask=Say(
        "请机构和用人单位说明各班内容有何不同；抽查几名学员",
        "How the classes differ; some learners to say what they were taught",
    ),
    needs={"classes": ("institution",), "enrolments": ()},
    settings=(
        "roster_people_least",
        "roster_share",
        "roster_within_days",
        "roster_classes_serious",
        "roster_repeats_serious",
        "roster_classes_severe",
    ),
)
def same_roster_again(look: Look) -> Iterator[Finding]:
    """{classes}个班的名单大多是同一批人（两班最多相同{shared}人），其中{repeats}对是同职业同等级
    The rosters of {classes} classes are mostly the same people (up to {shared} in two), {repeats} pairs in the same trade and level
    """  # noqa: E501
    settings = look.settings
    pairs = look.made(_alike)
    if pairs.is_empty():
        return
    group_of = components(pairs.select(a="class", b="class_b"))
    roll = look.made(enrolments).unique(["person", "class"])
    roll = roll.filter(pl.col("class").is_in(group_of["node"].implode()))
    for _, group in (
        pairs.join(group_of, left_on="class", right_on="node")
        .sort("group", "class", "class_b")
        .group_by("group", maintain_order=True)
    ):
        numbers = {*group["class"], *group["class_b"]}
        repeats = int(group["again"].sum())
        # Classes each a little like the next are a village; a list used again is the same people every time.
        times = roll.filter(pl.col("class").is_in(numbers)).group_by("person").len()["len"]
        kept = [
            (times >= wanted).sum() >= settings.roster_people_least
            for wanted in (settings.roster_classes_serious, settings.roster_classes_severe)
        ]
        serious = kept[0] or repeats >= settings.roster_repeats_serious
        severe = serious and kept[1]
        if not serious and not repeats:
            continue
        yield finding(
            "same_roster_again",
            Severity.SEVERE if severe else Severity.SERIOUS if serious else Severity.NOTICE,
            look,
            group.select(
                "class", "class_b", "shared", "enrolled", "enrolled_b", "starts_on", "starts_on_b", "again"
            ),
            {"classes": len(numbers), "shared": group["shared"].max(), "repeats": repeats},
            institutions=[*group["institution"], *group["institution_b"]],
            classes=numbers,
        )


@detector(
    Family.PROJECT,
    title=Say("申领之后还在上课", "Taught after the claim"),
    innocent=Say(
        "申领后补课、课表结束日期未更新、按月先行申领",
        "A make-up session, a date not updated, or a scheme claimed by the month",
    ),
    ask=Say(
        "请机构说明申领时课程是否已完成",
        "Whether the course was complete when it was claimed",
    ),
    needs={"classes": ("institution", "claimed_on"), "sessions": ()},
    settings=("after_claim_sessions_serious", "after_claim_share_serious", "after_claim_share_severe"),
)
def held_after_claim(look: Look) -> Iterator[Finding]:
    """{claimed_on}申领时还有{sessions}次课（共{all_sessions}次）没有上
    {sessions} of {all_sessions} sessions were still to be held when the class was claimed on {claimed_on}
    """
    settings = look.settings
    claimed = (
        look.made(classes)
        .filter(pl.col("claimed_on").is_not_null() & ~pl.col("allows").list.contains("claimed_early"))
        .select("class", "institution", "claimed_on")
    )
    rows = (
        look.made(sessions)
        .join(claimed, on="class")
        .with_columns(pl.len().over("class").alias("all_sessions"))
        .filter(pl.col("on") > pl.col("claimed_on"))
        .sort("class", "on", "session")
    )
    for number, group in by_class(rows):
        share = group.height / group["all_sessions"][0]
        serious = (
            group.height >= settings.after_claim_sessions_serious
            and share >= settings.after_claim_share_serious
        )
        severe = serious and share >= settings.after_claim_share_severe
        yield finding(
            "held_after_claim",
            Severity.SEVERE if severe else Severity.SERIOUS if serious else Severity.NOTICE,
            look,
            group.select("session", "on", "claimed_on"),
            {
                "claimed_on": group["claimed_on"][0],
                "sessions": group.height,
                "all_sessions": group["all_sessions"][0],
            },
            institutions=group["institution"],
            classes=[number],
        )
