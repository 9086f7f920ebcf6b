"""The ``kaogong`` command: one module a subcommand, loaded only when it is asked for."""

import importlib

import click

from kaogong.kernel.errors import Refused

# name -> (module:command, one line of help). A new subcommand is a module here and a line below.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("kaogong.cli.demo:demo", "一条命令看演示：数据库、示例城市、网站全部就绪"),
    "serve": ("kaogong.cli.serve:serve", "运行网站"),
    "worker": ("kaogong.cli.worker:worker", "运行后台任务"),
    "migrate": ("kaogong.cli.migrate:migrate", "建立或升级数据库结构，并授权应用账户"),
    "createadmin": ("kaogong.cli.createadmin:createadmin", "开设第一个系统管理员账号"),
    "keys": ("kaogong.cli.keys:keys", "加密密钥：生成、轮换、查看使用情况"),
    "ledger": ("kaogong.cli.ledger:ledger", "专账：余额表、逐笔复算、封存链与导出"),
    "claim": ("kaogong.cli.claim:claim", "补贴申领：逐人逐条测算"),
    "decide-batch": ("kaogong.cli.decide_batch:decide_batch", "批量测算：本机或 Spark 集群，读写 Parquet"),
    "replay": ("kaogong.cli.claim:replay", "用留存的事实重算以往结论，列出不同"),
    "simulate": ("kaogong.cli.simulate:simulate", "拟议的政策改动套在真实申领上试算，不改动数据"),
    "roster": ("kaogong.cli.roster:roster", "花名册：上传前逐行核验"),
    "departments": ("kaogong.cli.departments:departments", "部门数据：收下其他部门的明细表并逐行核验"),
    "rulebook": ("kaogong.cli.rulebook:rulebook", "政策规则库：检查、试算、格式"),
    "figures": ("kaogong.cli.figures:figures", "统计指标：在本机或 Spark 集群计算快照，查看口径和语句"),
    "draw": ("kaogong.cli.draw:draw", "随机抽查：重新抽取一次，核对公开的结果"),
    "risk": ("kaogong.cli.risk:risk", "风险识别：用埋入的造假检验找得到多少、误报多少"),
    "statistics": ("kaogong.cli.statistics:statistics", "统计数据：取数、列出、核对摘要、导出到集群"),
    "trail": ("kaogong.cli.trail:trail", "留痕：逐批重算链条"),
    "audit": ("kaogong.cli.audit:audit", "审计：制作审计包、核对审计包和抽样"),
    "backup": ("kaogong.cli.backup:backup", "备份内置数据库，此后的日志持续归档"),
    "restore": ("kaogong.cli.backup:restore", "把备份恢复到指定的一秒，并核对"),
    "check": ("kaogong.cli.check:check", "检查配置、数据库和结构是否就绪"),
}


class Commands(click.Group):
    """Lists every command from the table above without importing any of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        return getattr(importlib.import_module(module), name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            raise click.ClickException(refusal.message) from refusal


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kaogong", prog_name="kaogong")
def main() -> None:
    """考工：一个地区的职业技能培训、评价与补贴系统。"""
