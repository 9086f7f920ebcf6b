"""A deputies' proposal: registered, answered from sourced figures, signed by two, issued."""

import io
from datetime import date, timedelta

import pypdf
import pytest
from django.db import DatabaseError, transaction

from kaogong.kernel.errors import NotFound, NotPermitted, SamePerson, WrongState
from kaogong.returns import operations, queries
from kaogong.returns.models import Proposal, ReturnFile
from kaogong.returns.queries import documents
from kaogong.statistics.operations import refresh_facts
from kaogong.trail.models import Entry
from tests.factories.people import an_actor
from tests.returns.people import acting, clerk, reviewer

pytestmark = pytest.mark.django_db
TOLD = {
    "category": "suggestion", "session": "区人大三届二次会议", "number": "291", "deputies": "宁某",
    "subject": "关于职工培训到基层的建议", "received_on": date(2026, 11, 2), "due_on": date(2027, 2, 1),
}  # fmt: skip
DAYS = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 9, 30)}


def registered(now, **more):
    return operations.register_proposal(**(TOLD | more), by=clerk(), at=now)


def answered(now):
    one = registered(now)
    codes = ["training.person_times", "money.paid"]
    one = operations.draft_answer(one.pk, **DAYS, codes=codes, by=clerk(), at=now)
    text = "\n".join(part["text"] for part in one.body) + "\n明年拟再办12期。"
    operations.word_answer(
        one.pk, text, document_number="示人社督字〔2026〕1号", contact="陈经办 0532-00000000", copies="区人大常委会",
        by=clerk(), at=now,
    )  # fmt: skip
    operations.sign_answer(one.pk, by=clerk(), at=now)
    return operations.issue_answer(one.pk, by=reviewer(), at=now + timedelta(hours=1))


def test_draft_answer_links_every_figure_to_indicator_period_and_snapshot(quarter, now):
    one = registered(now)
    one = operations.draft_answer(one.pk, **DAYS, codes=["training.person_times"], by=clerk(), at=now)
    assert one.status == "drafted"
    (cell,) = one.cells
    assert (cell["indicator"], cell["starts_on"], cell["ends_on"], cell["value"]) == (
        "training.person_times", "2026-01-01", "2026-09-30", 3,
    )  # fmt: skip
    assert one.body[0]["text"].startswith("您提出的“关于职工培训到基层的建议”（第291号建议）收悉")
    stated = next(part for part in one.body if "培训人次为3人次" in part["text"])
    assert stated["links"] == [{"start": stated["text"].index("3人次"), "end": stated["text"].index("3人次") + 1,
                                "cell": cell["key"]}]  # fmt: skip
    assert "数据截至" in queries.answer_sources(one)[-1]


def test_word_answer_counts_a_placeholder_typed_and_flags_what_has_no_source(quarter, now):
    one = registered(now)
    operations.draft_answer(one.pk, **DAYS, codes=["training.person_times"], by=clerk(), at=now)
    one = operations.word_answer(
        one.pk, "一、情况\n结业{{ 结业人次 | 本期 }}人次，投入800万元。", by=clerk(), at=now
    )
    assert one.body[1]["text"] == "结业3人次，投入800万元。"
    assert [link["cell"] for link in one.body[1]["links"]] == ["training.finished|period", ""]
    with pytest.raises(operations.TextUnreadable, match="结业人刺"):
        operations.word_answer(one.pk, "{{ 结业人刺 }}", by=clerk(), at=now)


def test_answer_signed_by_two_goes_out_as_word_and_pdf(quarter, now):
    one = answered(now)
    files = {file.layout: bytes(file.content) for file in ReturnFile.objects.filter(proposal=one)}
    assert set(files) == {"docx", "pdf"}
    words = documents.as_text(files["docx"])
    assert "对区人大三届二次会议" in words and "第291号建议的答复" in words
    assert any("12" in line and "手工填写" in line for line in queries.answer_sources(one))
    assert not any("{{" in line for line in words)
    assert any("手工填写" in line for line in words)
    read = pypdf.PdfReader(io.BytesIO(files["pdf"]))
    text = "".join(page.extract_text() for page in read.pages).replace(" ", "")
    assert "示人社督字〔2026〕1号" in text and "林复核" in text and "草稿" not in text


def test_issue_answer_never_by_who_signed_and_never_twice(quarter, now):
    one = answered(now)
    with pytest.raises(operations.AnswerIssuedAlready, match="林复核"):
        operations.issue_answer(one.pk, by=reviewer(), at=now)
    other = registered(now, number="292")
    operations.draft_answer(other.pk, **DAYS, codes=["training.persons"], by=clerk(), at=now)
    text = "一、情况\n二、打算"
    operations.word_answer(other.pk, text, document_number="示人社督字〔2026〕2号", by=clerk(), at=now)
    both = acting("reviewer", 101, "陈经办").may_also("draft_answer")
    operations.sign_answer(other.pk, by=both, at=now)
    with pytest.raises(SamePerson):
        operations.issue_answer(other.pk, by=both, at=now)


def test_issued_answer_is_refused_any_change_by_the_database(quarter, now):
    one = answered(now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.filter(pk=one.pk).update(body=[])
    with pytest.raises(WrongState):
        operations.word_answer(one.pk, "别的", by=clerk(), at=now)


def test_sign_answer_needs_a_document_number(quarter, now):
    one = registered(now)
    operations.draft_answer(one.pk, **DAYS, codes=["training.persons"], by=clerk(), at=now)
    with pytest.raises(Exception, match="文号"):
        operations.sign_answer(one.pk, by=clerk(), at=now)


def test_register_proposal_refusals_name_what_is_wrong(now):
    registered(now)
    with pytest.raises(Exception, match="已经登记过"):
        registered(now)
    with pytest.raises(Exception, match="早于交办日期"):
        registered(now, number="5", due_on=date(2026, 1, 1))
    with pytest.raises(Exception, match="代表或委员"):
        registered(now, number="6", deputies=" ")
    with pytest.raises(NotPermitted):
        operations.register_proposal(**TOLD, by=an_actor("auditor"), at=now)


def test_proposal_of_another_region_is_not_found(quarter, now):
    one = registered(now)
    elsewhere = clerk(region_code="510700")
    with pytest.raises(NotFound):
        queries.proposal(one.pk, elsewhere)
    with pytest.raises(NotFound):
        operations.draft_answer(one.pk, **DAYS, by=elsewhere, at=now)


def test_draft_answer_again_flags_a_number_that_no_longer_stands(quarter, now):
    from tests.factories.training import make_class

    one = registered(now)
    operations.draft_answer(one.pk, **DAYS, codes=["training.person_times"], by=clerk(), at=now)
    make_class(people=1, status="finished", starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 18))
    refresh_facts(at=now + timedelta(days=1))
    one = operations.draft_answer(one.pk, **DAYS, by=clerk(), at=now + timedelta(days=1))
    assert one.cells[0]["value"] == 4
    assert queries.typed_by_hand(one.body) == ["3"]


def test_word_answer_tells_a_total_that_is_not_its_parts(quarter, now):
    one = registered(now)
    operations.draft_answer(one.pk, **DAYS, codes=["training.person_times"], by=clerk(), at=now)
    text = "一、情况\n已建成13个高技能人才培训基地，其中国家级3个、省级3个、市级8个，形成了体系。"
    one = operations.word_answer(one.pk, text, by=clerk(), at=now)
    [found] = queries.in_words(one.body)
    assert found["words"] == "文字第2段：合计13与各项之和14不一致，相差1：国家级3、省级3、市级8。"
    assert Entry.objects.get(verb="proposal.worded").detail["contradictions"] == 1
    one = operations.word_answer(one.pk, text.replace("13", "14"), by=clerk(), at=now)
    assert queries.in_words(one.body) == []
