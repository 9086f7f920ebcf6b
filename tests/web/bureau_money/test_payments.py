"""Payments, batches, bank returns, the funds, the ledger, conflicts and the rulebook at the bureau."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kaogong.claims import queries as claims
from kaogong.claims.operations import register_subsidy
from kaogong.funds import queries as funds
from kaogong.kernel.actor import system_actor
from kaogong.kernel.money import yuan_plain
from kaogong.ledger import queries as ledger
from tests.factories import an_actor
from tests.factories.claims import make_certified_class, make_claim, make_learner
from tests.factories.people import AT

from .test_claims import ELSEWHERE, now, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def cleared(money):
    people = [make_learner(name, allowance=True) for name in ("王小明", "李兰", "周凤")]
    return make_claim(make_certified_class(people), status="cleared")


def queued():
    return list(funds.payments(system_actor(), status="queued").order_by("id"))


def test_a_batch_goes_through_three_people_to_the_bank_and_back(logged_in, cleared):
    maker, checker, releaser = logged_in("cashier"), logged_in("reviewer"), logged_in("cashier")
    payments = queued()
    picked = {"picked": [payment.pk for payment in payments]}
    assert "组批：先看合计" in page(maker, "/bureau/payments/items/queue/")
    total = sum(payment.amount_fen for payment in payments)
    said = maker.post("/bureau/payments/prepare/", picked).content.decode()
    assert f"合计 ¥{yuan_plain(total)}" in said
    assert not funds.batches(system_actor()).exists()
    maker.post("/bureau/payments/prepare/", picked | {"confirmed": "1"})
    batch = funds.batches(system_actor()).get()
    address = f"/bureau/payments/{batch.pk}/"
    assert "须由另一人" in page(maker, address)
    assert maker.post(f"{address}check/").status_code == 403
    checker.post(f"{address}check/")
    maker.post(f"{address}release/")
    assert funds.batch(batch.pk, system_actor()).status == "checked"
    assert "须由另一人发放" in page(maker, address)
    releaser.post(f"{address}release/")
    said = page(releaser, address)
    for one in (maker, checker, releaser):
        assert one.actor.name in said
    assert releaser.post(f"{address}bank-file/").content.startswith(b"PK")

    answer = maker.post(
        "/bureau/payments/returns/read/", {"sheet": a_return(batch, payments, failing=payments[0])}
    )
    told = funds.bank_returns(system_actor()).get()
    assert answer["Location"] == f"/bureau/payments/returns/{told.pk}/"
    assert (told.paid_count, told.failed_count, told.problem_count) == (len(payments) - 1, 1, 1)
    said = page(maker, answer["Location"])
    assert "账号与户名不符" in said
    assert "找不到流水号" in said
    again = maker.post(
        "/bureau/payments/returns/read/",
        {"sheet": a_return(batch, payments, failing=payments[0])},
        follow=True,
    )
    assert "没有重复入账" in again.content.decode()

    failed = f"/bureau/payments/items/{payments[0].pk}/"
    assert "更正账户重新付款" in page(maker, failed)
    bad = {
        "bank_account_holder": "王小明",
        "bank_name": "示例银行",
        "bank_account": "1111111111",
        "reason": "本人",
    }
    refused = maker.post(f"{failed}correct/", bad)
    assert refused.status_code == 422
    shape = "银行卡号应为15至19位" if payments[0].payee_kind == "person" else "银行账号应为8至32位"
    assert shape in refused.content.decode().partition('id="id_bank_account"')[0].rpartition("银行账号")[2]
    good = bad | {"bank_account_holder": payments[0].payee_name}
    other = good | {"bank_account": "6228480402564890018"}
    assert "请上传证明材料" in maker.post(f"{failed}correct/", other).content.decode()
    maker.post(f"{failed}correct/", good | {"bank_account": payments[0].bank_account})
    (new,) = queued()
    assert new.replaces_id == payments[0].pk
    assert "更正经过" in page(maker, f"/bureau/payments/items/{new.pk}/")
    assert now(cleared).status == "cleared"
    story = page(maker, f"/bureau/ledger/explain/?reference={payments[0].reference}")
    assert "各处金额一致" in story
    assert "账号与户名不符" in story


def a_return(batch, payments, failing) -> SimpleUploadedFile:
    rows = ["批次号,流水号,金额,结果,失败原因", f"{batch.number},NO-SUCH,1.00,成功,"]
    for payment in payments:
        result = "失败,账号与户名不符" if payment.pk == failing.pk else "成功,"
        rows.append(f'{batch.number},{payment.reference},"{yuan_plain(payment.amount_fen)}",{result}')
    return SimpleUploadedFile("回盘.csv", "\n".join(rows).encode(), "text/csv")


def test_one_account_of_two_payees_is_told_before_and_after_the_batch(logged_in, money):
    people = [make_learner("王小明", allowance=True), make_learner("李兰", allowance=True, account=False)]
    from kaogong.people.operations import set_bank_account

    account = people[0].bank_account
    set_bank_account(
        people[1].pk, bank_name="示例银行", account=account, holder="王小明", by=system_actor(), at=AT
    )
    make_claim(make_certified_class(people), status="cleared")
    cashier = logged_in("cashier")
    picked = {"picked": [payment.pk for payment in queued()]}
    said = cashier.post("/bureau/payments/prepare/", picked).content.decode()
    assert "1 个账户有多人收款" in said
    assert "1 笔的户名与收款人不同" in said
    cashier.post("/bureau/payments/prepare/", picked | {"confirmed": "1"})
    batch = funds.batches(system_actor()).get()
    assert "1 个账户有多人收款" in page(logged_in("reviewer"), f"/bureau/payments/{batch.pk}/")
    cashier.post(f"/bureau/payments/{batch.pk}/dissolve/", {"reason": "先核对账户"})
    assert funds.batch(batch.pk, system_actor()).status == "dissolved"
    assert len(queued()) == len(picked["picked"])


def test_the_board_shows_the_money_and_the_reviewer_sets_the_budget(logged_in, cleared):
    said = page(logged_in("cashier"), "/bureau/funds/")
    assert "¥600,000.00" in said
    assert 'data-chart="fund-' in said
    reviewer = logged_in("reviewer")
    fund = funds.funds(system_actor()).get()
    address = f"/bureau/funds/{fund.pk}/budget/"
    page(logged_in("cashier"), address, 403)
    page(reviewer, address)
    told = {
        "programme": "employment_training",
        "source_level": "district",
        "amount_fen": "700,000",
        "document": "预〔2026〕9号",
        "reason": "年中追加",
    }
    assert reviewer.post(address, told | {"amount_fen": "七十万"}).status_code == 422
    assert reviewer.post(address, told).status_code == 302
    assert "¥700,000.00" in page(reviewer, "/bureau/funds/?year=2026")


def test_the_ledger_is_read_down_to_the_legs(logged_in, cleared, django_assert_max_num_queries):
    auditor = logged_in("auditor")
    said = page(auditor, "/bureau/ledger/")
    assert "试算平衡" in said
    assert "全部一致" in page(auditor, "/bureau/ledger/recount/")
    with django_assert_max_num_queries(16):
        said = page(auditor, f"/bureau/ledger/journal/?reference={cleared.number}&kind=reserve")
    entry = ledger.journal(cleared.number).get(kind="reserve")
    assert f"/bureau/ledger/entries/{entry.pk}/" in said
    said = page(auditor, f"/bureau/ledger/entries/{entry.pk}/")
    assert "相等" in said
    assert "已预留" in said
    assert "没有这个编号的资金记录" in page(auditor, "/bureau/ledger/explain/?reference=SL-1999-000001")
    assert "各处金额一致" in page(auditor, f"/bureau/ledger/explain/?reference={cleared.number}")
    assert auditor.get("/bureau/ledger/?export=xlsx").content.startswith(b"PK")


def test_a_conflict_shows_both_sides_and_takes_an_answer(logged_in, money):
    person = make_learner("王小明")
    claim = make_claim(make_certified_class([person]), status="cleared")
    line = claims.lines(claim.pk).get()
    _pay_all()
    register_subsidy(
        person.pk, region_code="370202", occupation_code=line.occupation_code, level=3,
        event_on=date(2026, 2, 3), paid_on=date(2026, 3, 3), amount_fen=200000, source="外地函告",
        reference="WD-1", by=an_actor("bureau_clerk"), at=AT,
    )  # fmt: skip
    conflict = claims.conflicts(system_actor()).get()
    clerk = logged_in("bureau_clerk")
    assert line.reference in page(clerk, "/bureau/claims/conflicts/")
    address = f"/bureau/claims/conflicts/{conflict.pk}/"
    said = page(clerk, address)
    assert "WD-1" in said
    assert "¥2,000.00" in said
    assert "¥1,200.00" in said
    assert clerk.post(address, {"answer": ""}).status_code == 422
    page(logged_in("bureau_clerk", **ELSEWHERE), address, 404)
    assert logged_in("cashier").post(address, {"answer": "已追回"}).status_code == 403
    clerk.post(address, {"answer": "已函告外地核实，属重复，追回。"})
    assert "属重复，追回" in page(clerk, address)


def _pay_all() -> None:
    from kaogong.claims.operations import mark_paid_claims, release_payment_batch
    from kaogong.funds.operations import check_batch, prepare_batch, read_bank_return

    maker, last = an_actor("cashier"), an_actor("cashier")
    payments = queued()
    batch = prepare_batch([payment.pk for payment in payments], by=maker, at=AT)
    check_batch(batch.pk, by=an_actor("reviewer"), at=AT)
    release_payment_batch(batch.pk, by=last, at=AT)
    rows = [f'{p.reference},"{yuan_plain(p.amount_fen)}",成功' for p in payments]
    read_bank_return("\n".join(["流水号,金额,结果", *rows]).encode(), "回盘.csv", by=maker, at=AT)
    mark_paid_claims(by=maker, at=AT)


def test_money_keeps_to_its_region_and_to_who_may_read_it(logged_in, cleared):
    payment = queued()[0]
    entry = ledger.journal(cleared.number).first()
    stranger = logged_in("cashier", **ELSEWHERE)
    for address in (
        f"payments/items/{payment.pk}/",
        f"payments/items/{payment.pk}/correct/",
        f"ledger/entries/{entry.pk}/",
    ):
        page(stranger, f"/bureau/{address}", 404)
    page(stranger, f"/bureau/payments/prepare/?picked={payment.pk}", 404)
    assert "没有这个编号" in page(stranger, f"/bureau/ledger/explain/?reference={cleared.number}")
    assert "还没有开立资金" in page(stranger, "/bureau/funds/")
    outsider = logged_in("administrator")
    for address in (
        "payments/",
        "payments/items/",
        "payments/returns/",
        "funds/",
        "ledger/",
        "ledger/journal/",
    ):
        page(outsider, f"/bureau/{address}", 403)
    page(logged_in("bureau_clerk"), f"/bureau/payments/prepare/?picked={payment.pk}", 403)
    page(logged_in("reviewer"), "/bureau/payments/returns/read/", 403)


def test_lists_of_money_stay_within_their_queries(logged_in, cleared, django_assert_max_num_queries):
    cashier = logged_in("cashier")
    for address in (
        "payments/",
        "payments/items/",
        "payments/items/queue/",
        "payments/returns/",
        "notices/",
        "claims/conflicts/",
    ):
        with django_assert_max_num_queries(12):
            page(cashier, f"/bureau/{address}")


def test_the_rulebook_tells_clause_numbers_and_marks_on_a_day(logged_in):
    officer = logged_in("administrator")
    said = page(officer, "/bureau/rulebook/")
    assert "就业技能培训" in said
    assert "青西新管办发〔2020〕2号" in said
    said = page(officer, "/bureau/rulebook/schemes/employment_training/?on=2026-11-22")
    assert "同一职业同一等级不可重复享受" in said
    assert "示例标准" in said
    assert "待核实" in said
    assert "来自青岛西海岸新区" in said
    assert "¥1,500.00" in said
    assert "文件未给出" in page(
        officer, "/bureau/rulebook/schemes/employment_training/?region=370211&on=2026-11-22"
    )
    page(officer, "/bureau/rulebook/schemes/employment_training/?on=2019-01-01", 404)
    assert "这一天没有有效的补贴项目" in page(officer, "/bureau/rulebook/?on=2001-01-01")
    assert "先垫后补" in page(officer, "/bureau/rulebook/documents/青西新管办发〔2020〕2号/")
    page(officer, "/bureau/rulebook/documents/没有这份/", 404)


def test_a_large_batch_and_a_large_answer_show_how_far_they_are(logged_in, cleared, monkeypatch):
    from unittest import mock

    from kaogong.funds.operations import check_batch, prepare_batch
    from kaogong.grants import tasks

    monkeypatch.setattr(tasks, "PAYMENTS_AT_ONCE", 1)
    monkeypatch.setattr(tasks, "BYTES_AT_ONCE", 10)
    releaser = logged_in("cashier")
    payments = queued()
    batch = prepare_batch([payment.pk for payment in payments], by=an_actor("cashier"), at=AT)
    check_batch(batch.pk, by=an_actor("reviewer"), at=AT)
    with mock.patch("kaogong.grants.tasks.work_later.defer"):
        asked = releaser.post(f"/bureau/payments/{batch.pk}/release/")
        work = funds.bank_works(system_actor()).get()
        assert asked["Location"] == f"/bureau/payments/returns/works/{work.pk}/"
        assert "正在发放" in page(releaser, asked["Location"])
        assert "正在后台发放" in page(releaser, f"/bureau/payments/{batch.pk}/")
        piece = releaser.get(f"{asked['Location']}progress/")
        assert "HX-Redirect" not in piece
        tasks.do_bank_work(work.pk, at=AT)
        assert releaser.get(f"{asked['Location']}progress/")["HX-Redirect"] == asked["Location"]
        assert releaser.get(asked["Location"])["Location"] == f"/bureau/payments/{batch.pk}/"
        rows = [f'{p.reference},"{yuan_plain(p.amount_fen)}",成功' for p in payments]
        data = "\n".join(["流水号,金额,结果", *rows]).encode()
        read = releaser.post(
            "/bureau/payments/returns/read/", {"sheet": SimpleUploadedFile("回盘.csv", data)}
        )
        assert "正在读取回盘" in page(releaser, read["Location"])
        work = funds.bank_works(system_actor()).first()
        told = tasks.do_bank_work(work.pk, at=AT).bank_return
        said = releaser.get(read["Location"], follow=True)
        assert said.redirect_chain[-1][0] == f"/bureau/payments/returns/{told.pk}/"
        assert f"成功 {len(payments)} 笔" in said.content.decode()
