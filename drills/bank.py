"""A bank beside the product: it remembers in a file of its own what it paid, and pays nothing twice."""

import csv
import hashlib
import io
import sqlite3
from datetime import date
from pathlib import Path
from random import Random

import openpyxl

FAILING_PERCENT = 15
RETURN_HEADINGS = ("批次号", "流水号", "收款户名", "收款账号", "金额", "结果", "失败原因", "交易日期")


class Bank:
    """Takes payment files, answers with returns. Whether a payment fails hangs on its number alone."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with self._open() as book:
            book.execute(
                "CREATE TABLE IF NOT EXISTS answered (reference TEXT PRIMARY KEY, batch TEXT, holder TEXT,"
                " account TEXT, fen INTEGER, paid INTEGER)"
            )
            book.execute("CREATE TABLE IF NOT EXISTS back (reference TEXT PRIMARY KEY)")
            book.execute("CREATE TABLE IF NOT EXISTS stopped (batch TEXT PRIMARY KEY)")

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.file, timeout=60)

    def stop(self, batch: str) -> bool:
        """Promise not to pay a batch; False when it was taken already."""
        with self._open() as book:
            book.execute("BEGIN IMMEDIATE")
            if book.execute("SELECT 1 FROM answered WHERE batch = ?", [batch]).fetchone():
                return False
            book.execute("INSERT OR IGNORE INTO stopped VALUES (?)", [batch])
            return True

    def stopped(self) -> list[str]:
        with self._open() as book:
            return [number for (number,) in book.execute("SELECT batch FROM stopped ORDER BY batch")]

    def take(self, data: bytes) -> None:
        """Take one payment file (xlsx); what was taken before or promised not to be paid is not paid."""
        rows = openpyxl.load_workbook(io.BytesIO(data), read_only=True).active.iter_rows(values_only=True)
        columns = {heading: place for place, heading in enumerate(next(rows))}
        with self._open() as book:
            book.execute("BEGIN IMMEDIATE")
            refused = {number for (number,) in book.execute("SELECT batch FROM stopped")}
            for row in rows:
                batch, reference, holder, account, amount = (
                    row[columns[heading]] for heading in ("批次号", "流水号", "收款户名", "收款账号", "金额")
                )
                if batch in refused:
                    continue
                fen = round(float(amount) * 100)
                paid = int(hashlib.sha256(reference.encode()).hexdigest(), 16) % 100 >= FAILING_PERCENT
                told = book.execute(
                    "SELECT holder, account, fen FROM answered WHERE reference = ?", [reference]
                ).fetchone()
                if told is None:
                    book.execute(
                        "INSERT INTO answered VALUES (?, ?, ?, ?, ?, ?)",
                        [reference, batch, holder, account, fen, paid],
                    )
                elif told != (holder, account, fen):
                    raise AssertionError(
                        f"{reference} came twice and differs: {told} {(holder, account, fen)}"
                    )

    def batches(self) -> list[str]:
        with self._open() as book:
            return [
                number for (number,) in book.execute("SELECT DISTINCT batch FROM answered ORDER BY batch")
            ]

    def answer(self, batch: str, random: Random | None = None) -> list[bytes]:
        """The returns of one batch: whole and in order, or (with ``random``) torn, doubled and reordered."""
        with self._open() as book:
            rows = book.execute(
                "SELECT batch, reference, holder, account, fen, paid FROM answered WHERE batch = ?"
                " ORDER BY reference",
                [batch],
            ).fetchall()
        if random is None:
            return [_sheet(rows)]
        random.shuffle(rows)
        match random.randrange(4):
            case 0:
                return [_sheet(rows), _sheet(rows)]
            case 1:
                place = random.randrange(len(rows) + 1)
                return [_sheet(rows[place:]), _sheet(rows[: place + 1])]
            case 2:
                return [_sheet(rows + rows[:2])]
        return [_sheet(rows)]

    def give_back(self, reference: str) -> bytes | None:
        """Send a payment back that was made days ago (退汇); the return that says so, or None when it never was."""
        with self._open() as book:
            book.execute("BEGIN IMMEDIATE")
            if not book.execute(
                "SELECT 1 FROM answered WHERE reference = ? AND paid", [reference]
            ).fetchone():
                return None
            book.execute("INSERT OR IGNORE INTO back VALUES (?)", [reference])
        return self.given_back(reference)

    def given_back(self, *references: str) -> bytes:
        """The return of what came back: of these payments, or of all there are."""
        with self._open() as book:
            rows = book.execute(
                "SELECT batch, reference, holder, account, fen, '退汇' FROM answered JOIN back USING (reference)"
                " ORDER BY reference"
            ).fetchall()
        return _sheet([row for row in rows if not references or row[1] in references])

    def back(self) -> set[str]:
        """Whatever was paid and came back."""
        with self._open() as book:
            return {reference for (reference,) in book.execute("SELECT reference FROM back")}

    def paid(self) -> dict[str, int]:
        """Fen paid, by reference."""
        with self._open() as book:
            return dict(book.execute("SELECT reference, fen FROM answered WHERE paid"))


def _sheet(rows: list[tuple]) -> bytes:
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(RETURN_HEADINGS)
    for batch, reference, holder, account, fen, paid in rows:
        words = (
            (paid, "账户状态异常")
            if isinstance(paid, str)
            else ("成功", "")
            if paid
            else ("失败", "账户已销户")
        )
        out.writerow(
            (batch, reference, holder, account, f"{fen // 100}.{fen % 100:02d}", *words, date(2026, 8, 3))
        )
    return text.getvalue().encode("utf-8-sig")
