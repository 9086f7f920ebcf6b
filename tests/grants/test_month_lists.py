"""Living allowances in bulk: one list for a month of a class, each person judged, paid once, to their own account."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from kaogong.funds.models import Payment
from kaogong.grants import operations, queries
from kaogong.grants.models import Grant, Instalment
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.people import queries as people
from kaogong.training import queries as training
from tests.factories.claims import make_learner
from tests.factories.grants import close_notice_of
from tests.factories.institutions import make_institution
from tests.factories.month_lists import (
    HANDED_IN,
    HEADINGS,
    JUNE,
    import_month,
    make_allowance_fund,
    make_attended_class,
    make_entitled,
)
from tests.factories.people import an_actor
from tests.factories.training import a_day_at
from tests.grants.test_story import bank_pays

pytestmark = pytest.mark.django_db


def counted(training_class, person) -> tuple[int, int]:
    """The days and hundredths of hours one learner is counted for in June."""
    had = queries.attended_in(training_class, JUNE)[person.pk]
    return had.days, had.counted


def test_story_of_a_class_s_month_from_the_list_to_each_person_s_account():
    make_allowance_fund()
    one, two = make_entitled("王强"), make_entitled("赵静")
    training_class = make_attended_class([one, two])
    kept = import_month([one, two], training_class=training_class)
    assert (kept.taken, kept.refused, kept.month) == (2, [], JUNE)
    days, _hours = counted(training_class, one)
    first, second = Grant.objects.order_by("id")
    # The list says five days; what counts is what the attendance says.
    assert days != 5
    assert (first.status, first.verdict, first.judged_fen) == ("submitted", "payable", days * 50_00)
    assert (first.institution, first.person, first.event_on) == (None, one, date(2026, 6, 30))
    (row, _other) = queries.list_rows(kept.pk, by=an_actor("bureau_clerk"))
    assert (row.declared["days_attended"], row.counted["days_attended"], row.differs) == (
        "5.00",
        f"{days}.00",
        True,
    )
    ids, clerk = [first.pk, second.pk], an_actor("bureau_clerk")
    assert not operations.review_grants(ids, by=clerk, at=HANDED_IN).refused
    assert not operations.approve_grants(ids, by=an_actor("reviewer"), at=HANDED_IN).refused
    operations.publish_grants(ids, by=clerk, at=HANDED_IN)
    closed = close_notice_of(first, by=clerk)
    assert {(row.payee_id, row.amount_fen) for row in Payment.objects.all()} == {
        (one.pk, days * 50_00),
        (two.pk, days * 50_00),
    }
    bank_pays(closed)
    assert set(Grant.objects.values_list("status", flat=True)) == {"paid"}
    (instalment,) = queries.instalments(first.pk)
    assert (instalment.starts_on, instalment.ends_on) == (JUNE, date(2026, 6, 30))
    assert [entry.reference for entry in people.file_of(one.pk)][-1] == instalment.reference


def test_by_the_hour_only_hours_that_count_are_paid():
    make_allowance_fund()
    person = make_entitled("王强")
    training_class = make_attended_class([person])
    import_month([person], training_class=training_class, scheme="living_by_hour")
    _days, hours = counted(training_class, person)
    assert Grant.objects.get().judged_fen == hours * 8_00 // 100 > 0


def test_by_the_month_the_base_is_paid_once_and_nobody_absent_gets_it():
    make_allowance_fund()
    present, absent = make_entitled("王强"), make_entitled("赵静")
    others = [make_learner(f"李{one}") for one in "明华芳伟"]
    training_class = make_attended_class([present, absent, *others])
    sits = training.enrolments(training_class.pk).get(person=absent)
    sits.attendances.update(hours_hundredths=0, mark="A")
    import_month([present, absent], training_class=training_class, scheme="labour_reserve_living")
    assert {row.person_id: row.judged_fen for row in Grant.objects.all()} == {
        present.pk: 160_00,
        absent.pk: 0,
    }


def test_each_person_is_judged_by_the_same_rule():
    entitled, other = make_entitled("王强"), make_learner("李明")
    training_class = make_attended_class([entitled, other])
    import_month([entitled, other], training_class=training_class)
    assert {row.person_id: row.verdict for row in Grant.objects.all()} == {
        entitled.pk: "payable",
        other.pk: "refused",
    }


def test_excel_at_its_worst_is_read_and_every_bad_row_says_what_to_do():
    one, two, three, four = (make_entitled(name) for name in ("王强", "赵静", "陈洋", "刘芳"))
    stranger = make_entitled("周磊")
    training_class = make_attended_class([one, two, three, four])
    wide = one.id_number.translate({ord(n): 0xFEE0 + ord(n) for n in "0123456789"})
    began, serial = date(2026, 6, 1), (date(2026, 6, 30) - date(1899, 12, 30)).days
    headings = [*HEADINGS, "培训开始日期", "培训结束日期"]
    rows = [
        [1, " 王强　", wide, "５ ", "30", began, serial],
        ["2", "赵静", f"{two.id_number} ", "35", 30, None, None],
        [3, "陈洋", three.id_number, "五天", 30, None, None],
        [4, "王强", one.id_number, 5, 30, None, None],
        [5, "周磊", stranger.id_number, 5, 30, None, None],
        [6, "刘芳", four.id_number, 5, 30, date(2026, 7, 1), date(2026, 7, 9)],
        [7, "无名", "370211199001011234", 5, 30, None, None],
        ["合计", None, None, 30, None, None, None],
    ]
    kept = import_month(training_class=training_class, rows=rows, headings=headings)
    assert kept.taken == 1
    assert Grant.objects.get().person == one
    told = {row["row"]: row["problem"] for row in kept.refused}
    assert list(told) == [4, 5, 6, 7, 8, 9]
    assert "只有30天，请改为" in told[4]
    assert "实训天数" in told[5] and "不是数字" in told[5]
    assert "与第3行是同一人" in told[6]
    assert "不在本班花名册" in told[7] and "请核对" in told[7]
    assert "不在2026-06内" in told[8]
    assert "身份证" in told[9]


def test_one_person_has_one_month_once_whoever_lists_them():
    person = make_entitled("王强")
    training_class = make_attended_class([person])
    first = import_month([person], training_class=training_class)
    with pytest.raises(operations.ListTakenAlready):
        import_month([person], training_class=training_class)
    again = import_month([person], class_name="技工学校23级", scheme="living_by_hour")
    assert (again.taken, "一人一月只能申请一次" in again.refused[0]["problem"]) == (0, True)
    grant = Grant.objects.get(grant_list=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(
            number="JB-2026-999999", person=person, grant_list=first, month=JUNE,
            region_code=grant.region_code, scheme_code=grant.scheme_code, counts_as=grant.counts_as,
            rhythm="once", event_on=grant.event_on, drafted_at=HANDED_IN,
        )  # fmt: skip
    # Refused, the month is free again.
    operations.review_grant(grant.pk, by=an_actor("bureau_clerk"), at=HANDED_IN)
    operations.refuse_grant(grant.pk, by=an_actor("reviewer"), at=HANDED_IN, reason="名单有误，另交")
    assert import_month([person], class_name="技工学校23级").taken == 1


def test_a_month_that_a_person_s_own_term_covers_is_not_listed_and_the_other_way_round():
    make_allowance_fund()
    person = make_entitled("王强")
    training_class = make_attended_class([person])
    own = an_actor("learner", person_id=person.pk)
    at = a_day_at(date(2026, 6, 9))
    with pytest.raises(operations.OnlyByMonthList):
        operations.draft_grant("living_by_day", region_code="370299", by=own, at=at)
    grant = operations.draft_grant("labour_reserve_living", region_code="370299", by=own, at=at)
    operations.submit_grant(grant.pk, by=own, at=at)
    operations.review_grant(grant.pk, by=an_actor("bureau_clerk"), at=at)
    kept = import_month([person], training_class=training_class, scheme="labour_reserve_living")
    assert kept.taken == 1  # nothing is set aside for the term yet
    with pytest.raises(operations.MonthHadAlready, match="2026-06"):
        operations.approve_grant(grant.pk, by=an_actor("reviewer"), at=HANDED_IN)
    listed = Grant.objects.get(grant_list=kept)
    operations.review_grant(listed.pk, by=an_actor("bureau_clerk"), at=HANDED_IN)
    operations.refuse_grant(listed.pk, by=an_actor("reviewer"), at=HANDED_IN, reason="本人已申请")
    operations.approve_grant(grant.pk, by=an_actor("reviewer"), at=HANDED_IN)
    again = import_month([person], class_name="另一班", scheme="labour_reserve_living")
    assert (again.taken, grant.number in again.refused[0]["problem"]) == (0, True)


def test_days_of_a_class_not_known_here_are_those_declared_once_the_bureau_confirms_the_class():
    make_allowance_fund()
    person = make_entitled("王强")
    kept = import_month([person], class_name="示例技工学校23级焊工班")
    grant = Grant.objects.get()
    assert (grant.verdict, kept.training_class) == ("needs_evidence", None)
    clerk = an_actor("bureau_clerk")
    with pytest.raises(NotPermitted):
        operations.determine_list(
            kept.pk, class_approved=True, source="x", by=an_actor("provider_clerk"), at=HANDED_IN
        )
    operations.determine_list(kept.pk, class_approved=True, source="开班核准单3号", by=clerk, at=HANDED_IN)
    grant.refresh_from_db()
    assert (grant.verdict, grant.judged_fen) == ("payable", 5 * 50_00)
    without = import_month([make_entitled("赵静")], class_name="另一班", rows=[[1, "赵静", "", "", ""]])
    assert "身份证号" in without.refused[0]["problem"]


def test_declared_days_are_asked_for_where_nothing_counts_them():
    person = make_entitled("王强")
    kept = import_month(class_name="示例技工学校23级", rows=[[1, "王强", person.id_number, "", 30]])
    assert kept.refused == [{"row": 3, "name": "王强", "problem": "没有填写“培训天数”，请填当月实到天数"}]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"at": a_day_at(date(2026, 6, 2))}, operations.ListMonthNotOver),
        ({"month": date(2026, 5, 1)}, operations.ClassNotInMonth),
        ({"scheme": "settling_grant"}, operations.NotByMonthList),
        ({"class_name": "另一班"}, operations.ListClassMissing),
    ],
)
def test_import_month_list_refuses_by_name(change, refusal):
    person = make_entitled("王强")
    with pytest.raises(refusal):
        import_month([person], training_class=make_attended_class([person]), **change)


def test_a_class_whose_claim_pays_the_allowance_has_no_list_of_its_own():
    person = make_entitled("王强")
    with pytest.raises(operations.AllowancePaidWithClass):
        import_month(
            [person], training_class=make_attended_class([person], scheme_code="employment_training")
        )


def test_a_class_without_attendance_is_recorded_first():
    person = make_entitled("王强")
    training_class = make_attended_class([person])
    for seat in training.enrolments(training_class.pk):
        seat.attendances.all().delete()
    with pytest.raises(operations.AttendanceNotRecorded):
        import_month([person], training_class=training_class)


def test_others_classes_and_lists_are_not_found():
    person = make_entitled("王强")
    training_class = make_attended_class([person])
    other = an_actor("provider_clerk", organisation_id=make_institution("另一所学校").pk)
    with pytest.raises(NotFound):
        import_month([person], training_class=training_class, by=other)
    kept = import_month([person], training_class=training_class)
    with pytest.raises(NotFound):
        queries.list_rows(kept.pk, by=other)
    with pytest.raises(NotPermitted):
        import_month([person], training_class=training_class, by=an_actor("bureau_clerk"))


def test_attendance_corrected_after_the_list_is_judged_again_before_anything_is_approved():
    make_allowance_fund()
    person = make_entitled("王强")
    training_class = make_attended_class([person])
    import_month([person], training_class=training_class)
    grant = Grant.objects.get()
    operations.review_grant(grant.pk, by=an_actor("bureau_clerk"), at=HANDED_IN)
    seat = training.enrolments(training_class.pk).get()
    first = seat.attendances.order_by("session__on").first()
    seat.attendances.filter(session__on=first.session.on).update(hours_hundredths=0, mark="A")
    with pytest.raises(operations.GrantFactsChanged):
        operations.approve_grant(grant.pk, by=an_actor("reviewer"), at=HANDED_IN)
    assert not Instalment.objects.exists()


def test_where_no_paper_gives_the_base_nothing_is_paid_and_the_missing_figure_is_named():
    person = make_entitled("王强")
    school = make_institution("西海岸技工学校", region_code="370211")
    kept = import_month(
        [person], class_name="预备班", scheme="labour_reserve_living", region="370211",
        by=an_actor("provider_clerk", organisation_id=school.pk, region_code="370211"),
    )  # fmt: skip
    clerk = an_actor("bureau_clerk", region_code="370211")
    operations.determine_list(kept.pk, class_approved=True, source="开班核准单", by=clerk, at=HANDED_IN)
    grant = Grant.objects.get()
    assert (grant.verdict, grant.judged_fen) == ("needs_evidence", 0)
    assert "基准" in str(queries.decision(grant.pk).decision)
    operations.review_grant(grant.pk, by=clerk, at=HANDED_IN)
    with pytest.raises(operations.GrantNotPayable):
        operations.approve_grant(
            grant.pk, by=an_actor("reviewer", region_code="370211"), at=HANDED_IN + timedelta(hours=1)
        )


def test_what_is_returned_of_a_list_goes_back_to_the_school_that_filed_it():
    make_allowance_fund()
    person = make_entitled("王强")
    kept = import_month([person], class_name="示例技工学校23级焊工班")
    clerk = an_actor("bureau_clerk")
    operations.determine_list(kept.pk, class_approved=True, source="开班核准单3号", by=clerk, at=HANDED_IN)
    grant = Grant.objects.get()
    operations.return_grant(grant.pk, by=clerk, at=HANDED_IN, reason="天数与考勤表不符")
    himself = an_actor("learner", person_id=person.pk)
    for refused in (
        lambda: operations.submit_grant(grant.pk, by=himself, at=HANDED_IN),
        lambda: operations.declare_facts(grant.pk, {"days_attended": "4.00"}, by=himself, at=HANDED_IN),
    ):
        with pytest.raises(operations.FiledByList, match=kept.institution.name):
            refused()
    school = an_actor("provider_clerk", organisation_id=kept.institution_id)
    assert list(queries.grants_to_show(school)) == [grant]
    with pytest.raises(NotFound):
        queries.grant(grant.pk, by=an_actor("provider_clerk", organisation_id=make_institution("另一所").pk))
    with pytest.raises(operations.FactNotAsked):
        operations.declare_facts(grant.pk, {"approved": True}, by=school, at=HANDED_IN)
    operations.declare_facts(grant.pk, {"days_attended": "4.00"}, by=school, at=HANDED_IN)
    operations.submit_grant(grant.pk, by=school, at=HANDED_IN)
    grant.refresh_from_db()
    assert (grant.status, grant.judged_fen, grant.person_id) == ("submitted", 4 * 50_00, person.pk)
    assert not queries.grants_to_show(
        school
    ).exists()  # of a list only what came back is shown among one's own
