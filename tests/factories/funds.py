"""Makers of funds, payments and batches, each through the operations."""

from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from kaogong.access.roles import ROLES
from kaogong.funds import operations
from kaogong.kernel.actor import Actor, system_actor

AT = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
REGION = "370299"
SHARES = {"skills": {"district": 600, "city": 400}}
_serial = count(1)


def make_cashier(account_id: int = 901, **reach) -> Actor:
    return _bureau("cashier", account_id, **reach)


def make_reviewer(account_id: int = 902, **reach) -> Actor:
    return _bureau("reviewer", account_id, **reach)


def _bureau(role: str, account_id: int, **reach) -> Actor:
    reach = reach or {"region_code": REGION}
    return Actor(f"{ROLES[role].label}{account_id}", role, ROLES[role].permissions, account_id, **reach)


def make_fund(
    code: str = "ZX",
    *,
    year: int = 2026,
    district: int = 600_000_00,
    city: int = 400_000_00,
    shares=None,
    **words,
):
    """Open a fund with a budget for every programme of its shares."""
    shares = shares or SHARES
    fund = operations.open_fund(
        code=code,
        name=words.pop("name", "职业技能提升行动专账"),
        region_code=words.pop("region_code", REGION),
        year=year,
        shares=shares,
        illustrative=True,
        **words,
        by=system_actor(),
        at=AT,
    )
    for programme in shares:
        for source_level, amount_fen in (("district", district), ("city", city)):
            if amount_fen:
                operations.set_budget(
                    fund.pk,
                    programme=programme,
                    source_level=source_level,
                    amount_fen=amount_fen,
                    by=system_actor(),
                    at=AT,
                )
    return fund


def make_order(
    reference: str, *, payee_id: int = 1, payee_kind: str = "person", amount_fen: int = 100_00, **words
):
    """One order to a synthetic payee with an account of its own."""
    name = words.pop("payee_name", f"示例收款人{payee_id}")
    return operations.PaymentOrder(
        reference=reference,
        payee_kind=payee_kind,
        payee_id=payee_id,
        payee_name=name,
        bank_name=words.pop("bank_name", "示例银行示例区支行"),
        bank_account=words.pop("bank_account", f"62999900{payee_id:08d}123"),
        bank_account_holder=words.pop("bank_account_holder", name),
        amount_fen=amount_fen,
        purpose=words.pop("purpose", "职业技能培训补贴"),
    )


def make_reservation(reference: str = "", *, amount_fen: int = 1_000_00, programme: str = "skills") -> str:
    """Set money aside for one claim; returns its reference."""
    reference = reference or f"SL-2026-{next(_serial):06d}"
    operations.reserve_for_claim(
        reference,
        region_code=REGION,
        programme=programme,
        year=2026,
        amount_fen=amount_fen,
        by=system_actor(),
        at=AT,
    )
    return reference


def make_payments(number: int = 3, *, reference: str = "", amount_fen: int = 100_00, orders=None):
    """Reserve exactly enough for these payments and queue them."""
    reference = reference or f"SL-2026-{next(_serial):06d}"
    orders = orders or [
        make_order(f"{reference}-{n:03d}", payee_id=n, amount_fen=amount_fen) for n in range(1, number + 1)
    ]
    make_reservation(reference, amount_fen=sum(order.amount_fen for order in orders))
    return operations.queue_payments(reference, orders, by=system_actor(), at=AT)


CODES = {
    "budget_unit": "101001", "function_subject": "2080799", "economic_subject": "30399", "project": "P2026-01",
    "quota_number": "ED-2026-7", "application_number": "ZJ-2026-0007",
}  # fmt: skip


def make_terms(fund, layout_code: str = "sheet", **words):
    """Say how a fund's batches go to the bank, from an account of its own."""
    words = {"payer": "示例区人力资源和社会保障局", "payer_account": "37029900000000000001",
             "payer_bank": "示例银行示例区支行", "codes": CODES, "since": AT.date()} | words  # fmt: skip
    return operations.set_batch_terms(fund.pk, layout_code=layout_code, by=system_actor(), at=AT, **words)


def make_batch(payments, *, status: str = "released", **words):
    """Take payments along to a prepared, checked or released batch, by three people."""
    keys = [payment.pk for payment in payments]
    batch = operations.prepare_batch(keys, by=make_cashier(901), at=AT, **words)
    if status in ("checked", "released"):
        batch = operations.check_batch(batch.pk, by=make_reviewer(902), at=AT)
    if status == "released":
        batch = operations.release_batch(batch.pk, by=make_cashier(903), at=AT)
    return batch
