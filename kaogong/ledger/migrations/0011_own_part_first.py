"""Each session takes its own part at once, and one posting of two legs is looked at once."""

from importlib import import_module

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import kaogong.ledger.models.guards

# One posting. Entry and legs are told first: a key told before waits here for its first teller, holding nothing.
# Then each account's part of this session is taken, in one look by its key: nobody else takes it while this one
# does (the advisory lock), so what waits here waits only for who holds the whole account. Where that part is not
# there, not enough, or the books are closed, ``ledger_shift`` looks at the others, or refuses by name.
POST = """
CREATE OR REPLACE FUNCTION ledger_post(
    the_key text, the_kind text, fund text, of_year int, use text, levels text[], fen bigint[],
    leaving text, arriving text, said jsonb, about text, remark text, dated timestamptz,
    account_of_doer bigint, doer text, answers bigint,
    OUT told_id bigint, OUT told_number bigint, OUT told_at timestamptz
)
LANGUAGE plpgsql AS $$
DECLARE
    accounts bigint[] := '{}';
    changes bigint[] := '{}';
    home int := pg_backend_pid() & 63;
    one bigint;
    other bigint;
    now_fen bigint;
    amount bigint;
BEGIN
    FOR i IN 1..cardinality(levels) LOOP
        SELECT a.id, b.id INTO one, other
        FROM ledger_ledgeraccount a, ledger_ledgeraccount b
        WHERE a.fund_code = fund AND a.year = of_year AND a.programme = use AND a.source_level = levels[i]
          AND b.fund_code = fund AND b.year = of_year AND b.programme = use AND b.source_level = levels[i]
          AND a.state = leaving AND b.state = arriving;
        IF NOT FOUND THEN
            one := ledger_account(fund, of_year, use, levels[i], leaving);
            other := ledger_account(fund, of_year, use, levels[i], arriving);
        END IF;
        amount := fen[i];
        IF the_kind = 'set_budget' THEN  -- what is told is the whole budget, what moves is the difference
            SELECT -balance_fen INTO now_fen FROM ledger_accountbalance
            WHERE account_id = one AND part = 0 FOR UPDATE;
            IF EXISTS (SELECT FROM ledger_journalentry WHERE key = the_key) THEN
                RETURN;
            END IF;
            amount := amount - now_fen;
            IF amount = 0 THEN
                PERFORM ledger_refuse('KG005', one, json_build_object('balance', now_fen));
            END IF;
        END IF;
        -- Locks are taken in one order everywhere: by source, then by account.
        accounts[2 * i - 1] := least(one, other);
        accounts[2 * i] := greatest(one, other);
        changes[2 * i - 1] := CASE WHEN one < other THEN -amount ELSE amount END;
        changes[2 * i] := -changes[2 * i - 1];
    END LOOP;
    WITH told AS (
        INSERT INTO ledger_journalentry (
            key, kind, fund_code, programme, year, amounts, reference, note, at, by_account_id, by_name, reverses_id
        ) VALUES (
            the_key, the_kind, fund, use, of_year, said, about, remark, dated, account_of_doer, doer, answers
        )
        ON CONFLICT (key) DO NOTHING
        RETURNING id, transaction_number, recorded_at
    ), legs AS (
        INSERT INTO ledger_leg (entry_id, account_id, amount_fen)
        SELECT told.id, moved.account_id, moved.change
        FROM told, unnest(accounts, changes) AS moved(account_id, change)
    )
    SELECT id, transaction_number, recorded_at INTO told_id, told_number, told_at FROM told;
    IF told_id IS NULL THEN
        RETURN;
    END IF;
    FOR i IN 1..cardinality(accounts) LOOP
        one := accounts[i];
        amount := changes[i];
        IF pg_try_advisory_xact_lock(home - 64, (one & 2147483647)::int) THEN
            UPDATE ledger_accountbalance SET balance_fen = balance_fen + amount
            WHERE account_id = one AND part = home
              AND CASE WHEN is_source THEN balance_fen <= -amount ELSE balance_fen >= -amount END
              AND NOT is_closed AND (closed_before IS NULL OR closed_before <= dated);
            CONTINUE WHEN FOUND;
        END IF;
        PERFORM ledger_shift(one, amount, dated);
    END LOOP;
END $$
"""
SIGNATURE = (
    "ledger_post(text, text, text, int, text, text[], bigint[], text, text, jsonb, text, text, timestamptz, bigint,"
    " text, bigint)"
)
# No plan made while the tables were small may read them whole later.
PLANS = f"ALTER FUNCTION {SIGNATURE} SET enable_seqscan = off"
BEFORE = import_module("kaogong.ledger.migrations.0005_posting_functions").POST

# What is left for ``ledger_shift``: the quiet account's one part, found at once, then the parts on either side.
SHIFT = import_module("kaogong.ledger.migrations.0008_busy_balances").SHIFT
NEAREST = (
    SHIFT.replace("part < home", "part > home")
    .replace("part >= home", "part <= home")
    .replace("ORDER BY part LIMIT", "ORDER BY part DESC LIMIT", 1)
)

# Few entries answer another: those without stand in no index.
ANSWERED_ONCE = """
CREATE UNIQUE INDEX journal_answered_once ON ledger_journalentry (reverses_id) WHERE reverses_id IS NOT NULL;
ALTER TABLE ledger_journalentry DROP CONSTRAINT ledger_journalentry_reverses_id_key
"""
ANSWERED_ONCE_BEFORE = """
ALTER TABLE ledger_journalentry ADD CONSTRAINT ledger_journalentry_reverses_id_key UNIQUE (reverses_id);
DROP INDEX journal_answered_once
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0010_balanced_once"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="journalentry",
            name="whole_when_told",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="leg",
            name="told_with_its_entry",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="journalentry",
            trigger=pgtrigger.compiler.Trigger(
                name="whole_when_told",
                sql=kaogong.ledger.models.guards.AlwaysSql(
                    declare="DECLARE wrong record;",
                    func="\n        SELECT f.id INTO wrong FROM fresh f\n        WHERE NOT EXISTS (SELECT FROM ledger_leg l WHERE l.entry_id = f.id)\n        LIMIT 1;\n        IF FOUND THEN\n            RAISE EXCEPTION 'journal entry % has 0 legs', wrong.id\n                USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NULL;\n    ",
                    hash="27efa4c376081fb2cc25ebf1f3306b5d965421ab",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_whole_when_told_828cc",
                    referencing="REFERENCING NEW TABLE AS fresh ",
                    table="ledger_journalentry",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="leg",
            trigger=pgtrigger.compiler.Trigger(
                name="told_with_its_entry",
                sql=kaogong.ledger.models.guards.AlwaysSql(
                    declare="DECLARE wrong record; is_plain boolean;",
                    func="\n        -- Nearly always there is one entry of two legs; one look then answers all that is asked below.\n        SELECT count(*) = 2 AND count(a.id) = 2 AND sum(f.amount_fen) = 0\n               AND min(f.entry_id) = max(f.entry_id)\n               AND min(ARRAY[a.fund_code, a.year::text, a.programme, a.source_level])\n                 = max(ARRAY[a.fund_code, a.year::text, a.programme, a.source_level])\n               AND 2 = (SELECT count(*) FROM ledger_leg l JOIN ledger_journalentry e ON e.id = l.entry_id\n                        WHERE l.entry_id = min(f.entry_id))\n        INTO is_plain\n        FROM (SELECT entry_id, account_id, amount_fen FROM fresh LIMIT 3) f\n        LEFT JOIN ledger_ledgeraccount a ON a.id = f.account_id;\n        IF is_plain THEN\n            RETURN NULL;\n        END IF;\n        IF EXISTS (\n            SELECT FROM (SELECT entry_id, count(*) AS legs FROM fresh GROUP BY entry_id) f\n            WHERE f.legs <> (SELECT count(*) FROM ledger_leg l WHERE l.entry_id = f.entry_id)\n               OR (SELECT e.id FROM ledger_journalentry e WHERE e.id = f.entry_id) IS NULL\n        ) THEN\n            RAISE EXCEPTION 'a leg is told in the statement of its entry'\n                USING ERRCODE = 'check_violation';\n        END IF;\n        -- no leg is of nothing, so what sums to zero has two legs or more\n        SELECT f.entry_id, sum(f.amount_fen) AS fen, count(a.id) AS legs,\n               concat_ws('/', a.fund_code, a.year, a.programme, a.source_level) AS whose\n        INTO wrong\n        FROM fresh f LEFT JOIN ledger_ledgeraccount a ON a.id = f.account_id\n        GROUP BY f.entry_id, a.fund_code, a.year, a.programme, a.source_level\n        HAVING sum(f.amount_fen) <> 0 OR count(a.id) = 0\n        LIMIT 1;\n        IF wrong.legs = 0 THEN\n            RAISE EXCEPTION 'journal entry % has 0 legs on accounts there are', wrong.entry_id\n                USING ERRCODE = 'check_violation';\n        ELSIF FOUND THEN\n            RAISE EXCEPTION 'journal entry % does not balance: % %', wrong.entry_id, wrong.whose, wrong.fen\n                USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NULL;\n    ",
                    hash="278a48bbfd9d011c0050df6d2b024cefc1679d8b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_told_with_its_entry_a769d",
                    referencing="REFERENCING NEW TABLE AS fresh ",
                    table="ledger_leg",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL([(NEAREST, None)], SHIFT),
        migrations.RunSQL(
            [(POST, None), PLANS],
            [(BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), None), PLANS],
        ),
        migrations.RunSQL(ANSWERED_ONCE, ANSWERED_ONCE_BEFORE),
    ]
