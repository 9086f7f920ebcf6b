"""``kaogong check``: is this installation fit to open its doors."""

import click

from kaogong.cli.framework import set_up_django

OLDEST_POSTGRESQL = 160000


@click.command(help="检查配置、数据库版本与权限、结构是否最新；有问题时返回非零。")
def check() -> None:
    set_up_django()
    from django.core.management import CommandError, call_command
    from django.db import OperationalError, connection

    problems = []
    try:
        call_command("check", deploy=True, fail_level="WARNING")
    except CommandError as problem:
        problems.append(str(problem))
    try:
        problems += database_problems(connection)
    except OperationalError as problem:
        problems.append(f"连不上数据库：{problem}")
    if problems:
        raise click.ClickException("\n".join(problems))
    click.echo("检查通过。")


def database_problems(connection) -> list[str]:
    """What is wrong with the database as the application sees it, one sentence each."""
    from django.db.migrations.executor import MigrationExecutor

    problems = []
    connection.ensure_connection()
    version = connection.pg_version
    if version < OLDEST_POSTGRESQL:
        problems.append(f"PostgreSQL 须为 16 或更高，现在是 {version // 10000}。")
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        problems.append(f"数据库结构不是最新，还有 {len(waiting)} 步未做：请运行 kaogong migrate。")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            problems.append("网站正以数据库超级用户运行，任何保护都拦不住它：请换一个普通账户。")
    return problems
