"""The bank reconciliation sheet as a paper and as a workbook."""

from collections.abc import Iterator
from datetime import date

from kaogong import sheets
from kaogong.kernel.money import yuan_plain
from kaogong.papers import PaperColumn, TablePaper, table_pdf

SIDES = (
    ("bank_fen", "银行对账单余额", (("books_in", "加：账面已收、银行未收"), ("books_out", "减：账面已付、银行未付")),
     "bank_adjusted_fen"),
    ("books_fen", "账面余额", (("bank_in", "加：银行已收、账面未收"), ("bank_out", "减：银行已付、账面未付")),
     "books_adjusted_fen"),
)  # fmt: skip


def sheet_rows(told: dict) -> Iterator[tuple[str, str, str, int]]:
    """(date, what, why, fen) line by line: balance, what the other side lacks, and what both come to."""
    for balance, label, groups, adjusted in SIDES:
        yield told["on"], label, "", told[balance]
        for name, heading in groups:
            yield "", heading, "", sum(row["amount_fen"] for row in told[name])
            for row in told[name]:
                yield row["on"], f"　{row['what']}", row["why"], row["amount_fen"]
        yield told["on"], "调节后余额", "", told[adjusted]


def sheet_pdf(made, *, people: list[tuple[str, str]], printed_on: date) -> bytes:
    """The sheet as it is filed; ``people``: who did what."""
    return table_pdf(
        TablePaper(
            title="银行存款余额调节表",
            subtitle=f"{made.account.fund.name} · 截至 {made.ends_on:%Y-%m-%d}",
            facts=[("账户", str(made.account)), ("期间", str(made)), *people],
            columns=(
                PaperColumn(label="日期", weight=0),
                PaperColumn(label="项目", weight=2),
                PaperColumn(label="说明", weight=1),
                PaperColumn(label="金额（元）", align="right", weight=1),
            ),
            rows=[[on, what, why, yuan_plain(fen)] for on, what, why, fen in sheet_rows(made.sheet)],
            notes=[f"内容摘要（SHA-256）：{made.digest}"],
            signatures=["编制", "复核"],
            printed_on=printed_on,
            illustrative=made.account.fund.illustrative,
        )
    )


def sheet_xlsx(made) -> bytes:
    """The same rows as a workbook, written one by one; amounts are numbers."""
    return sheets.write_table(
        [
            ("on", "日期", "text"),
            ("what", "项目", "text"),
            ("why", "说明", "text"),
            ("fen", "金额（元）", "money"),
        ],
        sheet_rows(made.sheet),
        title="银行存款余额调节表",
        subtitle=f"{made.account} {made}",
    )
