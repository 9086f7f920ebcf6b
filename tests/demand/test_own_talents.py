"""A unit tells of the people it brought in itself; the bureau confirms, the unit says each year who is still there."""

from datetime import date, timedelta

import pytest

from kaogong.demand import operations, queries
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, WrongState
from kaogong.trail.models import Entry
from tests.factories import an_actor, make_institution
from tests.factories.demand import (
    NOW,
    TALENT_HEADINGS,
    a_sheet,
    make_talents,
    talent_row,
    told_talent,
)

pytestmark = pytest.mark.django_db
OWN_HEADINGS = tuple(one for one in TALENT_HEADINGS if one not in ("引进单位", "统一社会信用代码"))


@pytest.fixture
def factory():
    return make_institution("示例区精工机械厂")


@pytest.fixture
def own(factory):
    return an_actor("provider_clerk", organisation_id=factory.pk)


@pytest.fixture
def clerk():
    return an_actor("bureau_clerk")


def test_tell_introduced_talent_waits_for_the_bureau_and_counts_once_confirmed(own, clerk, factory):
    talent = told_talent(own)
    assert (talent.status, talent.employer, talent.institution_id) == ("told", factory.name, factory.pk)
    assert (talent.credit_code, talent.region_code) == (factory.credit_code, factory.region_code)
    assert list(queries.talents_to_confirm(clerk)) == [talent]
    assert queries.introduced_by_unit(clerk) == []
    with pytest.raises(NotPermitted):
        operations.confirm_introduced_talent(talent.pk, by=own, at=NOW)
    with pytest.raises(NotFound):
        stranger = an_actor("bureau_clerk", region_code="510700")
        operations.confirm_introduced_talent(talent.pk, by=stranger, at=NOW)
    operations.confirm_introduced_talent(talent.pk, by=clerk, at=NOW)
    assert [one["people"] for one in queries.introduced_by_unit(clerk)] == [1]
    with pytest.raises(WrongState):
        operations.confirm_introduced_talent(talent.pk, by=clerk, at=NOW)


def test_tell_introduced_talent_names_what_is_wrong_and_takes_nobody_twice(own):
    number = told_talent(own).person.id_number
    for refusal, said in (
        (operations.TalentThere, {"id_number": number, "name": "自报人"}),
        (operations.ModeUnknown, {"mode": "借调"}),
        (operations.TierUnknown, {"tier": "街道级"}),
        (operations.OccupationNotFound, {"occupation": "没有的职业"}),
        (operations.TalentDayUnclear, {"introduced_on": "2027-01-01"}),
        (operations.TalentDayUnclear, {"contract_ends_on": "2024-01-01"}),
    ):
        with pytest.raises(refusal):
            told_talent(own, **({"name": "另一人"} | said))
    assert queries.introduced_talents(own).count() == 1


def test_refuse_introduced_talent_says_why_and_the_unit_may_tell_anew(own, clerk):
    talent = told_talent(own)
    with pytest.raises(ReasonMissing):
        operations.refuse_introduced_talent(talent.pk, by=clerk, at=NOW, reason="")
    operations.refuse_introduced_talent(talent.pk, by=clerk, at=NOW, reason="合同没有签")
    again = told_talent(own, id_number=talent.person.id_number)
    assert again.status == "told"
    assert Entry.objects.get(verb="introduced_talent.refused").reason == "合同没有签"


def test_import_own_introduced_keeps_good_rows_and_names_bad_ones(own, clerk):
    rows = [
        talent_row("甲"), talent_row("乙", 引进方式="借调"), talent_row("丙", 引进日期="明天"), talent_row("丁"),
    ]  # fmt: skip
    places = [TALENT_HEADINGS.index(one) for one in OWN_HEADINGS]
    sheet = a_sheet(OWN_HEADINGS, [[row[place] for place in places] for row in rows])
    taken = operations.import_own_introduced(sheet, "引进.xlsx", by=own, at=NOW)
    assert taken.kept == 2 and sorted(taken.problems) == [3, 4]
    assert "借调" in taken.problems[3][0] and "引进日期" in taken.problems[4][0]
    assert {row.status for row in queries.introduced_talents(own)} == {"told"}
    with pytest.raises(NotPermitted):
        operations.import_own_introduced(sheet, "引进.xlsx", by=clerk, at=NOW)


def test_affirm_introduced_talent_once_a_year_and_of_ones_own_alone(own, clerk):
    talent = told_talent(own, confirmed=True)
    waiting = told_talent(own, "待确认")
    assert list(queries.talents_to_affirm(own, NOW.date())) == [talent]
    operations.affirm_introduced_talent(talent.pk, by=own, at=NOW)
    assert not queries.talents_to_affirm(clerk, NOW.date()).exists()
    assert queries.affirmed_years([talent.pk, waiting.pk]) == {talent.pk: 2026}
    with pytest.raises(operations.AffirmedAlready, match="2026"):
        operations.affirm_introduced_talent(talent.pk, by=own, at=NOW)
    with pytest.raises(WrongState):
        operations.affirm_introduced_talent(waiting.pk, by=own, at=NOW)
    next_year = NOW + timedelta(days=60)
    assert list(queries.talents_to_affirm(clerk, next_year.date())) == [talent]
    operations.affirm_introduced_talent(talent.pk, by=own, at=next_year)
    assert queries.affirmed_years([talent.pk]) == {talent.pk: 2027}


def test_another_unit_sees_and_does_nothing_with_ones_people(own):
    talent = told_talent(own, confirmed=True)
    make_talents(talent_row("不在册单位的人"))
    other = an_actor("provider_clerk", organisation_id=make_institution("别的厂").pk)
    assert not queries.introduced_talents(other).exists()
    assert [row.person.name for row in queries.introduced_talents(own)] == ["自报人"]
    with pytest.raises(NotFound):
        operations.affirm_introduced_talent(talent.pk, by=other, at=NOW)
    with pytest.raises(NotFound):
        operations.note_departure(talent.pk, left_on=date(2026, 11, 1), by=other, at=NOW, reason="离职")
    with pytest.raises(NotPermitted):
        learner = an_actor("learner")
        operations.note_departure(talent.pk, left_on=date(2026, 11, 1), by=learner, at=NOW, reason="离职")
    operations.note_departure(talent.pk, left_on=date(2026, 11, 1), by=own, at=NOW, reason="离职")
    assert Entry.objects.get(verb="introduced_talent.left").actor_role == "provider_clerk"
