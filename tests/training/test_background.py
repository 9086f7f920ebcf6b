"""Long rosters in the background: their progress is seen, and a death leaves nothing half-done."""

import pytest

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
    told = tasks._shown_progress._tell

    def watched(self, rows):
        told(self, rows)
        seen.append(RosterUpload.objects.values_list("rows_done", flat=True).get(pk=self.upload_id))

    monkeypatch.setattr(tasks._shown_progress, "_tell", watched)
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
