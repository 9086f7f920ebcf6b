"""Projects, performance, surplus and lists on the pages."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kaogong import sheets
from kaogong.grants.models import Grant, GrantList, PerformanceReview, Project, SurplusReport
from kaogong.sheets.grant_layouts import AWARD_LIST
from tests.factories import an_actor
from tests.factories.institutions import make_institution
from tests.factories.paper import A_PDF
from tests.factories.people import an_id_number
from tests.web.bureau_money.conftest import browser_of

pytestmark = pytest.mark.django_db


def test_a_project_is_registered_and_its_money_kept_with_its_document():
    base = make_institution("示例公共实训基地", kind="public_base")
    clerk = browser_of(an_actor("bureau_clerk"))
    clerk.post(
        reverse("bureau:projects:register"),
        {
            "title": "公共实训基地扶持",
            "kind": "support",
            "institution": base.name,
            "document": "104号",
            "awarded_on": "2026-01-10",
            "awarded_fen": "8000000",
        },
    )
    project = Project.objects.get()
    record = reverse("bureau:projects:record", args=[project.pk])
    given = {"on": "2026-03-01", "document": "银行回单7"}
    clerk.post(
        record,
        given
        | {
            "kind": "received",
            "amount_fen": "2850000",
            "source_level": "city",
            "paper": SimpleUploadedFile("回单.pdf", A_PDF),
        },
    )
    too_much = clerk.post(record, given | {"kind": "paid", "amount_fen": "2850000.01", "payee": "基地"})
    assert too_much.status_code == 422 and "不能再拨付" in too_much.content.decode()
    clerk.post(record, given | {"kind": "paid", "amount_fen": "1000000", "payee": "基地"})
    shown = clerk.get(reverse("bureau:projects:detail", args=[project.pk])).content.decode()
    assert "¥1,850,000.00" in shown
    assert "¥2,850,000.00" in clerk.get(reverse("bureau:projects:list")).content.decode()
    entry = project.entries.get(kind="received")
    paper = clerk.get(reverse("bureau:projects:paper", args=[entry.pk]))
    assert paper.content == A_PDF
    elsewhere = browser_of(an_actor("bureau_clerk", region_code="510700"))
    assert elsewhere.get(reverse("bureau:projects:detail", args=[project.pk])).status_code == 404


def test_performance_is_scored_by_one_and_confirmed_by_another():
    base = make_institution("示例实训基地", kind="public_base")
    clerk, reviewer = browser_of(an_actor("bureau_clerk")), browser_of(an_actor("reviewer"))
    form = {"institution": base.credit_code, "year": "2026"}
    for code, points in (("training", 36), ("mentoring", 27), ("solving", 25)):
        form |= {f"points_{code}": points, f"ground_{code}": "现场核查"}
    assert "示例标准" in clerk.get(reverse("bureau:performance:score")).content.decode()
    clerk.post(reverse("bureau:performance:score"), form)
    review = PerformanceReview.objects.get()
    assert clerk.post(reverse("bureau:performance:confirm", args=[review.pk])).status_code == 403
    reviewer.post(reverse("bureau:performance:confirm", args=[review.pk]))
    shown = clerk.get(reverse("bureau:performance:detail", args=[review.pk])).content.decode()
    assert "88 分" in shown and "已确认" in shown
    assert base.name in clerk.get(reverse("bureau:performance:list")).content.decode()


def test_a_school_reports_its_surplus_and_the_bureau_sees_it():
    school = make_institution("示例技工学校", kind="technical_school")
    own = browser_of(an_actor("provider_clerk", organisation_id=school.pk))
    address = reverse("provider:grants:surplus")
    given = {"year": "2025", "income_fen": "1000000", "cost_fen": "600000", "teachers_fen": "180000"}
    own.post(address, given)
    assert SurplusReport.objects.get().is_kept is False
    assert "未达到" in own.get(address).content.decode()
    assert "示例技工学校" in browser_of(an_actor("reviewer")).get(reverse("bureau:surplus")).content.decode()


def test_a_list_of_people_becomes_applications_and_is_decided_together():
    employer = make_institution("示例机床有限公司", kind="enterprise")
    own = browser_of(an_actor("provider_clerk", organisation_id=employer.pk))
    rows = [
        {"name": "王强", "id_number": an_id_number(date(1990, 1, 1)).value, "occupation": "数控车工"},
        {"name": "赵静", "id_number": "370211199001011234", "occupation": "焊工"},
    ]
    columns = [(column.field, column.label, "text") for column in AWARD_LIST.columns]
    data = sheets.write_table(columns, rows, title="名单")
    own.post(
        reverse("provider:grants:import_list", args=["employer_skill_award"]),
        {"sheet": SimpleUploadedFile("名单.xlsx", data)},
    )
    kept = GrantList.objects.get()
    shown = own.get(reverse("provider:grants:award_list", args=[kept.pk])).content.decode()
    assert "列入 1 人" in shown and "赵静" in shown
    clerk = browser_of(an_actor("bureau_clerk"))
    clerk.post(
        reverse("bureau:grants:award_list", args=[kept.pk]),
        {"approved_fen": "8000", "source": "奖补目录2026"},
    )
    grant = Grant.objects.get()
    assert (grant.verdict, grant.judged_fen) == ("payable", 8_000_00)
    clerk.post(reverse("bureau:grants:together"), {"picked": [grant.pk], "act": "review"})
    grant.refresh_from_db()
    assert grant.status == "reviewed"
    assert own.get(reverse("provider:grants:award_form")).status_code == 200
