"""The trial balance and the figures of a fund over twenty million legs, now and as of an earlier day.

The rows are written by the database's owner in bulk while the guards sleep, as in ``bench.region``: legs that sum to
zero entry by entry, balances added up from them, so that what is asked afterwards is what the product would hold.
Then each question is asked through the queries the pages call, and the pages themselves are opened. Beside them
stands what they replace: adding every leg. No plan of a question or page may read the legs or entries through.

``python -m bench.trial --full`` is the whole size: about eight minutes and 10 GB on two idle cores.
"""

import argparse
import json
import statistics
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

from bench import rig

SMALL = {"legs": 200_000, "times": 3}
FULL = {"legs": 20_000_000, "times": 9}
MOST_SECONDS = 1.0
DATABASE = "bench_trial"
FUNDS, PROGRAMMES, DAYS = 12, 5, 1_095

_ALL_READ = frozenset({"ledger_leg", "ledger_journalentry"})
# The funds the pages show.
_FUNDS = """
INSERT INTO funds_fund (code, name, region_code, year, kind_code, department, illustrative)
SELECT 'ZX-' || f, '专账' || f, '370299', 2026, '', '', true FROM generate_series(1, %s) f
"""
_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('ledger_journalentry', 'ledger_leg')
    AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""
# Reserve, owe, send, settle, one after the other for each thing; days pass as the numbers rise.
_LOAD = (
    """
INSERT INTO ledger_ledgeraccount (fund_code, programme, year, source_level, state)
SELECT 'ZX-' || f, 'programme-' || p, 2026, source, state
FROM generate_series(1, %(funds)s) f, generate_series(1, %(programmes)s) p,
  unnest(ARRAY['district', 'city']) source,
  unnest(ARRAY['budgeted', 'available', 'reserved', 'payable', 'in_transit', 'paid']) state
""",
    """
CREATE TEMPORARY TABLE bench_step (place int, kind text, source text, target text);
INSERT INTO bench_step VALUES (0, 'reserve', 'available', 'reserved'), (1, 'make_payable', 'reserved', 'payable'),
  (2, 'send', 'payable', 'in_transit'), (3, 'settle', 'in_transit', 'paid')
""",
    """
INSERT INTO ledger_journalentry (key, kind, fund_code, programme, year, amounts, reference, note, at, by_name,
  transaction_number, recorded_at)
SELECT 'k' || n, s.kind, 'ZX-' || 1 + (n / 4) %% %(funds)s, 'programme-' || 1 + (n / 4 / %(funds)s) %% %(programmes)s,
  2026, CASE WHEN n %% 8 < 4 THEN '{"district": 100}' ELSE '{"city": 100}' END::jsonb, 'SL-' || n / 4, '',
  t.at, '复核', n / 50, t.at
FROM generate_series(0, %(entries)s - 1) n JOIN bench_step s ON s.place = n %% 4,
  LATERAL (SELECT timestamptz '2023-11-22' + n::float8 / %(entries)s * %(days)s * interval '1 day' AS at) t
""",
    """
INSERT INTO ledger_leg (entry_id, account_id, amount_fen)
SELECT e.id, a.id, CASE WHEN a.state = s.source THEN -100 ELSE 100 END
FROM ledger_journalentry e JOIN bench_step s ON s.kind = e.kind
JOIN ledger_ledgeraccount a ON a.fund_code = e.fund_code AND a.programme = e.programme AND a.year = e.year
  AND a.source_level = CASE WHEN e.amounts ? 'district' THEN 'district' ELSE 'city' END
  AND a.state IN (s.source, s.target)
""",
    # A budget for each line, so that nothing stands below zero.
    """
WITH told AS (
  INSERT INTO ledger_journalentry (key, kind, fund_code, programme, year, amounts, reference, note, at, by_name,
    transaction_number, recorded_at)
  SELECT 'b' || min(id), 'set_budget', fund_code, programme, year, '{}', fund_code, '', timestamptz '2023-11-21',
    '复核', 0, timestamptz '2023-11-21'
  FROM ledger_ledgeraccount GROUP BY fund_code, programme, year, source_level
  RETURNING id, key
)
INSERT INTO ledger_leg (entry_id, account_id, amount_fen)
SELECT told.id, a.id, CASE WHEN a.state = 'budgeted' THEN -1000000000000 ELSE 1000000000000 END
FROM told JOIN ledger_ledgeraccount first ON 'b' || first.id = told.key
JOIN ledger_ledgeraccount a ON (a.fund_code, a.programme, a.year, a.source_level)
  = (first.fund_code, first.programme, first.year, first.source_level) AND a.state IN ('budgeted', 'available')
""",
    """
INSERT INTO ledger_accountbalance (account_id, is_source, balance_fen)
SELECT a.id, a.state = 'budgeted', coalesce(sum(l.amount_fen), 0)
FROM ledger_ledgeraccount a LEFT JOIN ledger_leg l ON l.account_id = a.id GROUP BY a.id
""",
    # Balances are recorded every night: the last time before the day asked about.
    """
INSERT INTO ledger_ledgerseal (from_transaction, until_transaction, entry_count, latest_recorded_at, marks,
  previous_digest, digest, sealed_at, with_balances)
SELECT 0, max(transaction_number) * 1089 / 1095, 0, max(at) FILTER (WHERE transaction_number < %(sealed)s), ''::bytea,
  repeat('0', 64), repeat('0', 64), now(), true FROM ledger_journalentry
""",
    """
INSERT INTO ledger_recordedbalance (seal_id, account_id, balance_fen)
SELECT s.id, l.account_id, sum(l.amount_fen) FROM ledger_ledgerseal s
JOIN ledger_journalentry e ON e.transaction_number < s.until_transaction
JOIN ledger_leg l ON l.entry_id = e.id GROUP BY s.id, l.account_id
""",
)


def measure(*, legs: int, times: int) -> dict:
    """Load, close, ask; in a child process of its own."""
    with rig.rig() as here:
        here.fresh(DATABASE)
        return here.child("bench.trial", "--child", legs, times, database=DATABASE)


def _load(legs: int) -> None:
    from django.db import connection, transaction

    entries = legs // 2
    values = {
        "funds": FUNDS, "programmes": PROGRAMMES, "entries": entries, "days": DAYS,
        "sealed": (entries - 1) // 50 * 1_089 // 1_095,
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL work_mem = '256MB'")
        cursor.execute(_INDEXES)
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            if not name.endswith("_pkey"):
                cursor.execute(f'DROP INDEX "{name}"')
        for statement in _LOAD[:3]:
            cursor.execute(statement, values if "%(" in statement else None)
        cursor.execute("ANALYZE ledger_journalentry; ANALYZE ledger_ledgeraccount")
        for statement in _LOAD[3:5]:
            cursor.execute(statement, values if "%(" in statement else None)
        for name, definition in indexes:
            if not name.endswith("_pkey"):
                cursor.execute(definition)
        for statement in _LOAD[5:]:
            cursor.execute(statement, values if "%(" in statement else None)
        cursor.execute(_FUNDS, [FUNDS])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _read_through(work) -> list[str]:
    """The large tables a plan of this work reads from end to end."""
    from django.db import connection

    told: list[tuple[str, object]] = []

    def keep(execute, sql, params, many, context):
        told.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        work()
    found = set()
    with connection.cursor() as cursor:
        for sql, params in told:
            if sql.lstrip().upper().startswith(("SELECT", "WITH")):
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                plan = cursor.fetchone()[0]
                found |= _whole(json.loads(plan) if isinstance(plan, str) else plan)
    return sorted(found)


def _whole(plan) -> set[str]:
    if isinstance(plan, list):
        return {name for one in plan for name in _whole(one)}
    if not isinstance(plan, dict):
        return set()
    mine = {plan["Relation Name"]} if plan.get("Node Type") == "Seq Scan" else set()
    return (mine & _ALL_READ) | {name for value in plan.values() for name in _whole(value)}


def _asked(work, times: int) -> dict:
    read = _read_through(work)
    work()
    spans = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spans.append(time.perf_counter() - began)
    return {"median": statistics.median(spans), "most": max(spans), "read": read}


def _standing(rows) -> dict:
    """What stands somewhere; an account with nothing on it need not be told."""
    return {
        (row.fund_code, row.programme, row.source_level, state): fen
        for row in rows
        for state, fen in row.fen.items()
        if fen
    }


def _child(legs: int, times: int) -> None:
    rig.setup()
    from datetime import date

    from django.db import connection
    from django.test import Client, override_settings
    from django.urls import reverse

    from bench.stage import an_account
    from kaogong.access.queries import accounts
    from kaogong.access.roles import ROLES
    from kaogong.kernel.actor import Actor, system_actor
    from kaogong.ledger import operations, queries

    began = time.perf_counter()
    _load(legs)
    loaded = time.perf_counter() - began
    cashier = Actor("出纳", "cashier", ROLES["cashier"].permissions, 1, "370299")
    codes = [f"ZX-{n}" for n in range(1, FUNDS + 1)]
    began = time.perf_counter()
    for code in codes:
        operations.close_period(code, last_on=date(2026, 10, 31), by=cashier, at=rig.AT, reason="月结")
    closed = time.perf_counter() - began
    day = queries.end_of(date(2026, 11, 15))

    def added() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT account_id, sum(amount_fen) FROM ledger_leg GROUP BY account_id")
            cursor.fetchall()

    questions = {
        "Trial balance now": lambda: queries.trial_balance(fund_codes=codes),
        "Figures of one fund now": lambda: queries.trial_balance("ZX-1", 2026),
        "Trial balance by date, in the open month": lambda: queries.trial_balance_dated(codes, day),
        "One fund by date, in the open month": lambda: queries.trial_balance_dated(["ZX-1"], day),
        "Trial balance as recorded by a day": lambda: queries.trial_balance_recorded(codes, day),
        "First page of the journal": lambda: list(queries.journal(fund_code="ZX-1")[:50]),
        "Where the money of one claim stands": lambda: queries.standing("SL-1000"),
    }
    actor = an_account("cashier", region_code="370299")
    browser = Client()
    browser.force_login(
        accounts(system_actor()).get(pk=actor.account_id), backend="django.contrib.auth.backends.ModelBackend"
    )

    def opened(name: str) -> None:
        answer = browser.get(reverse(name))
        if answer.status_code != 200:
            raise AssertionError(f"{name}: {answer.status_code}")

    for title, name in (
        ("Fund page: all funds at a glance", "bureau:funds:board"),
        ("Page of the execution of budgets", "bureau:funds:execution"),
        ("Page of the ledger", "bureau:ledger:list"),
        ("Page of the journal", "bureau:ledger:journal"),
    ):
        questions[title] = partial(opened, name)
    with override_settings(ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False):
        found = {name: _asked(work, times) for name, work in questions.items()}
    ahead = queries.end_of(date(2026, 12, 1))
    right = _standing(queries.trial_balance_dated(codes, ahead)) == _standing(
        queries.trial_balance(fund_codes=codes)
    )
    rig.answer(
        legs=legs, loaded=loaded, closed=closed, found=found, added=_asked(added, 1), right=right,
        day=str(day - timedelta(days=1))[:10],
    )  # fmt: skip


def is_met(found: dict) -> bool:
    """Whether every question was answered within its bound, alike both ways, and no large table read through."""
    answers = found["found"].values()
    return found["right"] and all(one["most"] <= MOST_SECONDS and not one["read"] for one in answers)


def section(found: dict) -> list[str]:
    """The figures as a part of docs/benchmarks.md."""
    added = found["added"]["median"]
    return [
        "## The trial balance of a large ledger",
        "",
        f"{found['legs']:,} legs of {FUNDS} funds over three years, loaded in {found['loaded']:.0f} s; the books of"
        f" every fund closed through October in {found['closed']:.1f} s. Adding every leg instead takes {added:.2f} s.",
        "",
        "| Question | Median s | Most s | To adding every leg | Large table read through |",
        "|---|---:|---:|---:|---|",
        *(
            f"| {name} | {one['median']:.3f} | {one['most']:.3f} | {one['median'] / added:.3f} |"
            f" {', '.join(one['read']) or 'no'} |"
            for name, one in found["found"].items()
        ),
        "",
        f"Target ≤ {MOST_SECONDS:g} s each, by date and by balance alike: {'met' if is_met(found) else '**missed**'}.",
    ]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--full", action="store_true", help="20 million legs")
    words.add_argument("--legs", type=int, help="another number of legs")
    words.add_argument("--save", type=Path, help="keep the plain figures in this file")
    words.add_argument("--child", nargs=2, type=int, help=argparse.SUPPRESS)
    chosen = words.parse_args()
    if chosen.child:
        _child(*chosen.child)
        return
    sizes = dict(FULL if chosen.full else SMALL) | ({"legs": chosen.legs} if chosen.legs else {})
    found = measure(**sizes)
    if chosen.save:
        chosen.save.write_text(json.dumps(found))
    print("\n".join(section(found)))
    sys.exit(0 if is_met(found) else 1)


if __name__ == "__main__":
    main()
