"""A pack from the page to the auditor's own machine: asked for, made by a worker process, taken, checked."""

import hashlib
import os
import subprocess
import sys
import zipfile
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from kaogong.access.queries import account_named
from kaogong.audit import queries
from kaogong.demo.cast import recall
from kaogong.trail.models import Entry

from .conftest import FROM, TO

pytestmark = pytest.mark.django_db
ASKED = {"from_on": FROM.isoformat(), "to_on": TO.isoformat(), "reason": "专项审计"}


def a_browser(username: str) -> Client:
    browser = Client()
    browser.force_login(account_named(username), "django.contrib.auth.backends.ModelBackend")
    return browser


def work() -> None:
    """What waits in the queue is done by a worker, a process of its own with the same database."""
    address = (
        urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    )
    words = {**os.environ, "DATABASE_URL": address, "KAOGONG_REQUIRE_SECRETS": "0", "KAOGONG_POOL": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "kaogong.cli", "worker", "--until-empty", "--concurrency", "1"],
        env=words, check=False, timeout=120, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.fixture(scope="module")
def made(city, django_db_blocker):
    """A pack asked for on the page, committed, and what the worker made of it."""
    with django_db_blocker.unblock():
        answer = a_browser("auditor").post(reverse("bureau:audit_packs:ask"), ASKED)
        assert answer.status_code == 302, answer.content.decode()[:2000]
        pk = int(answer["Location"].rstrip("/").rpartition("/")[2])
        before = queries.pack(pk, by=recall("auditor"))
        work()
        yield before, queries.pack(pk, by=recall("auditor"))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")


def test_the_page_shows_the_work_and_then_sends_to_the_result(made):
    before, after = made
    assert (before.status, before.done) == ("asked", 0)
    assert (after.status, after.done) == ("ready", after.total)
    assert after.total > 10
    browser = a_browser("auditor")
    address = reverse("bureau:audit_packs:detail", args=[after.pk])
    told = browser.get(reverse("bureau:audit_packs:progress", args=[after.pk]))
    assert told["HX-Redirect"] == address
    page = browser.get(address).content.decode()
    assert after.content_digest in page
    assert after.file_digest in page


def test_what_is_taken_is_what_was_made_and_passes_with_nothing_but_python(made, tmp_path):
    _, pack = made
    answer = a_browser("auditor").get(reverse("bureau:audit_packs:take", args=[pack.pk]))
    data = b"".join(answer.streaming_content)
    assert hashlib.sha256(data).hexdigest() == pack.file_digest
    assert int(answer["Content-Length"]) == len(data) == pack.size
    path = tmp_path / f"{pack.number}.zip"
    path.write_bytes(data)
    with zipfile.ZipFile(path) as archive:
        archive.extract("verify.py", tmp_path)
    run = subprocess.run(
        [sys.executable, "-I", tmp_path / "verify.py", path],
        capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert pack.content_digest in run.stdout
    taken = Entry.objects.get(verb="audit_pack.taken", subject_id=str(pack.pk))
    assert (taken.actor_name, taken.detail["file"]) == (recall("auditor").name, pack.file_digest)


def test_while_it_is_made_the_page_says_how_far_it_is(city):
    browser = a_browser("auditor")
    answer = browser.post(reverse("bureau:audit_packs:ask"), ASKED)
    page = browser.get(answer["Location"]).content.decode()
    assert "在后台制作，可以离开这一页。" in page
    pk = int(answer["Location"].rstrip("/").rpartition("/")[2])
    told = browser.get(reverse("bureau:audit_packs:progress", args=[pk]))
    assert "HX-Redirect" not in told
    assert browser.get(reverse("bureau:audit_packs:take", args=[pk])).status_code in (302, 409, 422)


BACKWARDS = {"from_on": "2026-11-20", "to_on": "2026-11-19"}


@pytest.mark.parametrize("changed", [{"reason": ""}, BACKWARDS, {"is_full": "on"}])
def test_what_cannot_be_made_is_refused_and_what_was_typed_stands(city, changed):
    before = queries.packs(recall("auditor")).count()
    typed = ASKED | changed
    answer = a_browser("auditor").post(reverse("bureau:audit_packs:ask"), typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert typed["reason"] in page
    assert f'value="{typed["to_on"]}"' in page
    assert queries.packs(recall("auditor")).count() == before


@pytest.mark.parametrize("username", ["clerk", "cashier", "school"])
def test_nobody_else_makes_or_takes_a_pack(made, username):
    _, pack = made
    browser = a_browser(username)
    assert browser.post(reverse("bureau:audit_packs:ask"), ASKED).status_code == 403
    assert browser.get(reverse("bureau:audit_packs:take", args=[pack.pk])).status_code == 403
