"""ISO 20022 messages a bank sends back, as the stand-in bank writes them: pain.002, camt.053, camt.054."""

from collections.abc import Sequence
from datetime import date

from lxml import etree

from .iso20022 import CURRENCY

SPACES = {
    "pain.002": "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10",
    "camt.053": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08",
    "camt.054": "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08",
}
Row = dict[str, str]  # reference, account, amount, holder, reason ("" when paid)


def write(form: str, batch_number: str, rows: Sequence[Row], on: date, payer_account: str = "") -> bytes:
    """The message of that form for these payments."""
    made = f"{on.isoformat()}T18:00:00+08:00"
    body = _status_report if form == "pain.002" else _statement
    root = body(form, batch_number, rows, made, payer_account or "NOTPROVIDED")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _maker(form: str):
    space = SPACES[form]

    def node(tag: str, *children, **attributes: str) -> etree._Element:
        made = etree.Element(f"{{{space}}}{tag}", attributes or None, nsmap={None: space})
        for child in children:
            if isinstance(child, str):
                made.text = child
            else:
                made.append(child)
        return made

    return node


def _status_report(
    form: str, batch_number: str, rows: Sequence[Row], made: str, payer_account: str
) -> etree._Element:
    node = _maker(form)

    def transaction(row: Row) -> etree._Element:
        why = (
            [node("StsRsnInf", node("Rsn", node("Prtry", "9999")), node("AddtlInf", row["reason"]))]
            if row["reason"]
            else []
        )
        return node(
            "TxInfAndSts",
            node("OrgnlEndToEndId", row["reference"]),
            node("TxSts", "RJCT" if row["reason"] else "ACSC"),
            *why,
            node(
                "OrgnlTxRef",
                node("Amt", node("InstdAmt", row["amount"], Ccy=CURRENCY)),
                node("CdtrAcct", node("Id", node("Othr", node("Id", row["account"])))),
            ),
        )

    return node(
        "Document",
        node(
            "CstmrPmtStsRpt",
            node("GrpHdr", node("MsgId", f"STS-{batch_number}"), node("CreDtTm", made)),
            node(
                "OrgnlGrpInfAndSts", node("OrgnlMsgId", batch_number), node("OrgnlMsgNmId", "pain.001.001.09")
            ),
            node("OrgnlPmtInfAndSts", node("OrgnlPmtInfId", batch_number), *map(transaction, rows)),
        ),
    )


def _statement(
    form: str, batch_number: str, rows: Sequence[Row], made: str, payer_account: str
) -> etree._Element:
    """A debit for every payment; for one that came back a credit with the reason beside it."""
    node = _maker(form)
    day = made[:10]

    def entry(row: Row, *, back: bool) -> etree._Element:
        side = "CRDT" if back else "DBIT"
        money = node("Amt", row["amount"], Ccy=CURRENCY)
        returned = (
            [node("RtrInf", node("Rsn", node("Prtry", "9999")), node("AddtlInf", row["reason"][:105]))]
            if back
            else []
        )
        return node(
            "Ntry",
            money,
            node("CdtDbtInd", side),
            node("Sts", node("Cd", "BOOK")),
            node("BookgDt", node("Dt", day)),
            node("BkTxCd", node("Prtry", node("Cd", "TRF"))),
            node(
                "NtryDtls",
                node(
                    "TxDtls",
                    node("Refs", node("PmtInfId", batch_number), node("EndToEndId", row["reference"])),
                    node("Amt", row["amount"], Ccy=CURRENCY),
                    node("CdtDbtInd", side),
                    node("RltdPties", node("CdtrAcct", node("Id", node("Othr", node("Id", row["account"]))))),
                    *returned,
                ),
            ),
        )

    entries = [
        entry(row, back=back) for row in rows for back in ((False, True) if row["reason"] else (False,))
    ]
    account = node("Acct", node("Id", node("Othr", node("Id", payer_account))))
    header = node("GrpHdr", node("MsgId", f"STM-{batch_number}"), node("CreDtTm", made))
    if form == "camt.054":
        return node(
            "Document",
            node(
                "BkToCstmrDbtCdtNtfctn", header, node("Ntfctn", node("Id", batch_number), account, *entries)
            ),
        )
    balance = node(
        "Bal",
        node("Tp", node("CdOrPrtry", node("Cd", "CLBD"))),
        node("Amt", "0.00", Ccy=CURRENCY),
        node("CdtDbtInd", "CRDT"),
        node("Dt", node("Dt", day)),
    )
    return node(
        "Document",
        node("BkToCstmrStmt", header, node("Stmt", node("Id", batch_number), account, balance, *entries)),
    )
