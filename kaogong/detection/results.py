"""Fake content told by exam results: copied, all alike, or better than everybody else's without reason."""

from __future__ import annotations

import math
from collections.abc import Iterator

import polars as pl

from kaogong.detection.chance import binomial_tail, robust_spread, spread_too_small
from kaogong.detection.digests import classes, enrolments
from kaogong.detection.findings import Family, Finding, Say, Severity
from kaogong.detection.registry import Look, detector
from kaogong.detection.showing import finding

SAT = {"classes": ("institution",), "enrolments": (), "results": ()}


def _results(look: Look) -> pl.DataFrame:
    """Results with the class they belong to."""
    of_class = look.made(classes).select("class", "institution", "occupation", "level")
    return (
        look.frames.results.collect().join(look.made(enrolments), on="enrolment").join(of_class, on="class")
    )


@detector(
    Family.CONTENT,
    title=Say("答卷雷同", "Answer sheets alike"),
    innocent=Say("题少而易、按同一份讲义背题", "Few and easy questions, learnt by heart from one sheet"),
    ask=Say(
        "请评价机构出示原卷和监考录像；由另一机构抽考几名学员",
        "The sheets and the recording of the exam; another body to examine some learners",
    ),
    needs=SAT | {"results": ("answers",)},
    settings=("sheets_alike_least", "sheets_people_serious", "sheets_share_serious", "sheets_share_severe"),
)
def answers_copied(look: Look) -> Iterator[Finding]:
    """{sat}名考生中有{people}名的答卷与别人完全相同，错也错得一样
    The sheets of {people} of {sat} examinees equal another's to the last mistake
    """
    settings = look.settings
    sat = (
        look.made(_results)
        .filter(pl.col("answers").is_not_null())
        .with_columns(pl.len().over("exam").alias("sat"), pl.len().over("exam", "answers").alias("alike"))
    )
    alike = sat.filter((pl.col("alike") >= settings.sheets_alike_least) & (pl.col("theory") < 100))
    for _, group in alike.sort("exam", "answers", "person").group_by("exam", maintain_order=True):
        share = group.height / group["sat"][0]
        serious = group.height >= settings.sheets_people_serious and share >= settings.sheets_share_serious
        severe = serious and share >= settings.sheets_share_severe
        yield finding(
            "answers_copied",
            Severity.SEVERE if severe else Severity.SERIOUS if serious else Severity.NOTICE,
            look,
            group.select("person", "exam", "answers", "theory", "practice"),
            {"people": group.height, "sat": group["sat"][0]},
            institutions=[*group["institution"], *group["assessor"]],
            classes=group["class"],
            people=group["person"],
        )


@detector(
    Family.CONTENT,
    title=Say("成绩几乎一样", "Marks all alike"),
    innocent=Say(
        "评分只分几档，或同一师傅带出的小班水平接近",
        "Marked in a few steps, or a small class of one master",
    ),
    ask=Say(
        "请评价机构出示评分表和作品；由另一名考评员复评",
        "The marking sheets and the work pieces; another assessor to mark again",
    ),
    needs=SAT,
    settings=("alike_people_least", "alike_points", "alike_sigmas"),
)
def marks_all_alike(look: Look) -> Iterator[Finding]:
    """{sat}名考生的{parts}成绩几乎一样，标准差只有{spread}分（通常{usual}分）
    The {parts} marks of {sat} examinees are almost the same: they spread {spread} points ({usual} is usual)
    """
    settings = look.settings
    exams = (
        look.made(_results)
        .group_by("exam")
        .agg(
            pl.col("class", "institution", "assessor", "person").unique(),
            pl.len().alias("sat"),
            *(pl.col(part).std().alias(f"{part}_spread") for part in ("theory", "practice")),
            *(pl.col(part).count().alias(f"{part}_sat") for part in ("theory", "practice")),
            *(pl.col(part).mean().alias(f"{part}_mean") for part in ("theory", "practice")),
        )
        .sort("exam")
    )
    odd = []
    for part in ("theory", "practice"):
        enough = exams.filter(pl.col(f"{part}_sat") >= settings.alike_people_least)
        usual = enough[f"{part}_spread"].median()
        if not usual:
            continue
        spread = pl.col(f"{part}_spread")
        odd.append(
            enough.filter(
                (spread <= settings.alike_points)
                & (spread_too_small(pl.col(f"{part}_sat"), spread, usual) <= -settings.alike_sigmas)
            ).select(
                "exam", "class", "institution", "assessor", "person", part=pl.lit(part), sat=f"{part}_sat",
                mean=f"{part}_mean", spread=f"{part}_spread", usual=pl.lit(usual),
            )
        )  # fmt: skip
    for _, group in pl.concat(odd).sort("exam").group_by("exam", maintain_order=True) if odd else ():
        first = group.row(0, named=True)
        yield finding(
            "marks_all_alike",
            Severity.SERIOUS,
            look,
            group.select("exam", "part", "sat", "mean", "spread", "usual"),
            {"parts": tuple(group["part"])} | {name: first[name] for name in ("sat", "spread", "usual")},
            institutions=[*first["institution"], *first["assessor"]],
            classes=first["class"],
            people=first["person"],
            mark=first["exam"],
        )


def _excess(rows: pl.DataFrame, by: str, correlated: float) -> pl.DataFrame:
    """A row a provider or assessor: passes beyond what the others have in the same occupations and levels.

    Where an occupation is rare, the region's rate stands in for what the others would show.
    """
    stratum = ["occupation", "level"]
    of_group = rows.group_by(by, "class", *stratum).agg(
        pl.len().alias("sat"), pl.col("passed").sum().alias("passes")
    )
    whole = rows.group_by(*stratum).agg(pl.len().alias("all_sat"), pl.col("passed").sum().alias("all_passes"))
    own = of_group.group_by(by, *stratum).agg(
        pl.col("sat").sum().alias("own_sat"), pl.col("passes").sum().alias("own_passes")
    )
    overall = rows["passed"].mean()
    # Ten examinees at the region's rate stand in for what is not known of a rare occupation.
    others = (pl.col("all_passes") - pl.col("own_passes") + 10 * overall) / (
        pl.col("all_sat") - pl.col("own_sat") + 10
    )
    # Learners of a class pass or fail together: so many of one class say as much as so few on their own.
    weight = 1 / (1 + (pl.col("sat") - 1) * correlated)
    variance = pl.col("sat") * pl.col("rate") * (1 - pl.col("rate")) * weight
    groups = (
        of_group.join(whole, on=stratum)
        .join(own, on=[by, *stratum])
        .with_columns(others.alias("rate"))
        .group_by(by)
        .agg(
            pl.col("sat").sum(),
            pl.col("passes").sum(),
            (pl.col("sat") * pl.col("rate")).sum().alias("expected"),
            (pl.col("sat") * weight).sum().alias("alone"),
            variance.sum().alias("told"),
        )
        .with_columns(excess=(pl.col("passes") - pl.col("expected")) / pl.col("sat"))
    )
    odds = ((pl.col("passes") + 0.5) / (pl.col("sat") - pl.col("passes") + 0.5)).log()
    usual = ((pl.col("expected") + 0.5) / (pl.col("sat") - pl.col("expected") + 0.5)).log()
    return groups.with_columns(shift=odds - usual)


def _between(groups: pl.DataFrame, least: float) -> tuple[float, float]:
    """By how much honest providers differ, in log odds: their middle, and their spread beyond sampling error."""
    middle = groups["shift"].median() or 0.0
    error = (1 / groups["told"].clip(0.1)).median() or 0.0
    return middle, max(least, max(0.0, robust_spread(groups["shift"]) ** 2 - error) ** 0.5)


def _chance(row: dict, middle: float, between: float) -> float:
    """The chance of so few failures at an honest provider: the binomial tail, over all that providers may be."""
    rate = min(max(row["expected"] / row["sat"], 0.001), 0.999)
    usual = math.log(rate / (1 - rate)) + middle
    alone = max(1, round(row["alone"]))
    failures = round(alone * (row["sat"] - row["passes"]) / row["sat"])
    total = weights = 0.0
    for step in range(-16, 17):
        sigma = step / 4
        weight = math.exp(-sigma * sigma / 2)
        passing = 1 / (1 + math.exp(-(usual + sigma * between)))
        total += weight * binomial_tail(alone - failures, alone, passing)
        weights += weight
    return total / weights


@detector(
    Family.CONTENT,
    title=Say("合格率明显偏高", "Pass rates out of line"),
    innocent=Say(
        "生源好、师资强、先筛选后报考", "Better learners or teachers, or only the ready were entered"
    ),
    ask=Say(
        "请另一评价机构抽样复考；调阅监考录像和评分原件",
        "A second exam of a sample by another body; recordings and marking sheets",
    ),
    needs=SAT,
    settings=(
        "pass_people_least", "pass_correlation", "pass_between_least", "pass_excess_least",
        "pass_chance_serious", "pass_chance_severe",
    ),
)  # fmt: skip
def pass_rate_out_of_line(look: Look) -> Iterator[Finding]:
    """{sat}名考生合格{passes}名，按同职业同等级其他机构的水平约为{expected}名，偶然如此的机会约为{one_in}分之一
    {passes} of {sat} examinees passed where about {expected} do elsewhere in these trades: by chance once in {one_in}
    """
    settings = look.settings
    rows = look.made(_results).filter(pl.col("passed").is_not_null())
    if rows.is_empty():
        return
    seen: set[tuple[int, ...]] = set()
    for by in ("assessor", "institution"):
        groups = _excess(rows, by, settings.pass_correlation).filter(
            pl.col("sat") >= settings.pass_people_least
        )
        if groups.height < 5:  # too few to say what is usual
            continue
        middle, between = _between(groups, settings.pass_between_least)
        for row in (
            groups.filter(pl.col("excess") >= settings.pass_excess_least).sort(by).iter_rows(named=True)
        ):
            chance = _chance(row, middle, between)
            if chance > settings.pass_chance_serious or (row[by],) in seen:
                continue
            seen.add((row[by],))
            yield finding(
                "pass_rate_out_of_line",
                Severity.SEVERE if chance <= settings.pass_chance_severe else Severity.SERIOUS,
                look,
                rows.filter(pl.col(by) == row[by])
                .group_by("class", "occupation", "level")
                .agg(pl.len().alias("sat"), pl.col("passed").sum().alias("passes"))
                .sort("class"),
                {
                    "sat": row["sat"],
                    "passes": row["passes"],
                    "expected": round(row["expected"]),
                    "one_in": min(10**9, round(1 / max(chance, 1e-9))),
                },
                institutions=[row[by]],
            )
