"""Getting Django ready inside a command, as the application or as the owner of the tables."""

import os
from urllib.parse import unquote, urlsplit

import click


def set_up_django(*, as_owner: bool = False) -> None:
    """Load the application; with ``as_owner`` it connects as the role that may change tables."""
    if "DATABASE_URL" not in os.environ:
        raise click.ClickException(
            "未设置 DATABASE_URL，例如 postgresql://kaogong_app:口令@主机/kaogong。"
            "只想看演示请运行 kaogong demo。"
        )
    if as_owner:
        # One connection of a short-lived command needs no pool.
        os.environ["KAOGONG_POOL"] = "0"
        os.environ["DATABASE_URL"] = os.environ.get("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaogong.config.settings")
    import django

    django.setup()


def role_of(address: str) -> str:
    """The role a database address logs in as."""
    return unquote(urlsplit(address).username or "")
