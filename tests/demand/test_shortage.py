"""Demand against supply, the list proposed from it, reviewed by another, published and dated."""

from datetime import date, timedelta

import pytest

from kaogong.catalog import operations as catalog_operations
from kaogong.catalog import queries as catalog
from kaogong.demand import operations, queries
from kaogong.demand.models import ShortageList
from kaogong.grants.queries.gathering import facts_of
from kaogong.kernel.errors import NotFound, NotPermitted, ReasonMissing, SamePerson
from kaogong.notices import queries as notices
from tests.factories import (
    an_actor,
    make_certificate,
    make_class,
    make_contract,
    make_institution,
    make_person,
)
from tests.factories.demand import (
    COOK_NAME,
    NOW,
    a_post,
    make_round,
    make_run,
    make_vacancies,
    send,
    vacancy_row,
)
from tests.factories.grants import APPLIED_ON, a_day_at, make_grant

pytestmark = pytest.mark.django_db
COOK = "4-03-02-01"
FROM = date(2026, 12, 1)


def _welder(run):
    (row,) = [row for row in queries.shortage_rows(run.pk) if row.occupation_code != COOK]
    return row


def test_compute_shortage_keeps_every_number_of_the_working():
    clerk = an_actor("bureau_clerk")
    row = _welder(make_run(clerk=clerk))
    assert (row.employers, row.surveyed_now, row.vacancies, row.needed_now) == (4, 9, 5, 14)
    assert (row.needed_in_year, row.holders, row.pipeline) == (12, 0, 0)
    assert row.demand_hundredths == 100 * 14 + 50 * 12
    assert (row.supply_hundredths, row.index_permille, row.is_small) == (0, 1000, False)


def test_compute_shortage_counts_an_employer_of_survey_and_list_once():
    clerk = an_actor("bureau_clerk")
    _round, replies = make_round(clerk=clerk, enterprises=1)
    reply, by = replies[0]
    send(reply, by, a_post(needed_now=3))
    make_vacancies(vacancy_row(reply.name, 招聘人数=7), clerk=clerk)
    row = _welder(operations.compute_shortage(by=clerk, at=NOW))
    assert (row.employers, row.needed_now, row.is_small) == (1, 7, True)


def test_compute_shortage_sets_certificates_and_classes_against_demand():
    clerk = an_actor("bureau_clerk")
    make_certificate(issued_on=date(2026, 6, 1))
    make_certificate(issued_on=date(2024, 6, 1))
    running = make_class(status="running", people=3, starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 31))
    make_vacancies(vacancy_row(招聘人数=10, **{"职业（工种）": COOK_NAME}), clerk=clerk)
    (row,) = queries.shortage_rows(operations.compute_shortage(by=clerk, at=NOW).pk)
    assert (row.holders, row.certified, row.pipeline) == (2, 1, running.head_count)
    assert row.supply_hundredths == 5 * 2 + 40 * 1 + 60 * running.head_count
    assert row.index_permille == max(0, 1000 * (1000 - row.supply_hundredths) // 1000)


def test_compute_shortage_by_level_adds_up_and_shows_where_the_gap_is():
    clerk = an_actor("bureau_clerk")
    _round, replies = make_round(clerk=clerk, enterprises=2)
    (first, by), (second, other) = replies
    cook = {"post": "厨师", "occupation": COOK_NAME}
    send(first, by, a_post(**cook, level_code="3", needed_now=4, needed_in_year=0),
         a_post(**cook, level_code="", needed_now=2, needed_in_year=1))  # fmt: skip
    send(second, other, a_post(**cook, level_code="3", needed_now=1, needed_in_year=6))
    listed = {"职业（工种）": COOK_NAME}
    make_vacancies(  # fewer than the first says itself: left aside; more than the second: taken, whole
        vacancy_row(first.name, 招聘人数=5, 技能等级="5", **listed),
        vacancy_row(second.name, 招聘人数=3, 技能等级="4", **listed),
        clerk=clerk,
    )
    both = make_certificate(level_code="4", issued_on=date(2026, 6, 1))
    make_certificate(person=both.person, level_code="3", issued_on=date(2026, 7, 1))
    running = make_class(status="running", people=3, starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 31))
    run = operations.compute_shortage(by=clerk, at=NOW)
    (row,) = queries.shortage_rows(run.pk)
    levels = {one.level_code: one for one in queries.levels_of_row(row.pk)}
    assert {code: (one.needed_now, one.needed_in_year, one.employers) for code, one in levels.items()
            if one.employers} == {"3": (4, 6, 2), "4": (3, 0, 1), "": (2, 1, 1)}  # fmt: skip
    for name in ("needed_now", "needed_in_year", "holders", "certified", "trained", "pipeline"):
        assert sum(getattr(one, name) for one in levels.values()) == getattr(row, name), name
    assert (row.needed_now, row.holders, row.certified) == (9, 1, 2)
    assert (levels["3"].holders, levels["4"].holders, levels["4"].certified) == (1, 0, 1)
    assert levels[running.level_code].pipeline == running.head_count
    assert levels["3"].demand_hundredths == 100 * 4 + 50 * 6
    assert (levels["3"].supply_hundredths, levels[""].index_permille) == (5 * 1 + 40 * 1, None)
    assert levels["3"].index_permille == 1000 * (700 - 45) // 700


def test_compute_shortage_where_no_weight_is_set_gives_numbers_and_no_index():
    clerk = an_actor("bureau_clerk", region_code="370211")
    make_vacancies(clerk=clerk)
    run = operations.compute_shortage(by=clerk, at=NOW)
    (row,) = queries.shortage_rows(run.pk)
    assert (row.needed_now, row.index_permille, row.demand_hundredths) == (5, None, None)
    drafted = operations.draft_shortage_list(run.pk, kind="shortage", starts_on=FROM, by=clerk, at=NOW)
    assert not drafted.items.exists()


def test_compute_shortage_without_any_demand_is_refused():
    with pytest.raises(operations.NothingAskedFor):
        operations.compute_shortage(by=an_actor("bureau_clerk"), at=NOW)


def test_compute_shortage_is_for_the_clerk():
    for role in ("reviewer", "cashier", "auditor"):
        with pytest.raises(NotPermitted):
            operations.compute_shortage(by=an_actor(role), at=NOW)


def _proposed(clerk, *, starts_on=FROM, **more) -> ShortageList:
    run = more.pop("run", None) or make_run(clerk=clerk)
    found = operations.draft_shortage_list(run.pk, kind="shortage", starts_on=starts_on, by=clerk, at=NOW)
    return operations.propose_shortage_list(found.pk, by=clerk, at=NOW)


def test_from_survey_to_published_catalogue():
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    found = _proposed(clerk)
    code = found.items.get().code
    assert catalog.shortage_occupations("370299", FROM) == []
    published = operations.publish_shortage_list(found.pk, by=reviewer, at=NOW)
    notice = notices.notice(published.notice_id)
    assert (notice.kind, notice.status) == ("catalogue", "published")
    assert [row.cells["name"] for row in notices.rows_of(notice.pk)] == ["焊工"]
    assert [row.occupation_code for row in catalog.shortage_occupations("370299", FROM)] == [code]
    assert catalog.shortage_occupations("370299", FROM - timedelta(days=1)) == []


def test_publish_shortage_list_replaces_the_version_before_from_its_first_day():
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    run = make_run(clerk=clerk)
    operations.publish_shortage_list(_proposed(clerk, run=run).pk, by=reviewer, at=NOW)
    second = operations.draft_shortage_list(
        run.pk, kind="shortage", starts_on=date(2027, 6, 1), by=clerk, at=NOW
    )
    dropped = second.items.get().code
    operations.drop_list_entry(second.pk, dropped, by=clerk, at=NOW, reason="已缓解")
    operations.add_list_entry(second.pk, name=COOK_NAME, because="两家企业新开业", by=clerk, at=NOW)
    operations.propose_shortage_list(second.pk, by=clerk, at=NOW)
    assert queries.changes_since(second) == ([COOK], [dropped])
    operations.publish_shortage_list(second.pk, by=reviewer, at=NOW)
    assert second.version == 2
    in_force = {day: [row.occupation_code for row in catalog.shortage_occupations("370299", day)]
                for day in (date(2027, 5, 31), date(2027, 6, 1))}  # fmt: skip
    assert list(in_force.values()) == [[dropped], [COOK]]


def test_publish_shortage_list_that_begins_no_later_than_the_one_in_force_is_refused():
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    run = make_run(clerk=clerk)
    operations.publish_shortage_list(_proposed(clerk, run=run).pk, by=reviewer, at=NOW)
    from kaogong.catalog.operations import ShortageBeforeEarlier

    again = _proposed(clerk, run=run)
    with pytest.raises(ShortageBeforeEarlier):
        operations.publish_shortage_list(again.pk, by=reviewer, at=NOW)


def test_publish_shortage_list_is_for_another_person_and_never_the_clerk():
    clerk = an_actor("bureau_clerk")
    found = _proposed(clerk)
    with pytest.raises(NotPermitted):
        operations.publish_shortage_list(found.pk, by=clerk, at=NOW)
    both = clerk.may_also("publish_shortage_list")
    with pytest.raises(SamePerson):
        operations.publish_shortage_list(found.pk, by=both, at=NOW)
    with pytest.raises(NotFound):
        operations.publish_shortage_list(found.pk, by=an_actor("reviewer", region_code="510700"), at=NOW)
    found.refresh_from_db()
    assert (found.status, found.notice_id) == ("proposed", None)


def test_return_shortage_list_says_why_and_lets_the_clerk_change_it():
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    found = _proposed(clerk)
    with pytest.raises(operations.ListNotEditable):
        operations.add_list_entry(found.pk, name=COOK_NAME, because="补充", by=clerk, at=NOW)
    with pytest.raises(ReasonMissing):
        operations.return_shortage_list(found.pk, by=reviewer, at=NOW, reason="")
    operations.return_shortage_list(found.pk, by=reviewer, at=NOW, reason="请补充养老护理")
    operations.add_list_entry(found.pk, name="养老护理员", because="民政部门来函", by=clerk, at=NOW)
    with pytest.raises(operations.EntryTwice):
        operations.add_list_entry(found.pk, name="养老护理员", because="再来", by=clerk, at=NOW)
    assert operations.propose_shortage_list(found.pk, by=clerk, at=NOW).status == "proposed"


def test_withdraw_shortage_list_keeps_its_number():
    clerk = an_actor("bureau_clerk")
    found = _proposed(clerk)
    operations.withdraw_shortage_list(found.pk, by=clerk, at=NOW, reason="数据有误")
    again = operations.draft_shortage_list(found.run_id, kind="shortage", starts_on=FROM, by=clerk, at=NOW)
    assert again.version == 2


def test_publish_shortage_list_of_a_fixed_size_is_refused_with_more_or_fewer():
    clerk, reviewer = an_actor("bureau_clerk"), an_actor("reviewer")
    found = operations.draft_shortage_list(None, kind="award_majors", starts_on=FROM, by=clerk, at=NOW)
    with pytest.raises(operations.ListEmpty):
        operations.propose_shortage_list(found.pk, by=clerk, at=NOW)
    for number in range(49):
        operations.add_list_entry(found.pk, name=f"专业{number}", because="专家评审", by=clerk, at=NOW)
    operations.propose_shortage_list(found.pk, by=clerk, at=NOW)
    with pytest.raises(operations.ListSizeWrong, match="50个，现有49个"):
        operations.publish_shortage_list(found.pk, by=reviewer, at=NOW)
    operations.return_shortage_list(found.pk, by=reviewer, at=NOW, reason="差一个")
    operations.add_list_entry(found.pk, name="专业49", because="专家评审", by=clerk, at=NOW)
    operations.propose_shortage_list(found.pk, by=clerk, at=NOW)
    assert operations.publish_shortage_list(found.pk, by=reviewer, at=NOW).status == "published"


def test_award_list_of_occupations_is_asked_on_its_days_apart_from_the_shortage_list():
    clerk = an_actor("bureau_clerk")
    found = operations.draft_shortage_list(None, kind="award_occupations", starts_on=FROM, by=clerk, at=NOW)
    rows = catalog.occupations_matching("工", limit=200)
    for code in list(dict.fromkeys(row.code for row in rows if row.tier == 4))[:100]:
        operations.add_list_entry(found.pk, name=code, because="新旧动能转换", by=clerk, at=NOW)
    operations.propose_shortage_list(found.pk, by=clerk, at=NOW)
    operations.publish_shortage_list(found.pk, by=an_actor("reviewer"), at=NOW)
    listed = catalog.listed_occupations("370299", FROM, list_kind="award_occupations")
    assert len(listed) == 100
    assert (
        catalog.listed_occupations("370299", FROM - timedelta(days=1), list_kind="award_occupations") is None
    )
    assert catalog.shortage_occupations("370299", FROM) == []


def test_other_lists_begin_with_what_people_wish_and_who_may_train():
    clerk = an_actor("bureau_clerk")
    make_contract(make_institution("厨师学校"), [(COOK, "5")])
    for n in range(10):
        learner = an_actor("learner", person_id=make_person().pk)
        operations.state_wish(
            is_willing=True, occupations=[COOK_NAME, "焊工"] if n else [COOK_NAME], by=learner, at=NOW
        )
    wished = operations.draft_shortage_list(None, kind="wished", starts_on=FROM, by=clerk, at=NOW)
    assert [(one.code, one.because) for one in wished.items.all()] == [(COOK, "10人想学")], "nine are too few"
    trains = operations.draft_shortage_list(None, kind="provider_majors", starts_on=FROM, by=clerk, at=NOW)
    assert [(one.code, one.because) for one in trains.items.all()] == [(COOK, "1家机构可以培训：厨师学校")]
    operations.propose_shortage_list(wished.pk, by=clerk, at=NOW)
    assert operations.publish_shortage_list(wished.pk, by=an_actor("reviewer"), at=NOW).notice_id
    assert catalog.shortage_occupations("370299", FROM) == []


def test_openings_name_who_may_train_and_how_many_places_are_left():
    clerk = an_actor("bureau_clerk")
    run = make_run(clerk=clerk)
    welder = _welder(run).occupation_code
    school = make_institution("示例焊接学校", recognised_for=[(welder, "5")])
    make_contract(make_institution("厨师学校"), [(COOK, "5")])
    (found,) = queries.openings(run.pk, by=clerk, on=NOW.date())
    assert [(name, left) for name, _, left in found.providers] == [(school.name, 500)]
    assert (found.missing, found.proposed) == (20, 20)


def test_a_clerk_of_another_region_finds_no_counting_and_no_list():
    found = _proposed(an_actor("bureau_clerk"))
    stranger = an_actor("bureau_clerk", region_code="510700")
    with pytest.raises(NotFound):
        queries.shortage_run(found.run_id, by=stranger)
    with pytest.raises(NotFound):
        queries.shortage_list(found.pk, by=stranger)
    with pytest.raises(NotFound):
        operations.withdraw_shortage_list(found.pk, by=stranger, at=NOW, reason="不归我管")


def test_award_rule_asks_the_list_of_its_day():
    reviewer, person = an_actor("reviewer"), make_person()
    on = a_day_at(APPLIED_ON).date()
    grant = make_grant("employer_skill_award", person_id=person.pk)
    assert facts_of(grant, on).on_award_list is None
    make_certificate(person=person, issued_on=on - timedelta(days=30))
    catalog_operations.list_shortage_occupations(
        "370299", ["6-18-02-04"], starts_on=on - timedelta(days=9), list_kind="award_occupations",
        by=reviewer, at=NOW,
    )  # fmt: skip
    assert facts_of(grant, on).on_award_list is False
    catalog_operations.list_shortage_occupations(
        "370299", [COOK], starts_on=on, list_kind="award_occupations", by=reviewer, at=NOW
    )
    assert facts_of(grant, on).on_award_list is True
    assert facts_of(grant, on - timedelta(days=1)).on_award_list is False
