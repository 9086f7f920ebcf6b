"""Long rosters in the background: their progress is seen, and a death leaves nothing half-done."""

from types import SimpleNamespace

import pytest
from django.db import connection

from kaogong.people.models import Person
from kaogong.training import operations, queries, tasks
from kaogong.training.models import Enrolment, RosterUpload
from tests.factories import a_roster, an_actor, an_id_number, make_class, make_institution

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerk():
    return an_actor("provider_clerk", organisation_id=make_institution().pk)


@pytest.fixture
def received(clerk, now, monkeypatch):
    from kaogong.institutions.queries import institution
    from kaogong.training.operations import roster_upload

    monkeypatch.setattr(roster_upload, "ROWS_AT_ONCE", 5)
    monkeypatch.setattr(operations, "ROWS_AT_ONCE", 5)
    drafted = make_class(institution(clerk.organisation_id, by=clerk), clerk=clerk)
    rows = [{"姓名": "王小明", "身份证号码": an_id_number().value} for _ in range(20)]
    return tasks.upload_roster(drafted.pk, a_roster(rows), "长.csv", by=clerk, at=now)


def test_upload_roster_of_many_rows_waits_in_the_queue(received):
    from procrastinate.contrib.django.models import ProcrastinateJob

    job = ProcrastinateJob.objects.order_by("-id").first()
    assert (job.task_name, job.args["upload_id"]) == ("training.check_roster", received.pk)
    assert received.status == "received"


def test_check_later_and_take_later_show_progress_and_finish(received, clerk, now, monkeypatch):
    seen = []
    told = tasks.shown_progress._tell

    def watched(self, rows):
        told(self, rows)
        seen.append(RosterUpload.objects.values_list("rows_done", flat=True).get(pk=self.pk))

    monkeypatch.setattr(tasks.shown_progress, "_tell", watched)
    job = {"upload_id": received.pk, "account_id": clerk.account_id, "at": now.isoformat()}
    tasks.check_later(**job)
    assert seen == [5, 10, 20]
    tasks.take_later(**job)
    tasks.take_later(**job)
    upload = queries.roster_upload(received.pk, by=clerk)
    assert (upload.status, upload.rows_added, Enrolment.objects.count()) == ("taken", 20, 20)


def test_take_later_dying_after_people_were_written_leaves_nothing(received, clerk, now, monkeypatch):
    from kaogong.training.operations import roster_upload

    job = {"upload_id": received.pk, "account_id": clerk.account_id, "at": now.isoformat()}
    tasks.check_later(**job)
    before = Person.objects.count()

    def dies(*_args, **_more):
        assert Person.objects.count() == before + 20
        raise SystemError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(roster_upload, "_insert", dies)
        with pytest.raises(SystemError):
            tasks.take_later(**job)
    assert (Person.objects.count(), Enrolment.objects.count()) == (before, 0)
    assert queries.roster_upload(received.pk, by=clerk).status == "checked"
    tasks.take_later(**job)
    assert Enrolment.objects.count() == 20


@pytest.mark.parametrize(("attempts", "status"), [(1, "todo"), (2, "todo"), (3, "failed")])
def test_roster_whose_worker_died_goes_back_in_the_queue_but_not_for_ever(received, attempts, status):
    from asgiref.sync import async_to_sync
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        (dead,) = cursor.fetchone()
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()) RETURNING id")
        (living,) = cursor.fetchone()
        doing = "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE id = %s"
        died = ProcrastinateJob.objects.latest("id").pk
        cursor.execute(doing, [dead, attempts, died])
        running = tasks.check_later.defer(
            upload_id=received.pk, account_id=None, at="2026-11-16T09:00:00+08:00"
        )
        cursor.execute(doing, [living, 1, running])
    async_to_sync(tasks.resume_rosters.func)(SimpleNamespace(app=app), timestamp=0)
    assert ProcrastinateJob.objects.get(pk=died).status == status
    assert ProcrastinateJob.objects.get(pk=running).status == "doing"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")
