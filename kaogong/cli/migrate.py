"""``kaogong migrate``: the tables, by their owner; then what the application's role may do to them."""

import os
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from kaogong.cli.framework import role_of, set_up_django

# Written by the owner only: the application never changes its own schema's history.
READ_ONLY_TABLES = frozenset({"django_migrations"})
RELATIONS = """
    SELECT relname FROM pg_class WHERE relkind = ANY (%s) AND relnamespace = 'public'::regnamespace
"""


@click.command(help="建立或升级数据库结构（以 DATABASE_OWNER_URL 的账户），再给 DATABASE_URL 的账户授权。")
@click.option("--verbosity", default=1, type=click.IntRange(0, 3), help="输出的详细程度")
def migrate(verbosity: int) -> None:
    role = role_of(os.environ.get("DATABASE_URL", ""))
    set_up_django(as_owner=True)
    from django.core.management import call_command
    from django.db import connection

    from kaogong.catalog.operations import load_reference
    from kaogong.cli.states import changed_in_place
    from kaogong.kernel.actor import system_actor
    from kaogong.trail import append_only_tables

    with changed_in_place():
        call_command("migrate", interactive=False, verbosity=verbosity)
    load_reference(by=system_actor(), at=datetime.now(ZoneInfo("Asia/Shanghai")))
    owner = connection.settings_dict["USER"]
    if role == owner:
        click.echo(
            "提示：网站与建表用的是同一个数据库账户，只增不改的保护只剩触发器。"
            "请另设 DATABASE_OWNER_URL，让网站用没有建表权的账户。",
            err=True,
        )
    else:
        grant(connection, role=role, append_only=append_only_tables())
    click.echo("数据库结构已是最新。")


def grant(connection, *, role: str, append_only: list[str]) -> None:
    """Let ``role`` read and write rows, only add to the append-only tables, and never TRUNCATE or alter."""
    from django.db import transaction
    from psycopg import sql

    who = sql.Identifier(role)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RELATIONS, [["r", "p"]])
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(who))
        cursor.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(who))
        for table in tables:
            if table in READ_ONLY_TABLES:
                rights = "SELECT"
            elif table in append_only:
                rights = "SELECT, INSERT"
            else:
                rights = "SELECT, INSERT, UPDATE, DELETE"
            cursor.execute(
                sql.SQL("GRANT {} ON TABLE {} TO {}").format(sql.SQL(rights), sql.Identifier(table), who)
            )
        cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(who))
        cursor.execute(RELATIONS, [["v", "m"]])
        for (view,) in cursor.fetchall():
            cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(view), who))
