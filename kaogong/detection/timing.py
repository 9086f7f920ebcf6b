"""Fake content told by the clock and the place of check-ins: made by a machine, or copied from another day.

Only check-ins from learners' own phones count. Those of an assisted device, a card reader or a paper sheet are
close together, evenly spaced and from one point by their nature.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from kaogong.detection.digests import CheckIns, check_ins, classes
from kaogong.detection.findings import Family, Finding, Say, Severity
from kaogong.detection.registry import Look, detector
from kaogong.detection.showing import by_class, finding

CLOCKED = {
    "classes": ("institution",),
    "enrolments": (),
    "sessions": (),
    "checkins": ("way", "phone_at", "device"),
}
DIGEST = ("copy_within_s", "copy_window_days", "timing_people_least")
OFTEN = ("odd_sessions_serious", "odd_share_serious", "odd_share_severe")


def _own_phones(look: Look) -> pl.DataFrame:
    """Sessions with enough check-ins by hand, most of them each from a phone of its own."""
    digest: CheckIns = look.made(check_ins)
    return digest.sessions.filter(
        (pl.col("count") >= look.settings.timing_people_least) & (pl.col("devices") * 2 > pl.col("count"))
    )


def _classes_where(kind: str, odd: pl.Expr, look: Look, shown: list[str]) -> Iterator[Finding]:
    """A finding for each class of which enough sessions are odd."""
    settings = look.settings
    held = _own_phones(look).with_columns(odd.fill_null(value=False).alias("odd"))
    in_all = held.group_by("class").agg(pl.len().alias("looked_at"))
    rows = (
        held.filter("odd")
        .join(in_all, on="class")
        .join(look.made(classes).select("class", "institution"), on="class")
        .sort("class", "on", "session")
    )
    for number, group in by_class(rows):
        looked_at = group["looked_at"][0]
        share = group.height / looked_at
        serious = group.height >= settings.odd_sessions_serious and share >= settings.odd_share_serious
        severe = serious and share >= settings.odd_share_severe
        if group.height == 1 and not serious:
            continue
        yield finding(
            kind,
            Severity.SEVERE if severe else Severity.SERIOUS if serious else Severity.NOTICE,
            look,
            group.select("session", "on", "count", *shown),
            {"sessions": group.height, "looked_at": looked_at}
            | {name: group[name].median() for name in shown},
            institutions=group["institution"],
            classes=[number],
        )


@detector(
    Family.CONTENT,
    title=Say("几秒内全部签到", "All within seconds"),
    innocent=Say(
        "教师统一口令同时扫码，或多人在门口排队后一起签到",
        "Everybody scanned at the teacher's word, at once",
    ),
    ask=Say(
        "请机构出示当次课堂照片；下次课安排随机点名",
        "A photograph of the session; a random recall at the next one",
    ),
    needs=CLOCKED,
    settings=(*DIGEST, *OFTEN, "burst_seconds_a_person"),
)
def checked_in_within_seconds(look: Look) -> Iterator[Finding]:
    """{looked_at}次课中有{sessions}次，绝大多数学员在{bulk_s}秒之内全部签到
    In {sessions} of {looked_at} sessions nearly all learners checked in within {bulk_s} seconds
    """
    odd = pl.col("bulk_s") <= look.settings.burst_seconds_a_person * pl.col("count") * 0.8
    yield from _classes_where("checked_in_within_seconds", odd, look, ["bulk_s"])


@detector(
    Family.CONTENT,
    title=Say("签到间隔过于均匀", "Too even"),
    innocent=Say(
        "按座位顺序逐个扫码，或门口逐人核对后放行",
        "Scanned in the order of the seats, or let in one by one",
    ),
    ask=Say(
        "请机构说明签到怎样组织；核对各设备的来源",
        "How check-in is organised; where the devices come from",
    ),
    needs=CLOCKED,
    settings=(*DIGEST, *OFTEN, "even_gap_at_most", "even_people_least"),
)
def checked_in_evenly(look: Look) -> Iterator[Finding]:
    """{looked_at}次课中有{sessions}次，签到每隔{gap_s}秒一个，间隔几乎相同
    In {sessions} of {looked_at} sessions one check-in came every {gap_s} seconds, almost evenly
    """
    settings = look.settings
    odd = (pl.col("unevenness") <= settings.even_gap_at_most) & (
        pl.col("count") >= settings.even_people_least
    )
    yield from _classes_where("checked_in_evenly", odd, look, ["gap_s"])


@detector(
    Family.CONTENT,
    title=Say("签到在各天之间照搬", "Copied between days"),
    innocent=Say(
        "同车到达、按固定顺序点名，使各天的先后与间隔相近",
        "Arriving by one bus, or called in a fixed order, day after day",
    ),
    ask=Say(
        "请机构提供签到原始记录；向几名学员核实到课日期",
        "The original records; some learners to say on which days they came",
    ),
    needs=CLOCKED,
    settings=(*DIGEST, *OFTEN, "copy_share_above_chance", "copy_spread_least_s"),
)
def copied_between_days(look: Look) -> Iterator[Finding]:
    """{looked_at}次课中有{sessions}次，每名学员的签到时刻与另一天相同，误差不过几秒
    In {sessions} of {looked_at} sessions each learner checked in at the same moment as on another day, to seconds
    """
    settings = look.settings
    # What chance alone would make equal, given how widely this session's learners are spread.
    one = (2 * settings.copy_within_s / (2 * pl.col("half_s"))).clip(0, 1)
    chance = 1 - (1 - one) ** pl.col("beside")
    odd = (pl.col("half_s") >= settings.copy_spread_least_s) & (
        pl.col("repeated") / pl.col("count") >= chance + settings.copy_share_above_chance
    )
    yield from _classes_where("copied_between_days", odd, look, ["half_s"])


@detector(
    Family.CONTENT,
    title=Say("定位一成不变", "One point for everybody"),
    innocent=Say("手机都取自同一个网络定位点", "All phones took their place from one network point"),
    ask=Say(
        "请检查员现场用自己的手机签到一次对照",
        "An inspector to check in on the spot with another phone",
    ),
    needs=CLOCKED | {"checkins": ("way", "phone_at", "device", "latitude", "longitude")},
    settings=(*DIGEST, *OFTEN, "one_point_share", "one_point_sessions"),
)
def positions_all_alike(look: Look) -> Iterator[Finding]:
    """{looked_at}次课中有{sessions}次，所有手机的定位完全相同，且各次课都在同一点
    In {sessions} of {looked_at} sessions all phones told exactly one position, the same on each day
    """
    settings = look.settings
    digest: CheckIns = look.made(check_ins)
    several = digest.sessions.filter((pl.col("devices") >= settings.timing_people_least) & pl.col("placed"))
    in_all = several.group_by("class").agg(pl.len().alias("looked_at"))
    rows = (
        several.filter("one_point")
        .with_columns(pl.len().over("class", "south", "west").alias("alike"))
        .join(in_all, on="class")
        .filter(pl.col("alike") >= settings.one_point_share * pl.col("looked_at"))
        .join(look.made(classes).select("class", "institution"), on="class")
        .sort("class", "on", "session")
    )
    for number, group in by_class(rows):
        if group.height < settings.one_point_sessions:
            continue
        yield finding(
            "positions_all_alike",
            Severity.SERIOUS,
            look,
            group.select("session", "on", "count", latitude="south", longitude="west"),
            {"sessions": group.height, "looked_at": group["looked_at"][0]},
            institutions=group["institution"],
            classes=[number],
        )
