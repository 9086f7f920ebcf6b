"""Freezing, two at once, damage, death in the middle, tidying; and figures somebody states."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import DatabaseError, connection, transaction

from kaogong.access.permissions import Permission
from kaogong.kernel.errors import NotPermitted, ReasonMissing
from kaogong.kernel.period import Period
from kaogong.statistics import operations, queries
from kaogong.statistics.models import Snapshot, StatedFigure
from kaogong.statistics.operations import refreshing
from kaogong.trail.models import Entry
from tests.factories.people import an_actor
from tests.factories.training import make_class

from .worlds import rows_of

MINUTE = timedelta(minutes=1)
YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
A_YEAR = {"start_on": YEAR.start, "end_on": YEAR.end}


@pytest.mark.django_db
def test_freeze_snapshot_keeps_it_for_good(now):
    make_class(people=1, status="approved")
    operations.refresh_facts(at=now)
    frozen = operations.freeze_snapshot(by=an_actor("bureau_clerk", name="张三"), at=now, reason="季报")
    assert (frozen.status, frozen.frozen_by, frozen.frozen_because) == ("frozen", "张三", "季报")
    assert Entry.objects.get(verb="snapshot.frozen").detail["digest"] == frozen.digest
    later = operations.refresh_facts(at=now + MINUTE)
    assert later.number == frozen.number + 1
    assert later.digest == frozen.digest
    for change in (frozen.delete, frozen.save):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.django_db
def test_freeze_snapshot_asks_for_right_and_reason(now):
    operations.refresh_facts(at=now)
    with pytest.raises(NotPermitted):
        operations.freeze_snapshot(by=an_actor("leader"), at=now, reason="季报")
    with pytest.raises(ReasonMissing):
        operations.freeze_snapshot(by=an_actor("bureau_clerk"), at=now, reason=" ")


@pytest.mark.django_db
def test_freeze_snapshot_before_the_first_says_what_to_do(now):
    with pytest.raises(operations.NothingTaken, match="refresh"):
        operations.freeze_snapshot(by=an_actor("bureau_clerk"), at=now, reason="季报")


@pytest.mark.django_db(transaction=True)
def test_freeze_snapshot_by_two_at_once_one_wins_the_other_is_told(now):
    operations.refresh_facts(at=now)
    clerks = [an_actor("bureau_clerk", name=name) for name in ("张三", "李四")]
    said = _at_once([lambda by=by: operations.freeze_snapshot(by=by, at=now, reason="季报") for by in clerks])
    won = [one for one in said if isinstance(one, Snapshot)]
    (told,) = [one for one in said if isinstance(one, operations.SnapshotFrozen)]
    assert len(won) == 1
    assert f"第1号统计数据已由{won[0].frozen_by}于2026-11-16 09:00冻结（季报）" in told.message


@pytest.mark.django_db(transaction=True)
def test_refresh_facts_twice_at_once_does_no_harm(now):
    make_class(people=2, status="approved")
    said = _at_once([lambda: operations.refresh_facts(at=now)] * 3)
    assert {one.number for one in said} == {1}
    assert queries.faults_of(queries.latest_snapshot()) == []
    assert [path.name for path in queries.home().iterdir()] == [said[0].folder]


@pytest.mark.django_db
def test_refresh_facts_that_dies_leaves_the_last_snapshot_whole(now, monkeypatch):
    make_class(people=1, status="approved")
    first = operations.refresh_facts(at=now)
    make_class(people=2, status="approved")

    def die(*_given, **_named):
        raise KeyboardInterrupt

    monkeypatch.setattr(refreshing, "_keep", die)
    with pytest.raises(KeyboardInterrupt):
        operations.refresh_facts(at=now + MINUTE)
    monkeypatch.undo()
    assert queries.latest_snapshot().pk == first.pk
    assert queries.faults_of(first) == []
    assert rows_of(operations.refresh_facts(at=now + 2 * MINUTE), "training").height == 3


# A refresh of a process of its own, held where its files are written and no row names them yet.
HELD = """
import sys, time
from datetime import datetime
import django
django.setup()
from kaogong.statistics.operations import refreshing
refreshing.files_in = lambda *_given: (print("written", flush=True), time.sleep(120))
refreshing.refresh_facts(at=datetime.fromisoformat(sys.argv[1]))
"""


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_refresh_facts_killed_in_the_middle_leaves_the_last_snapshot_and_the_next_completes(now):
    make_class(people=1, status="approved")
    first = operations.refresh_facts(at=now)
    make_class(people=2, status="approved")
    name = connection.settings_dict["NAME"]
    there = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    told = {"DJANGO_SETTINGS_MODULE": "kaogong.config.settings", "DATABASE_URL": there}
    told |= {"KAOGONG_SNAPSHOTS": str(queries.home()), "PYTHONPATH": os.pathsep.join(sys.path)}
    refresh = subprocess.Popen(
        [sys.executable, "-c", HELD, (now + MINUTE).isoformat()],
        env=os.environ | told,
        stdout=subprocess.PIPE,
    )
    try:
        assert refresh.stdout.readline() == b"written\n"
        (making,) = (path for path in queries.home().iterdir() if path.name.startswith(".making-"))
        assert list(making.glob("training/*.parquet"))
        assert queries.latest_snapshot().pk == first.pk
    finally:
        refresh.kill()
        assert refresh.wait(30) == -signal.SIGKILL
        refresh.stdout.close()
    assert queries.latest_snapshot().pk == first.pk
    assert queries.faults_of(first) == []
    asked = {
        "by": an_actor("leader"),
        "region_code": "370299",
        "period": Period(date(2026, 1, 1), date(2027, 1, 1)),
    }
    assert queries.figure("training.person_times", **asked).value == 1
    after = operations.refresh_facts(at=now + 2 * MINUTE)
    assert (after.number, rows_of(after, "training").height) == (2, 3)
    assert queries.faults_of(after) == []
    os.utime(making, (now.timestamp() - 2 * 86400,) * 2)
    operations.tidy_snapshots(at=now + 3 * MINUTE)
    assert {path.name for path in queries.home().iterdir()} == {first.folder, after.folder}


@pytest.mark.django_db
def test_tidy_snapshots_removes_what_nobody_froze_and_what_was_left_over(now):
    made = []
    for step in range(3):
        make_class(people=1, status="approved")
        made.append(operations.refresh_facts(at=now + step * MINUTE))
        if step == 0:
            operations.freeze_snapshot(by=an_actor("bureau_clerk"), at=now, reason="季报")
    left = queries.home() / ".making-0123"
    fresh = queries.home() / ".making-4567"
    for folder in (left, fresh):
        folder.mkdir()
    os.utime(left, (now.timestamp() - 2 * 86400,) * 2)
    assert operations.tidy_snapshots(at=now + timedelta(minutes=30)) == 0
    assert operations.tidy_snapshots(at=now + timedelta(hours=2)) == 1
    assert list(Snapshot.objects.order_by("number").values_list("number", flat=True)) == [1, 3]
    kept = {made[0].folder, made[2].folder, fresh.name}
    assert {path.name for path in queries.home().iterdir()} == kept
    with pytest.raises(queries.SnapshotGone, match="已经清理"):
        queries.figure(
            "training.persons", by=an_actor("leader"), region_code="370299", period=YEAR, snapshot=2
        )


@pytest.mark.django_db
@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_snapshot_file_damaged_is_said_not_counted(now, harm):
    make_class(people=1, status="approved")
    operations.refresh_facts(at=now)
    frozen = operations.freeze_snapshot(by=an_actor("bureau_clerk"), at=now, reason="季报")
    path = queries.folder_of(frozen) / "training" / "2026.parquet"
    if harm == "gone":
        path.unlink()
    else:
        data = bytearray(path.read_bytes())
        data[len(data) // 3] ^= 1
        path.write_bytes(data)
    assert [fault.file for fault in queries.faults_of(frozen)] == ["training/2026.parquet"]
    asked = {"by": an_actor("leader"), "region_code": "370299", "period": YEAR, "snapshot": frozen.number}
    with pytest.raises(queries.SnapshotDamaged, match=r"training/2026\.parquet与保存时的摘要不符"):
        queries.figure("training.persons", **asked)


@pytest.mark.django_db
def test_refresh_facts_goes_on_when_the_folder_is_gone(now):
    make_class(people=2, status="approved")
    first = operations.refresh_facts(at=now)
    shutil.rmtree(queries.folder_of(first))
    again = operations.refresh_facts(at=now + MINUTE)
    assert (again.number, again.digest) == (2, first.digest)
    assert queries.faults_of(again) == []


@pytest.mark.django_db
def test_state_figure_is_counted_with_its_source(now):
    clerk, leader = an_actor("bureau_clerk", name="张三"), an_actor("leader")
    operations.refresh_facts(at=now)
    asked = {"by": leader, "region_code": "370299", "period": YEAR}
    unknown = queries.figure("workforce.skilled_share_of_employed", **asked)
    assert unknown.value is None and unknown.note
    for code, value in (("workforce.employed", 300_000), ("workforce.skilled", 96_000)):
        operations.state_figure(
            indicator_code=code, region_code="370299", **A_YEAR, value=value, document="2025年统计公报",
            clause="第九部分", by=clerk, at=now,
        )  # fmt: skip
    share = queries.figure("workforce.skilled_share_of_employed", **asked)
    assert (share.value, share.numerator, share.denominator) == (3200, 96_000, 300_000)
    assert share.sources == ["2025年统计公报 第九部分"] * 2


@pytest.mark.django_db
def test_state_figure_twice_is_refused_and_a_correction_says_why(now):
    clerk, leader = an_actor("bureau_clerk", name="张三"), an_actor("leader")
    operations.refresh_facts(at=now)
    told = {"indicator_code": "workforce.employed", "region_code": "370299", **A_YEAR, "by": clerk, "at": now}
    first = operations.state_figure(**told, value=300_000, document="快报")
    with pytest.raises(operations.StatedAlready, match="已由张三填报（快报）"):
        operations.state_figure(**told, value=1, document="公报")
    frozen = operations.freeze_snapshot(by=clerk, at=now, reason="季报")
    correction = {"value": 310_000, "document": "公报", "by": clerk, "at": now + MINUTE}
    with pytest.raises(ReasonMissing):
        operations.restate_figure(first.pk, **correction, reason="")
    operations.restate_figure(first.pk, **correction, reason="快报数已订正")
    with pytest.raises(operations.StatedCorrected):
        operations.restate_figure(first.pk, **correction, reason="再改")
    operations.refresh_facts(at=now + 2 * MINUTE)
    asked = {"by": leader, "region_code": "370299", "period": YEAR}
    assert queries.figure("workforce.employed", **asked).value == 310_000
    assert queries.figure("workforce.employed", snapshot=frozen.number, **asked).value == 300_000
    assert [row.value for row in queries.stated_history(first.pk, by=leader)] == [300_000, 310_000]
    with pytest.raises(DatabaseError), transaction.atomic():
        StatedFigure.objects.filter(pk=first.pk).update(value=1)


@pytest.mark.django_db
def test_state_figure_asks_for_right_reach_and_source(now):
    told = {"indicator_code": "workforce.employed", **A_YEAR, "value": 1, "at": now}
    with pytest.raises(NotPermitted):
        operations.state_figure(**told, region_code="370299", document="", by=an_actor("leader"))
    clerk = an_actor("bureau_clerk")
    assert clerk.may(Permission.STATE_FIGURE)
    with pytest.raises(operations.NotInReach, match="青岛市"):
        operations.state_figure(**told, region_code="370200", document="", by=clerk)
    with pytest.raises(operations.SourceMissing):
        operations.state_figure(**told, region_code="370299", document=" ", by=clerk)


def _at_once(works):
    """What each said: its answer, or what it raised; every one in a thread and connection of its own."""
    said, start = [], threading.Barrier(len(works))

    def run(work):
        start.wait()
        try:
            said.append(work())
        except Exception as refused:
            said.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said
