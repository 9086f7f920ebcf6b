"""A month's list on the pages: a school hands it in, the bureau decides, each person is paid and sees it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kaogong.funds.models import Payment
from kaogong.grants.models import Grant, GrantList
from tests.factories.grants import close_notice_of
from tests.factories.institutions import make_institution
from tests.factories.month_lists import (
    a_month_sheet,
    import_month,
    make_allowance_fund,
    make_attended_class,
    make_entitled,
)
from tests.factories.people import an_actor
from tests.grants.test_story import bank_pays
from tests.web.bureau_money.conftest import browser_of

pytestmark = pytest.mark.django_db


def page(browser, name, *args, **query):
    return browser.get(reverse(name, args=args), query).content.decode()


def test_a_month_of_allowances_from_the_school_s_list_to_the_learner_s_page():
    make_allowance_fund()
    one, two = make_entitled("王强"), make_entitled("赵静")
    training_class = make_attended_class([one, two])
    school = browser_of(an_actor("provider_clerk", organisation_id=training_class.institution_id))
    assert "培训期间生活费补贴（按天，示例）" in page(school, "provider:grants:list")
    assert training_class.number in page(school, "provider:grants:month_list")
    rows = [[1, "王强", one.id_number, 5, 30], [2, "赵静", two.id_number, 99, 30]]
    told = school.post(
        reverse("provider:grants:month_list"),
        {
            "scheme_code": "living_by_day", "month": "2026-06", "class_id": training_class.pk, "class_name": "",
            "sheet": SimpleUploadedFile("六月名单.xlsx", a_month_sheet(rows)),
        },
        follow=True,
    ).content.decode()  # fmt: skip
    assert "列入 1 人，1 行有问题" in told and "只有30天" in told
    assert "1 人名单与考勤不一致，按考勤计算" in told and "¥100.00" in told
    kept, grant = GrantList.objects.get(), Grant.objects.get()
    assert "六月名单.xlsx" in page(school, "provider:grants:lists")
    clerk, reviewer = browser_of(an_actor("bureau_clerk")), browser_of(an_actor("reviewer"))
    assert training_class.number in page(clerk, "bureau:grants:lists")
    shown = page(clerk, "bureau:grants:award_list", kept.pk)
    assert "审核通过 1 人" in shown and "不用另行认定" in shown
    together = reverse("bureau:grants:together")
    clerk.post(together, {"act": "review", "picked": [grant.pk]})
    assert "批准 1 人" in page(reviewer, "bureau:grants:award_list", kept.pk)
    reviewer.post(together, {"act": "approve", "picked": [grant.pk]})
    assert "列入公示 1 人" in page(clerk, "bureau:grants:award_list", kept.pk)
    clerk.post(
        reverse("bureau:grants:publish_many"),
        {"picked": [grant.pk], "title": "生活费补贴公示", "opens_on": "2026-11-23"},
    )
    bank_pays(close_notice_of(grant))
    assert (Payment.objects.get().payee_id, Payment.objects.get().amount_fen) == (one.pk, 100_00)
    own = page(browser_of(an_actor("learner", person_id=one.pk)), "learner:grants:detail", grant.pk)
    assert "2026-06" in own and training_class.institution.name in own and "已拨付" in own
    assert "已付清" in page(school, "provider:grants:award_list", kept.pk)


def test_a_list_of_a_class_not_known_here_waits_for_the_bureau_s_word():
    person = make_entitled("王强")
    kept = import_month([person], class_name="示例技工学校23级焊工班")
    clerk = browser_of(an_actor("bureau_clerk"))
    assert "核实开班核准文件后认定" in page(clerk, "bureau:grants:award_list", kept.pk)
    address = reverse("bureau:grants:award_list", args=[kept.pk])
    assert clerk.post(address, {"class_approved": "yes", "source": "核准单3号"}).status_code == 302
    grant = Grant.objects.get()
    assert (grant.verdict, grant.judged_fen) == ("payable", 250_00)
    assert "开班是否核准" in page(clerk, "bureau:grants:detail", grant.pk)


def test_a_wrong_list_stays_on_the_page_and_says_why():
    school = browser_of(an_actor("provider_clerk", organisation_id=make_institution().pk))
    given = {"scheme_code": "living_by_day", "month": "2026-06", "class_id": "", "class_name": ""}
    told = school.post(
        reverse("provider:grants:month_list"),
        given | {"sheet": SimpleUploadedFile("名单.xlsx", a_month_sheet([[1, "王强", "", 5, 30]]))},
    )
    assert (told.status_code, "请选择班级" in told.content.decode()) == (422, True)


def test_lists_are_each_body_s_own(django_assert_max_num_queries):
    person = make_entitled("王强")
    training_class = make_attended_class([person])
    kept = import_month([person], training_class=training_class)
    other = browser_of(an_actor("provider_clerk", organisation_id=make_institution("另一所").pk))
    assert other.get(reverse("provider:grants:award_list", args=[kept.pk])).status_code == 404
    assert training_class.number not in page(other, "provider:grants:lists")
    clerk = browser_of(an_actor("bureau_clerk"))
    page(clerk, "bureau:grants:lists")
    with django_assert_max_num_queries(12):
        page(clerk, "bureau:grants:lists")
