"""Re-adding: balances against legs, entries against zero, what was kept at closings and seals against both."""

from dataclasses import dataclass

from django.db import connection

from kaogong.ledger.states import SOURCE_LEVELS, STATES


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement found by re-adding the ledger."""

    what: str
    balance_fen: int
    legs_fen: int


_BALANCES = """
    SELECT a.fund_code, a.year, a.programme, a.source_level, a.state, coalesce(b.fen, 0), coalesce(l.fen, 0)
    FROM ledger_ledgeraccount a
    LEFT JOIN (
        SELECT account_id, sum(balance_fen) AS fen, bool_or(is_source) AS some, bool_and(is_source) AS every,
               bool_or(is_closed) AS shut, max(closed_before) AS before, min(closed_before) AS earliest
        FROM ledger_accountbalance GROUP BY account_id
    ) b ON b.account_id = a.id
    LEFT JOIN (SELECT account_id, sum(amount_fen) AS fen FROM ledger_leg GROUP BY account_id) l
           ON l.account_id = a.id
    LEFT JOIN (
        SELECT fund_code, max(until_at) AS until FROM ledger_periodclosing WHERE status = 'closed' GROUP BY fund_code
    ) p ON p.fund_code = a.fund_code
    WHERE (%(fund)s::text IS NULL OR a.fund_code = %(fund)s) AND (
        coalesce(b.fen, 0) <> coalesce(l.fen, 0) OR b.account_id IS NULL
        OR b.some <> (a.state = 'budgeted') OR b.every <> (a.state = 'budgeted')
        OR b.before IS DISTINCT FROM p.until OR b.earliest IS DISTINCT FROM p.until
        OR b.shut <> EXISTS (
            SELECT FROM ledger_accountclosing c WHERE c.account_id = a.id AND c.status = 'closed'
        )
    )
    ORDER BY a.id
"""
_ENTRIES = """
    SELECT e.key, coalesce(sum(l.amount_fen), 0)
    FROM ledger_journalentry e LEFT JOIN ledger_leg l ON l.entry_id = e.id
    WHERE %(fund)s::text IS NULL OR e.fund_code = %(fund)s
    GROUP BY e.id HAVING coalesce(sum(l.amount_fen), 0) <> 0 OR count(l.id) < 2 ORDER BY e.id
"""
_LEGS_OF_NOTHING = """
    SELECT l.id, l.amount_fen FROM ledger_leg l
    WHERE %(fund)s::text IS NULL AND (
        NOT EXISTS (SELECT FROM ledger_journalentry e WHERE e.id = l.entry_id)
        OR NOT EXISTS (SELECT FROM ledger_ledgeraccount a WHERE a.id = l.account_id)
    )
    ORDER BY l.id
"""
# What each closing in force kept: what the one before kept, and the legs dated in between.
_AT_CLOSINGS = """
    WITH moved AS (
        SELECT p.id AS period_id, l.account_id, sum(l.amount_fen) AS fen
        FROM ledger_periodclosing p
        JOIN ledger_journalentry e ON e.fund_code = p.fund_code AND e.at < p.until_at
            AND (p.from_at IS NULL OR e.at >= p.from_at)
        JOIN ledger_leg l ON l.entry_id = e.id
        WHERE p.status = 'closed' AND (%(fund)s::text IS NULL OR p.fund_code = %(fund)s)
        GROUP BY p.id, l.account_id
    )
    SELECT a.fund_code, a.year, a.programme, a.source_level, a.state, p.until_at,
           coalesce(b.balance_fen, 0), coalesce(c.balance_fen, 0) + coalesce(m.fen, 0)
    FROM ledger_periodclosing p
    JOIN ledger_ledgeraccount a ON a.fund_code = p.fund_code
    LEFT JOIN ledger_periodclosing q ON q.fund_code = p.fund_code AND q.status = 'closed' AND q.until_at = p.from_at
    LEFT JOIN ledger_periodbalance b ON b.period_id = p.id AND b.account_id = a.id
    LEFT JOIN ledger_periodbalance c ON c.period_id = q.id AND c.account_id = a.id
    LEFT JOIN moved m ON m.period_id = p.id AND m.account_id = a.id
    WHERE p.status = 'closed' AND (%(fund)s::text IS NULL OR p.fund_code = %(fund)s)
      AND coalesce(b.balance_fen, 0) <> coalesce(c.balance_fen, 0) + coalesce(m.fen, 0)
    ORDER BY p.until_at, a.id
"""
_AT_SEALS = """
    WITH last AS (
        SELECT id, until_transaction, sealed_at FROM ledger_ledgerseal WHERE with_balances
        ORDER BY until_transaction DESC LIMIT 1
    ), under AS (
        SELECT l.account_id, sum(l.amount_fen) AS fen
        FROM last JOIN ledger_journalentry e ON e.transaction_number < last.until_transaction
        JOIN ledger_leg l ON l.entry_id = e.id
        GROUP BY l.account_id
    )
    SELECT a.fund_code, a.year, a.programme, a.source_level, a.state, last.sealed_at,
           coalesce(b.balance_fen, 0), coalesce(u.fen, 0)
    FROM last CROSS JOIN ledger_ledgeraccount a
    LEFT JOIN ledger_recordedbalance b ON b.seal_id = last.id AND b.account_id = a.id
    LEFT JOIN under u ON u.account_id = a.id
    WHERE (%(fund)s::text IS NULL OR a.fund_code = %(fund)s) AND coalesce(b.balance_fen, 0) <> coalesce(u.fen, 0)
    ORDER BY a.id
"""


def recount(fund_code: str | None = None) -> list[Difference]:
    """Re-add every leg against the balances, every entry against zero, every closing in force and the last
    kept balances of a seal against the legs under them; an empty list means that all agree."""
    faults = []
    with connection.cursor() as cursor:

        def rows(statement: str) -> list[tuple]:
            cursor.execute(statement, {"fund": fund_code})
            return cursor.fetchall()

        for *account, balance, legs in rows(_BALANCES):
            faults.append(Difference(_named(*account), int(balance), int(legs)))
        faults += [Difference(key, 0, int(fen)) for key, fen in rows(_ENTRIES)]
        faults += [Difference(f"#{leg}", 0, int(fen)) for leg, fen in rows(_LEGS_OF_NOTHING)]
        for statement in (_AT_CLOSINGS, _AT_SEALS):
            for *account, until, kept, legs in rows(statement):
                faults.append(Difference(f"{_named(*account)} @{until:%F}", int(kept), int(legs)))
    return faults


def _named(fund: str, year: int, programme: str, source: str, state: str) -> str:
    return f"{fund} {year} {programme} {SOURCE_LEVELS[source]} {STATES[state]}"
