"""Classes as the bureau sees, approves, returns and cancels them."""

from datetime import date

import pytest

from tests.factories import make_class, make_exam, make_person

pytestmark = pytest.mark.django_db


def test_a_reviewer_approves_a_filed_class(logged_in):
    training_class = make_class(status="filed", people=2)
    reviewer = logged_in("reviewer")
    page = reviewer.get(f"/bureau/classes/{training_class.pk}/").content.decode()
    assert f"/bureau/classes/{training_class.pk}/approve/" in page
    answer = reviewer.post(f"/bureau/classes/{training_class.pk}/approve/")
    assert answer["Location"] == f"/bureau/classes/{training_class.pk}/"
    training_class.refresh_from_db()
    assert training_class.status == "approved"
    assert "同意开班，学员 2 人" in reviewer.get(f"/bureau/classes/{training_class.pk}/").content.decode()


def test_returning_a_class_needs_a_reason_which_the_timeline_shows(logged_in):
    training_class = make_class(status="filed", people=1)
    clerk = logged_in("bureau_clerk")
    address = f"/bureau/classes/{training_class.pk}/"
    came_from = {"headers": {"referer": f"http://testserver{address}"}}
    answer = clerk.post(f"{address}return/", {"reason": ""}, follow=True, **came_from)
    assert "理由" in answer.content.decode()
    training_class.refresh_from_db()
    assert training_class.status == "filed"
    clerk.post(f"{address}return/", {"reason": "场地证明不全"})
    training_class.refresh_from_db()
    assert training_class.status == "returned"
    assert "场地证明不全" in clerk.get(address).content.decode()


def test_a_class_without_learners_is_not_approved_and_the_page_says_why(logged_in):
    training_class = make_class(status="filed")
    address = f"/bureau/classes/{training_class.pk}/"
    answer = logged_in("reviewer").post(
        f"{address}approve/", follow=True, headers={"referer": f"http://testserver{address}"}
    )
    assert "班级还没有学员" in answer.content.decode()
    training_class.refresh_from_db()
    assert training_class.status == "filed"


def test_a_clerk_cancels_and_a_cashier_may_not(logged_in):
    training_class = make_class(status="filed", people=1)
    address = f"/bureau/classes/{training_class.pk}/cancel/"
    assert logged_in("cashier").post(address, {"reason": "停办"}).status_code == 403
    logged_in("bureau_clerk").post(address, {"reason": "停办"})
    training_class.refresh_from_db()
    assert training_class.status == "cancelled"


def test_who_may_not_approve_sees_no_button(logged_in):
    training_class = make_class(status="filed", people=1)
    page = logged_in("auditor").get(f"/bureau/classes/{training_class.pk}/").content.decode()
    assert "/approve/" not in page
    assert "/return/" not in page


def test_the_roster_says_whom_to_look_at(logged_in):
    fine = make_person("赵一", groups={"registered_unemployed": date(2026, 1, 1)})
    retired = make_person(
        "钱二", groups={"registered_unemployed": date(2026, 1, 1)}, standings={"pension": True}
    )
    nothing = make_person("孙三")
    training_class = make_class(status="filed", people=[fine, retired, nothing])
    page = logged_in("reviewer").get(f"/bureau/classes/{training_class.pk}/roster/").content.decode()
    assert "2 人请核对" in page
    assert page.count("开班当日按月领取养老金") == 1
    assert page.count("开班当日没有登记任何人员类别") == 1
    assert fine.id_number not in page


def test_attendance_and_results_show_marks_hours_and_certificates(logged_in):
    exam = make_exam(make_class(status="finished", people=2, mark="T"), status="certified")
    clerk = logged_in("bureau_clerk")
    book = clerk.get(f"/bureau/classes/{exam.training_class_id}/attendance/").content.decode()
    assert "¢" in book
    assert "100%" in book
    results = clerk.get(f"/bureau/classes/{exam.training_class_id}/results/").content.decode()
    assert results.count("/bureau/certificates/") >= 2
    steps = clerk.get(f"/bureau/classes/{exam.training_class_id}/").content.decode()
    assert 'class="here" aria-current="step">申领' in steps


def test_the_list_is_filtered_by_status_provider_occupation_and_day(logged_in):
    filed = make_class(status="filed", people=1)
    drafted = make_class(starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 30))
    clerk = logged_in("bureau_clerk")

    def found(**query) -> set[str]:
        page = clerk.get("/bureau/classes/", query).content.decode()
        return {c.number for c in (filed, drafted) if c.number in page}

    both = {filed.number, drafted.number}
    assert found() == both
    assert found(status="filed") == {filed.number}
    assert found(institution=filed.institution.name) == {filed.number}
    assert found(occupation="中式烹调") == both
    assert found(occupation="美发") == set()
    assert found(from_on="2026-08-01") == {drafted.number}
    assert found(q=drafted.number) == {drafted.number}
    assert "开班不早于" in clerk.get("/bureau/classes/?from_on=昨天").content.decode()
