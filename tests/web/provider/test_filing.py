"""Filing forms, documents, mentors, changes and make-ups through the pages, of the provider and of the bureau."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kaogong.people.operations import record_group
from kaogong.trail.models import Entry
from kaogong.training import operations, queries
from kaogong.training.models import Apprenticeship, ClassChange, ClassFiling, EvidenceDocument, Session
from tests.factories import (
    a_day_at,
    an_actor,
    make_class,
    make_institution,
    make_person,
    make_site,
    make_trainer,
)
from tests.factories.filing import A_PDF, filing_things
from tests.factories.institutions import make_room

from .conftest import browser_of


def text(response) -> str:
    return response.content.decode()


def page(name: str, pk: int, door: str = "provider") -> str:
    return reverse(f"{door}:{name}", args=[pk])


@pytest.fixture
def bureau(db):
    return browser_of(an_actor("reviewer"))


@pytest.fixture
def new_hires(school):
    return make_class(school, scheme_code="new_hire_training")


def test_form_shows_only_the_fields_of_its_kind_and_the_arrangement_adds_its_own(clerk, school, new_hires):
    shown = text(clerk.get(page("classes:filing", new_hires.pk)))
    assert 'name="post"' in shown
    assert 'name="training_month"' not in shown
    assert 'name="promised_jobs"' not in shown
    switched = clerk.post(
        page("classes:filing", new_hires.pk), {"act": "switch", "arrangement": "order_class", "post": "焊工"}
    )
    shown = text(switched)
    assert 'name="promised_jobs"' in shown
    assert 'value="焊工"' in shown
    assert not ClassFiling.objects.exists()


def test_form_keeps_what_was_typed_and_says_what_is_wrong_beside_the_field(clerk, new_hires):
    given = {
        "act": "keep",
        "arrangement": "regular",
        "post": "焊工",
        "employer_credit_code": "91370211MA3C4D5E6X",
    }
    response = clerk.post(page("classes:filing", new_hires.pk), given)
    assert response.status_code == 422
    assert 'value="焊工"' in text(response)
    assert "field-error" in text(response)
    assert not ClassFiling.objects.exists()


def test_answered_and_proven_the_class_is_checked_and_filed(clerk, school, new_hires):
    check = page("classes:check", new_hires.pk)
    shown = text(clerk.get(check))
    assert "“岗位”没有填写" in shown
    assert "disabled" in shown
    given = {
        "act": "keep", "arrangement": "regular", "post": "焊工", "employer_name": "示例厂",
        "employer_credit_code": make_institution().credit_code, "module_work_safety": "2",
    }  # fmt: skip
    assert clerk.post(page("classes:filing", new_hires.pk), given).status_code == 302
    upload = {"kind": "labour_contracts", "file": SimpleUploadedFile("合同.pdf", A_PDF)}
    assert clerk.post(page("classes:evidence", new_hires.pk), upload).status_code == 302
    shown = text(clerk.get(check))
    assert "已上传“劳动合同”" in shown
    assert "disabled" not in shown
    assert clerk.post(check).status_code == 302
    new_hires.refresh_from_db()
    assert new_hires.status == "filed"


@pytest.mark.parametrize("name", ["a.pdf", "a.exe"])
def test_wrong_file_is_refused_in_words_and_nothing_kept(clerk, new_hires, name):
    upload = {"kind": "labour_contracts", "file": SimpleUploadedFile(name, b"MZ not a document")}
    response = clerk.post(page("classes:evidence", new_hires.pk), upload)
    assert response.status_code == 422
    assert "不是PDF、JPEG、PNG或Excel" in text(response)
    assert clerk.post(page("classes:evidence", new_hires.pk), {"kind": "labour_contracts"}).status_code == 422
    assert not EvidenceDocument.objects.exists()


def test_document_comes_back_as_it_was_sent_to_its_own_and_to_the_bureau(clerk, stranger, school, bureau):
    pk = filing_things(school, clerk.actor)["evidence document"]["pk"]
    assert clerk.get(page("evidence:file", pk)).content == A_PDF
    assert not Entry.objects.filter(verb="class.evidence_looked").exists()
    assert bureau.get(page("evidence:file", pk, "bureau")).content == A_PDF
    assert Entry.objects.get(verb="class.evidence_looked").actor_account_id == bureau.actor.account_id
    assert stranger.get(page("evidence:file", pk)).status_code == 404
    assert (
        browser_of(an_actor("reviewer", region_code="510700"))
        .get(page("evidence:file", pk, "bureau"))
        .status_code
        == 404
    )


def test_document_of_100_mb_is_refused_in_words(clerk, new_hires):
    upload = {"kind": "labour_contracts", "file": SimpleUploadedFile("大.pdf", A_PDF + bytes(100 * 2**20))}
    response = clerk.post(page("classes:evidence", new_hires.pk), upload)
    assert response.status_code == 422
    assert "有100MB，超过20MB" in text(response)


def test_mentors_are_kept_row_by_row_and_one_person_is_told_beside_the_row(clerk, school):
    held = make_class(school, scheme_code="apprenticeship", people=2)
    one, two = make_trainer(school), make_trainer(school)
    learners = list(queries.enrolments(held.pk))
    given = {"m-TOTAL_FORMS": 2, "m-INITIAL_FORMS": 2}
    for place, (learner, school_mentor) in enumerate(zip(learners, (two, one), strict=True)):
        given |= {
            f"m-{place}-enrolment_id": learner.pk, f"m-{place}-starts_on": "2026-03-01",
            f"m-{place}-ends_on": "2027-03-01", f"m-{place}-firm_mentor_id": one.pk,
            f"m-{place}-school_mentor_id": school_mentor.pk,
        }  # fmt: skip
    response = clerk.post(page("classes:mentors", held.pk), given)
    assert response.status_code == 422
    assert "是同一个人" in text(response)
    assert Apprenticeship.objects.get().enrolment_id == learners[0].pk
    given["m-1-school_mentor_id"] = two.pk
    assert clerk.post(page("classes:mentors", held.pk), given).status_code == 302
    assert Apprenticeship.objects.count() == 2


def test_mentors_of_another_class_are_not_taken(clerk, school):
    held, other = (make_class(school, scheme_code="apprenticeship", people=1) for _ in range(2))
    given = {
        "m-TOTAL_FORMS": 1, "m-INITIAL_FORMS": 1, "m-0-enrolment_id": queries.enrolments(other.pk)[0].pk,
        "m-0-starts_on": "2026-03-01", "m-0-ends_on": "2027-03-01",
        "m-0-firm_mentor_id": make_trainer(school).pk, "m-0-school_mentor_id": make_trainer(school).pk,
    }  # fmt: skip
    assert clerk.post(page("classes:mentors", held.pk), given).status_code == 422
    assert not Apprenticeship.objects.exists()


def test_timetable_offers_rooms_and_keeps_the_one_chosen(clerk, school):
    drafted = make_class(school)
    site, trainer = make_site(school, "新校区"), make_trainer(school)
    room = make_room(site, "301室")
    address = page("classes:timetable", drafted.pk)
    assert "新校区 301室" in text(clerk.get(address))
    given = {
        "act": "keep", "s-TOTAL_FORMS": 1, "s-INITIAL_FORMS": 0, "s-0-on": "2026-06-02", "s-0-starts_at": "09:00",
        "s-0-ends_at": "12:00", "s-0-hours": "3", "s-0-kind": "theory", "s-0-topic": "刀工",
        "s-0-trainer_id": trainer.pk, "s-0-site_id": f"{site.pk}:{room.pk}",
    }  # fmt: skip
    assert clerk.post(address, given).status_code == 302
    assert Session.objects.get(training_class=drafted).room_id == room.pk


@pytest.fixture
def coming(school, clerk):
    """An approved class whose days are still to come, whenever the test runs."""
    begins = date.today() + timedelta(days=40)
    return make_class(
        school,
        clerk=clerk.actor,
        status="approved",
        people=2,
        starts_on=begins,
        ends_on=begins + timedelta(days=20),
    )


def propose(browser, training_class, kind, session=None, **given):
    query = f"?kind={kind}" + (f"&session={session.pk}" if session else "")
    return browser.post(page("classes:propose", training_class.pk) + query, given | {"reason": "教师生病"})


def test_change_is_asked_for_seen_by_the_bureau_approved_and_seen_by_the_learner(
    clerk, bureau, school, coming
):
    first, other = queries.sessions(coming.pk).first(), make_trainer(school, "赵师傅")
    address = page("classes:propose", coming.pk) + f"?kind=trainer&session={first.pk}"
    assert "提交审批" in text(clerk.get(address))
    assert propose(clerk, coming, "trainer", first, trainer_id=other.pk).status_code == 302
    change = ClassChange.objects.get()
    shown = text(bureau.get(page("classes:changes", coming.pk, "bureau")))
    assert "赵师傅" in shown
    assert page("class_changes:approve", change.pk, "bureau") in shown
    assert coming.number in text(bureau.get(reverse("bureau:class_changes:list") + "?status=proposed"))
    assert bureau.post(page("class_changes:approve", change.pk, "bureau")).status_code == 302
    first.refresh_from_db()
    assert first.trainer_id == other.pk
    learner = queries.enrolments(coming.pk)[0]
    own = browser_of(an_actor("learner", person_id=learner.person_id))
    seen = text(own.get(reverse("learner:hours:detail", args=[learner.pk])))
    assert "上课安排的变动" in seen
    assert "赵师傅" in seen


def test_change_may_be_taken_back_while_it_waits(clerk, coming, school):
    propose(clerk, coming, "trainer", queries.sessions(coming.pk).first(), trainer_id=make_trainer(school).pk)
    change = ClassChange.objects.get()
    assert clerk.post(page("class_changes:withdraw", change.pk)).status_code == 302
    change.refresh_from_db()
    assert change.status == "withdrawn"


def test_session_is_cancelled_at_once_and_its_make_up_waits(clerk, coming):
    first = queries.sessions(coming.pk).first()
    assert propose(clerk, coming, "cancel", first).status_code == 302
    shown = text(clerk.get(page("classes:changes", coming.pk)))
    assert "安排补课" in shown
    assert "课程表还缺理论 3 课时" in shown
    given = {
        "on": str(first.on + timedelta(days=5)), "starts_at": "09:00", "ends_at": "12:00", "hours": "3",
        "topic": "刀工", "trainer_id": first.trainer_id, "place": str(first.site_id),
    }  # fmt: skip
    assert propose(clerk, coming, "make_up", first, **given).status_code == 302
    assert ClassChange.objects.get(kind="make_up").status == "proposed"


def test_change_that_clashes_is_told_and_nothing_typed_is_lost(clerk, coming, school):
    busy = make_trainer(school, "赵师傅")
    first = queries.sessions(coming.pk).first()
    other = make_class(school, clerk=clerk.actor, starts_on=coming.starts_on, ends_on=coming.ends_on)
    Session.objects.filter(pk=queries.sessions(other.pk).first().pk).update(trainer=busy)
    response = propose(clerk, coming, "trainer", first, trainer_id=busy.pk)
    assert response.status_code == 422
    assert other.number in text(response)
    assert "教师生病" in text(response)


def test_plan_is_changed_as_a_whole(clerk, coming):
    rows = list(queries.sessions(coming.pk))
    given = {
        "hours_theory": 6,
        "hours_practice": 6,
        "reason": "压缩",
        "s-TOTAL_FORMS": len(rows) - 1,
        "s-INITIAL_FORMS": 0,
    }
    for place, row in enumerate(rows[:-1]):
        values = {
            "on": row.on, "starts_at": f"{row.starts_at:%H:%M}", "ends_at": f"{row.ends_at:%H:%M}",
            "hours": row.hours_hundredths // 100, "kind": row.kind, "topic": row.topic,
            "trainer_id": row.trainer_id, "site_id": row.site_id,
        }  # fmt: skip
        given |= {f"s-{place}-{name}": value for name, value in values.items()}
    wrong = clerk.post(page("classes:plan", coming.pk), given | {"hours_practice": 12})
    assert wrong.status_code == 422
    assert "变更后课程表与申报课时不符" in text(wrong)
    assert clerk.post(page("classes:plan", coming.pk), given).status_code == 302
    assert ClassChange.objects.get().kind == "plan"


@pytest.mark.parametrize(
    "query", ["kind=colour", "kind=trainer", "kind=trainer&session=x", "kind=trainer&session=0"]
)
def test_changes_of_nothing_are_not_found(clerk, coming, query):
    assert clerk.get(page("classes:propose", coming.pk) + f"?{query}").status_code == 404


def test_bureau_sees_fields_documents_and_rules(bureau, school):
    held = make_class(school, scheme_code="apprenticeship", people=2)
    shown = text(bureau.get(page("classes:filing", held.pk, "bureau")))
    for words in (
        "“企业名称”没有填写",
        "还没有上传“校企联合培养协议”",
        "实行企业导师和学校教师联合培养",
        "待核实",
    ):
        assert words in shown
    shown = text(bureau.get(page("classes:passes", held.pk, "bureau")))
    assert "符合补贴条件" in shown
    assert "企业导师" in shown


def test_bureau_sees_whom_three_years_have_reached_and_takes_the_list_out(bureau):
    person = make_person("王小明")
    record_group(
        person.pk, group_code="veteran", start_on=date(2025, 1, 1), source="退役军人事务局",
        by=an_actor("bureau_clerk"), at=a_day_at(date(2026, 5, 1)),
    )  # fmt: skip
    address = reverse("bureau:veterans:list")
    shown = text(bureau.get(address))
    assert "王小明" in shown
    assert "利用三年时间" in shown or "第5条" in shown
    assert "王小明" not in text(bureau.get(address + "?trained=yes"))
    sheet = bureau.get(address + "?trained=no&export=xlsx")
    assert sheet.status_code == 200
    assert sheet["Content-Type"].endswith("sheet")


def test_lists_of_changes_and_veterans_ask_few_queries(bureau, school, clerk, django_assert_max_num_queries):
    for _ in range(3):
        filing_things(school, clerk.actor)
    bureau.get(reverse("bureau:class_changes:list"))
    with django_assert_max_num_queries(12):
        bureau.get(reverse("bureau:class_changes:list"))
    with django_assert_max_num_queries(12):
        bureau.get(reverse("bureau:veterans:list"))


def test_filed_form_may_be_read_and_not_changed(clerk, school):
    filed = make_class(school, clerk=clerk.actor, status="filed", people=1)
    response = clerk.get(page("classes:filing", filed.pk))
    assert "已申报，不能再改" in text(response)
    with pytest.raises(operations.ClassClosed):
        operations.answer_filing(filed.pk, {}, by=clerk.actor, at=a_day_at(date(2026, 5, 1)))


def test_learners_page_of_both_doors_lists_who_lacks_which_of_the_three_items(clerk, bureau, school):
    done, none = make_person("王小明"), make_person("李小红")
    at = a_day_at(date(2026, 5, 1))
    by = an_actor("provider_clerk", organisation_id=school.pk)
    answers = {"school_name": "示例大学", "student_item": "startup"}
    first = make_class(school, people=[done], clerk=by)
    operations.answer_filing(first.pk, answers, arrangement="student_class", by=by, at=at)
    for status in ("filed", "approved", "running", "finished"):
        type(first).objects.filter(pk=first.pk).update(status=status)
    second = make_class(
        school, people=[done, none], clerk=by, starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 14)
    )
    operations.answer_filing(
        second.pk, answers | {"student_item": "skills"}, arrangement="student_class", by=by, at=at
    )
    names = [name for _code, name in queries.item_names(queries.form_of(second, date(2026, 5, 1)))]
    (startup,) = [
        name for code, name in queries.item_names(queries.form_of(second, at.date())) if code == "startup"
    ]
    assert len(names) == 3
    for browser, door in ((clerk, "provider"), (bureau, "bureau")):
        response = browser.get(page("classes:passes", second.pk, door))
        lacking = {one.person.name: wants for one, wants in response.context["lacking"]}
        assert lacking["李小红"] == names
        assert lacking["王小明"] == [name for name in names if name != startup]
        assert "2 人还缺" in text(response)


def test_next_step_of_a_draft_names_everything_its_form_still_asks(clerk, school, new_hires):
    detail = page("classes:detail", new_hires.pk)
    said = clerk.get(detail).context["next"].text
    lacking, rest = said.removeprefix("申报前还差：").split("。", 1)
    wanted = {row.where for row in queries.readiness(new_hires, date(2026, 5, 1)) if row.state == "no"}
    assert {"filing", "roster"} <= wanted | {"roster"}
    assert {"申报表", "花名册"} <= set(lacking.split("、"))
    assert ("材料" in lacking) == ("evidence" in wanted)
    assert "课程表" not in lacking  # drawn up already
    assert "须在开班日期前获同意" in rest
    Session.objects.filter(training_class=new_hires).delete()
    assert "课程表" in clerk.get(detail).context["next"].text


def test_timetable_past_the_latest_hour_is_refused_when_it_is_drawn_up(clerk, school):
    drafted = make_class(school)
    wish = {
        "act": "draw",
        "weekdays": [0, 1, 2, 3, 4],
        "morning": "",
        "afternoon": "",
        "evening": "19:00",
        "lessons": 4,
        "minutes": 60,
        "skip_holidays": "on",
        "trainer_id": school.trainers.first().pk,
        "site_id": school.sites.first().pk,
    }
    response = clerk.post(page("classes:timetable", drafted.pk), wish)
    assert response.status_code == 422
    assert "不晚于21:30" in text(response) and "课程表不合本区规定" in text(response)
    assert not response.context["is_drawn"]
    fits = clerk.post(page("classes:timetable", drafted.pk), wish | {"evening": "18:30", "lessons": 3})
    assert fits.status_code == 200 and fits.context["is_drawn"]
