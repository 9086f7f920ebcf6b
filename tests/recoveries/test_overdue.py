"""What should be back by a day and is not: first in the list, and shown wherever its debtor would be paid."""

from datetime import date, timedelta

import pytest

from kaogong.funds import queries as funds
from kaogong.recoveries import operations, queries
from tests.factories.institutions import make_institution
from tests.factories.people import an_actor, make_person
from tests.factories.recoveries import SERVED_ON, make_owed_by, make_recoupment, pay
from tests.factories.training import a_day_at

pytestmark = pytest.mark.django_db
DUE_ON = date(2026, 6, 24)  # fifteen working days after the notice was served
NEXT_DAY = DUE_ON + timedelta(days=1)


def asked_of(debtor, programme: str, *, status: str = "served", kind: str = "institution"):
    return make_recoupment(pay(make_owed_by(kind, debtor.pk, debtor.name, 100_00, programme)), status=status)


def planned(recoupment, day: date):
    return operations.plan_recoupment(
        recoupment.pk, [(day, 100_00)], by=an_actor("bureau_clerk"), at=a_day_at(SERVED_ON)
    )


def test_overdue_come_first_the_oldest_day_first_then_open_then_over():
    school, clerk = make_institution(), an_actor("bureau_clerk")
    late = asked_of(school, "late")
    dropped = asked_of(school, "dropped")
    operations.drop_recoupment(dropped.pk, by=an_actor("reviewer"), at=a_day_at(SERVED_ON), reason="查无此事")
    later = planned(asked_of(school, "later"), NEXT_DAY)
    latest = planned(asked_of(school, "latest"), date(2027, 1, 4))
    unserved = asked_of(school, "unserved", status="approved")

    def order(today):
        return [row.pk for row in queries.overdue_first(queries.recoupments(clerk), today)]

    after = NEXT_DAY + timedelta(days=1)
    assert order(after) == [late.pk, later.pk, latest.pk, unserved.pk, dropped.pk]
    assert [row.pk for row in queries.overdue(clerk, after)] == [late.pk, later.pk]
    assert [row.pk for row in queries.overdue(clerk, NEXT_DAY)] == [late.pk]
    assert list(queries.overdue(clerk, DUE_ON)) == []  # the last day still counts
    elsewhere = an_actor("bureau_clerk", region_code="510700")
    assert list(queries.overdue(elsewhere, after)) == []


def test_overdue_of_is_of_these_payees_only_with_what_is_left():
    school, other, learner = make_institution(), make_institution(), make_person("王小明")
    clerk = an_actor("bureau_clerk")
    late, theirs = asked_of(school, "late"), asked_of(learner, "theirs", kind="person")
    asked_of(other, "another")
    operations.note_receipt(
        late.pk, amount_fen=40_00, bank_reference="B-1", received_on=SERVED_ON, by=an_actor("cashier"),
        at=a_day_at(SERVED_ON),
    )  # fmt: skip
    found = queries.overdue_of(clerk, NEXT_DAY, institution_ids=[school.pk], person_ids=[learner.pk])
    assert {row.pk: row.amount_fen - row.back_fen for row in found} == {late.pk: 60_00, theirs.pk: 100_00}
    assert list(queries.overdue_of(clerk, NEXT_DAY, person_ids=[None])) == []


def test_waiting_payment_of_an_overdue_payee_is_told_from_the_others():
    school, other = make_institution(), make_institution()
    asked_of(school, "late")
    owed = make_owed_by("institution", school.pk, school.name, 50_00, "wanted")
    owed += make_owed_by("institution", other.pk, other.name, 50_00, "besides")
    rows = funds.payments(an_actor("cashier"), status="queued")
    owing = {row.pk: row.is_owing for row in queries.owes_today(rows, NEXT_DAY)}
    assert owing == {owed[0].pk: True, owed[1].pk: False}
    assert not any(row.is_owing for row in queries.owes_today(rows, DUE_ON))


def test_objections_waiting_are_those_nobody_answered():
    school, clerk = make_institution(), an_actor("bureau_clerk")
    one = asked_of(school, "late")
    provider = an_actor("provider_clerk", organisation_id=school.pk)
    raised = operations.object_to_recoupment(one.pk, content="已退过。", by=provider, at=a_day_at(SERVED_ON))
    assert [row.pk for row in queries.objections_waiting(clerk)] == [raised.pk]
    operations.dismiss_recoupment_objection(
        raised.pk, answer="流水里没有", by=an_actor("reviewer"), at=a_day_at(SERVED_ON)
    )
    assert list(queries.objections_waiting(clerk)) == []
