"""Sponsors' money in the browser: from the agreement to the report to the sponsor, by two people."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kaogong.funds.models import Payment
from kaogong.grants.models import SponsoredSpending, Sponsorship
from kaogong.statements.models import IssuedPaper
from tests.factories import an_actor
from tests.factories.institutions import make_institution
from tests.factories.paper import A_PDF
from tests.factories.sponsored import make_sponsorship
from tests.web.bureau_money.conftest import browser_of

pytestmark = pytest.mark.django_db


def at(name: str, pk: int) -> str:
    return reverse(f"bureau:sponsorships:{name}", args=[pk])


def test_an_agreement_from_its_paper_to_the_report():
    sponsor = make_institution("示例重工集团", kind="enterprise")
    clerk, reviewer = browser_of(an_actor("bureau_clerk")), browser_of(an_actor("reviewer"))
    given = {
        "institution": sponsor.name, "event": "2026年职工技能大赛", "document": "赞助协议2026-1",
        "agreed_on": "2026-03-02", "agreed_fen": "300000", "uses": "奖金 200000\n场地设备 10万元",
    }  # fmt: skip
    register = reverse("bureau:sponsorships:register")
    wrong = clerk.post(register, given | {"uses": "奖金", "paper": SimpleUploadedFile("协议.pdf", A_PDF)})
    assert wrong.status_code == 422 and "看不出金额" in wrong.content.decode()
    short = clerk.post(register, given | {"uses": "奖金 1", "paper": SimpleUploadedFile("协议.pdf", A_PDF)})
    assert short.status_code == 422 and "合计应等于协议金额" in short.content.decode()
    clerk.post(register, given | {"paper": SimpleUploadedFile("协议.pdf", A_PDF)})
    made = Sponsorship.objects.get()
    assert clerk.post(at("confirm", made.pk)).status_code == 403
    reviewer.post(at("confirm", made.pk))
    uses = {use.name: f"use_{use.pk}" for use in made.uses.all()}
    receive = at("receive", made.pk)
    received = {"on": "2026-03-05", "document": "回单1"}
    assert clerk.post(receive, received | {uses["奖金"]: "200000.01"}).status_code == 422
    clerk.post(receive, received | {uses["奖金"]: "150000", uses["场地设备"]: "50000"})
    asked = {"use": "奖金", "what": "一等奖", "amount_fen": "80000", "document": "名单"}
    nobody = clerk.post(at("spend", made.pk), asked)
    assert nobody.status_code == 422 and "只填一个" in nobody.content.decode()
    clerk.post(at("spend", made.pk), asked | {"institution": sponsor.credit_code})
    row = SponsoredSpending.objects.get()
    assert "2026年职工技能大赛" in reviewer.get(reverse("bureau:sponsorships:list")).content.decode()
    assert clerk.post(reverse("bureau:sponsored_spendings:approve", args=[row.pk])).status_code == 403
    reviewer.post(reverse("bureau:sponsored_spendings:approve", args=[row.pk]))
    assert Payment.objects.get().amount_fen == 80_000_00
    page = clerk.get(at("detail", made.pk)).content.decode()
    for word in ("¥70,000.00", "奖金", "场地设备", "ZZ-", "待组批"):
        assert word in page
    assert clerk.get(at("paper", made.pk)).content == A_PDF
    clerk.post(at("report", made.pk))
    paper = IssuedPaper.objects.get()
    assert paper.kind == "sponsor" and paper.payee_name == sponsor.name


def test_every_figure_of_a_use_opens_to_its_entries():
    made = make_sponsorship(received={"奖金": 1_000_00})
    clerk = browser_of(an_actor("bureau_clerk"))
    page = clerk.get(at("detail", made.pk)).content.decode()
    address = f"{reverse('bureau:funds:rows')}?year=2026&amp;fund={made.fund_id}"
    assert address in page
    rows = clerk.get(
        reverse("bureau:funds:rows"),
        {"year": 2026, "fund": made.fund_id, "programme": "奖金", "of": "left"},
    )
    assert "¥1,000.00" in rows.content.decode()


def test_an_agreement_of_another_region_is_not_there():
    made = make_sponsorship()
    elsewhere = browser_of(an_actor("bureau_clerk", region_code="510700"))
    for name in ("detail", "paper", "receive", "spend"):
        assert elsewhere.get(at(name, made.pk)).status_code == 404
