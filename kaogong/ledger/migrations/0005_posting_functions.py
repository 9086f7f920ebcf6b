"""The functions through which money moves: one round trip for a posting, one for a whole batch of them."""

from django.db import migrations

# What stands on an account changes by ``change``. A free part with enough on it is taken without waiting; only
# where there is none does this wait, look again, and at last put all parts together. RAISE ends the transaction.
SHIFT = """
CREATE FUNCTION ledger_shift(the_account bigint, change bigint, dated timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    got record;
    home int := pg_backend_pid() & 15;
    held int;
BEGIN
    FOR turn IN 1..2 LOOP
        UPDATE ledger_accountbalance b SET balance_fen = b.balance_fen + change
        FROM (
            SELECT account_id, part FROM ledger_accountbalance
            WHERE account_id = the_account
              AND CASE WHEN is_source THEN balance_fen <= -change ELSE balance_fen >= -change END
            ORDER BY (part - home) & 15
            LIMIT 1 FOR UPDATE SKIP LOCKED
        ) free
        WHERE b.account_id = free.account_id AND b.part = free.part
        RETURNING b.closed_before, b.is_closed INTO got;
        IF FOUND THEN
            IF got.is_closed OR dated < got.closed_before THEN
                PERFORM ledger_open_at(the_account, got.is_closed, got.closed_before, dated);
            END IF;
            RETURN;
        END IF;
        IF turn = 1 THEN
            -- Parts are added under this lock only, so what is counted after it is all there is.
            PERFORM FROM ledger_accountbalance WHERE account_id = the_account AND part = 0 FOR UPDATE;
            SELECT count(*) INTO held FROM ledger_accountbalance WHERE account_id = the_account;
            IF held = 1 THEN
                SELECT balance_fen, is_source, is_closed, closed_before INTO got
                FROM ledger_accountbalance WHERE account_id = the_account;
                IF NOT got.is_source AND got.balance_fen + change >= 0 THEN
                    INSERT INTO ledger_accountbalance
                        (account_id, part, is_source, balance_fen, is_closed, closed_before)
                    SELECT the_account, n, false, got.balance_fen / 16, got.is_closed, got.closed_before
                    FROM generate_series(1, 15) n;
                    UPDATE ledger_accountbalance SET balance_fen = got.balance_fen - got.balance_fen / 16 * 15
                    WHERE account_id = the_account AND part = 0;
                END IF;
            END IF;
        END IF;
    END LOOP;
    PERFORM ledger_shift_whole(the_account, change, change, dated);
END $$
"""

# Every part of the account is locked, the sum is judged, and what is left lies evenly over the parts again.
# ``deepest`` is how far the balance falls (a source: rises) on the way when many movements come as one.
SHIFT_WHOLE = """
CREATE FUNCTION ledger_shift_whole(the_account bigint, change numeric, deepest numeric, dated timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    total numeric;
    parts int;
    source boolean;
    shut boolean;
    before timestamptz;
BEGIN
    PERFORM FROM ledger_accountbalance WHERE account_id = the_account AND part = 0 FOR UPDATE;
    PERFORM FROM ledger_accountbalance WHERE account_id = the_account ORDER BY part FOR UPDATE;
    SELECT sum(balance_fen), count(*), bool_or(is_source), bool_or(is_closed), max(closed_before)
    INTO total, parts, source, shut, before
    FROM ledger_accountbalance WHERE account_id = the_account;
    PERFORM ledger_open_at(the_account, shut, before, dated);
    IF (CASE WHEN source THEN total + deepest > 0 ELSE total + deepest < 0 END) THEN
        PERFORM ledger_refuse('KG002', the_account, json_build_object('balance', total, 'change', deepest));
    END IF;
    total := total + change;
    UPDATE ledger_accountbalance
    SET balance_fen = div(total, parts) + CASE WHEN part < abs(mod(total, parts)) THEN sign(total) ELSE 0 END
    WHERE account_id = the_account;
END $$
"""

OPEN_AT = """
CREATE FUNCTION ledger_open_at(the_account bigint, shut boolean, before timestamptz, dated timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF shut THEN
        PERFORM ledger_refuse('KG003', the_account, '{}');
    ELSIF dated < before THEN
        PERFORM ledger_refuse('KG004', the_account, json_build_object('before', before));
    END IF;
END $$
"""

REFUSE = """
CREATE FUNCTION ledger_refuse(code text, the_account bigint, facts json) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger refuses' USING ERRCODE = code, DETAIL = (
        SELECT json_build_object('account', a.id, 'state', a.state, 'source', a.source_level, 'facts', facts)
        FROM ledger_ledgeraccount a WHERE a.id = the_account
    );
END $$
"""

# The account of that name, opened at nothing if it is new. The lock keeps a closing of the books out meanwhile.
ACCOUNT = """
CREATE FUNCTION ledger_account(fund text, of_year int, use text, level text, place text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    found_id bigint;
BEGIN
    SELECT id INTO found_id FROM ledger_ledgeraccount
    WHERE fund_code = fund AND year = of_year AND programme = use AND source_level = level AND state = place;
    IF found_id IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('kaogong.ledger.accounts'), hashtext(fund));
        INSERT INTO ledger_ledgeraccount (fund_code, year, programme, source_level, state)
        VALUES (fund, of_year, use, level, place) ON CONFLICT DO NOTHING;
        SELECT id INTO found_id FROM ledger_ledgeraccount
        WHERE fund_code = fund AND year = of_year AND programme = use AND source_level = level AND state = place;
        INSERT INTO ledger_accountbalance (account_id, part, is_source, balance_fen, closed_before)
        SELECT found_id, 0, place = 'budgeted', 0, (
            SELECT max(until_at) FROM ledger_periodclosing WHERE fund_code = fund AND status = 'closed'
        )
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN found_id;
END $$
"""

# One posting. Entry and legs are told first: a key told before waits here for its first teller, holding nothing.
POST = """
CREATE FUNCTION ledger_post(
    the_key text, the_kind text, fund text, of_year int, use text, levels text[], fen bigint[],
    leaving text, arriving text, said jsonb, about text, remark text, dated timestamptz,
    account_of_doer bigint, doer text, answers bigint,
    OUT told_id bigint, OUT told_number bigint, OUT told_at timestamptz
)
LANGUAGE plpgsql AS $$
DECLARE
    accounts bigint[] := '{}';
    changes bigint[] := '{}';
    one bigint;
    other bigint;
    now_fen bigint;
    amount bigint;
BEGIN
    FOR i IN 1..cardinality(levels) LOOP
        SELECT max(id) FILTER (WHERE state = leaving), max(id) FILTER (WHERE state = arriving) INTO one, other
        FROM ledger_ledgeraccount
        WHERE fund_code = fund AND year = of_year AND programme = use AND source_level = levels[i]
          AND state IN (leaving, arriving);
        one := coalesce(one, ledger_account(fund, of_year, use, levels[i], leaving));
        other := coalesce(other, ledger_account(fund, of_year, use, levels[i], arriving));
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
        IF one < other THEN
            accounts := accounts || one || other;
            changes := changes || -amount || amount;
        ELSE
            accounts := accounts || other || one;
            changes := changes || amount || -amount;
        END IF;
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
    IF FOUND THEN
        FOR i IN 1..cardinality(accounts) LOOP
            PERFORM ledger_shift(accounts[i], changes[i], dated);
        END LOOP;
    END IF;
END $$
"""

# Many postings as one statement, judged in the order in which they were asked for. What was told before is left
# out of what comes back.
POST_MANY = """
CREATE FUNCTION ledger_post_many(
    keys text[], kinds text[], funds text[], years int[], uses text[], said jsonb[], abouts text[], remarks text[],
    leavings text[], arrivings text[], dated timestamptz, account_of_doer bigint, doer text
)
RETURNS TABLE (told_key text, told_id bigint, told_number bigint, told_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    told_ids bigint[];
    moved record;
    moves bigint[];
BEGIN
    PERFORM ledger_account(place.fund, place.of_year, place.use, place.level, place.state)
    FROM (
        SELECT DISTINCT a.fund, a.of_year, a.use, amount.level, s.state
        FROM unnest(funds, years, uses, said, leavings, arrivings) AS a(fund, of_year, use, said, leaving, arriving),
             jsonb_object_keys(a.said) AS amount(level), LATERAL (VALUES (a.leaving), (a.arriving)) AS s(state)
        ORDER BY 1, 2, 3, 4, 5
    ) place;
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(keys, kinds, funds, years, uses, said, abouts, remarks, leavings, arrivings)
        WITH ORDINALITY AS a(key, kind, fund, of_year, use, said, about, remark, leaving, arriving, place)
    ), told AS (
        INSERT INTO ledger_journalentry (
            key, kind, fund_code, programme, year, amounts, reference, note, at, by_account_id, by_name
        )
        SELECT key, kind, fund, use, of_year, a.said, about, remark, dated, account_of_doer, doer
        FROM asked a ORDER BY key
        ON CONFLICT (key) DO NOTHING
        RETURNING id, key
    ), flows AS MATERIALIZED (
        SELECT told.id, a.place, acc.id AS account_id,
               CASE WHEN acc.state = a.leaving THEN -amount.fen::bigint ELSE amount.fen::bigint END AS change
        FROM told JOIN asked a ON a.key = told.key
        CROSS JOIN LATERAL jsonb_each_text(a.said) AS amount(level, fen)
        JOIN ledger_ledgeraccount acc ON acc.fund_code = a.fund AND acc.year = a.of_year
            AND acc.programme = a.use AND acc.source_level = amount.level AND acc.state IN (a.leaving, a.arriving)
    ), legs AS (
        INSERT INTO ledger_leg (entry_id, account_id, amount_fen) SELECT id, account_id, change FROM flows
    )
    SELECT array_agg(id) INTO told_ids FROM told;
    FOR moved IN
        SELECT run.account_id, sum(run.change) AS net, CASE WHEN a.state = 'budgeted'
            THEN greatest(max(run.so_far), 0) ELSE least(min(run.so_far), 0) END AS deepest
        FROM (
            SELECT l.account_id, l.amount_fen AS change,
                   sum(l.amount_fen::numeric) OVER (PARTITION BY l.account_id ORDER BY asked.place) AS so_far
            FROM unnest(told_ids) AS t(id) JOIN ledger_journalentry e ON e.id = t.id
            JOIN ledger_leg l ON l.entry_id = t.id
            JOIN unnest(keys) WITH ORDINALITY AS asked(key, place) ON asked.key = e.key
        ) run JOIN ledger_ledgeraccount a ON a.id = run.account_id
        GROUP BY run.account_id, a.state, a.source_level ORDER BY a.source_level, run.account_id
    LOOP
        PERFORM ledger_shift_whole(moved.account_id, moved.net, moved.deepest, dated);
    END LOOP;
    RETURN QUERY SELECT e.key::text, e.id, e.transaction_number, e.recorded_at
    FROM unnest(told_ids) AS t(id) JOIN ledger_journalentry e ON e.id = t.id;
END $$
"""

# No plan made while the tables were small may read them whole later.
PLANS = "SET enable_seqscan = off"
FUNCTIONS = {
    "ledger_refuse(text, bigint, json)": REFUSE,
    "ledger_open_at(bigint, boolean, timestamptz, timestamptz)": OPEN_AT,
    "ledger_account(text, int, text, text, text)": ACCOUNT,
    "ledger_shift_whole(bigint, numeric, numeric, timestamptz)": SHIFT_WHOLE,
    "ledger_shift(bigint, bigint, timestamptz)": SHIFT,
    "ledger_post(text, text, text, int, text, text[], bigint[], text, text, jsonb, text, text, timestamptz, bigint,"
    " text, bigint)": POST,
    "ledger_post_many(text[], text[], text[], int[], text[], jsonb[], text[], text[], text[], text[], timestamptz,"
    " bigint, text)": POST_MANY,
}


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_posting")]

    operations = [
        *(
            migrations.RunSQL([(body, None)], f"DROP FUNCTION {signature}")
            for signature, body in FUNCTIONS.items()
        ),
        *(
            migrations.RunSQL(f"ALTER FUNCTION {signature} {PLANS}", migrations.RunSQL.noop)
            for signature in FUNCTIONS
            if signature.startswith("ledger_post")
        ),
    ]
