"""A busy balance lies in 64 parts, and each session looks at its own first instead of at all of them."""

from importlib import import_module

from django.db import migrations

# What stands on an account changes by ``change``. A free part with enough on it is taken without waiting, the one
# of this session before the others; only where there is none does this wait, look again, and at last put all parts
# together. RAISE ends the transaction.
SHIFT = """
CREATE OR REPLACE FUNCTION ledger_shift(the_account bigint, change bigint, dated timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    got record;
    home int := pg_backend_pid() & 63;
    held int;
BEGIN
    FOR turn IN 1..2 LOOP
        UPDATE ledger_accountbalance b SET balance_fen = b.balance_fen + change
        WHERE b.account_id = the_account AND b.part = (
            SELECT part FROM ledger_accountbalance
            WHERE account_id = the_account AND part >= home
              AND CASE WHEN is_source THEN balance_fen <= -change ELSE balance_fen >= -change END
            ORDER BY part LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        RETURNING b.closed_before, b.is_closed INTO got;
        IF NOT FOUND THEN
            UPDATE ledger_accountbalance b SET balance_fen = b.balance_fen + change
            WHERE b.account_id = the_account AND b.part = (
                SELECT part FROM ledger_accountbalance
                WHERE account_id = the_account AND part < home
                  AND CASE WHEN is_source THEN balance_fen <= -change ELSE balance_fen >= -change END
                ORDER BY part LIMIT 1 FOR UPDATE SKIP LOCKED
            )
            RETURNING b.closed_before, b.is_closed INTO got;
        END IF;
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
                    SELECT the_account, n, false, got.balance_fen / 64, got.is_closed, got.closed_before
                    FROM generate_series(1, 63) n;
                    UPDATE ledger_accountbalance SET balance_fen = got.balance_fen - got.balance_fen / 64 * 63
                    WHERE account_id = the_account AND part = 0;
                END IF;
            END IF;
        END IF;
    END LOOP;
    PERFORM ledger_shift_whole(the_account, change, change, dated);
END $$
"""
BEFORE = import_module("kaogong.ledger.migrations.0005_posting_functions").SHIFT


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_come_back")]

    operations = [migrations.RunSQL(SHIFT, BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))]
