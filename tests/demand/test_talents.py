"""Skilled people brought in: told by sheet, counted by unit, followed to the end of their contracts."""

from datetime import date

import pytest

from kaogong.demand import operations, queries
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from tests.factories import an_actor
from tests.factories.demand import NOW, make_talents, talent_row
from tests.factories.grants import make_grant
from tests.factories.people import an_id_number

pytestmark = pytest.mark.django_db


def test_people_brought_in_are_counted_by_unit_and_bad_rows_named():
    clerk, number = an_actor("bureau_clerk"), an_id_number().value
    taken = make_talents(
        talent_row("甲", number=number),
        talent_row("乙", 引进方式="柔性", 领军人才级别="省级"),
        talent_row("丙", unit=501),
        talent_row("甲", number=number),
        talent_row("丁", 引进方式="借调"),
        talent_row("戊", 引进日期="2027-03-01"),
        talent_row("己", 合同到期日="2025-01-01"),
        talent_row("庚", 领军人才级别="街道级"),
        clerk=clerk,
    )
    assert (taken.kept, sorted(taken.problems)) == (3, [5, 6, 7, 8, 9])
    units = queries.introduced_by_unit(clerk)
    assert [(one["unit"], one["people"], one["full_time"], one["flexible"], one["here"]) for one in units] == [
        ("示例第500厂", 2, 1, 1, 2), ("示例第501厂", 1, 1, 0, 1),
    ]  # fmt: skip
    assert queries.introduced_by_unit(an_actor("bureau_clerk", region_code="510700")) == []


def test_people_brought_in_say_through_which_channel_and_each_is_counted():
    clerk = an_actor("bureau_clerk")
    taken = make_talents(
        talent_row("甲", 引进渠道="引进Ｅ联盟"), talent_row("乙", 引进渠道="海外技能人才引进工作站"),
        talent_row("丙", 引进渠道="E联盟"), talent_row("丁"), talent_row("戊", 引进渠道="朋友"), clerk=clerk,
    )  # fmt: skip
    assert (taken.kept, list(taken.problems)) == (4, [6])
    assert "“朋友”不认识" in str(taken.problems[6])
    (unit,) = queries.introduced_by_unit(clerk)
    assert (unit["people"], unit["alliance"], unit["station"]) == (4, 2, 1)
    assert queries.introduced_talents(clerk).filter(channel="").get().person.name == "丁"


def test_contract_that_ends_is_asked_after_until_the_person_is_noted_as_gone():
    clerk = an_actor("bureau_clerk")
    make_talents(talent_row("快到期"), talent_row("还早", 合同到期日="2029-01-01"), clerk=clerk)
    (talent,) = queries.contracts_ending(clerk, NOW.date())
    assert talent.person.name == "快到期"
    for wrong in (date(2026, 2, 1), date(2026, 12, 1)):
        with pytest.raises(operations.LeftDayWrong):
            operations.note_departure(talent.pk, left_on=wrong, by=clerk, at=NOW, reason="合同期满")
    day = date(2026, 11, 1)
    with pytest.raises(ReasonMissing):
        operations.note_departure(talent.pk, left_on=day, by=clerk, at=NOW, reason="")
    with pytest.raises(NotPermitted):
        operations.note_departure(talent.pk, left_on=day, by=an_actor("auditor"), at=NOW, reason="期满")
    with pytest.raises(NotFound):
        stranger = an_actor("bureau_clerk", region_code="510700")
        operations.note_departure(talent.pk, left_on=day, by=stranger, at=NOW, reason="期满")
    operations.note_departure(talent.pk, left_on=day, by=clerk, at=NOW, reason="合同期满")
    assert not queries.contracts_ending(clerk, NOW.date()).exists()
    assert [one["here"] for one in queries.introduced_by_unit(clerk)] == [1]
    with pytest.raises(WrongState):
        operations.note_departure(talent.pk, left_on=day, by=clerk, at=NOW, reason="再来")


def test_grants_for_bringing_in_are_shown_and_those_no_unit_told_of_counted():
    clerk = an_actor("bureau_clerk")
    grant = make_grant("settling_grant")
    assert queries.granted_but_not_told(clerk) == 1
    make_talents(talent_row(grant.person.name, number=grant.person.id_number), clerk=clerk)
    assert queries.granted_but_not_told(clerk) == 0
    assert queries.granted_for([grant.person_id]) == {grant.person_id: grant.amount_fen}
