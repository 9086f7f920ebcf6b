"""``kaogong claim decide`` and ``kaogong replay``: what the rules say of a claim, now and again."""

from datetime import date, datetime

import click

from kaogong.cli.framework import set_up_django

_SIGNS = {"passed": "✓", "failed": "✗", "unknown": "?", "waived": "○"}
_VERDICTS = {"payable": "应予补贴", "refused": "不予补贴", "needs_evidence": "需补充材料"}


@click.group(help="补贴申领：逐人逐条测算。")
def claim() -> None:
    pass


@claim.command(help="按今天的事实和现行政策测算一份申领，打印每个人的每一条结论；不保存任何结果。")
@click.argument("number", metavar="CLAIM")
@click.option("--failed", "only_failed", is_flag=True, help="只打印没有通过的条目")
def decide(number: str, only_failed: bool) -> None:
    set_up_django()
    from kaogong.claims import operations, queries
    from kaogong.kernel.actor import system_actor
    from kaogong.kernel.money import yuan
    from kaogong.kernel.writing import mask_name

    found = queries.claim_numbered(number, by=system_actor())
    judgements = operations.judge(found, list(queries.lines(found.pk)))
    for judgement in judgements:
        line, decision = judgement.line, judgement.decision
        click.echo(
            f"{line.reference}  {mask_name(line.person.name)}  {_VERDICTS[decision.verdict]}  "
            f"{yuan(decision.amount_fen)}"
        )
        for finding in decision.findings:
            if only_failed and finding.outcome in ("passed", "waived"):
                continue
            click.echo(
                f"  {_SIGNS[finding.outcome]} {finding.rule_id} {finding.title_zh}：{finding.message_zh}"
            )
            click.echo(f"      {finding.clause}：{finding.clause_text}")
        for step in decision.working:
            click.echo(f"  = {step.text_zh}")
    total = sum(judgement.decision.amount_fen for judgement in judgements)
    click.echo(f"{len(judgements)} 人，合计 {yuan(total)}；规则库 {queries.rulebook().digest[:12]}")


@click.command(
    help="用当时留存的事实重新测算以往的结论：一次按当时的规则库，一次按现行规则库，列出每处不同。"
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="从哪一天起，如 2026-01-01")
def replay(since: datetime) -> None:
    set_up_django()
    from django.utils import timezone

    from kaogong.claims import queries

    start = timezone.make_aware(
        datetime.combine(date(since.year, since.month, since.day), datetime.min.time())
    )
    outcome = queries.replay(start)
    faults = [difference for difference in outcome.differences if difference.under == "kept"]
    for difference in outcome.differences:
        under = "当时的规则库" if difference.under == "kept" else "现行规则库"
        click.echo(f"{difference.reference}  {under}：{'；'.join(difference.what)}")
    changed = len(outcome.differences) - len(faults)
    click.echo(
        f"重算 {outcome.decided} 条结论：按当时的规则库 {len(faults)} 条不同，按现行规则库 {changed} 条不同。"
    )
    if faults:
        raise SystemExit(1)
