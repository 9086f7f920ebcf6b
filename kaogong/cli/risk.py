"""``kaogong risk``: how well the detectors find planted fraud, and what they say of a case."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from kaogong.cli.risk_run import run
from kaogong.detection import DETECTORS, Settings, detect
from kaogong.detection.measuring import ANSWERS, Measure, Tally
from kaogong.detection.measuring import measure as measured
from kaogong.detection.planting import Planted, plant
from kaogong.rules import load


@click.group(help="风险识别：在虚构的一年数据中埋入各类造假，看能找出多少、误报多少。")
def risk() -> None:
    pass


risk.add_command(run)


def _seen(seed: int, people: int, region: str) -> tuple[Planted, Measure]:
    on = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    settings = Settings.of(load().conduct(region, "detection", on))
    planted = plant(seed, people=people)
    return planted, measured(planted, detect(planted.frames, settings).findings)


_seed = click.option(
    "--seed", type=click.IntRange(0), required=True, help="种子：1–20 为开发所用，1000 以上从未用于调试"
)
_people = click.option(
    "--people", type=click.IntRange(1000, 200_000), default=8000, show_default=True, help="人数"
)
_region = click.option("--region", default="370211", show_default=True, help="采用哪个区划的阈值")


@risk.command(help="埋入造假后识别一遍：每类一行（埋入、找到、误报、召回率、精确率），最后一行是合计。")
@_seed
@_people
@_region
def measure(seed: int, people: int, region: str) -> None:
    planted, found = _seen(seed, people, region)
    click.echo(
        f"seed {seed}: {planted.frames.persons.collect().height} people, {planted.honest_classes} honest classes,"
        f" {len(planted.cases)} planted cases; serious and severe findings count, notices do not"
    )
    for kind, tally in found.kinds.items():
        click.echo(_line(kind, tally))
    overall = found.overall
    click.echo(_line("all", overall))
    click.echo(f"recall={overall.recall:.2f} precision={overall.precision:.2f}")


def _line(kind: str, tally: Tally) -> str:
    return (
        f"{kind:20} planted={tally.planted:<3} found={tally.found:<3} false={tally.false:<3}"
        f" recall={tally.recall:.2f} precision={tally.precision:.2f}"
    )


@risk.command(help="列出某一类漏报的和误报的，各说明理由。")
@_seed
@click.option("--kind", type=click.Choice(list(ANSWERS)), required=True, help="埋入的造假类别")
@_people
@_region
def explain(seed: int, kind: str, people: int, region: str) -> None:
    planted, found = _seen(seed, people, region)
    missed = [one for one in found.missed if one.kind == kind]
    for case in (one for one in planted.cases if one.kind == kind):
        word = "漏报" if case in missed else "找到"
        about = f"{len(case.people)} 人" if case.people else f"{len(case.classes)} 个班"
        click.echo(f"{word}：强度 {case.strength:.2f}，{about}")
    for one in found.false:
        if one.kind in ANSWERS[kind]:
            says = DETECTORS[one.kind]
            click.echo(f"误报：{says.title.zh}。{says.sentence(one)}；可能的正当原因：{says.innocent.zh}")
