"""kill -9 of the site, or of PostgreSQL, while a town checks in: phones keep trying, nothing is lost or doubled."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from kaogong.gateways.postgres import DATABASE, OWNER, SUPERUSER
from tests.faults.test_kill import ROOT, Installation

pytestmark = pytest.mark.fault
PEOPLE, SECONDS = 240, 16


@pytest.fixture(scope="module")
def town():
    """A served installation with running classes, and its phones in a file."""
    folder = Path(
        tempfile.mkdtemp(prefix="kaogong-storm-", dir="/var/tmp" if Path("/var/tmp").exists() else None)
    )
    folder.chmod(0o711)
    town = Installation(folder)
    try:
        town.run("-m", "kaogong.cli", "migrate", DATABASE_OWNER_URL=town.server.url(OWNER))
        superuser = {"DATABASE_URL": town.server.url(SUPERUSER, DATABASE), "KAOGONG_POOL": "0"}
        said = town.run("-W", "ignore", "-m", "bench.check_in_city", str(2 * PEOPLE), **superuser)
        town.phones = folder / "phones.json"
        town.phones.write_text(json.dumps(json.loads(said.strip().splitlines()[-1])["phones"]))
        town.serve()
        yield town
    finally:
        town.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize(("killed", "first"), [("site", 0), ("database", PEOPLE)])
def test_check_in_storm_survives_a_kill(town, killed, first):
    people = [phone[0] for phone in json.loads(town.phones.read_text())[first : first + PEOPLE]]
    kept = "FROM presence_checkin WHERE person_id = ANY(%s)"
    words = [str(town.phones), str(town.port), "--first", str(first), "--count", str(PEOPLE)]
    words += ["--seconds", str(SECONDS), "--lines", "16", "--seed", str(first + 2)]
    storm = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "bench.check_in_storm", *words],
        cwd=ROOT,
        env=town.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while town.asked(f"SELECT count(*) {kept}", people)[0][0] < PEOPLE // 8:
        assert time.monotonic() < deadline, f"nobody checks in; see {town.log}"
        time.sleep(0.05)
    if killed == "site":
        town.kill_site()
        town.serve()
    else:
        town.kill_database()
        time.sleep(7)  # longer than a request waits for a connection, so that some are told to come again
        town.server.start()
    told = json.loads(storm.communicate(timeout=240)[0].strip().splitlines()[-1])
    assert told["broken"] > 0, "the storm met the kill"
    assert told["statuses"]["first 200"] == PEOPLE
    assert {said.split()[1] for said in told["statuses"] if not said.startswith("forged")} == {"200"}
    rows = town.asked(f"SELECT person_id, session_id, phase, client_key {kept}", people)
    assert len(rows) == len({row[:3] for row in rows}) == len({row[3] for row in rows}) == PEOPLE
    bound = "SELECT count(*), count(DISTINCT person_id) FROM presence_devicebinding WHERE person_id = ANY(%s)"
    assert town.asked(bound, people) == [(PEOPLE, PEOPLE)]
