"""Returns, templates and proposals as the bureau's door shows them."""

import io
from datetime import date, datetime, timedelta

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kaogong.access.models import Account
from kaogong.returns import operations, queries
from kaogong.returns.models import PeriodReturn, Proposal, ReturnTemplate
from kaogong.returns.queries import documents
from kaogong.statistics.operations import refresh_facts
from tests.conftest import SHANGHAI
from tests.factories.people import an_actor
from tests.factories.training import make_class
from tests.returns.conftest import quarter, snapshots_dir  # noqa: F401  (fixtures)
from tests.returns.test_templates import sheet_bytes

pytestmark = pytest.mark.django_db
THIRD = date(2026, 7, 1)


def browser(actor) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id), "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def clerk():
    return an_actor("bureau_clerk", name="陈经办")


@pytest.fixture
def reviewer():
    return an_actor("reviewer", name="林复核")


def test_a_return_from_draft_to_frozen_through_the_pages(quarter, clerk, reviewer, now):  # noqa: F811
    first, second = browser(clerk), browser(reviewer)
    empty = first.get(reverse("bureau:period_returns:list"))
    assert "还没有报表" in empty.text
    made = first.post(reverse("bureau:period_returns:draft"), {"period": "quarterly:2026-07-01"}, follow=True)
    assert "2026年第三季度职业培训工作情况季报" in made.text
    one = PeriodReturn.objects.get()
    address = reverse("bureau:period_returns:detail", args=[one.pk])
    page = first.get(address)
    assert "统计数据第 1 号" in page.text and "Excel：综合" in page.text and "各行之和" in page.text
    number = list(queries.cells_of(one)).index("training.person_times|period") + 1
    cell = reverse("bureau:period_returns:cell", args=[one.pk, number])
    assert f'<td class="num"><a href="{cell}">3</a></td>' in page.text
    opened = first.get(cell)
    assert (
        "Excel 综合!C4" in opened.text and "打开明细" in opened.text and "取证人次不超过" not in opened.text
    )
    assert first.get(opened.context["rows_url"]).status_code == 200
    assert first.get(opened.context["indicator_url"]).status_code == 200
    unread = browser(an_actor("administrator")).get(cell)
    assert "/bureau/indicators/" not in unread.text and unread.context["definition"] in unread.text
    assert len(unread.context["definition"]) > 4
    assert first.get(reverse("bureau:period_returns:cell", args=[one.pk, 9999])).status_code == 404
    assert "审核关系不成立的报表" in first.get(reverse("bureau:home")).text
    draft = first.get(reverse("bureau:period_returns:file", args=[one.pk, "pdf"]))
    assert "草稿，未复核冻结" in words_of(draft.content)
    shown = first.get(reverse("bureau:period_returns:explain", args=[one.pk]))
    fields = shown.context["form"].fields
    said = {name: "没有填报" for name in fields if name.startswith("why")}
    first.post(reverse("bureau:period_returns:explain", args=[one.pk]), said)
    worded = first.post(
        reverse("bureau:period_returns:word", args=[one.pk]),
        {"text": "本季3人次，新建基地8个。"},
        follow=True,
    )
    assert "手工填写、没有出处的数字：8" in worded.text
    signed = first.post(reverse("bureau:period_returns:sign", args=[one.pk]), follow=True)
    assert "已签字" in signed.text
    assert "待复核冻结的报表" in second.get(reverse("bureau:home")).text
    refused = first.post(reverse("bureau:period_returns:freeze", args=[one.pk]))
    assert refused.status_code in (302, 403)
    assert PeriodReturn.objects.get().status == "signed"
    frozen = second.post(reverse("bureau:period_returns:freeze", args=[one.pk]), follow=True)
    assert "已冻结" in frozen.text and "与签字时一致" in frozen.text
    file = first.get(reverse("bureau:period_returns:file", args=[one.pk, "docx"]))
    assert file.status_code == 200 and file.content[:2] == b"PK"
    paper = reverse("bureau:period_returns:file", args=[one.pk, "pdf"])
    kept = first.get(paper).content
    said = words_of(kept)
    assert "林复核" in said and PeriodReturn.objects.get().content_digest in said and "草稿" not in said
    auditor = browser(an_actor("auditor"))
    assert auditor.get(paper).content == kept
    assert auditor.get(address).status_code == 200
    assert auditor.post(reverse("bureau:period_returns:refresh", args=[one.pk])).status_code in (302, 403)
    elsewhere = browser(an_actor("bureau_clerk", region_code="510700"))
    assert elsewhere.get(address).status_code == 404


def words_of(paper: bytes) -> str:
    """What a paper says, without the spaces its setting puts between words and figures."""
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(paper)).pages)


def test_a_class_revoked_after_the_quarter_closed_is_restated_and_later_returns_say_so(
    quarter, clerk, reviewer, now  # noqa: F811
):  # fmt: skip
    first, second = browser(clerk), browser(reviewer)
    revoked = make_class(people=1, status="approved", starts_on=date(2026, 9, 7), ends_on=date(2026, 9, 25))
    refresh_facts(at=now)
    quarterly = _frozen(first, second, "quarterly:2026-07-01")
    assert queries.cells_of(quarterly)["training.person_times|period"]["value"] == 4
    why = "经查实没有开班，撤销备案"
    assert first.post(reverse("bureau:classes:cancel", args=[revoked.pk]), {"reason": why}).status_code == 302
    refresh_facts(at=timezone.now() + timedelta(minutes=1))
    made = first.post(
        reverse("bureau:period_returns:restate", args=[quarterly.pk]), {"reason": why}, follow=True
    )
    again = PeriodReturn.objects.get(restates=quarterly)
    assert "更正对照" in made.text and "4人次" in made.text and "3人次" in made.text and why in made.text
    _signed_by_both(first, second, again)
    number = list(queries.cells_of(again)).index("training.person_times|period") + 1
    cell = first.get(reverse("bureau:period_returns:cell", args=[again.pk, number]))
    assert "各次报表中的这个数" in cell.text and "4人次" in cell.text and why in cell.text
    later = datetime(2027, 2, 1, 9, tzinfo=SHANGHAI)
    yearly = operations.draft_return(kind="yearly", starts_on=date(2026, 1, 1), by=clerk, at=later)
    _signed_by_both(first, second, yearly)
    page = first.get(reverse("bureau:period_returns:detail", args=[yearly.pk]))
    told = "2026年第三季度职业培训工作情况季报（第1次更正）：原 4人次，现 3人次；" + why
    assert "所含期间的更正" in page.text and told in page.text
    paper = first.get(reverse("bureau:period_returns:file", args=[yearly.pk, "pdf"])).content
    assert "".join(told.split()) in words_of(paper)
    file = first.get(reverse("bureau:period_returns:file", args=[yearly.pk, "docx"]))
    assert any(told in line for line in documents.as_text(file.content))


def _frozen(first, second, period: str) -> PeriodReturn:
    first.post(reverse("bureau:period_returns:draft"), {"period": period})
    one = PeriodReturn.objects.latest("pk")
    _signed_by_both(first, second, one)
    return PeriodReturn.objects.get(pk=one.pk)


def _signed_by_both(first, second, one) -> None:
    address = reverse("bureau:period_returns:explain", args=[one.pk])
    fields = first.get(address).context["form"].fields
    said = {name: "没有填报" for name in fields if name.startswith("why")}
    first.post(address, said)
    first.post(reverse("bureau:period_returns:sign", args=[one.pk]))
    done = second.post(reverse("bureau:period_returns:freeze", args=[one.pk]), follow=True)
    assert "已冻结" in done.text


def test_upload_page_says_in_english_what_is_wrong(clerk):
    bad = SimpleUploadedFile("q.xlsx", sheet_bytes({"C5": "{{ 甲 }}"}))
    reader = browser(clerk)
    reader.post("/language/", {"language": "en"})
    told = reader.post(
        reverse("bureau:return_templates:upload"),
        {"kind": "quarterly", "file": bad, "starts_on": "2099-01-01"},
    )
    assert "汇总!C5" in told.text and "is no indicator" in told.text and "不是指标" not in told.text


def test_upload_page_shows_every_problem_with_its_cell(clerk):
    bad = SimpleUploadedFile("季报.xlsx", sheet_bytes({"C5": "{{ 甲 }}", "D6": "{{ 乙 }}"}))
    told = browser(clerk).post(
        reverse("bureau:return_templates:upload"),
        {"kind": "quarterly", "file": bad, "starts_on": "2099-01-01"},
    )
    assert told.status_code == 422
    assert "汇总!C5" in told.text and "汇总!D6" in told.text
    assert not ReturnTemplate.objects.exists()


def test_templates_page_offers_those_in_use_and_takes_a_new_version(clerk):
    mine = browser(clerk)
    page = mine.get(reverse("bureau:return_templates:list"))
    assert "系统自带" in page.text and "{{ 每行 | 区县 }}" in page.text
    shipped = mine.get(reverse("bureau:return_templates:shipped", args=["quarterly", "xlsx"]))
    assert shipped.content == queries.shipped("quarterly", "xlsx").content
    again = SimpleUploadedFile("季报.xlsx", shipped.content)
    address = reverse("bureau:return_templates:upload")
    taken = mine.post(address, {"kind": "quarterly", "file": again, "starts_on": "2099-01-01"}, follow=True)
    assert "模板已收下" in taken.text
    kept = ReturnTemplate.objects.get()
    assert mine.get(reverse("bureau:return_templates:file", args=[kept.pk])).content == shipped.content


def test_a_proposal_from_registered_to_answered_through_the_pages(quarter, clerk, reviewer, now):  # noqa: F811
    first, second = browser(clerk), browser(reviewer)
    told = {
        "category": "suggestion", "session": "区人大三届二次会议", "number": "291", "deputies": "宁某",
        "subject": "关于职工培训到基层的建议", "received_on": "2026-11-02", "due_on": "2099-02-01",
    }  # fmt: skip
    first.post(reverse("bureau:proposals:register"), told)
    one = Proposal.objects.get()
    asked = {"starts_on": "2026-01-01", "ends_on": "2026-09-30", "codes": ["training.person_times"]}
    words = first.post(reverse("bureau:proposals:figures", args=[one.pk]), asked, follow=True)
    assert "培训人次为3人次" in words.text
    text = words.context["form"].initial["text"]
    answer = {"document_number": "示人社督字〔2026〕1号", "text": text}
    wrong = first.post(
        reverse("bureau:proposals:word", args=[one.pk]),
        answer | {"text": f"{text}\n新建基地13个（3+3+8）。"},
        follow=True,
    )
    assert "合计13与各项之和14不一致" in wrong.text
    right = first.post(reverse("bureau:proposals:word", args=[one.pk]), answer, follow=True)
    assert "不一致" not in right.text
    for layout, beginning in (("docx", b"PK"), ("pdf", b"%PDF")):
        draft = first.get(reverse("bureau:proposals:file", args=[one.pk, layout]))
        assert draft.content.startswith(beginning)
    first.post(reverse("bureau:proposals:sign", args=[one.pk]))
    done = second.post(reverse("bureau:proposals:issue", args=[one.pk]), follow=True)
    assert "已签发" in done.text and "签发的文件" in done.text
    assert first.get(reverse("bureau:proposals:file", args=[one.pk, "pdf"])).content.startswith(b"%PDF")


def test_lists_ask_few_questions(quarter, clerk, now, django_assert_max_num_queries):  # noqa: F811
    operations.draft_return(kind="quarterly", starts_on=THIRD, by=clerk, at=now)
    client = browser(clerk)
    for name in ("period_returns", "return_templates", "proposals"):
        client.get(reverse(f"bureau:{name}:list"))
        with django_assert_max_num_queries(60 if name == "return_templates" else 40):
            assert client.get(reverse(f"bureau:{name}:list")).status_code == 200
