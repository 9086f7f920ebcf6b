"""The notice of money asked back and the receipt of what came back, as papers."""

from datetime import date

from kaogong.catalog import queries as catalog
from kaogong.funds.queries.batch_terms import terms_in_force
from kaogong.kernel.money import yuan
from kaogong.papers import PaperColumn, TablePaper, table_pdf
from kaogong.papers.printing import amount_in_words
from kaogong.recoveries import queries


def issuer(region_code: str) -> str:
    """The body that asks money back in a region."""
    return catalog.region_name(region_code) + "人力资源和社会保障局"


def notice_pdf(recoupment, *, on: date) -> bytes:
    """The notice: whom, how much of which payments, why, by when, how to object; before approval only a draft."""
    is_draft = recoupment.status == "opened"
    day = recoupment.served_on or on
    rate = queries.interest(recoupment, day).rate
    notes = [
        *(["草稿：追回还没有批准，不得送达。"] if is_draft else []),
        f"依据：{recoupment.clause}",
        f"事实：{recoupment.facts}",
        f"退款期限：{recoupment.due_on:%Y年%m月%d日}前退回。"
        if recoupment.due_on
        else _deadline(recoupment, day),
        f"异议期限：{recoupment.objection_until:%Y年%m月%d日}前可以书面或者登录系统提出异议。"
        if recoupment.objection_until
        else "异议期限：有关文件没有规定期限；有异议的，可以在了结前提出。",
        f"逾期利息：按年利率{rate.value}%单利计算，自期满次日起按日计。"
        + ("（示例标准，没有文件依据）" if rate.illustrative else "")
        if rate is not None
        else "逾期利息：有关文件没有规定，不计利息。",
        *_how_to_pay(recoupment, day),
    ]
    rows = [
        (
            part.payment.reference,
            part.line_reference or "—",
            yuan(part.payment.amount_fen),
            yuan(part.amount_fen),
        )
        for part in queries.parts(recoupment.pk)
    ]
    return table_pdf(
        TablePaper(
            title="退回补贴资金通知书（草稿）" if is_draft else "退回补贴资金通知书",
            subtitle=f"{recoupment.number}　{issuer(recoupment.region_code)}",
            facts=[
                ("退款方", recoupment.debtor_name),
                ("应退金额", f"{yuan(recoupment.amount_fen)}（{amount_in_words(recoupment.amount_fen)}）"),
                ("送达日期", f"{recoupment.served_on:%Y-%m-%d}" if recoupment.served_on else "尚未送达"),
            ],
            columns=[
                PaperColumn(label="原付款流水号", weight=1.4),
                PaperColumn(label="申领明细", weight=1.2),
                PaperColumn(label="原付金额", align="right"),
                PaperColumn(label="应退金额", align="right"),
            ],
            rows=rows,
            total=["合计", "", "", yuan(recoupment.amount_fen)],
            notes=notes,
            signatures=[] if is_draft else ["承办机关（盖章）", "送达人", "签收人和日期"],
            printed_on=day,
            synthetic=catalog.is_fictional_region(recoupment.region_code),
        )
    )


def _how_to_pay(recoupment, day: date) -> list[str]:
    """The plan that stands, the account the money goes to, and what to write with it."""
    plan = queries.instalments(recoupment.pk)
    found = []
    if plan:
        sums = "；".join(f"{one.due_on:%Y年%m月%d日} {yuan(one.amount_fen)}" for one in plan)
        found.append(f"分期退款：{sums}。")
    part = queries.parts(recoupment.pk).first()
    terms = terms_in_force(part.payment.fund, day) if part else None
    found.append(
        f"退款账户：户名{terms.payer}，账号{terms.payer_account}，开户银行{terms.payer_bank}。"
        if terms is not None
        else "退款账户：以承办机关书面告知的专账账户为准。"
    )
    return [*found, f"转账时请在附言中写明“{recoupment.number}”。"]


def _deadline(recoupment, day: date) -> str:
    days = queries.days_of(recoupment.region_code, "deadline_days", day)
    if days is None or days.value is None:
        return "退款期限：有关文件没有规定退款期限。"
    shown = "（示例标准，没有文件依据）" if days.illustrative else ""
    return f"退款期限：自送达次日起{days.value}个工作日内退回。{shown}"


def receipt_pdf(receipt) -> bytes:
    """The receipt of one sum that came back."""
    recoupment = receipt.recoupment
    rows = [("补贴本金", yuan(receipt.amount_fen))]
    if receipt.interest_fen:
        rows.append(("逾期利息", yuan(receipt.interest_fen)))
    notes = [f"银行流水（付款）号：{receipt.bank_reference}"]
    if receipt.kind == "offset":
        notes.append(
            f"抵扣：经{receipt.consented_by}于{receipt.consented_on:%Y年%m月%d日}同意（{receipt.consent_document}）。"
        )
    if receipt.status == "reversed":
        notes.append("本收据已冲销作废。")
    return table_pdf(
        TablePaper(
            title="退回补贴资金收据",
            subtitle=f"{receipt.number}　{issuer(receipt.region_code)}",
            facts=[
                ("退款方", recoupment.debtor_name),
                ("追回编号", recoupment.number),
                ("到账日期", f"{receipt.received_on:%Y-%m-%d}"),
                ("金额大写", amount_in_words(receipt.total_fen)),
            ],
            columns=[PaperColumn(label="项目"), PaperColumn(label="金额", align="right")],
            rows=rows,
            total=["合计", yuan(receipt.total_fen)],
            notes=notes,
            signatures=["收款单位（盖章）", "经办人"],
            printed_on=receipt.received_on,
            synthetic=catalog.is_fictional_region(receipt.region_code),
        )
    )
