"""A bank statement of so many lines: reading it, what a page of the workbench costs, and taking all that is sure.

``python -m bench.reconciling --lines 100000``. Of the lines two thirds name a payment, the others name nothing. What is
written is put beside the same rows inserted into tables of the same columns and indexes without triggers.
"""

import argparse
import time
import tracemalloc
from datetime import timedelta

from bench import rig
from bench.batch_run import AT, FEN, _fund, _queue

DAY = AT.date() + timedelta(days=1)
SMALL = 5_000
OPENING = 10**15
ONE = 1
KEPT = ("funds_statementline", "funds_statementmatch", "funds_matchpart", "trail_entry")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--lines", type=int, default=SMALL)
    words.add_argument("--page-only", action="store_true", help="do not take the proposals")
    words.add_argument("--child", type=int, help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.child:
        rig.setup()
        rig.answer(**run(asked.child, taking=not asked.page_only))
        return
    given = ["--child", asked.lines] + ["--page-only"] * asked.page_only
    with rig.rig() as here:
        here.fresh("bench_reconciling")
        found = here.child("bench.reconciling", *given, database="bench_reconciling")
    print(
        f"reading the statement ({found['file_mib']:.1f} MiB): {found['read']:.1f} s, {found['read_cpu']:.1f} s of the"
        f" processors, {found['read'] / found['read_bare']:.1f} times the bare rows; peak of the process"
        f" {found['read_mib']:.0f} MiB, before it {found['start_mib']:.0f} MiB\n"
        f"{found['lines']:,} open lines beside {found['payments']:,} open payments, load {found['load']:.1f}\n"
        f"a page of the workbench (matching, ages, totals): {found['page']:.1f} s ({found['page_cpu']:.1f} s of the"
        f" processors, {found['page_mib']:.1f} MiB of Python's own), {found['shown']} rows of {found['sure']:,}"
        f" sure proposals"
    )
    print(
        f"the reconciliation sheet of the day ({found['rows']:,} rows): {found['sheet']:.1f} s"
        f" ({found['sheet_mib']:.1f} MiB of Python's own, {found['row_bytes']:.0f} bytes a row)"
    )
    if not asked.page_only:
        print(
            f"taking them all: {found['all']:.1f} s, {found['all_cpu']:.1f} s of the processors,"
            f" {found['all'] / found['all_bare']:.1f} times the bare rows; peak of the process {found['mib']:.0f} MiB,"
            f" before it {found['before_mib']:.0f} MiB"
        )


def run(count: int, *, taking: bool) -> dict:
    """One payment sent as a page sends it, copied until there are so many; read, look, then take all."""
    import os

    from kaogong.access.roles import ROLES
    from kaogong.funds import operations
    from kaogong.funds.models import Payment
    from kaogong.funds.operations import reconciling, statements
    from kaogong.funds.queries import bank_open, bank_sheet
    from kaogong.funds.queries import reconciling as queries
    from kaogong.kernel.actor import Actor

    def person(role: str, account_id: int) -> Actor:
        return Actor(f"{role}{account_id}", role, ROLES[role].permissions, account_id, region_code="370299")

    cashier, reviewer, other = person("cashier", 901), person("reviewer", 902), person("cashier", 903)
    fund = _fund(ONE)
    account = statements.follow_account(
        fund.pk, number="37029900000000000001", bank="示例银行", begins_on=AT.date(), opening_fen=OPENING,
        by=cashier, at=AT,
    )  # fmt: skip
    _queue(ONE)
    keys = list(Payment.objects.order_by("id").values_list("pk", flat=True))
    batch = operations.prepare_batch(keys, by=cashier, at=AT)
    operations.check_batch(batch.pk, by=reviewer, at=AT)
    operations.release_batch(batch.pk, by=other, at=AT)
    named = count * 2 // 3
    _copied(count)
    data, told = _statement(count, named), rig.highest_keys(KEPT)
    start = rig.peak_mib()
    cpu, begun = rig.processor_seconds(), time.perf_counter()
    _read(account, data, named, count, by=cashier)
    read, read_cpu = time.perf_counter() - begun, rig.processor_seconds() - cpu
    read_bare, before = rig.bare_seconds(told), rig.peak_mib()
    tracemalloc.start()
    cpu, begun = rig.processor_seconds(), time.perf_counter()
    page = queries.workbench(account, DAY)
    bank_open.ageing(account, DAY)
    queries.sheet_totals(account, DAY)
    page_seconds, page_cpu = time.perf_counter() - begun, rig.processor_seconds() - cpu
    page_mib = tracemalloc.get_traced_memory()[1] / 2**20
    assert page.sure_count == named
    tracemalloc.reset_peak()
    begun, held = time.perf_counter(), tracemalloc.get_traced_memory()[0]
    sheet = bank_sheet.sheet(account, DAY)
    sheet_seconds, sheet_bytes = time.perf_counter() - begun, tracemalloc.get_traced_memory()[1] - held
    tracemalloc.stop()
    rows = sum(len(side) for side in (sheet.books_in, sheet.books_out, sheet.bank_in, sheet.bank_out))
    assert sheet.difference_fen == 0
    del sheet
    told = rig.highest_keys(KEPT)
    cpu, begun = rig.processor_seconds(), time.perf_counter()
    if taking:
        assert len(reconciling.accept_proposals(account.pk, by=cashier, at=AT)) == named
    taken, taken_cpu, peak = time.perf_counter() - begun, rig.processor_seconds() - cpu, rig.peak_mib()
    return {
        "file_mib": len(data) / 2**20, "read": read, "read_cpu": read_cpu, "read_bare": read_bare, "read_mib": before,
        "start_mib": start, "all_bare": rig.bare_seconds(told) if taking else 1.0,
        "lines": count, "payments": count, "page": page_seconds, "page_cpu": page_cpu, "page_mib": page_mib,
        "shown": len(page.proposals) + len(page.lines) + len(page.items), "sure": page.sure_count,
        "all": taken, "all_cpu": taken_cpu, "before_mib": before,
        "rows": rows, "sheet": sheet_seconds, "sheet_mib": sheet_bytes / 2**20, "row_bytes": sheet_bytes / rows,
        "mib": peak, "load": os.getloadavg()[0],
    }  # fmt: skip


def _statement(count: int, named: int) -> bytes:
    """The file: so many lines that name a payment, the others name nothing."""
    rows = ["交易日期,交易流水号,借方发生额,贷方发生额,对方户名,摘要"]
    rows += [f"{DAY},B{n},{FEN // 100}.00,,,代发 SL-1-{n:06d}" for n in range(1, named + 1)]
    rows += [f"{DAY},X{n},7.00,,,不明" for n in range(count - named)]
    return "\n".join(rows).encode()


def _read(account, data: bytes, named: int, count: int, *, by) -> None:
    from kaogong.funds.operations import statements

    closing = OPENING - FEN * named - 7_00 * (count - named)
    told = statements.read_bank_statement(
        account.pk, data, "b.csv", starts_on=AT.date(), ends_on=DAY, opening_fen=OPENING, closing_fen=closing, by=by,
        at=AT,
    )  # fmt: skip
    assert told.line_count == count


def _copied(count: int) -> None:
    """Copy the payment until there are so many, past the triggers: only how many there are counts."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        _copy(
            cursor, "funds_payment", "reference = 'SL-1-000001'", 2, count,
            {"reference": "'SL-1-' || lpad(n::text, 6, '0')"},
        )  # fmt: skip
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE funds_payment")


def _copy(cursor, table: str, where: str, first: int, last: int, told: dict[str, str]) -> None:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'"
        " AND is_generated = 'NEVER'", [table],
    )  # fmt: skip
    names = [name for (name,) in cursor.fetchall()]
    values = ", ".join(told.get(name, f't."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t, generate_series({first}, {last}) AS n"
        f" WHERE t.{where}"
    )


if __name__ == "__main__":
    main()
