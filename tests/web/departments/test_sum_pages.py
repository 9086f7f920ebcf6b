"""Pages of sums without people: sent, put right, accepted by another, and told beside the figure."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kaogong.departments.models import SumSheet
from kaogong.statistics.operations import refresh_facts
from tests.factories.departments import a_sum_sheet

from .test_pages import AT, browser, page

pytestmark = pytest.mark.django_db


def _sheet(*rows: str, name: str = "三季度.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_sum_sheet(*rows))


def test_sums_are_sent_corrected_accepted_by_another_and_open_to_their_row_beside_the_figure():
    clerk, reviewer = browser("department_clerk", department_code="agriculture"), browser("reviewer")
    assert "还没有部门报送的合计表" in page(clerk, "sum_sheets:list")
    assert clerk.get(reverse("bureau:sum_sheets:form")).content.startswith(b"PK")
    words = {
        "department_code": "agriculture", "region_code": "370299", "from_on": "2026-07-01",
        "to_on": "2026-09-30", "sheet": _sheet("370299,家政服务培训,12", "370299,电商培训,三十"),
    }  # fmt: skip
    shown = clerk.post(reverse("bureau:sum_sheets:send"), words, follow=True).content.decode()
    first = SumSheet.objects.get()
    assert "“三十”不是零或正整数" in shown
    assert 'data-label="列">培训人次' in shown
    refused = reviewer.post(reverse("bureau:sum_sheets:accept", args=[first.pk]), follow=True)
    assert "1行有问题" in refused.content.decode()
    right = {"sheet": _sheet("370299,家政服务培训,12", "370299,电商培训,30", name="更正.csv")}
    clerk.post(reverse("bureau:sum_sheets:correct", args=[first.pk]), right)
    second = SumSheet.objects.latest("pk")
    assert clerk.post(reverse("bureau:sum_sheets:accept", args=[second.pk])).status_code == 403
    assert "更正.csv" in page(reviewer, "home")
    done = reviewer.post(reverse("bureau:sum_sheets:accept", args=[second.pk]), follow=True)
    assert "已接纳" in done.content.decode()
    refresh_facts(at=AT + timedelta(minutes=1))
    table = page(reviewer, "figures:table", "training.person_times", period="2026")
    assert "另有部门只报合计的 42 人次" in table
    assert f"{reverse('bureau:sum_sheets:detail', args=[second.pk])}#row-3" in table
    assert 'id="row-3"' in page(reviewer, "sum_sheets:detail", second.pk)
    assert "另有部门只报合计" not in page(reviewer, "figures:table", "training.persons", period="2026")
