"""Everything periodic stands in one list, and each of them does its work."""

import time
from datetime import datetime

import pytest

from kaogong.config.schedule import SCHEDULE
from kaogong.ledger.tasks import recount_every_night
from kaogong.trail.models import Entry, Seal
from kaogong.trail.tasks import seal_every_five_minutes
from tests.factories.funds import make_fund
from tests.sealing import of_this_database


def test_schedule_is_the_only_place_of_periodic_tasks():
    from pathlib import Path

    root = Path(__file__).resolve().parents[2] / "kaogong"
    elsewhere = [
        str(path)
        for path in root.rglob("*.py")
        if "app.periodic(" in path.read_text() and path.name != "schedule.py"
    ]
    assert elsewhere == []
    assert len({task.name for _cron, task in SCHEDULE}) == len(SCHEDULE) == 31


@pytest.mark.django_db(transaction=True)
def test_seal_every_five_minutes_seals_what_settled(now: datetime):
    make_fund()
    with of_this_database():
        for wait in range(2400):
            seal_every_five_minutes(timestamp=int(now.timestamp()) + wait)
            if sum(Seal.objects.values_list("entry_count", flat=True)) == Entry.objects.count() > 0:
                break
            time.sleep(0.1)
    sealed = Seal.objects.count()
    assert sealed > 0
    seal_every_five_minutes(timestamp=int(now.timestamp()) + 300)
    assert Seal.objects.count() == sealed


@pytest.mark.django_db
def test_recount_every_night_is_kept_in_the_trail(now: datetime):
    make_fund()
    recount_every_night(timestamp=int(now.timestamp()))
    detail = Entry.objects.get(verb="ledger.recounted").detail
    assert (detail["differences"], detail["chain_faults"]) == (0, 0)
