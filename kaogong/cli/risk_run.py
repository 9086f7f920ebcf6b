"""``kaogong risk run``: look over what the database holds and keep what is found, as the night does."""

from datetime import UTC, datetime

import click

from kaogong.cli.framework import set_up_django


@click.command(help="按数据库里的记录核查一个区划（或一个班次），保存发现；严重而未办结的暂缓支付。")
@click.option("--region", default="", help="区划代码；不写则为本系统所服务的区划")
@click.option("--class", "class_number", default="", help="只核查这个班期编号和与它有关的班次")
def run(region: str, class_number: str) -> None:
    set_up_django()
    from django.conf import settings

    from kaogong.detection import DETECTORS
    from kaogong.kernel.actor import system_actor
    from kaogong.risk import operations
    from kaogong.training import queries as training

    by, at = system_actor("系统（命令行）"), datetime.now(tz=UTC)
    what = {"region_code": region or settings.REGION_CODE}
    if class_number:
        found = training.training_classes(by).filter(number=class_number).first()
        if found is None:
            raise click.ClickException(f"没有编号为 {class_number} 的班次。")
        what = {"training_class_id": found.pk}
    look = operations.ask_risk_check(by=by, at=at, **what)
    look = operations.run_risk_check(look.pk, by=by, at=at)
    if look.refusal:
        raise click.ClickException(look.refusal)
    click.echo(f"核查 {look.classes} 个班次、{look.people} 名学员，用时 {look.duration_ms / 1000:.1f} 秒")
    for kind, count in look.counts.items():
        click.echo(f"  {DETECTORS[kind].title.zh}：{count}")
    click.echo(f"新发现 {look.found_new}，再次发现 {look.found_again}，未再发现 {look.found_no_more}")
    for failed, why in ((False, "因缺少数据没有核查"), (True, "因出错没有核查")):
        kinds = [kind for kind, told in look.not_looked.items() if told.get("failed", False) is failed]
        if kinds:
            names = "、".join(DETECTORS[kind].title.zh for kind in kinds)
            click.echo(f"{why} {len(kinds)} 种：{names}")
