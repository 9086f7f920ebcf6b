"""Surveys, follow-ups and rates as each door shows them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kaogong.access.models import Account
from kaogong.outcomes import operations
from kaogong.outcomes.models import FollowUp, Survey, SurveyAnswer
from kaogong.trail.models import Entry
from tests.factories import an_actor, make_class, make_institution, make_person
from tests.factories.institutions import COOK
from tests.factories.training import a_day_at
from tests.outcomes.conftest import SYSTEM, answer_all, close

pytestmark = pytest.mark.django_db


def browser(actor):
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


@pytest.fixture
def school():
    return make_institution("示例烹饪学校", recognised_for=[COOK])


@pytest.fixture
def today(now):
    from django.utils import timezone

    return timezone.localdate()


@pytest.fixture
def finished(school, today):
    """A class of twelve that ended today."""
    people = [make_person(f"学员{n}") for n in range(12)]
    starts_on = today - timedelta(days=20)
    return make_class(school, status="finished", people=people, starts_on=starts_on, ends_on=today)


@pytest.fixture
def learners(finished):
    rows = finished.enrolments.order_by("sequence")
    return [an_actor("learner", person_id=row.person_id) for row in rows]


@pytest.fixture
def survey(finished, today):
    operations.open_surveys(by=SYSTEM, at=a_day_at(today, 1))
    return Survey.objects.get()


@pytest.fixture
def clerk():
    return an_actor("bureau_clerk")


@pytest.fixture
def provider(school):
    return an_actor("provider_clerk", organisation_id=school.pk)


WORDS = {
    "overall": "5", "teaching": "4", "practice": "4", "hours_held": "yes", "no_charge": "no",
    "comment": "灶台只有两个",
}  # fmt: skip


# The learner ------------------------------------------------------------------------------------------


def test_learner_is_asked_at_home_and_answers_once(survey, learners):
    client = browser(learners[0])
    page = client.get(reverse("learner:home")).content.decode()
    address = reverse("learner:surveys:answer", args=[survey.pk])
    assert address in page
    assert "总的来说" in client.get(address).content.decode()
    response = client.post(address, WORDS, follow=True)
    assert "谢谢您的评价" in response.content.decode()
    kept = SurveyAnswer.objects.get()
    assert kept.scores == {"overall": 5, "teaching": 4, "practice": 4, "hours_held": True, "no_charge": False}
    assert address not in client.get(reverse("learner:home")).content.decode()
    assert "已经评价过" in client.post(address, WORDS).content.decode()


def test_learner_survey_nothing_typed_is_lost_when_something_is_missing(survey, learners):
    response = browser(learners[0]).post(
        reverse("learner:surveys:answer", args=[survey.pk]), WORDS | {"teaching": ""}
    )
    assert response.status_code == 422 and "灶台只有两个" in response.content.decode()
    assert not SurveyAnswer.objects.exists()


def test_learner_survey_one_browser_is_one_device(survey, learners):
    one = browser(learners[0])
    address = reverse("learner:surveys:answer", args=[survey.pk])
    one.post(address, WORDS)
    for by in learners[1:3]:
        one.force_login(Account.objects.get(pk=by.account_id))
        one.post(address, WORDS)
    browser(learners[3]).post(address, WORDS)
    devices = [
        bytes(device) for device in SurveyAnswer.objects.order_by("pk").values_list("device", flat=True)
    ]
    assert len(set(devices[:3])) == 1 and devices[3] != devices[0]


def test_learner_of_another_class_and_other_doors_may_not_answer(survey, provider, clerk):
    address = reverse("learner:surveys:answer", args=[survey.pk])
    assert browser(an_actor("learner")).post(address, WORDS).status_code == 404
    for actor in (provider, clerk):
        assert browser(actor).post(address, WORDS).status_code == 403
    assert not SurveyAnswer.objects.exists()


@pytest.fixture
def due(finished, today):
    """The follow-ups of the class, as if it had ended three months ago."""
    from kaogong.outcomes.queries import months_after

    operations.open_follow_ups(by=SYSTEM, at=a_day_at(months_after(today, 3), 1))
    return list(FollowUp.objects.filter(months=3).order_by("pk"))


def declaration(**more):
    return {
        "work": "employed", "employer": "示例酒店", "since_on": "2026-01-02", "note": "",
        "document": SimpleUploadedFile("合同.pdf", b"%PDF-1.4 contract"),
    } | more  # fmt: skip


def test_learner_declares_employment_and_sees_it(due, learners):
    client = browser(learners[0])
    own = reverse("learner:follow_ups:list")
    assert "待核实" in client.get(own).content.decode()
    address = reverse("learner:follow_ups:declare", args=[due[0].pk])
    assert client.get(address).status_code == 200
    response = client.post(address, declaration(), follow=True)
    assert "本人申报待确认" in response.content.decode()
    document = client.get(reverse("learner:follow_ups:document", args=[due[0].pk]))
    assert document.content == b"%PDF-1.4 contract" and "attachment" in document["Content-Disposition"]
    assert (
        browser(learners[1]).get(reverse("learner:follow_ups:document", args=[due[0].pk])).status_code == 404
    )
    assert browser(learners[1]).post(address, declaration()).status_code == 404


def test_learner_declaring_a_program_as_a_document_is_told_what_is_wanted(due, learners):
    wrong = SimpleUploadedFile("合同.pdf", b"MZ\x90")
    response = browser(learners[0]).post(
        reverse("learner:follow_ups:declare", args=[due[0].pk]), declaration(document=wrong)
    )
    assert response.status_code == 422 and "PDF、JPG" in response.content.decode()


# The provider -----------------------------------------------------------------------------------------


def test_provider_sees_figures_only_after_the_survey_is_closed_and_never_a_comment(
    survey, learners, provider
):
    at = a_day_at(survey.opens_on, 8)
    answer_all(survey, learners, at, comment="灶台只有两个")
    client = browser(provider)
    detail = reverse("provider:outcomes:survey", args=[survey.pk])
    assert "截止以后才显示" in client.get(detail).content.decode()
    close(survey)
    page = client.get(detail).content.decode()
    assert "5.0 分" in page and "灶台" not in page and "学员0" not in page
    results = client.get(reverse("provider:outcomes:list")).content.decode()
    assert "<b>5.0</b>" in results and "灶台" not in results


def test_provider_results_show_rates_and_no_names(due, learners, provider, clerk, today):
    operations.lapse_follow_ups(by=SYSTEM, at=a_day_at(today + timedelta(days=400)))
    page = browser(provider).get(reverse("provider:outcomes:list")).content.decode()
    assert "0%" in page and "未知" in page and "学员0" not in page


def test_provider_of_another_school_sees_nothing(survey, due):
    client = browser(an_actor("provider_clerk", organisation_id=make_institution().pk))
    assert client.get(reverse("provider:outcomes:survey", args=[survey.pk])).status_code == 404
    page = client.get(reverse("provider:outcomes:list")).content.decode()
    assert "还没有学员评价" in page and "还没有就业回访" in page


# The bureau -------------------------------------------------------------------------------------------


def test_bureau_sees_what_was_set_aside_why_and_restores_it(survey, learners, clerk):
    answer_all(
        survey, learners, a_day_at(survey.opens_on, 8), apart=timedelta(seconds=3), comment="灶台只有两个"
    )
    close(survey)
    client = browser(clerk)
    assert (
        survey.training_class.title
        in client.get(reverse("bureau:surveys:list") + "?aside=yes").content.decode()
    )
    detail = reverse("bureau:surveys:detail", args=[survey.pk])
    page = client.get(detail).content.decode()
    assert "整班在几分钟内全部提交" in page and "灶台只有两个" in page and "学员0" not in page
    one = SurveyAnswer.objects.first()
    client.post(reverse("bureau:survey_answers:restore", args=[one.pk]), {"reason": "老师证实"})
    one.refresh_from_db()
    assert one.status == "counted"
    client.post(reverse("bureau:surveys:restore", args=[survey.pk]), {"reason": "老师证实"})
    assert not SurveyAnswer.objects.filter(status="set_aside").exists()
    client.post(reverse("bureau:survey_answers:set_aside", args=[one.pk]), {"reason": "代填"})
    one.refresh_from_db()
    assert one.status == "set_aside"


def test_bureau_confirms_and_declines_and_a_look_at_a_document_is_recorded(due, learners, clerk):
    for row, by in zip(due[:2], learners, strict=False):
        browser(by).post(reverse("learner:follow_ups:declare", args=[row.pk]), declaration())
    client = browser(clerk)
    assert "示例酒店" in client.get(reverse("bureau:follow_ups:detail", args=[due[0].pk])).content.decode()
    document = client.get(reverse("bureau:follow_ups:document", args=[due[0].pk]))
    assert document.content == b"%PDF-1.4 contract"
    assert Entry.objects.get(verb="follow_up.document_looked").actor_account_id == clerk.account_id
    client.post(reverse("bureau:follow_ups:confirm", args=[due[0].pk]))
    client.post(reverse("bureau:follow_ups:decline", args=[due[1].pk]), {"reason": "合同没有盖章"})
    assert [FollowUp.objects.get(pk=row.pk).status for row in due[:2]] == ["employed", "unknown"]
    auditor = browser(an_actor("auditor"))
    assert auditor.get(reverse("bureau:follow_ups:document", args=[due[0].pk])).status_code == 403


def test_bureau_rates_open_to_their_people_and_are_taken_out(
    due, learners, clerk, today, django_assert_max_num_queries
):
    operations.lapse_follow_ups(by=SYSTEM, at=a_day_at(today + timedelta(days=400)))
    client = browser(clerk)
    page = client.get(reverse("bureau:follow_ups:rates")).content.decode()
    people = f"{reverse('bureau:follow_ups:list')}?institution={due[0].institution_id}"
    assert people in page and "示例烹饪学校" in page
    which = f"?institution={due[0].institution_id}&occupation={due[0].occupation_code}&months=3"
    with django_assert_max_num_queries(12):
        shown = client.get(reverse("bureau:follow_ups:list") + which + "&per_page=100").content.decode()
    assert "学员0" in shown and due[0].person.id_number not in shown
    assert client.get(reverse("bureau:follow_ups:rates") + "?export=xlsx").content.startswith(b"PK")
    assert client.get(reverse("bureau:follow_ups:list") + "?export=xlsx").content.startswith(b"PK")
    with django_assert_max_num_queries(12):
        client.get(reverse("bureau:surveys:list") + "?per_page=100")


def test_bureau_of_another_region_and_roles_without_the_right(survey, due):
    far = browser(an_actor("bureau_clerk", region_code="370211"))
    for name, row in (("surveys:detail", survey), ("follow_ups:detail", due[0])):
        assert far.get(reverse(f"bureau:{name}", args=[row.pk])).status_code == 404
    inspector = browser(an_actor("inspector"))
    for name in ("surveys:list", "follow_ups:list", "follow_ups:rates"):
        assert inspector.get(reverse(f"bureau:{name}")).status_code == 403
        assert "学员0" not in far.get(reverse(f"bureau:{name}")).content.decode()


# The portal -------------------------------------------------------------------------------------------


def test_portal_rating_only_from_enough_answers(school, survey, learners):
    address = reverse("portal:providers:detail", args=[school.pk])
    assert "评价满 10 份才公开评分" in Client().get(address).content.decode()
    answer_all(survey, learners, a_day_at(survey.opens_on, 8))
    close(survey)
    page = Client().get(address).content.decode()
    assert "<b>5.0</b>" in page and "12 份评价" in page


def test_portal_rates_only_of_enough_people(school, due, today):
    address = reverse("portal:providers:detail", args=[school.pk])
    assert "人数太少" in Client().get(address).content.decode()
    operations.lapse_follow_ups(by=SYSTEM, at=a_day_at(today + timedelta(days=400)))
    assert "未知 12 人" in Client().get(address).content.decode()


# What outside registers say, where rosters are looked at ------------------------------------------------


def test_register_findings_stand_on_the_rosters_and_in_the_persons_file(
    school, provider, clerk, tmp_path, settings
):
    import json

    learner = make_person("李兰")
    running = make_class(school, status="running", people=[learner])
    roster = reverse("bureau:classes:roster", args=[running.pk])
    assert "未接入" in browser(clerk).get(roster).content.decode()
    facts = {"source": "示例平台", "as_of": "2026-11-01", "identity": {learner.id_number: {"name": "李兰"}},
             "pension": {learner.id_number: {"since": "2026-01-01"}}}  # fmt: skip
    (tmp_path / "facts.json").write_text(json.dumps(facts))
    settings.REGISTERS = f"facts:{tmp_path / 'facts.json'}"
    from kaogong.training.operations import recheck_learners

    recheck_learners(by=SYSTEM, at=a_day_at(running.starts_on, 3))
    page = browser(clerk).get(roster).content.decode()
    assert "自2026-01-01起领取养老待遇" in page and "未接入" not in page
    own = browser(provider).get(reverse("provider:learners:list", args=[running.pk])).content.decode()
    assert "自2026-01-01起领取养老待遇" in own
    file = browser(clerk).get(reverse("bureau:people:detail", args=[learner.pk])).content.decode()
    assert "示例平台" in file and "开班期间复核" in file
