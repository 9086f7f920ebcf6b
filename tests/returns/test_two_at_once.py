"""Two people freezing at once: one wins, the other is told."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from kaogong.returns import operations
from kaogong.returns.models import PeriodReturn, ReturnFile
from tests.returns.people import acting, clerk

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_freezing_at_once_one_wins_and_the_other_is_told(quarter, now):
    one = operations.draft_return(kind="quarterly", starts_on=date(2026, 7, 1), by=clerk(), at=now)
    said = {found["code"]: "没有数据" for found in one.checks if found["outcome"] == "fails"}
    operations.explain_checks(one.pk, said, by=clerk(), at=now)
    operations.sign_return(one.pk, by=clerk(), at=now)
    start, told = threading.Barrier(2), []

    def freeze(account_id: int, name: str) -> None:
        try:
            start.wait()
            operations.freeze_return(
                one.pk, by=acting("reviewer", account_id, name), at=now + timedelta(hours=1)
            )
            told.append(("frozen", name, ""))
        except operations.ReturnFrozenAlready as refusal:
            told.append(("refused", name, str(refusal)))
        finally:
            connection.close()

    people = [(202, "林复核"), (303, "赵复核")]
    threads = [threading.Thread(target=freeze, args=who) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won, lost = sorted(told)
    assert (won[0], lost[0]) == ("frozen", "refused")
    assert won[1] in lost[2]
    assert PeriodReturn.objects.get(pk=one.pk).frozen_by == won[1]
    assert ReturnFile.objects.filter(period_return=one).count() == 3
