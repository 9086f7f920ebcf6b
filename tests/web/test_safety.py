"""What keeps people's data and the site safe: headers, cookies, log-in, masking, sealing, logs."""

import base64
import io
import logging
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pypdf
import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from kaogong.access.permissions import Permission
from kaogong.access.roles import ROLES
from kaogong.access.sealing import sealed_fields
from kaogong.trail.models import Entry
from tests.web.test_reach import TABLE
from tests.web.world import build

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Built once; whatever the tests do to it is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    cache.clear()


@pytest.fixture
def quick_passwords(settings):
    """The hasher the makers of accounts use."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def production(**more: str) -> dict[str, str]:
    """The environment of a real installation; nothing left over from the tests'."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "kaogong.config.settings",
        "DATABASE_URL": "postgresql://kaogong_app:x@127.0.0.1:1/kaogong",
        "KAOGONG_SECRET_KEY": base64.b64encode(os.urandom(60)).decode(),
        "KAOGONG_SEALING_KEYS": "1:" + base64.b64encode(os.urandom(32)).decode(),
        "KAOGONG_INDEX_KEY": base64.b64encode(os.urandom(32)).decode(),
        "KAOGONG_ALLOWED_HOSTS": "skills.example.gov.cn",
        **more,
    }


def run(*words: str, **more: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-W", "ignore", *words],
        cwd=ROOT,
        env=production(**more),
        capture_output=True,
        text=True,
    )


def test_check_deploy_is_clean_with_real_secrets():
    done = run("-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize("missing", ["KAOGONG_SECRET_KEY", "KAOGONG_SEALING_KEYS", "KAOGONG_INDEX_KEY"])
def test_installation_without_a_secret_does_not_start_and_says_which(missing):
    done = run("-m", "django", "check", **{missing: ""})
    assert done.returncode != 0
    assert missing in done.stderr
    assert "Traceback" not in done.stderr


SHOWN = """
from django.conf import settings as s
print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE,
      s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS >= 31536000, s.DEBUG)
"""


def test_production_settings_ask_for_https_by_default():
    assert run("-c", SHOWN).stdout.split() == ["True", "True", "True", "Lax", "True", "True", "False"]


SECURE = {
    "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True, "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31_536_000, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
}  # fmt: skip


def test_cookies_and_headers_under_https(db, world):
    with override_settings(**SECURE):
        assert Client().get("/login/")["Location"].startswith("https://")
        browser = Client()
        page = browser.get("/login/", secure=True)
        assert page["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert page["X-Frame-Options"] == "DENY"
        assert page["X-Content-Type-Options"] == "nosniff"
        assert page["Referrer-Policy"] == "same-origin"
        entered = world.browser("reviewer")
        entered.post("/language/", {"language": "en"}, secure=True)
        for cookies in (page.cookies, browser.cookies, entered.cookies):
            for name, cookie in cookies.items():
                if name != "sessionid" or cookies is not entered.cookies:  # the test client made that one
                    assert cookie["secure"], name
                    assert cookie["samesite"] == "Lax", name
                    assert cookie["httponly"] or name == "csrftoken", name


INLINE = re.compile(
    r"<[^>]+\s(?:style|on[a-z]+)\s*=\s*[\"']|javascript:"
    r"|<script(?![^>]*\b(?:src=|nonce=|type=\"application/json))",
    re.I,
)


def directives(response) -> dict[str, list[str]]:
    return {
        part.split()[0]: part.split()[1:]
        for part in response["Content-Security-Policy"].split(";")
        if part.strip()
    }


def pages(world, role: str):
    """Every page of the role's own door (or of the portal) with its answer, and every export a page offers."""
    browser = world.browser(role)
    door = ROLES[role].front_door if role in ROLES else "portal"
    for name, (at, way) in TABLE.items():
        if at != door or way.post_only:
            continue
        path = reverse(name, kwargs=world.things_of(role)[way.about] if way.about else {})
        query = f"?{way.query}" if way.query else ""
        response = browser.get(path + query)
        assert response.status_code < 500, name
        if response.status_code in (200, 422):
            yield name, response
        if not response.streaming and b"export=xlsx" in response.content:
            sheet = browser.get(f"{path}{query}{'&' if query else '?'}export=xlsx")
            assert sheet.status_code == 200, name
            yield f"{name} export=xlsx", sheet


def text_of(response) -> str:
    """Everything a reader could find in the answer, inside files too."""
    data = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.get("Content-Type", "")
    if "spreadsheet" in kind:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        return "\n".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
        )
    if "pdf" in kind:
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    return data.decode("utf-8", "replace")


# Whoever may unmask prints the certificate whole, and the look is recorded (tested below).
MEANT_TO_HOLD = {
    (role, "bureau:certificates:pdf"): {"number"}
    for role, found in ROLES.items()
    if Permission.UNMASK_PERSON in found.permissions
}
EVERYBODY = ["public", *ROLES]


@dataclass
class Walk:
    """One role through every page of its door: what was seen, what was told in clear, which policy was too lax."""

    seen: int = 0
    leaks: list[str] = field(default_factory=list)
    lax: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def walks() -> dict[str, Walk]:
    """Each role's walk, made once: it takes long, and two questions are asked of it."""
    return {}


@pytest.fixture
def walk(db, world, walks, role) -> Walk:
    if role not in walks:
        found = Walk()
        for name, response in pages(world, role):
            text = text_of(response).replace(" ", "")
            found.seen += 1
            meant = {world.secrets[what] for what in MEANT_TO_HOLD.get((role, name.split()[0]), ())}
            found.leaks += [
                f"{name}: {what}"
                for what, value in world.secrets.items()
                if value in text and value not in meant
            ]
            found.lax += [f"{name}: {what}" for what in too_lax(response)]
        walks[role] = found
    return walks[role]


def too_lax(response) -> list[str]:
    """What of the content policy lets more in than it should, and scripts and styles in the page itself."""
    policy = directives(response)
    found = [
        part for part in ("default-src", "frame-ancestors", "base-uri") if policy.get(part) != ["'none'"]
    ]
    allowed = {word for words in policy.values() for word in words}
    found += sorted(word for word in allowed if "unsafe" in word or "*" in word or word.startswith("http"))
    if "html" in response.get("Content-Type", ""):
        found += [inline[0] for inline in INLINE.finditer(response.content.decode())]
    return found


@pytest.mark.parametrize("role", EVERYBODY)
def test_no_page_export_or_paper_shows_a_number_or_account_in_clear(walk):
    assert walk.seen > 12
    assert not walk.leaks, "\n".join(walk.leaks)


@pytest.mark.parametrize("role", EVERYBODY)
def test_every_page_runs_under_a_strict_content_policy(walk):
    assert walk.seen
    assert not walk.lax, "\n".join(walk.lax)


def test_a_lax_policy_and_a_script_in_the_page_are_seen():
    lax = HttpResponse(
        "<p onclick='x()'>", headers={"Content-Security-Policy": "default-src *; base-uri 'none'"}
    )
    assert too_lax(lax) == ["default-src", "frame-ancestors", "*", "<p onclick='"]


def test_logged_in_pages_are_not_kept_by_the_browser(db, world):
    assert world.browser("reviewer").get("/bureau/people/")["Cache-Control"] == "no-store"


def test_login_is_locked_after_eight_wrong_passwords_and_for_that_name_only(db, quick_passwords):
    from tests.factories import an_actor

    actor = an_actor("reviewer", name="郑复核")
    from kaogong.access.models import Account

    username = Account.objects.get(pk=actor.account_id).username
    browser = Client()
    for _ in range(7):
        page = browser.post("/login/", {"username": username, "password": "wrong"})
        assert page.status_code == 200
        assert "登录名或密码不正确" in page.content.decode()
    assert browser.post("/login/", {"username": username, "password": "wrong"}).status_code == 429
    right = browser.post("/login/", {"username": username, "password": "only for tests"})
    assert right.status_code == 429
    assert "sessionid" not in browser.cookies
    other = Account.objects.get(pk=an_actor("reviewer").account_id).username
    assert browser.post("/login/", {"username": other, "password": "only for tests"}).status_code == 302


def test_closed_account_cannot_log_in_and_its_open_session_ends(db, quick_passwords, now):
    from kaogong.access.models import Account
    from kaogong.access.operations import close_account
    from tests.factories import an_actor

    account = Account.objects.get(pk=an_actor("reviewer").account_id)
    browser = Client()
    assert (
        browser.post("/login/", {"username": account.username, "password": "only for tests"}).status_code
        == 302
    )
    assert browser.get("/bureau/").status_code == 200
    close_account(account.pk, by=an_actor("administrator"), at=now, reason="离岗")
    assert browser.get("/bureau/").status_code == 302
    assert (
        Client().post("/login/", {"username": account.username, "password": "only for tests"}).status_code
        == 200
    )


def test_login_never_sends_anybody_elsewhere(db, quick_passwords):
    from kaogong.access.models import Account
    from tests.factories import an_actor

    username = Account.objects.get(pk=an_actor("reviewer").account_id).username
    for target in ("https://evil.example/", "//evil.example/"):
        browser = Client()
        page = browser.post(
            f"/login/?next={target}", {"username": username, "password": "only for tests", "next": target}
        )
        assert page.status_code == 302
        assert "evil" not in page["Location"]
        assert "evil" not in browser.post("/language/", {"language": "en", "next": target})["Location"]


def test_forms_without_a_token_are_refused(db, world):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/login/", {"username": "a", "password": "b"}).status_code == 403


def columns():
    """Every text-like column of every table of the product."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN"
            " ('text', 'character varying', 'jsonb', 'json', 'bytea', 'character')"
        )
        return cursor.fetchall()


def test_no_column_of_the_database_holds_a_number_or_account_in_clear(db, world):
    values = sorted(set(world.secrets.values()))
    # School telephone numbers are published; people's are not.
    pattern = "|".join(re.escape(value) for value in values)
    leaks = []
    with connection.cursor() as cursor:
        for table, column, kind in columns():
            as_text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {as_text} ~ %s', [pattern])
            if cursor.fetchone()[0]:
                leaks.append(f"{table}.{column}")
    assert not leaks


def test_every_personal_number_account_and_contact_is_a_sealed_column():
    sealed = {(model, field.name) for model, field in sealed_fields()}
    assert {f"{model._meta.label}.{name}" for model, name in sealed} >= {
        "people.Person.id_number", "people.Person.phone", "people.Person.bank_account",
        "institutions.Institution.bank_account", "institutions.Trainer.id_number",
        "funds.Payment.bank_account", "notices.Objection.contact", "training.RosterUpload.original",
    }  # fmt: skip
    for model in {model for model, _ in sealed}:
        for name, kind in model.personal.items():
            if kind in ("id_number", "bank_account") and not name.endswith(
                (
                    "_masked",
                    "_index",
                    "_holder",
                    "_name",
                    "_bank",
                )  # the last two: which bank, not which account
            ):
                assert (model, name) in sealed, f"{model._meta.label}.{name}"


def test_trail_says_who_looked_at_what_and_never_the_value(db, world):
    browser = world.browser("auditor")
    path = reverse("reveal", kwargs=world.things["person's field"])
    assert browser.post(path).content.decode() == world.secrets["number"]
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.detail) == ("person.looked", {"field": "id_number"})
    assert world.secrets["number"] not in str(entry.__dict__)
    shown = browser.get(reverse("bureau:trail:list")).content.decode()
    assert "查看了隐去的信息" in shown


@pytest.mark.parametrize("role", sorted({role for role, _ in MEANT_TO_HOLD}))
def test_certificate_printed_whole_records_the_look(db, world, role):
    browser = world.browser(role)
    paper = browser.get(reverse("bureau:certificates:pdf", kwargs=world.things["certificate"]))
    assert world.secrets["number"] in text_of(paper).replace(" ", "")
    entry = Entry.objects.filter(verb="person.looked").latest("id")
    assert entry.actor_account_id == world.actors[role, False].account_id
    assert (entry.subject_id, entry.detail["field"]) == (str(world.things["person"]["pk"]), "id_number")


def test_logs_hold_no_personal_data_even_when_a_page_fails(db, world, caplog, monkeypatch):
    number = world.secrets["number"]
    browser = world.browser("bureau_clerk")
    with caplog.at_level(logging.DEBUG):
        browser.post("/bureau/people/find/", {"number": number, "q": number, "text": number})
        browser.post(reverse("reveal", kwargs=world.things["person's field"]))
        browser.post("/login/", {"username": number, "password": "wrong"})
        browser.get(f"/bureau/people/?q={number}")
    told = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    assert number not in told


def test_broken_seal_is_told_as_a_sentence_and_not_as_a_traceback(db, world):
    with override_settings(SEALING_KEYS={9: os.urandom(32)}):
        response = world.browser("reviewer").get(
            reverse("bureau:people:detail", kwargs=world.things["person"])
        )
    assert response.status_code == 409
    assert "加密数据无法解开：密钥 1 不在配置中，或数据被改动。" in response.content.decode()
