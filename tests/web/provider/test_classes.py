"""A class from draft to finished, through the pages."""

from datetime import date, time

import pytest
from django.urls import reverse

from kaogong.training import operations, queries
from kaogong.training.models import TrainingClass
from kaogong.web.provider.planning import DaysTooFew, Wish, planned
from tests.factories import COOK, a_day_at, an_actor, make_class, make_site, make_trainer


def text(response) -> str:
    return response.content.decode()


def the_form(school, **changes) -> dict:
    contract = school.contracts.get()
    return {
        "course": f"{contract.pk}|{COOK[0]}|{COOK[1]}",
        "title": "中式烹调师（五级）第 9 期",
        "scheme_code": "employment_training",
        "certificate_kind": "skill_level",
        "hours_theory": 8,
        "hours_practice": 16,
        "starts_on": "2027-03-01",
        "ends_on": "2027-03-12",
        "head_count": 30,
        "site_id": make_site(school).pk,
        "trainer_ids": [make_trainer(school).pk],
        "employer_name": "",
    } | changes


def test_home_says_what_waits(clerk, school):
    returned = make_class(school, status="filed", title="退回的班")
    operations.return_class(
        returned.pk, by=an_actor("bureau_clerk"), at=a_day_at(date(2026, 5, 20)), reason="教师资格不符"
    )
    page = text(clerk.get(reverse("provider:home")))
    assert "教师资格不符" in page
    assert reverse("provider:classes:detail", args=[returned.pk]) in page


def test_home_empty_says_what_to_do(clerk):
    page = text(clerk.get(reverse("provider:home")))
    assert "没有等您办的事" in page
    assert reverse("provider:classes:draft") in page


def test_draft_offers_only_the_contracts_scope(clerk, school):
    page = text(clerk.get(reverse("provider:classes:draft")))
    assert page.count("<optgroup") == 1
    assert "中式烹调师" in page
    assert "就业技能培训" in page


def test_draft_offers_schemes_of_training_and_no_grants(clerk, school):
    page = text(clerk.get(reverse("provider:classes:draft")))
    assert 'value="employment_training"' in page
    assert 'value="settling_grant"' not in page
    assert 'value="training_base_award"' not in page


def test_draft_then_timetable_then_check_then_file(clerk, school):
    response = clerk.post(reverse("provider:classes:draft"), the_form(school))
    drafted = TrainingClass.objects.get(title="中式烹调师（五级）第 9 期")
    address = reverse("provider:classes:timetable", args=[drafted.pk])
    assert response.url == address

    check = reverse("provider:classes:check", args=[drafted.pk])
    assert "disabled" in text(clerk.get(check))

    wish = {
        "act": "draw",
        "weekdays": [0, 1, 2, 3, 4],
        "morning": "08:30",
        "afternoon": "13:30",
        "evening": "",
        "lessons": 4,
        "minutes": 45,
        "skip_holidays": "on",
        "trainer_id": school.trainers.get().pk,
        "site_id": school.sites.get().pk,
    }
    drawn = clerk.post(address, wish)
    assert "还没有保存" in text(drawn)
    assert not queries.sessions(drafted.pk).exists()

    assert clerk.post(address, kept_rows(drawn.context["rows"])).status_code == 302
    assert queries.planned_hours(drafted.pk) == {"theory": 800, "practice": 1600}

    assert clerk.post(check).status_code == 302
    drafted.refresh_from_db()
    assert drafted.status == "filed"
    page = text(clerk.get(reverse("provider:classes:detail", args=[drafted.pk])))
    assert "等人社部门审核" in page
    assert "steps7" in page


def kept_rows(rows) -> dict:
    data = {
        "act": "keep",
        "s-TOTAL_FORMS": len(rows.forms),
        "s-INITIAL_FORMS": rows.initial_form_count(),
        "s-MIN_NUM_FORMS": 0,
        "s-MAX_NUM_FORMS": 1000,
    }
    for form in rows.forms:
        for field in form.visible_fields():
            if field.name == "DELETE":
                continue
            value = field.value()
            data[field.html_name] = (
                "" if value is None else f"{value:%H:%M}" if isinstance(value, time) else value
            )
        if form.initial.get("on") is None:
            data[form["trainer_id"].html_name] = form.fields["trainer_id"].choices[0][0]
            data[form["site_id"].html_name] = form.fields["site_id"].choices[0][0]
            data[form["kind"].html_name] = "theory"
    return data


def test_timetable_says_who_is_taken_and_keeps_what_was_typed(clerk, school):
    other = make_class(school, title="先占教师的班")
    taken = queries.sessions(other.pk).first()
    mine = make_class(school)
    row = {
        "s-0-on": taken.on,
        "s-0-starts_at": "09:00",
        "s-0-ends_at": "12:00",
        "s-0-hours": 3,
        "s-0-kind": "theory",
        "s-0-topic": "打字留下的内容",
        "s-0-trainer_id": taken.trainer_id,
        "s-0-site_id": mine.institution.sites.last().pk,
        "s-TOTAL_FORMS": 1,
        "s-INITIAL_FORMS": 0,
        "s-MIN_NUM_FORMS": 0,
        "s-MAX_NUM_FORMS": 1000,
        "act": "keep",
    }
    response = clerk.post(reverse("provider:classes:timetable", args=[mine.pk]), row)
    assert response.status_code == 422
    assert other.number in text(response)
    assert "打字留下的内容" in text(response)


def test_draft_with_dates_the_wrong_way_round_is_refused_beside_the_field(clerk, school):
    response = clerk.post(reverse("provider:classes:draft"), the_form(school, ends_on="2027-02-01"))
    assert response.status_code == 422
    assert "结业日期不能早于开班日期" in text(response)
    assert "第 9 期" in text(response)


def test_copy_starts_a_new_draft(clerk, school):
    earlier = make_class(school, status="filed")
    clerk.post(
        reverse("provider:classes:copy", args=[earlier.pk]),
        {"title": "再来一班", "starts_on": "2027-01-04", "ends_on": "2027-01-29"},
    )
    copied = TrainingClass.objects.get(title="再来一班")
    assert copied.status == "drafted"
    assert copied.hours_practice == earlier.hours_practice


def test_edit_changes_the_draft(clerk, school):
    drafted = make_class(school)
    address = reverse("provider:classes:edit", args=[drafted.pk])
    assert drafted.title in text(clerk.get(address))
    clerk.post(address, the_form(school, title="改名的班", starts_on="2026-06-01", ends_on="2026-06-30"))
    drafted.refresh_from_db()
    assert drafted.title == "改名的班"


def test_start_and_finish(clerk, school):
    approved = make_class(school, status="approved")
    clerk.post(reverse("provider:classes:start", args=[approved.pk]))
    approved.refresh_from_db()
    assert approved.status == "running"
    refused = clerk.post(
        reverse("provider:classes:finish", args=[approved.pk]),
        headers={"referer": f"http://testserver{reverse('provider:classes:detail', args=[approved.pk])}"},
        follow=True,
    )
    assert "没有记完考勤" in text(refused)


def test_cancel_asks_for_the_reason(clerk, school):
    drafted = make_class(school)
    clerk.post(reverse("provider:classes:cancel", args=[drafted.pk]), {"reason": "生源不足"})
    drafted.refresh_from_db()
    assert drafted.status == "cancelled"


def test_list_costs_the_same_for_many(clerk, school, django_assert_max_num_queries):
    for _ in range(6):
        make_class(school)
    clerk.get(reverse("provider:classes:list"))
    with django_assert_max_num_queries(12):
        page = clerk.get(reverse("provider:classes:list"))
    assert len(page.context["page_rows"]) == 6


def test_plan_puts_theory_first_and_fills_exactly():
    wish = Wish(date(2027, 3, 1), date(2027, 3, 12), frozenset({0, 2}), (time(8, 30), time(13, 30)), 4)
    sessions = planned(wish, theory=6, practice=9)
    assert [(s["on"].day, s["kind"], s["hours"]) for s in sessions] == [
        (1, "theory", 4),
        (1, "theory", 2),
        (1, "practice", 2),
        (3, "practice", 4),
        (3, "practice", 3),
    ]
    assert (sessions[2]["starts_at"], sessions[2]["ends_at"]) == (time(15, 0), time(16, 30))


def test_plan_leaves_holidays_out():
    week = Wish(date(2026, 10, 1), date(2026, 10, 9), frozenset(range(5)), (time(8, 30),), 4)
    assert min(s["on"] for s in planned(week, theory=4, practice=0)) > date(2026, 10, 7)


def test_plan_says_how_many_hours_are_missing():
    day = Wish(date(2027, 3, 1), date(2027, 3, 1), frozenset({0}), (time(8, 30),), 4)
    with pytest.raises(DaysTooFew) as refusal:
        planned(day, theory=4, practice=6)
    assert refusal.value.facts == {"planned": 4, "missing": 6}
