"""A draw and a visit taken through the pages, by those who may and nobody else."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kaogong.access.models import Account
from kaogong.kernel.drawing import commitment
from kaogong.kernel.drawing_check import verify
from kaogong.supervision import queries
from kaogong.supervision.models import Draw, Finding, Inspection, Inspector
from tests.factories import COOK, an_actor, make_institution
from tests.factories.supervision import (
    make_bureau,
    make_draw,
    make_running_class,
    record,
    secrets_of,
    sent_to,
)

pytestmark = pytest.mark.django_db


def browser_of(actor) -> Client:
    browser = Client()
    browser.force_login(Account.objects.get(pk=actor.account_id), "django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def at():
    cache.clear()
    return timezone.now() - timedelta(minutes=30)


@pytest.fixture
def bureau(db, at):
    return make_bureau(at)


@pytest.fixture
def visit(bureau, at):
    make_draw(bureau, at=at, classes=1, status="drawn")
    return Inspection.objects.get()


def text(answer) -> str:
    return answer.content.decode()


def test_draw_goes_from_form_to_published_by_its_pages(bureau, at):
    skipped = make_running_class(at)
    make_running_class(at)
    clerk, auditor, reviewer = map(browser_of, (bureau.clerk, bureau.auditor, bureau.reviewer))
    typed = {
        "purpose": "四季度检查", "objects_kind": "class", "stratify_by": "kind", "percent": "50",
        "at_least": "1", "inspectors_per_object": "2", "exclusions": skipped.number,
    }  # fmt: skip
    assert "没有写理由" in text(clerk.post("/bureau/draws/prepare/", typed))
    typed["exclusions"] += " 今日停课"
    page = text(clerk.post("/bureau/draws/prepare/", typed, follow=True))
    draw = Draw.objects.get()
    assert draw.roster_digest in page and "今日停课" in page and "民办职业培训学校" in page
    assert "还要 2 方提交种子承诺" in page
    here = f"/bureau/draws/{draw.pk}/"
    for browser, actor in ((clerk, bureau.clerk), (auditor, bureau.auditor)):
        browser.post(here + "seed/", {"commitment": commitment(*secrets_of(actor))})
    clerk.post(here + "commit/")
    for browser, actor in ((clerk, bureau.clerk), (auditor, bureau.auditor)):
        seed, salt = secrets_of(actor)
        assert 'data-reveal="' in text(browser.get(here))
        browser.post(here + "reveal/", {"seed": seed, "salt": salt})
    public = Client()
    before = text(public.get(f"/portal/draws/{draw.pk}/"))
    assert draw.roster_digest in before and "抽中的对象" not in before
    assert public.get(f"/portal/draws/{draw.pk}/package.json").status_code == 404
    assert "<button" in text(reviewer.get(here)) and 'action="' + here + "make/" in text(reviewer.get(here))
    page = text(reviewer.post(here + "make/", follow=True))
    assert "重新抽取，结果一致" in page
    reviewer.post(here + "publish/")
    package = json.loads(public.get(f"/portal/draws/{draw.pk}/package.json").content)
    assert verify(package, published_digest=draw.roster_digest) == []
    after = text(public.get(f"/portal/draws/{draw.pk}/"))
    assert "data-checks-draw" in after and "钱*" in after and "钱检一" not in after
    roster = clerk.get(here + "roster.jsonl")
    assert roster.content.decode() == queries.roster_file(draw)


def test_commit_seed_of_a_copied_commitment_is_said_on_the_page(bureau, at):
    draw = make_draw(bureau, at=at, classes=1, status="sealed")
    answer = browser_of(bureau.reviewer).post(
        f"/bureau/draws/{draw.pk}/seed/",
        {"commitment": commitment(*secrets_of(bureau.clerk))},
        follow=True,
        HTTP_REFERER=f"http://testserver/bureau/draws/{draw.pk}/",
    )
    assert "承诺与另一方相同" in text(answer)


def filled(visit, bureau, **change) -> dict:
    return {
        "inspected_on": timezone.localdate().isoformat(),
        "attended": [str(id) for id, _ in sent_to(visit, bureau)],
        "expected": "20", "present": "12", "item_content": "看课堂和签到", "item_conclusion": "no",
        "notes": "", "finding_1": "实到少于应到", "days_1": "5",
    } | change  # fmt: skip


def test_record_inspection_on_the_form_with_a_photograph_and_a_finding(bureau, visit):
    (_, actor), _ = sent_to(visit, bureau)
    phone, here = browser_of(actor), f"/bureau/inspections/{visit.pk}/"
    assert here + "record/" in text(phone.get(here))
    form = text(phone.get(here + "record/"))
    assert "审查内容" in form and f'data-draft="inspection-{visit.pk}-video-' in form
    assert "教师不少于3人" in text(phone.get(here + "record/?sheet=acceptance"))
    wrong = phone.post(here + "record/", filled(visit, bureau, days_1=""))
    assert wrong.status_code == 422 and "问题和整改期限要一起填写" in text(wrong)
    assert "实到少于应到" in text(wrong)  # nothing typed is lost
    photo = SimpleUploadedFile("现场.jpg", b"\xff\xd8\xff\xe0" + b"0" * 20)
    answer = phone.post(here + "record/", filled(visit, bureau, photos=photo))
    assert answer.status_code == 302, text(answer)[text(answer).find("error-summary") :][:600]
    assert answer["Location"] == here
    visit.refresh_from_db()
    assert (visit.status, visit.present) == ("rectifying", 12)
    assert "data-sent-draft" in text(phone.get(here))
    shown = phone.get(f"/bureau/inspections/photos/{queries.photos(visit.pk).get().pk}/")
    assert shown["Content-Type"] == "image/jpeg" and shown["X-Content-Type-Options"] == "nosniff"
    again = phone.post(here + "record/", filled(visit, bureau))  # the answer had been lost on the way
    assert again["Location"] == here and Finding.objects.count() == 1


def test_list_of_inspections_tells_and_filters_by_what_is_to_be_put_right(bureau, visit):
    from kaogong.supervision.operations import NewFinding

    clerk, today = browser_of(bureau.clerk), timezone.localdate()
    record(visit, bureau, at=timezone.now(), inspected_on=today,
           findings=[NewFinding("缺实训记录", 9), NewFinding("缺签到表", 3)])  # fmt: skip
    first = Finding.objects.get(content="缺签到表")
    assert f"{first.due_on:%Y-%m-%d}" in text(clerk.get("/bureau/inspections/?status=rectifying"))
    assert visit.number not in text(clerk.get("/bureau/inspections/?status=published"))
    assert visit.number not in text(clerk.get("/bureau/inspections/?overdue=yes"))
    Finding.objects.filter(pk=first.pk).update(due_on=today - timedelta(days=1))
    assert "已超期" in text(clerk.get("/bureau/inspections/?overdue=yes"))
    page = text(clerk.get(f"/bureau/inspections/{visit.pk}/"))
    assert page.index("缺签到表") < page.index("检查对象")  # what is to be done stands first


def test_inspector_sees_only_what_they_are_sent_to(bureau, visit):
    sent = {id for id, _ in sent_to(visit, bureau)}
    (other,) = (actor for id, actor in bureau.inspectors.items() if id not in sent)
    browser = browser_of(other)
    assert visit.number not in text(browser.get("/bureau/inspections/"))
    assert browser.get(f"/bureau/inspections/{visit.pk}/").status_code == 404
    assert browser.get(f"/bureau/inspections/{visit.pk}/record/").status_code == 404
    assert browser.get("/bureau/draws/").status_code == 403


def test_clerk_not_sent_is_told_so_on_the_form(bureau, visit):
    clerk = browser_of(bureau.clerk)
    page = text(clerk.get(f"/bureau/inspections/{visit.pk}/record/"))
    assert "您不在这次检查所派的检查员之列" in page and "data-draft" not in page
    answer = clerk.post(f"/bureau/inspections/{visit.pk}/record/", filled(visit, bureau))
    assert answer.status_code == 422 and "您不在这次检查所派的检查员之列" in text(answer)


def test_provider_answers_and_the_public_reads_what_came_of_it(bureau, visit):
    school = an_actor("provider_clerk", organisation_id=visit.institution_id)
    provider, stranger = browser_of(school), browser_of(an_actor("provider_clerk"))
    assert visit.number not in text(provider.get("/provider/inspections/"))
    from kaogong.supervision.operations import NewFinding

    record(visit, bureau, at=timezone.now(), inspected_on=timezone.localdate(),
           findings=[NewFinding("缺实训记录", 5)])  # fmt: skip
    finding = Finding.objects.get()
    assert visit.number in text(provider.get("/provider/inspections/"))
    assert "剩 5 个工作日" in text(provider.get(f"/provider/inspections/{visit.pk}/"))
    assert stranger.get(f"/provider/inspections/{visit.pk}/").status_code == 404
    assert stranger.post(f"/provider/findings/{finding.pk}/answer/", {"answer": "x"}).status_code == 404
    provider.post(f"/provider/findings/{finding.pk}/answer/", {"answer": "已补齐记录"})
    clerk = browser_of(bureau.clerk)
    assert "已补齐记录" in text(clerk.get(f"/bureau/inspections/{visit.pk}/"))
    clerk.post(f"/bureau/findings/{finding.pk}/reject/", {"working_days": "3", "reason": "缺签字"})
    assert "缺签字" in text(provider.get(f"/provider/inspections/{visit.pk}/"))
    provider.post(f"/provider/findings/{finding.pk}/answer/", {"answer": "已补签字"})
    clerk.post(f"/bureau/findings/{finding.pk}/settle/")
    assert "缺实训记录" not in text(Client().get("/portal/inspections/"))
    clerk.post(f"/bureau/inspections/{visit.pk}/publish/")
    page = text(Client().get("/portal/inspections/"))
    assert "缺实训记录" in page and visit.institution.name in page and "钱检一" not in page


def test_inspectors_are_enlisted_and_barred_by_their_pages(bureau):
    clerk = browser_of(bureau.clerk)
    school, parent = make_institution("示例区甲校", recognised_for=[COOK]), make_institution("示例集团")
    wrong = clerk.post("/bureau/inspectors/enlist/", {"name": "孙专家", "kind": "expert", "employer": "91"})
    assert wrong.status_code == 422 and "没有信用代码为“91”的机构" in text(wrong)
    clerk.post(
        "/bureau/inspectors/enlist/", {"name": "孙专家", "kind": "expert", "employer": parent.credit_code}
    )
    expert = Inspector.objects.get(name="孙专家")
    codes = {"institution": school.credit_code, "parent": parent.credit_code, "source": "工商登记"}
    clerk.post("/bureau/inspectors/affiliation/", codes)
    assert queries.conflicts_of([expert]) == {expert.pk: {school.pk, parent.pk}}
    other = make_institution("示例区丙校")
    here = f"/bureau/inspectors/{expert.pk}/interest/"
    page = text(clerk.post(here, {"institution": other.credit_code, "reason": "兼职授课"}, follow=True))
    assert "兼职授课" in page and "示例集团" in page
    assert queries.conflicts_of([expert]) == {expert.pk: {school.pk, parent.pk, other.pk}}
    clerk.post(f"/bureau/inspectors/{expert.pk}/retire/", {"reason": "聘期结束"})
    assert Inspector.objects.get(pk=expert.pk).left_on == timezone.localdate()


@pytest.mark.parametrize("path", ["/bureau/draws/", "/bureau/inspections/", "/bureau/inspectors/"])
def test_lists_ask_the_database_a_fixed_number_of_times(bureau, at, path, django_assert_max_num_queries):
    make_draw(bureau, at=at, classes=4, status="drawn")
    browser = browser_of(bureau.clerk)
    browser.get(path)
    with django_assert_max_num_queries(12):
        assert browser.get(path).status_code == 200


def test_void_draw_stays_public_with_its_reason(bureau, at):
    draw = make_draw(bureau, at=at, classes=1, status="committed")
    browser_of(bureau.reviewer).post(f"/bureau/draws/{draw.pk}/void/", {"reason": "名册漏了两个班"})
    page = text(Client().get(f"/portal/draws/{draw.pk}/"))
    assert "已作废" in page and "名册漏了两个班" in page
