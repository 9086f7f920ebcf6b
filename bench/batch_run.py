"""The child of bench/batch.py: one batch on a database of its own."""

import gc
import os
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bench import rig

AT = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
REGION = "370299"
FEN = 1_200_00
EVERY = 50  # one in so many fails
LAYOUT = "fixed_gbk"
KEPT = ("trail_entry", "ledger_journalentry", "ledger_leg", "funds_bankreturnline")


def run(people: int) -> dict:
    """Queue so many payments, then take their batch to the bank and back."""
    from kaogong.access.roles import ROLES
    from kaogong.funds import operations, queries
    from kaogong.funds.models import BankReturnLine, Payment
    from kaogong.gateways.bank import StandInBank
    from kaogong.kernel.actor import Actor, system_actor
    from kaogong.ledger import queries as ledger

    def person(role: str, account_id: int) -> Actor:
        return Actor(f"{role}{account_id}", role, ROLES[role].permissions, account_id, region_code=REGION)

    maker, checker, releaser = person("cashier", 901), person("reviewer", 902), person("cashier", 903)
    fund = _fund(people)
    queued = _timed(lambda: _queue(people))[0]
    keys = list(Payment.objects.order_by("id").values_list("pk", flat=True))
    gc.collect()
    steps: dict[str, float] = {}
    cpu = rig.processor_seconds()
    before = rig.highest_keys(KEPT)
    steps["prepare"], batch = _timed(lambda: operations.prepare_batch(keys, by=maker, at=AT))
    steps["check"], _ = _timed(lambda: operations.check_batch(batch.pk, by=checker, at=AT))
    steps["release"], _ = _timed(lambda: operations.release_batch(batch.pk, by=releaser, at=AT))
    steps["file"], (_, data) = _timed(lambda: operations.bank_file(batch.pk, by=releaser, at=AT))
    spent = rig.processor_seconds() - cpu
    failing = {f"SL-1-{n:06d}": "户名不符" for n in range(1, people + 1, EVERY)}
    answer = StandInBank(failing).answer(data, on=date(2026, 3, 3), edition=queries.layout_of(batch))
    cpu = rig.processor_seconds()
    steps["return"], told = _timed(lambda: operations.read_bank_return(answer, "回盘.txt", by=maker, at=AT))
    spent += rig.processor_seconds() - cpu
    peak = rig.peak_mib()
    after = rig.highest_keys(KEPT)
    assert queries.batch(batch.pk, system_actor()).status == "settled"
    assert BankReturnLine.objects.filter(bank_return=told).count() == people
    (row,) = [row for row in queries.fund_board(system_actor()) if row.fund.pk == fund.pk]
    assert (row.paid_fen, row.returned_fen) == (told.paid_count * FEN, told.failed_count * FEN)
    return {
        "people": people, "layout": LAYOUT, "file_mib": len(data) / 2**20, "queued": queued, "steps": steps,
        "wall": sum(steps.values()), "cpu": spent, "mib": peak, "load": os.getloadavg()[0],
        "paid": told.paid_count, "returned": told.failed_count, "failed": told.failed_count,
        "faults": len(ledger.recount()),
        "entries": after["trail_entry"] - before["trail_entry"],
        "journal": after["ledger_journalentry"] - before["ledger_journalentry"],
        "legs": after["ledger_leg"] - before["ledger_leg"], "lines": after["funds_bankreturnline"],
        "bare": rig.bare_seconds(before),
    }  # fmt: skip


def _timed(work: Callable):
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def _fund(people: int):
    from kaogong.funds import operations
    from kaogong.kernel.actor import system_actor

    system = {"by": system_actor(), "at": AT}
    fund = operations.open_fund(
        code="ZX", name="职业技能提升行动专账", region_code=REGION, year=2026, illustrative=True,
        shares={"skills": {"district": 1000}}, **system,
    )  # fmt: skip
    operations.set_budget(
        fund.pk, programme="skills", source_level="district", amount_fen=people * FEN, **system
    )
    operations.set_batch_terms(
        fund.pk, since=AT.date(), layout_code=LAYOUT, payer="示例区人力资源和社会保障局",
        payer_account="37029900000000000001", payer_bank="示例银行示例区支行", **system,
    )  # fmt: skip
    return fund


def _queue(people: int) -> None:
    from kaogong.funds import operations
    from kaogong.kernel.actor import system_actor

    system = {"by": system_actor(), "at": AT}
    operations.reserve_for_claim(
        "SL-1", region_code=REGION, programme="skills", year=2026, amount_fen=people * FEN, **system
    )
    for start in range(1, people + 1, 10_000):
        operations.queue_payments(
            "SL-1",
            [
                operations.PaymentOrder(
                    reference=f"SL-1-{n:06d}", payee_kind="person", payee_id=n, payee_name=f"示例收款人{n}",
                    bank_name="示例银行示例区支行", bank_account=f"62999900{n:08d}123",
                    bank_account_holder=f"示例收款人{n}", amount_fen=FEN, purpose="职业技能培训补贴",
                )
                for n in range(start, min(start + 10_000, people + 1))
            ],
            **system,
        )  # fmt: skip


def main() -> None:
    rig.setup()
    rig.answer(**run(int(sys.argv[1])))


if __name__ == "__main__":
    main()
