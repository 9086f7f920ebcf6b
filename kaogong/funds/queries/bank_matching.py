"""Which bank lines and which movements of the books are the same money: proposed here, decided elsewhere.

All of it is one statement, rule after rule over what the rules before have left; only what is shown, or what
is written next, is fetched.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from ..models import FundAccount, Payment, StatementLine
from .bank_books import BookItem, items_named, payments_left
from .bank_open import asked, open_sql

AT_ONCE = 1_000  # proposals fetched together when they are taken
_WORD = r"[A-Za-z0-9][A-Za-z0-9/_\-]*"
_RULES = """
WITH lines AS MATERIALIZED (
    SELECT id, booked_on, amount_fen, remark, counter_account_index AS account,
           concat_ws(' ', serial, remark, counter_name) AS words
    FROM funds_statementline WHERE account_id = %(account)s AND status = 'open'
), items AS MATERIALIZED (
    {items}
), words AS MATERIALIZED (
    SELECT DISTINCT l.id AS line_id, w.found[1] AS word
    FROM lines l, regexp_matches(l.remark, %(word)s, 'g') AS w (found)
), named AS (
    SELECT l.id AS line_id, l.booked_on, l.amount_fen, i.*,
           min(i.item_reference) OVER (PARTITION BY l.id) = max(i.item_reference) OVER (PARTITION BY l.id)
               AS is_one
    FROM words w JOIN lines l ON l.id = w.line_id JOIN items i ON i.item_reference = w.word
    WHERE (l.amount_fen < 0 AND i.item_kind = 'out')
       OR (l.amount_fen > 0 AND i.item_kind IN ('back', 'recovery'))
), fitting AS (
    SELECT *, row_number() OVER (PARTITION BY line_id ORDER BY item_kind, item_id) AS of_line,
           row_number() OVER (PARTITION BY item_kind, item_id ORDER BY booked_on, line_id) AS of_item
    FROM named WHERE is_one AND item_fen = amount_fen
), by_reference AS MATERIALIZED (  -- the line names one movement and says its amount
    SELECT line_id, booked_on, item_kind, item_id, item_fen,
           CASE item_kind WHEN 'out' THEN 'reference' WHEN 'back' THEN 'refund' ELSE 'recovery' END AS rule
    FROM fitting WHERE of_line = 1 AND of_item = 1
), lines_1 AS (
    SELECT l.* FROM lines l WHERE NOT EXISTS (SELECT FROM by_reference r WHERE r.line_id = l.id)
), outs AS (
    SELECT i.* FROM items i LEFT JOIN by_reference r USING (item_kind, item_id)
    WHERE i.item_kind = 'out' AND r.line_id IS NULL
), batches AS MATERIALIZED (
    SELECT item_batch, sum(item_fen) AS whole, array_agg(item_id ORDER BY item_id) AS ids,
           sum(item_fen) FILTER (WHERE item_status = 'paid') AS gone,
           array_agg(item_id ORDER BY item_id) FILTER (WHERE item_status = 'paid') AS ids_gone
    FROM outs GROUP BY item_batch
), batch_named AS (
    SELECT l.id AS line_id, l.booked_on, b.*, b.whole = l.amount_fen AS is_whole,
           row_number() OVER (PARTITION BY l.id ORDER BY b.item_batch) AS of_line,
           row_number() OVER (PARTITION BY b.item_batch ORDER BY l.booked_on, l.id) AS of_batch
    FROM words w JOIN lines_1 l ON l.id = w.line_id JOIN batches b ON b.item_batch = w.word
    WHERE b.whole = l.amount_fen OR b.gone = l.amount_fen
), by_batch AS MATERIALIZED (  -- the line names a batch: all of it, or what of it went
    SELECT line_id, booked_on, item_batch, is_whole, CASE WHEN is_whole THEN whole ELSE gone END AS fen,
           CASE WHEN is_whole THEN ids ELSE ids_gone END AS ids
    FROM batch_named WHERE of_line = 1 AND of_batch = 1
), document AS (
    SELECT l.id AS line_id, l.booked_on, i.item_id, i.item_fen, count(*) OVER (PARTITION BY i.item_id) AS of_item,
           row_number() OVER (PARTITION BY l.id ORDER BY i.item_on, i.item_id) AS of_line
    FROM items i JOIN lines_1 l ON l.amount_fen = i.item_fen AND strpos(l.remark, i.item_reference) > 0
    WHERE i.item_kind = 'transfer' AND i.item_reference <> ''
      AND NOT EXISTS (SELECT FROM by_batch b WHERE b.line_id = l.id)
), by_document AS MATERIALIZED (  -- money from above whose document the line names
    SELECT line_id, booked_on, item_id, item_fen FROM document WHERE of_item = 1 AND of_line = 1
), lines_2 AS MATERIALIZED (
    SELECT l.* FROM lines_1 l WHERE NOT EXISTS (SELECT FROM by_batch b WHERE b.line_id = l.id)
      AND NOT EXISTS (SELECT FROM by_document d WHERE d.line_id = l.id)
), items_2 AS MATERIALIZED (
    SELECT i.* FROM items i LEFT JOIN by_reference r USING (item_kind, item_id)
    LEFT JOIN by_batch b ON i.item_kind = 'out' AND b.item_batch = i.item_batch
        AND (b.is_whole OR i.item_status = 'paid')
    LEFT JOIN by_document d ON i.item_kind = 'transfer' AND d.item_id = i.item_id
    WHERE r.line_id IS NULL AND b.line_id IS NULL AND d.line_id IS NULL
), alike AS (
    SELECT l.id AS line_id, l.booked_on, i.item_kind, i.item_id, i.item_fen
    FROM lines_2 l JOIN items_2 i ON i.item_fen = l.amount_fen AND i.item_account = l.account
    WHERE i.item_kind IN ('out', 'back') AND i.item_account <> ''
      AND abs(l.booked_on - i.item_on) <= %(days)s
    UNION ALL
    SELECT l.id, l.booked_on, i.item_kind, i.item_id, i.item_fen
    FROM lines_2 l JOIN items_2 i ON i.item_fen = l.amount_fen
    WHERE i.item_kind IN ('transfer', 'recovery') AND abs(l.booked_on - i.item_on) <= %(days)s
), by_amount AS MATERIALIZED (  -- the same amount and account, few days apart, and nothing else like it
    SELECT * FROM (
        SELECT *, count(*) OVER (PARTITION BY line_id) AS of_line,
               count(*) OVER (PARTITION BY item_kind, item_id) AS of_item
        FROM alike
    ) AS pairs WHERE of_line = 1 AND of_item = 1
), items_3 AS (
    SELECT i.* FROM items_2 i LEFT JOIN by_amount a USING (item_kind, item_id) WHERE a.line_id IS NULL
), whole_batches AS (
    SELECT item_batch, sum(item_fen) AS fen, array_agg(item_id ORDER BY item_id) AS ids, min(item_on) AS since
    FROM items_3 WHERE item_kind = 'out' GROUP BY item_batch
), batch_alike AS (
    SELECT l.id AS line_id, l.booked_on, b.*, count(*) OVER (PARTITION BY l.id) AS of_line,
           row_number() OVER (PARTITION BY b.item_batch ORDER BY l.booked_on, l.id) AS of_batch
    FROM lines_2 l JOIN whole_batches b ON b.fen = l.amount_fen AND abs(l.booked_on - b.since) <= %(days)s
    WHERE NOT EXISTS (SELECT FROM by_amount a WHERE a.line_id = l.id)
), by_batch_amount AS MATERIALIZED (  -- one line of just what a whole batch adds up to, few days after
    SELECT * FROM batch_alike WHERE of_line = 1 AND of_batch = 1
), rejected AS MATERIALIZED (  -- sent and given back in the books, never booked by the bank
    SELECT o.item_id, o.item_on FROM items_3 o JOIN items_3 b ON b.item_id = o.item_id
    WHERE o.item_kind = 'out' AND b.item_kind = 'back' AND b.item_on + %(days)s <= %(covered)s::date
      AND NOT EXISTS (SELECT FROM by_batch_amount m WHERE m.item_batch = o.item_batch)
), given_back AS (
    SELECT l.id AS line_id, l.booked_on, p.payment_id, p.fen, count(*) OVER (PARTITION BY l.id) AS of_line,
           row_number() OVER (PARTITION BY p.payment_id ORDER BY l.booked_on, l.id) AS of_payment
    FROM lines_2 l JOIN words w ON w.line_id = l.id JOIN ({paid}) AS p (payment_id, reference, fen)
        ON p.reference = w.word AND p.fen = l.amount_fen
    WHERE l.amount_fen > 0
), come_back AS MATERIALIZED (  -- money in that names one paid payment and its amount
    SELECT * FROM given_back WHERE of_line = 1 AND of_payment = 1
), proposals AS MATERIALIZED (
    SELECT 1 AS place, rule, true AS sure, line_id, booked_on, item_kind, item_id, item_fen::numeric AS fen,
           NULL::bigint[] AS ids
    FROM by_reference
    UNION ALL SELECT 2, 'batch', true, line_id, booked_on, 'out', ids[1], fen, ids FROM by_batch
    UNION ALL SELECT 3, 'transfer', true, line_id, booked_on, 'transfer', item_id, item_fen, NULL FROM by_document
    UNION ALL SELECT 4, 'amount', false, line_id, booked_on, item_kind, item_id, item_fen, NULL
    FROM by_amount a WHERE NOT EXISTS (SELECT FROM come_back c WHERE c.line_id = a.line_id)
    UNION ALL SELECT 5, 'batch_amount', false, line_id, booked_on, 'out', ids[1], fen, ids
    FROM by_batch_amount a WHERE NOT EXISTS (SELECT FROM come_back c WHERE c.line_id = a.line_id)
    UNION ALL SELECT 6, 'rejected', false, NULL, item_on, 'out', item_id, 0, NULL FROM rejected
    UNION ALL SELECT 7, 'come_back', false, line_id, booked_on, 'come_back', payment_id, fen, NULL FROM come_back
), taken AS MATERIALIZED (
    SELECT item_kind, item_id FROM proposals WHERE ids IS NULL
    UNION ALL SELECT 'back', item_id FROM proposals WHERE rule = 'rejected'
    UNION ALL SELECT 'out', unnest(ids) FROM proposals WHERE ids IS NOT NULL
)
"""
_PROPOSED = "rule, sure, line_id, item_kind, item_id, fen, coalesce(cardinality(ids), 1)"
_IN_ORDER = "ORDER BY place, booked_on, line_id, item_id"
_KEY = "CASE WHEN line_id IS NULL THEN rule || '-' || item_id ELSE 'line-' || line_id END"
_WAITING_LINES = """
    FROM lines l WHERE NOT EXISTS (SELECT FROM proposals p WHERE p.line_id = l.id)
      AND (%(side)s = 0 OR l.amount_fen * %(side)s > 0)
      AND (%(text)s = '' OR strpos(lower(l.words), lower(%(text)s)) > 0)
"""
_WAITING_ITEMS = """
    FROM items i
    WHERE NOT EXISTS (SELECT FROM taken t WHERE t.item_kind = i.item_kind AND t.item_id = i.item_id)
      AND (%(side)s = 0 OR i.item_fen * %(side)s > 0)
      AND (%(text)s = ''
          OR strpos(lower(concat_ws(' ', i.item_reference, i.item_batch, i.item_name)), lower(%(text)s)) > 0)
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Lines and items that add up to the same; ``sure`` when both name the same thing in writing."""

    rule_code: str
    line: StatementLine | None
    first_item: BookItem
    item_count: int
    amount_fen: int
    sure: bool
    item_ids: tuple[int, ...] = ()  # of a batch, where they were asked for

    @property
    def lines(self) -> tuple[StatementLine, ...]:
        return (self.line,) if self.line is not None else ()

    @property
    def key(self) -> str:
        """The same for the same proposal: what a page sends back when it is accepted."""
        return f"line-{self.line.pk}" if self.line else f"{self.rule_code}-{self.first_item.pk}"


@dataclass(frozen=True, slots=True)
class Workbench:
    """What is open, as much of it as a page shows, and how much there is of each."""

    proposals: list[Proposal]
    lines: list[StatementLine]
    items: list[BookItem]
    proposal_count: int
    sure_count: int
    line_count: int
    item_count: int


def reference_words(remark: str) -> set[str]:
    """What in a line's own words may be a number of ours."""
    return set(re.findall(_WORD, remark))


def came_back_item(payment: Payment, line: StatementLine) -> BookItem:
    """What the books will hold once a paid payment is taken as come back by this line."""
    return BookItem(
        "back", payment.pk, line.booked_on, payment.amount_fen, payment.reference, payment.batch.number,
        payment.payee_name, bytes(payment.bank_account_index), payment.status,
    )  # fmt: skip


def payments_paid_from(account: FundAccount):
    """Payments of this account the bank reported paid: those that may still come back."""
    rows = payments_left(account).filter(status="paid", batch__isnull=False)
    return rows.select_related("batch").defer("bank_account")


@contextmanager
def _side_by_side() -> Iterator[None]:
    """No row of one side is looked up in the other one by one: the planner cannot know how much a rule leaves."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")


def workbench(
    account: FundAccount, *, days: int, covered_until: date | None, text: str = "", side: int = 0, size: int
) -> Workbench:
    """The first ``size`` proposals, the sure first, and what of both sides is in none, found by words and side."""
    rules, given = _rules(account, days, covered_until)
    given |= {"text": text.strip(), "side": side, "size": size}
    none = "NULL, NULL, NULL, NULL, NULL, NULL, NULL"
    with _side_by_side():
        rows = asked(
            f"""{rules}
            (SELECT 'n' AS part, (SELECT count(*) FROM proposals), (SELECT count(*) FROM proposals WHERE sure),
                    (SELECT count(*) {_WAITING_LINES}), (SELECT count(*) {_WAITING_ITEMS}), {none})
            UNION ALL (SELECT 'p', NULL, NULL, NULL, NULL, {_PROPOSED} FROM proposals {_IN_ORDER} LIMIT %(size)s)
            UNION ALL (SELECT 'l', NULL, NULL, NULL, NULL, NULL, NULL, l.id, NULL, NULL, NULL, NULL
                       {_WAITING_LINES} ORDER BY l.booked_on, l.id LIMIT %(size)s)
            UNION ALL (SELECT 'i', NULL, NULL, NULL, NULL, NULL, NULL, NULL, i.item_kind, i.item_id, NULL, NULL
                       {_WAITING_ITEMS} ORDER BY i.item_on, i.item_kind, i.item_id LIMIT %(size)s)
            """,  # noqa: S608
            given,
        )
    (counts,) = [row[1:5] for row in rows if row[0] == "n"]
    told = [row[5:] for row in rows if row[0] == "p"]
    line_ids = [row[7] for row in rows if row[0] == "l"]
    keys = [f"{row[8]}-{row[9]}" for row in rows if row[0] == "i"]
    lines = StatementLine.objects.in_bulk(line_ids)
    items = {item.key: item for item in items_named(account, keys)}
    return Workbench(
        _proposals(account, told), [lines[pk] for pk in line_ids], [items[key] for key in keys if key in items],
        *counts,
    )  # fmt: skip


def proposals_in_portions(
    account: FundAccount, *, days: int, covered_until: date | None, keys: Iterable[str] | None
) -> Iterator[list[Proposal]]:
    """What is proposed under these keys, or all that is sure, so many at once, as it stood when first asked."""
    rules, given = _rules(account, days, covered_until)
    where = "sure" if keys is None else f"{_KEY} = ANY(%(keys)s)"
    given["keys"] = [] if keys is None else list(keys)
    with connection.chunked_cursor() as cursor:
        with _side_by_side():
            cursor.execute(f"{rules} SELECT {_PROPOSED}, ids FROM proposals WHERE {where} {_IN_ORDER}", given)  # noqa: S608
        while rows := cursor.fetchmany(AT_ONCE):
            yield _proposals(account, rows)


def items_of(account: FundAccount, proposal: Proposal) -> Iterator[BookItem]:
    """Every movement a proposal holds: one, the payments of a batch so many at once, or both ways of a refusal."""
    first = proposal.first_item
    if proposal.rule_code == "rejected":
        yield from items_named(account, [f"out-{first.pk}", f"back-{first.pk}"])
    elif proposal.item_ids:
        for start in range(0, len(proposal.item_ids), AT_ONCE):
            yield from items_named(
                account, [f"out-{pk}" for pk in proposal.item_ids[start : start + AT_ONCE]]
            )
    else:
        yield first


def _rules(account: FundAccount, days: int, covered_until: date | None) -> tuple[str, dict[str, Any]]:
    items, first = _named(*open_sql(account), "i")
    paid, second = _named(
        *payments_paid_from(account).select_related(None).order_by()
        .values_list("pk", "reference", "amount_fen").query.sql_with_params(), "p",
    )  # fmt: skip
    given = {"account": account.pk, "word": _WORD, "days": days, "covered": covered_until}
    return _RULES.format(items=items, paid=paid), given | first | second


def _named(sql: str, parameters: Sequence[Any], stem: str) -> tuple[str, dict[str, Any]]:
    """The same statement with its parameters by name, so that it stands within another."""
    names = [f"{stem}{nth}" for nth in range(len(parameters))]
    return sql % tuple(f"%({name})s" for name in names), dict(zip(names, parameters, strict=True))


def _proposals(account: FundAccount, rows: Sequence[tuple]) -> list[Proposal]:
    """Rows of the statement with their lines and first movements fetched: some six statements, however many."""
    lines = StatementLine.objects.in_bulk([row[2] for row in rows if row[2] is not None])
    came = [row[4] for row in rows if row[3] == "come_back"]
    paid = {one.pk: one for one in payments_paid_from(account).filter(pk__in=came)} if came else {}
    items = {
        item.key: item
        for item in items_named(account, [f"{row[3]}-{row[4]}" for row in rows if row[3] != "come_back"])
    }
    found = []
    for rule, sure, line_id, kind, item_id, fen, count, *ids in rows:
        line = lines[line_id] if line_id is not None else None
        first = came_back_item(paid[item_id], line) if kind == "come_back" else items[f"{kind}-{item_id}"]
        item_ids = tuple(ids[0]) if ids and ids[0] else ()
        found.append(Proposal(rule, line, first, 2 if line is None else count, int(fen), sure, item_ids))
    return found
