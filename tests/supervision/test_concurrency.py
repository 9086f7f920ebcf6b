"""Two people at once: one draw, one sheet, seeds of both."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from kaogong.kernel.errors import Refused, WrongState
from kaogong.supervision import operations
from kaogong.supervision.models import Draw, Inspection, SeedParty
from tests.factories import an_actor
from tests.factories.supervision import make_bureau, make_draw, record, secrets_of, sent_to

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Each act in a thread and connection of its own, let go together; results or refusals."""
    ready = Barrier(len(acts))

    def run(act):
        try:
            ready.wait(timeout=10)
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_make_draw_by_two_at_once_draws_once(now):
    bureau = make_bureau(now)
    draw = make_draw(bureau, at=now, classes=2, status="revealed")
    actors = [bureau.reviewer, an_actor("reviewer")]
    answers = at_once(*(lambda by=by: operations.make_draw(draw.pk, by=by, at=now) for by in actors))
    assert {type(answer) for answer in answers} == {Draw, WrongState}
    assert Inspection.objects.count() == 2


def test_reveal_seed_by_both_parties_at_once_keeps_both(now):
    bureau = make_bureau(now)
    draw = make_draw(bureau, at=now, classes=1, status="committed")
    at_once(
        *(
            lambda by=by: operations.reveal_seed(draw.pk, *secrets_of(by), by=by, at=now)
            for by in bureau.parties
        )
    )
    assert SeedParty.objects.filter(draw=draw, revealed_at__isnull=False).count() == 2
    assert operations.make_draw(draw.pk, by=bureau.reviewer, at=now).status == "drawn"


def test_record_inspection_by_both_inspectors_at_once_keeps_one_sheet(now):
    bureau = make_bureau(now)
    make_draw(bureau, at=now, classes=1, status="drawn")
    visit = Inspection.objects.get()
    later = now + timedelta(hours=2)
    answers = at_once(
        *(
            lambda by=by, n=n: record(visit, bureau, at=later, by=by, present=n)
            for n, (_, by) in enumerate(sent_to(visit, bureau))
        )
    )
    kept = [answer for answer in answers if isinstance(answer, Inspection)]
    assert len(kept) == 1 and any(isinstance(answer, WrongState) for answer in answers)
    visit.refresh_from_db()
    assert visit.present == kept[0].present


def test_two_draws_prepared_at_once_have_numbers_of_their_own(now):
    bureau = make_bureau(now)
    make_draw(bureau, at=now, classes=1)
    answers = at_once(*(lambda: make_draw(bureau, at=now) for _ in range(2)))
    assert len({answer.number for answer in answers}) == 2
    assert Draw.objects.count() == 3
