"""Payment batches at each stage in two layouts: one waits for its checker, one was stopped, one partly answered."""

from collections import Counter
from datetime import date, datetime, timedelta

from kaogong.claims import operations as claims
from kaogong.demo.cast import Cast, at_hour
from kaogong.funds import operations as funds
from kaogong.funds import queries
from kaogong.kernel.money import yuan_plain
from kaogong.kernel.working_days import add_working_days

PAYER = {
    "payer": "示例区人力资源和社会保障局",
    "payer_account": "3702990000000000188",
    "payer_bank": "示例银行示例区支行",
}
USUAL, OLD, NEW = "sheet", "fixed_gbk", "pain001"
MOST = 6  # payments in a batch shown here
LEFT = 3  # the oldest go on waiting for a visitor to pay them


def show_batches(cast: Cast) -> None:
    """Say how the funds pay, then stop one batch, leave one to be checked, and answer one with problems."""
    day = add_working_days(cast.on, -1)
    for fund in queries.funds(cast["auditor"]):
        funds.set_batch_terms(
            fund.pk,
            since=date(fund.year, 1, 1),
            layout_code=USUAL,
            by=cast["reviewer"],
            at=at_hour(day, 8),
            **PAYER,
        )
    _stop_one(cast, day)
    _prepare_one(cast, at_hour(cast.on, 8))
    _answer_one(cast, at_hour(day, 17))


def _waiting(cast: Cast) -> list[int]:
    """Some payments of the fund that has most waiting, the latest first: a visitor begins with the oldest."""
    rows = list(queries.payments(cast["auditor"], status="queued").order_by("-id")[:400])
    if not rows:
        return []
    most = Counter(row.fund_id for row in rows).most_common(1)[0][0]
    mine = [row.pk for row in rows if row.fund_id == most]
    return mine[: max(len(mine) - LEFT, 0)][:MOST]


def _stop_one(cast: Cast, day: date) -> None:
    """Released in the morning, stopped an hour later: its payments wait again under new references."""
    chosen = _waiting(cast)
    if not chosen:
        return
    at = at_hour(day, 9)
    batch = claims.prepare_payment_batch(chosen, by=cast["cashier"], at=at, layout_code=OLD)
    funds.check_batch(batch.pk, by=cast["reviewer"], at=at + timedelta(minutes=30))
    claims.release_payment_batch(batch.pk, by=cast["cashier2"], at=at + timedelta(hours=1))
    claims.stop_payment_batch(
        batch.pk, by=cast["cashier2"], at=at + timedelta(hours=2),
        reason="收款账户名单有误，核对后重新组批",
    )  # fmt: skip


def _prepare_one(cast: Cast, at: datetime) -> None:
    """In the other layout, waiting for its checker."""
    chosen = _waiting(cast)
    if chosen:
        claims.prepare_payment_batch(chosen, by=cast["cashier"], at=at, layout_code=NEW)


def _answer_one(cast: Cast, at: datetime) -> None:
    """A released batch of two or more, answered for its first payment; further rows are wrong each in its way."""
    for batch in queries.batches(cast["auditor"], status="released"):
        payments = list(batch.payments.filter(status="in_transit").order_by("id"))
        if len(payments) < 2:
            continue
        paid, wrong = payments[0], payments[1]
        rows = [
            "批次号,流水号,金额,结果,失败原因",
            f"{batch.number},{paid.reference},{yuan_plain(paid.amount_fen).replace(',', '')},成功,",
            f"{batch.number},{wrong.reference},{yuan_plain(wrong.amount_fen + 1).replace(',', '')},成功,",
            f"{batch.number},{wrong.reference},{yuan_plain(wrong.amount_fen).replace(',', '')},处理中,",
            f"{batch.number},SF-2026-000731,1200.00,成功,",
            f"{batch.number},{paid.reference},{yuan_plain(paid.amount_fen).replace(',', '')},成功,",
        ]
        funds.read_bank_return(
            "\n".join(rows).encode(), "示例银行回盘（部分）.csv", by=cast["cashier"], at=at
        )
        claims.mark_paid_claims(by=cast["cashier"], at=at)
        return
