"""The command line: what it lists, what it refuses in plain words, what migrate lets the app do."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from django.db import connection
from psycopg import sql

from kaogong.cli import COMMANDS, main
from kaogong.cli.migrate import grant
from kaogong.gateways.postgres import default_data_dir

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_listed_command_explains_itself(name):
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert any("一" <= letter <= "鿿" for letter in shown.output)


def test_list_of_commands_imports_no_framework():
    code = "import sys, kaogong.cli; print('django' in sys.modules, 'granian' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("name", ["serve", "worker", "migrate", "check"])
def test_command_without_a_database_address_says_what_to_set(name, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    shown = CliRunner().invoke(main, [name])
    assert shown.exit_code == 1
    assert "DATABASE_URL" in shown.output


def test_demo_on_a_foreign_database_refuses_to_reset_it(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@127.0.0.1:1/theirs")
    shown = CliRunner().invoke(main, ["demo", "--reset", "--yes", "--data", str(tmp_path / "d")])
    assert shown.exit_code == 1
    assert "--reset" in shown.output
    assert not (tmp_path / "d").exists()


def test_demo_reset_asks_first(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    shown = CliRunner().invoke(main, ["demo", "--reset", "--data", str(tmp_path / "d")], input="n\n")
    assert shown.exit_code == 1
    assert "不能恢复" in shown.output
    assert not (tmp_path / "d").exists()


def test_default_data_dir_is_never_temporary(monkeypatch):
    monkeypatch.delenv("KAOGONG_DATA", raising=False)
    assert not str(default_data_dir()).startswith(("/tmp", "/var/tmp", os.environ.get("TMPDIR", "/tmp")))
    monkeypatch.setenv("KAOGONG_DATA", "/srv/kaogong")
    assert default_data_dir() == Path("/srv/kaogong")


@pytest.fixture
def app_role(transactional_db):
    """A role as plain as the application's, granted as ``kaogong migrate`` grants."""
    role = f"app_{os.getpid()}"
    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    settings.pop("prepare_threshold", None)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'just-for-this-test'")
        cursor.execute("CREATE TABLE kept_for_ever (n int)")
        cursor.execute("CREATE TABLE changed_daily (id serial, n int)")
    grant(connection, role=role, append_only=["kept_for_ever"])
    with psycopg.connect(
        host=settings["host"],
        port=settings["port"],
        dbname=settings["dbname"],
        user=role,
        password="just-for-this-test",
        autocommit=True,
    ) as session:
        yield session
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE kept_for_ever, changed_daily")
        cursor.execute(f"DROP OWNED BY {role}")
        cursor.execute(f"DROP ROLE {role}")


def test_migrate_lets_the_app_only_add_to_append_only_tables(app_role):
    app_role.execute("INSERT INTO kept_for_ever VALUES (1)")
    assert app_role.execute("SELECT n FROM kept_for_ever").fetchone() == (1,)
    for forbidden in (
        "UPDATE kept_for_ever SET n = 2",
        "DELETE FROM kept_for_ever",
        "TRUNCATE kept_for_ever",
        "ALTER TABLE kept_for_ever ADD m int",
        "DROP TABLE kept_for_ever",
        "ALTER TABLE kept_for_ever DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app_role.execute(forbidden)


def test_migrate_lets_the_app_change_other_rows_but_never_truncate(app_role):
    app_role.execute("INSERT INTO changed_daily (n) VALUES (1)")
    app_role.execute("UPDATE changed_daily SET n = 2")
    app_role.execute("DELETE FROM changed_daily")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_role.execute("TRUNCATE changed_daily")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_role.execute(
            sql.SQL("INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())")
        )
