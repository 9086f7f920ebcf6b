"""Statements, receipts and year's certificates as files to keep, and where they are verified."""

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime

from kaogong.kernel.money import yuan_plain
from kaogong.papers import PaperColumn, TablePaper, table_pdf
from kaogong.papers.printing import amount_in_words
from kaogong.statements.queries import WHAT, corrections_of

TITLES = {"statement": "补贴资金对账单", "receipt": "补贴资金收款收据", "tax": "补贴资金年度证明",
          "sponsor": "赞助资金使用情况报告"}  # fmt: skip
_COLUMNS = (
    PaperColumn(label="日期", weight=0),
    PaperColumn(label="事项", weight=0),
    PaperColumn(label="编号", weight=2),
    PaperColumn(label="金额（元）", align="right", weight=1),
)
_BALANCE = PaperColumn(label="应付余额（元）", align="right", weight=1)


def paper_file(paper) -> tuple[str, bytes]:
    """(filename, PDF) of a paper from what was sealed; a reissue says which one it is."""
    facts, again = paper.facts, len(paper.reissues.all())
    columns, rows, total, more = _BODIES[paper.kind](facts["body"])
    notes = [
        *more,
        f"查验：{settings.PUBLIC_ADDRESS.rstrip('/')}{reverse('portal:papers:verify')}，"
        f"输入编号 {paper.number} 和查验码 {paper.verification_code}。",
        f"内容摘要（SHA-256）：{paper.digest}",
    ]
    if facts["replaces"]:
        notes.insert(0, f"本件替代 {facts['replaces']}，旧件作废。")
    if paper.status == "revoked":
        notes.insert(0, "本件已作废。")
    notes[:0] = [
        f"开具以后，{one.reference}（{yuan_plain(one.amount_fen)}元）于{localtime(one.came_back_at):%Y-%m-%d}被银行退回。"
        for one in corrections_of(paper)
    ]
    if again:
        notes.insert(0, f"补发件：第 {again} 次补发，编号和内容与原件相同。")
    data = table_pdf(
        TablePaper(
            title=TITLES[paper.kind] + ("（已作废）" if paper.status == "revoked" else "（补发）" if again else ""),
            subtitle=f"编号 {paper.number}",
            facts=[
                ("赞助方" if paper.kind == "sponsor" else "收款人", facts["payee"]), ("证件号码", facts["identity"]),
                ("期间", f"{facts['starts_on']} 至 {facts['ends_on']}"), ("开具日期", facts["issued_on"]),
            ],
            columns=columns,
            rows=rows,
            total=total,
            notes=notes,
            printed_by=paper.number,
            printed_on=date.fromisoformat(facts["issued_on"]),
            synthetic=facts["synthetic"],
        )
    )  # fmt: skip
    return f"{paper.number}.pdf", data


def _statement(body: dict) -> tuple:
    balance = body["opening_fen"]
    rows = [["", "期初应付余额", "", "", yuan_plain(balance)]]
    for event in body["events"]:
        balance += event["owed_fen"]
        rows.append(
            [event["on"], WHAT[event["what"]], event["reference"], yuan_plain(event["amount_fen"]),
             yuan_plain(balance)]
        )  # fmt: skip
    totals = "；".join(f"{WHAT[name]} {yuan_plain(fen)}" for name, fen in body["totals"].items() if fen)
    return (
        (*_COLUMNS, _BALANCE),
        rows,
        ["", "期末应付余额", "", "", yuan_plain(body["closing_fen"])],
        [f"本期合计（元）：{totals or '没有发生额'}。"],
    )


def _receipt(body: dict) -> tuple:
    fen = body["amount_fen"]
    how = "抵扣应退款项" if body["offset"] else f"{body['bank_name']} {body['account']}（{body['holder']}）"
    return (
        (PaperColumn(label="项目", weight=0), PaperColumn(label="内容", weight=1)),
        [
            ["付款流水号", body["reference"]], ["用途", body["purpose"]], ["资金", body["fund"]],
            ["到账日期", body["paid_on"]], ["收款账户", how], ["金额（元）", yuan_plain(fen)],
            ["大写", amount_in_words(fen)],
        ],
        (),
        [],
    )  # fmt: skip


def _tax(body: dict) -> tuple:
    rows = [
        [event["on"], WHAT[event["what"]], event["reference"], yuan_plain(event["amount_fen"])]
        for event in body["events"]
    ]
    return (
        _COLUMNS,
        rows,
        ["", "净额", "", yuan_plain(body["net_fen"])],
        [
            f"全年到账 {yuan_plain(body['paid_fen'])} 元，退回 {yuan_plain(body['recovered_fen'])} 元，"
            f"净额 {yuan_plain(body['net_fen'])} 元（{amount_in_words(body['net_fen'])}）。",
            "本证明只说明收到的财政补贴资金，是否应税由税务机关认定。",
        ],
    )


_SPONSORED = {
    "received": "赞助到账", "corrected": "到账更正", "spent": "支出", "given_back": "退还赞助方",
}  # fmt: skip


def _sponsor(body: dict) -> tuple:
    """Each receipt and each sum that arrived, then where every use stands."""
    left, rows = 0, []
    for line in body["lines"]:
        sign = 1 if line["what"] in ("received", "corrected") else -1
        left += sign * line["amount_fen"]
        rows.append(
            [line["on"], _SPONSORED[line["what"]], line["use"], line["whom"] or "—", line["document"],
             yuan_plain(line["amount_fen"]), yuan_plain(left)]
        )  # fmt: skip
    uses = [
        f"“{use['name']}”：协议 {yuan_plain(use['agreed_fen'])}，到账 {yuan_plain(use['received_fen'])}，"
        f"已支出 {yuan_plain(use['spent_fen'])}，已退还 {yuan_plain(use['given_back_fen'])}，"
        f"办理中 {yuan_plain(use['under_way_fen'])}，可用 {yuan_plain(use['left_fen'])}（元）。"
        for use in body["uses"]
    ]
    return (
        (
            PaperColumn(label="日期", weight=0), PaperColumn(label="事项", weight=0),
            PaperColumn(label="用途", weight=1), PaperColumn(label="收款人", weight=1),
            PaperColumn(label="凭证", weight=1), PaperColumn(label="金额（元）", align="right", weight=0),
            PaperColumn(label="结余（元）", align="right", weight=0),
        ),
        rows,
        ["", "结余", "", "", "", "", yuan_plain(left)],
        [
            f"赞助事项：{body['event']}。赞助协议：{body['document']}（{body['sponsorship']}），"
            f"协议金额 {yuan_plain(body['agreed_fen'])} 元。",
            *uses,
            "本资金在专账中单独核算，只用于协议列明的用途，没有与财政资金混用。",
        ],
    )  # fmt: skip


_BODIES = {"statement": _statement, "receipt": _receipt, "tax": _tax, "sponsor": _sponsor}
