"""A real server with a seeded city, and a real Chromium to look at it; skipped where none is installed."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 800
SEED_CITY = """
import django; django.setup()
from datetime import datetime
from zoneinfo import ZoneInfo
from django.core.management import call_command
from kaogong.catalog.operations import load_reference
from kaogong.cli.states import changed_in_place
from kaogong.demo.seed import seed_city
from kaogong.kernel.actor import system_actor
now = datetime.now(ZoneInfo("Asia/Shanghai"))
with changed_in_place():
    call_command("migrate", verbosity=0)
load_reference(by=system_actor(), at=now)
seed_city(people={people}, seed=2020, on=now.date())
"""


def find_chromium() -> str | None:
    """Where a Chromium is: named in CHROMIUM, or on the path."""
    named = os.environ.get("CHROMIUM")
    return named or next(
        (
            found
            for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
            if (found := shutil.which(name))
        ),
        None,
    )


@pytest.fixture(scope="session")
def chromium_path() -> str:
    found = find_chromium()
    if found is None:
        pytest.skip("no Chromium here: install the package chromium, or name one in CHROMIUM")
    return found


SITE: dict[str, dict[str, str]] = {}  # the environment of the running site


@pytest.fixture(scope="session")
def site_environment(site):
    """The environment in which the site was filled, for tests that need more in it."""
    return SITE["environment"]


@pytest.fixture(scope="session")
def site(chromium_path, tmp_path_factory):
    """The address of the product under its production server, with a database of its own."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"browser_{secrets.token_hex(4)}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    url = urlunsplit(parts._replace(path=f"/{name}"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "KAOGONG_DEMO": "1",
        "KAOGONG_REQUIRE_SECRETS": "0",
        "KAOGONG_PUBLIC_ADDRESS": address,
        "KAOGONG_POOL": "4",
        "KAOGONG_SNAPSHOTS": str(tmp_path_factory.mktemp("snapshots")),
        "DJANGO_SETTINGS_MODULE": "kaogong.config.settings",
    }
    seeding = SITE["environment"] = {**environment, "KAOGONG_POOL": "0"}
    words = [sys.executable, "-c", SEED_CITY.format(people=PEOPLE)]
    subprocess.run(words, env=seeding, cwd=ROOT, check=True)
    log = tmp_path_factory.mktemp("site") / "serve.log"
    words = [sys.executable, "-m", "kaogong.cli", "serve", "--port", str(port), "--workers", "1"]
    with log.open("wb") as told:
        server = subprocess.Popen(words, env=environment, cwd=ROOT, stdout=told, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"{address}/healthz", server, log)
            yield address
        finally:
            server.terminate()
            server.wait(20)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(120):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}: {log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    raise RuntimeError("the server did not answer in a minute")


@pytest.fixture(scope="module")
def browser(chromium_path):
    """One Chromium for each file: its event loop must be gone before other tests use the database."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium_path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-sync",
                "--disable-background-networking",
                "--disable-component-update",
            ],
        )
        yield opened
        opened.close()


def log_in(page, username: str) -> None:
    """By the form, as anybody does."""
    from kaogong.demo.accounts import DEMO_PASSWORD

    page.goto("/login/")
    form = page.locator("form").filter(has=page.locator("#id_username"))
    form.locator("#id_username").fill(username)
    form.locator("#id_password").fill(DEMO_PASSWORD)
    form.get_by_role("button").click()
    page.wait_for_url(lambda url: "/login" not in url)


def wait_until(page, expression: str, arg=None, *, seconds: int = 20) -> None:
    """Wait until it is true on the page; the page's own policy forbids it to ask itself again and again."""
    from playwright.sync_api import Error

    for _ in range(seconds * 10):
        try:
            if page.evaluate(expression, arg):
                return
        except Error as gone:  # between two pages
            if "context was destroyed" not in str(gone):
                raise
        page.wait_for_timeout(100)
    raise AssertionError(f"not in {seconds} seconds: {expression}")


@pytest.fixture(scope="session")
def entered() -> dict[str, list]:
    """The cookies of who has logged in: a later page of theirs goes on with the session, while it lasts."""
    return {}


@pytest.fixture
def open_page(browser, site, entered):
    """``open_page(username, path, width=, dark=, english=)`` gives a page, logged in, with its complaints.

    What else is named is for the browser's context: ``geolocation``, ``permissions``.
    """
    contexts = []

    def opened(
        username: str | None,
        path: str,
        *,
        width: int = 1440,
        dark: bool = False,
        english: bool = False,
        **more,
    ):
        context = browser.new_context(
            **more,
            base_url=site,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": 960},
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        if english:
            context.add_cookies([{"name": "kaogong_language", "value": "en", "url": site}])
        page = context.new_page()
        page.complaints = []
        page.on(
            "console",
            lambda said: page.complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        if username in entered:
            context.add_cookies(entered[username])
        elif username:
            log_in(page, username)
        page.goto(path)
        if username and urlsplit(page.url).path == "/login/":  # logged out elsewhere meanwhile
            log_in(page, username)
            page.goto(path)
        if username:
            entered[username] = [cookie for cookie in context.cookies() if cookie["name"] == "sessionid"]
        return page

    yield opened
    for context in contexts:
        context.close()
