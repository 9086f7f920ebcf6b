"""The document behind a figure nobody here can count: kept, told by its digest, looked at on the record."""

import hashlib
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from kaogong.access.sealing import sealed_fields
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.kernel.period import Period
from kaogong.statistics import operations, queries
from kaogong.statistics.models import StatedFigure, StatedPaper, StatedPaperChanged
from kaogong.trail.models import Entry
from tests.factories.people import an_actor
from tests.factories.training import make_class

pytestmark = pytest.mark.django_db
BULLETIN = b"%PDF-1.7\n1 0 obj\n2025"
REVISED = b"\x89PNG\r\n\x1a\nrevised"
YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _state(now, **said):
    told = {
        "indicator_code": "workforce.employed", "region_code": "370299", "start_on": YEAR.start,
        "end_on": YEAR.end, "value": 300_000, "document": "2025年统计公报",
        "by": an_actor("bureau_clerk", name="张三"), "at": now,
    }  # fmt: skip
    return operations.state_figure(**told | said)


def test_state_figure_keeps_its_paper_and_tells_its_digest(now):
    one = _state(now, paper=("C:\\公报\\2025公报.pdf", BULLETIN))
    kept = StatedPaper.objects.get()
    assert (kept.figure, kept.filename, kept.format, kept.size) == (one, "2025公报.pdf", "pdf", len(BULLETIN))
    assert (kept.data, kept.digest, kept.content_type) == (BULLETIN, _digest(BULLETIN), "application/pdf")
    assert Entry.objects.get(verb="stated_figure.stated").detail["paper"] == _digest(BULLETIN)
    with pytest.raises(DatabaseError), transaction.atomic():
        StatedPaper.objects.update(digest="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        StatedPaper.objects.all().delete()
    assert (StatedPaper, StatedPaper._meta.get_field("content")) in sealed_fields()


def test_state_figure_without_paper_has_none_to_open(now):
    one = _state(now)
    assert not StatedPaper.objects.exists()
    assert "paper" not in Entry.objects.get(verb="stated_figure.stated").detail
    with pytest.raises(NotFound):
        operations.read_stated_paper(one.pk, by=an_actor("leader"), at=now)
    assert not Entry.objects.filter(verb="stated_figure.paper_looked").exists()


@pytest.mark.parametrize("data", [b"", b"MZ\x90", b"PK\x03\x04", b"%PDF-1.7\n" + bytes(20 * 2**20)])
def test_state_figure_refuses_a_paper_nobody_can_open_and_keeps_nothing(now, data):
    with pytest.raises(operations.StatedPaperUnreadable, match="公报"):
        _state(now, paper=("公报.doc", data))
    assert not StatedFigure.objects.exists()
    one = _state(now)
    with pytest.raises(operations.StatedPaperUnreadable):
        operations.restate_figure(
            one.pk, value=1, document="公报", paper=("公报.doc", data), by=an_actor("bureau_clerk"), at=now,
            reason="订正",
        )  # fmt: skip
    assert StatedFigure.objects.get() == one


def test_restate_figure_brings_its_own_paper_and_the_first_stays(now):
    one = _state(now, paper=("快报.pdf", BULLETIN))
    clerk, later = an_actor("bureau_clerk"), now + timedelta(minutes=1)
    second = operations.restate_figure(
        one.pk, value=310_000, document="公报", paper=("公报.png", REVISED), by=clerk, at=later, reason="订正"
    )
    third = operations.restate_figure(
        second.pk, value=311_000, document="公报", by=clerk, at=later, reason="再订正"
    )
    leader = an_actor("leader")
    assert [
        getattr(step, "paper", None) and step.paper.digest
        for step in queries.stated_history(one.pk, by=leader)
    ] == [_digest(BULLETIN), _digest(REVISED), None]
    told = Entry.objects.filter(verb="stated_figure.restated").order_by("id")
    assert [entry.detail.get("paper") for entry in told] == [_digest(REVISED), None]
    assert operations.read_stated_paper(one.pk, by=leader, at=later).data == BULLETIN
    with pytest.raises(NotFound):
        operations.read_stated_paper(third.pk, by=leader, at=later)


def test_read_stated_paper_keeps_the_look_and_is_closed_out_of_reach(now):
    one = _state(now, paper=("公报.pdf", BULLETIN))
    leader = an_actor("leader", name="李局")
    operations.read_stated_paper(one.pk, by=leader, at=now)
    look = Entry.objects.get(verb="stated_figure.paper_looked")
    assert (look.actor_name, look.detail["paper"]) == ("李局", _digest(BULLETIN))
    with pytest.raises(NotFound):
        operations.read_stated_paper(one.pk, by=an_actor("leader", region_code="510700"), at=now)
    with pytest.raises(NotPermitted):
        operations.read_stated_paper(one.pk, by=an_actor("learner"), at=now)


def test_read_stated_paper_that_is_not_what_came_is_refused(now):
    one = _state(now, paper=("公报.pdf", BULLETIN))
    StatedPaper.objects.filter(figure=one).update(content="JVBERg==")
    with pytest.raises(StatedPaperChanged, match="公报"):
        _ = operations.read_stated_paper(one.pk, by=an_actor("leader"), at=now).data


def test_figure_rests_on_the_paper_kept_with_what_was_stated(now):
    make_class(people=1, status="approved")
    operations.refresh_facts(at=now)
    _state(now, paper=("公报.pdf", BULLETIN))
    found = queries.figure("workforce.employed", by=an_actor("leader"), region_code="370299", period=YEAR)
    assert [stated.paper.digest for stated in found.stated] == [_digest(BULLETIN)]
