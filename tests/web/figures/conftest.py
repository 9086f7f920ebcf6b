"""A year of training in three districts of a city, one of them so small that it shows who its people are."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from kaogong.access.queries import accounts
from kaogong.kernel.actor import Actor, system_actor
from kaogong.statistics.models import Snapshot
from tests.factories import an_actor, make_person
from tests.factories.statistics import make_snapshot
from tests.indicators.making import row

CITY, LARGE, MIDDLE, SMALL = "370200", "370211", "370215", "370299"
PERSON_TIMES = {LARGE: 40, MIDDLE: 25, SMALL: 3}
MEN = {LARGE: 30, MIDDLE: 12, SMALL: 2}
EARLIER = 20  # person-times of the large district in the year before


@dataclass
class Figures:
    """The snapshot, and who learned in it."""

    snapshot: Snapshot
    year: int
    people: list = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(PERSON_TIMES.values())


@pytest.fixture(autouse=True)
def snapshots_dir(settings, tmp_path):
    settings.SNAPSHOTS_DIR = str(tmp_path / "snapshots")
    cache.clear()


@pytest.fixture
def known(db) -> Figures:
    """Facts of this year and the last: the first three people are known here, one came twice."""
    now = timezone.now()
    year = timezone.localdate().year
    later = min(timedelta(days=32), timezone.localdate() - date(year, 1, 1))
    people = [make_person(f"林小{name}") for name in "甲乙丙"]
    ids = [person.pk for person in people]
    training, certificates, payments = [], [], []
    for region, times in PERSON_TIMES.items():
        for number in range(times):
            person = ids[number % 3] if region == SMALL else int(region) * 100 + number - (number == 1)
            on = date(year, 1, 1) + number % 2 * later
            said = {"region": region, "sex": "1" if number < MEN[region] else "2", "level": "5"}
            training.append(
                row("training", person, on, **said, year=year, record=f"e{region}{number}",
                    programme="employment_training", passed=number % 2 == 0, certified=number % 2 == 0,
                    hours_planned=8000, hours_attended=7600)
            )  # fmt: skip
            certificates.append(row("certificate", person, on, **said | {"level": "3"}, high=True))
            payments.append(row("payment", person, on, region=region, amount_fen=120_050, source="district"))
    before = date(year - 1, 1, 1)
    training += [
        row("training", 9_000_000 + number, before, region=LARGE, year=before.year, sex="1")
        for number in range(EARLIER)
    ]
    snapshot = make_snapshot(now, training=training, certificate=certificates, payment=payments)
    return Figures(snapshot, year, people)


@pytest.fixture
def browse():
    """A function: role and region → a browser logged in as a new account of it, with ``actor``."""

    def log_in(role: str = "leader", region_code: str = CITY) -> Client:
        actor: Actor = an_actor(role, region_code=region_code)
        client = Client()
        client.force_login(
            accounts(system_actor()).get(pk=actor.account_id),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        client.actor = actor
        return client

    return log_in
