"""The wheel alone is the product: everything it reads lies in it, and it starts where no checkout is."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from hatch_build import VENDORED

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, built without isolation: what it needs is installed for development."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("kaogong-*.whl")
    return built


@pytest.fixture(scope="module")
def held(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_holds_rulebook_and_reference_data(held):
    for folder in ("rulebook", "reference"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        assert len(files) > 10
        assert {f"kaogong_data/{path.relative_to(ROOT).as_posix()}" for path in files} - held == set()


def test_wheel_holds_front_end_translations_templates_and_migrations(held):
    assert {f"kaogong/web/static/vendor/{name}" for name in VENDORED.values()} - held == set()
    package = ROOT / "kaogong"
    sources = {path.relative_to(ROOT).as_posix() for path in package.rglob("*.po")}
    assert len(sources) > 10
    assert {name.replace(".po", ".mo") for name in sources} - held == set()
    for pattern in ("*.html", "migrations/0*.py", "*.css", "*.svg"):
        files = [path.relative_to(ROOT).as_posix() for path in package.rglob(pattern)]
        assert files, pattern
        assert set(files) - held == set()


def test_wheel_holds_nothing_but_the_product(held):
    assert {name.split("/")[0].split("-")[0] for name in held} == {"kaogong", "kaogong_data"}
    assert [name for name in held if "__pycache__" in name or name.endswith(".pyc")] == []


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A fresh environment with the wheel in it; its dependencies are lent from where the tests run."""
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not there")
    home = tmp_path_factory.mktemp("installed") / "env"
    venv.create(home, with_pip=False)
    scripts = Path(sysconfig.get_path("scripts", "venv", {"base": str(home)}))
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(home)}))
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    done = subprocess.run(
        [uv, "pip", "install", "--python", str(python), "--no-deps", "--offline", str(wheel)],
        cwd=home, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # A path line, and no more: the checkout's own editable install is not followed from there.
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return scripts


@pytest.fixture
def run(installed, tmp_path):
    """A function: run a program of the environment, far from the checkout and with little said to it."""
    kept = ("PATH", "HOME", "SYSTEMROOT", "TMPDIR", "LANG")
    plain = {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONUTF8": "1"}

    def run(*words, check=True, **environment):
        done = subprocess.run(
            [installed / words[0], *words[1:]],
            cwd=tmp_path, env=plain | environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    run.environment = plain
    return run


def test_installed_command_says_what_it_can_do(run):
    shown = run("kaogong", "--help").stdout
    assert all(name in shown for name in ("demo", "serve", "migrate", "check"))


def test_installed_package_reads_its_own_data_and_not_the_checkout(run, installed):
    code = """
import kaogong
from kaogong.kernel import reference
from kaogong.rules import load
print(kaogong.__file__, len(list(reference.read_occupations())), len(load().regions))
"""
    where, occupations, regions = run("python", "-c", code).stdout.split()
    assert Path(where).is_relative_to(installed.parent)
    assert int(occupations) > 2_000
    assert int(regions) >= 2


@pytest.fixture
def database():
    """An empty database with an owner and an application's role, as an operator sets it up."""
    server, mark = os.environ["DATABASE_URL"], f"wheel_{os.getpid()}"
    password = secrets.token_urlsafe(18)
    name = sql.Identifier(mark)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(password)))
        where = urlsplit(server)
        yield {
            "DATABASE_OWNER_URL": where._replace(path=f"/{mark}").geturl(),
            "DATABASE_URL": f"postgresql://{mark}:{password}@{where.hostname}:{where.port}/{mark}",
        }
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("DROP ROLE {}").format(name))


def test_installed_product_migrates_checks_and_serves(run, installed, database):
    keys = dict(line.split("=", 1) for line in run("kaogong", "keys", "new").stdout.split())
    settings = database | keys | {"KAOGONG_SECRET_KEY": secrets.token_urlsafe(50), "KAOGONG_PROXIES": "1"}
    run("kaogong", "migrate", "--verbosity", "0", **settings)
    assert "检查通过" in run("kaogong", "check", **settings).stdout
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = subprocess.Popen(
        [installed / "kaogong", "serve", "--port", str(port), "--workers", "1"],
        cwd=installed, env=run.environment | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert "考工" in _page(port, "/")
        assert "Policy" in _page(port, "/", language="en")
        assert len(_page(port, "/static/vendor/htmx.min.js")) > 10_000
    finally:
        served.terminate()
        served.wait(20)


def _page(port: int, path: str, language: str = "zh") -> str:
    """A page as the proxy in front would ask for it, once the server is up."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        headers={
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "192.0.2.1",
            "Cookie": f"kaogong_language={language}",
        },
    )
    for _ in range(200):
        try:
            with urllib.request.urlopen(asked, timeout=5) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up")
