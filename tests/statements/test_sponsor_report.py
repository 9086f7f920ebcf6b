"""The printed report to a sponsor: what came, what went for which use, what went back, what is left."""

import shutil
import subprocess
from datetime import date

import pytest

from kaogong.grants import operations as grants
from kaogong.kernel.errors import NotFound, NotPermitted
from kaogong.statements import operations, queries
from kaogong.web.parts.statements import paper_file
from tests.factories.claims import make_learner
from tests.factories.people import an_actor
from tests.factories.sponsored import AT, make_sponsorship
from tests.grants.test_sponsored import to_the_bank

pytestmark = pytest.mark.django_db
CAME = {"奖金": 150_000_00, "场地设备": 50_000_00}


def words_of(pdf: bytes) -> str:
    read = subprocess.run(
        [shutil.which("pdftotext"), "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return read.stdout.decode()


def spend(made, fen: int):
    row = grants.ask_spending(
        made.pk, use="奖金", amount_fen=fen, what="一等奖", document="获奖名单",
        person_id=make_learner("李师傅").pk, by=an_actor("bureau_clerk"), at=AT,
    )  # fmt: skip
    grants.approve_spending(row.pk, by=an_actor("reviewer"), at=AT)


def test_the_report_adds_up_and_names_people_in_part():
    made = make_sponsorship(received=CAME)
    spend(made, 80_000_00)
    clerk = an_actor("bureau_clerk")
    before = operations.issue_sponsor_statement(made.pk, by=clerk, at=AT)
    assert [line["what"] for line in before.facts["body"]["lines"]] == ["received", "received"]
    to_the_bank()
    paper = operations.issue_sponsor_statement(made.pk, by=clerk, at=AT)
    assert paper.replaces == before and operations.issue_sponsor_statement(made.pk, by=clerk, at=AT) == paper
    name, pdf = paper_file(paper)
    words = "".join(words_of(pdf).split())
    assert name == "ZB-2026-000002.pdf"
    for told in (
        "赞助资金使用情况报告",
        "示例重工集团",
        "2026年职工技能大赛",
        "80,000.00",
        "120,000.00",
        "李*傅",
    ):
        assert told in words
    assert "李师傅" not in words
    assert queries.is_whole(paper)


def test_public_papers_say_nothing_of_a_sponsors_money():
    made = make_sponsorship(received=CAME)
    for row in grants.ask_give_back(made.pk, document="退款函", by=an_actor("bureau_clerk"), at=AT):
        grants.approve_spending(row.pk, by=an_actor("reviewer"), at=AT)
    to_the_bank()
    account = queries.account_of(
        institution_id=made.sponsor_id, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
    )
    assert account.events == []


def test_only_who_may_issue_papers_and_has_it_in_reach():
    made = make_sponsorship(received=CAME)
    with pytest.raises(NotPermitted):
        operations.issue_sponsor_statement(made.pk, by=an_actor("inspector"), at=AT)
    with pytest.raises(NotFound):
        operations.issue_sponsor_statement(made.pk, by=an_actor("bureau_clerk", region_code="510700"), at=AT)
    with pytest.raises(operations.NothingReceived):
        registered = make_sponsorship(sponsor=made.sponsor, status="registered")
        operations.issue_sponsor_statement(registered.pk, by=an_actor("bureau_clerk"), at=AT)
