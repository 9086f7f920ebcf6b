"""ISO 20022: credit transfers written as pain.001.001.09; pain.002, camt.053 and camt.054 read."""

import io
from collections.abc import Iterator, Sequence
from datetime import date

from lxml import etree

from .layouts import Edition
from .lines import AnswerLine, AnswerUnreadable, BatchHead, LinesNotWritable, PaymentLine, listed
from .plain import yuan_text
from .words import FOREIGN

PAIN001 = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
CURRENCY = "CNY"
# Of a whole message or payment block: accepted, not yet done. What becomes of each payment is told later.
GROUP_UNDER_WAY = {
    "ACTC": "格式和技术检查通过", "ACCP": "客户资料检查通过", "ACSP": "已受理，正在结算", "ACWC": "已受理，有改动",
    "RCVD": "已收到", "PDNG": "待处理", "ACSC": "付款方账户已扣款", "ACCC": "收款方账户已入账",
}  # fmt: skip


def write(edition: Edition, head: BatchHead, lines: Sequence[PaymentLine], on: date) -> bytes:
    """One message of one payment information block; what is longer than the standard allows is refused by name."""
    problems = [said for line in lines for said in _too_long(edition, line)]
    problems += list(_head_too_long(head))
    if problems:
        raise LinesNotWritable(count=len(problems), layout=edition.label, problems=listed(problems))
    output = io.BytesIO()
    with etree.xmlfile(output, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("Document", nsmap={None: PAIN001}), file.element("CstmrCdtTrfInitn"):
            file.write(_group(head, lines))
            with file.element("PmtInf"):
                for part in _debtor(head, lines, on):
                    file.write(part)
                for line in lines:
                    file.write(_transfer(line))
    return output.getvalue().replace(b' xmlns=""', b"")


def _too_long(edition: Edition, line: PaymentLine) -> Iterator[str]:
    for place in edition.line:
        text = str(getattr(line, place.field))
        if place.most and len(text) > place.most:
            yield f"{line.reference}的“{place.label}”{text}有{len(text)}个字，最多{place.most}个字"
        if not all(sign.isprintable() for sign in text):
            yield f"{line.reference}的“{place.label}”含有不能写入XML的控制字符"


def _head_too_long(head: BatchHead) -> Iterator[str]:
    for label, text, most in (
        ("批次号", head.batch_number, 35), ("付款户名", head.payer_name, 140),
        ("付款账号", head.payer_account, 34), ("付款开户银行", head.payer_bank, 140),
    ):  # fmt: skip
        if len(text) > most:
            yield f"“{label}”{text}有{len(text)}个字，最多{most}个字"


def _node(tag: str, *children: etree._Element | str, **attributes: str) -> etree._Element:
    node = etree.Element(f"{{{PAIN001}}}{tag}", attributes or None, nsmap={None: PAIN001})
    for child in children:
        if isinstance(child, str):
            node.text = child
        else:
            node.append(child)
    return node


def _group(head: BatchHead, lines: Sequence[PaymentLine]) -> etree._Element:
    return _node(
        "GrpHdr",
        _node("MsgId", head.batch_number),
        _node("CreDtTm", head.made_at.isoformat(timespec="seconds")),
        _node("NbOfTxs", str(len(lines))),
        _node("CtrlSum", yuan_text(sum(line.amount_fen for line in lines))),
        _node("InitgPty", _node("Nm", head.payer_name)),
    )


def _debtor(head: BatchHead, lines: Sequence[PaymentLine], on: date) -> list[etree._Element]:
    return [
        _node("PmtInfId", head.batch_number),
        _node("PmtMtd", "TRF"),
        _node("BtchBookg", "false"),
        _node("NbOfTxs", str(len(lines))),
        _node("CtrlSum", yuan_text(sum(line.amount_fen for line in lines))),
        _node("ReqdExctnDt", _node("Dt", on.isoformat())),
        _node("Dbtr", _node("Nm", head.payer_name)),
        _node("DbtrAcct", _account(head.payer_account), _node("Ccy", CURRENCY)),
        _node("DbtrAgt", _node("FinInstnId", _node("Nm", head.payer_bank))),
    ]


def _account(number: str) -> etree._Element:
    return _node("Id", _node("Othr", _node("Id", number)))


def _transfer(line: PaymentLine) -> etree._Element:
    return _node(
        "CdtTrfTxInf",
        _node("PmtId", _node("EndToEndId", line.reference)),
        _node("Amt", _node("InstdAmt", yuan_text(line.amount_fen), Ccy=CURRENCY)),
        _node("CdtrAgt", _node("FinInstnId", _node("Nm", line.bank_name))),
        _node("Cdtr", _node("Nm", line.holder)),
        _node("CdtrAcct", _account(line.account)),
        *([_node("RmtInf", _node("Ustrd", line.purpose))] if line.purpose else []),
    )


def opened(data: bytes, filename: str) -> etree._Element:
    """The document's root, read without entities, DTDs or the network."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise AnswerUnreadable(
            filename=filename, problem=f"XML 不完整，断在第{fault.lineno}行；请向银行重新索取整份文件"
        ) from fault
    if root.getroottree().docinfo.doctype:
        raise AnswerUnreadable(filename=filename, problem="XML 带有 DTD，不接受")
    return root


def read_answer(data: bytes, filename: str) -> list[AnswerLine]:
    """What a pain.002, camt.053 or camt.054 says of our payments, one line a transaction in its order."""
    root = opened(data, filename)
    space = etree.QName(root).namespace or ""
    message = space.rpartition(":")[2]
    readers = {"pain.002": _status_report, "camt.053": _statement, "camt.054": _statement}
    reader = readers.get(message[:8])
    if reader is None:
        raise AnswerUnreadable(
            filename=filename, problem=f"报文类型是“{message or '未知'}”，能读 pain.002、camt.053、camt.054"
        )
    found = list(reader(root, {"m": space}))
    if not found:
        raise AnswerUnreadable(filename=filename, problem="报文里没有逐笔结果")
    for number, line in enumerate(found, 1):
        line.row_number = number
    return found


def _said(node: etree._Element, path: str, space: dict[str, str]) -> str:
    """The text at a path, "" where there is none."""
    found = node.find("/".join(f"m:{step}" for step in path.split("/")), space)
    return (found.text or "").strip() if found is not None else ""


def _reason(node: etree._Element, space: dict[str, str], where: str) -> str:
    """Code and words of why: AC01 账号不存在; several reasons one after the other."""
    said = []
    for told in node.findall(f"m:{where}", space):
        words = [_said(told, "Rsn/Cd", space) or _said(told, "Rsn/Prtry", space)]
        words += [(one.text or "").strip() for one in told.findall("m:AddtlInf", space)]
        said.append(" ".join(word for word in words if word))
    return "；".join(one for one in said if one)[:200]


def _foreign(*amounts: etree._Element | None) -> list[str]:
    """What is wrong with a line told in another currency: no number of it is an amount here."""
    told = {one.get("Ccy", CURRENCY) for one in amounts if one is not None}
    return [FOREIGN.format(currency=code) for code in sorted(told - {CURRENCY})]


def _status_report(root: etree._Element, space: dict[str, str]) -> Iterator[AnswerLine]:
    """What is said of single payments, then what is said of a whole message or payment block.

    A block rejected as a whole is so for every payment of it that no line speaks of. PART says: look at the lines.
    """
    group = root.find("m:CstmrPmtStsRpt/m:OrgnlGrpInfAndSts", space)
    batch, status, why = "", "", ""
    if group is not None:
        batch, status = _said(group, "OrgnlMsgId", space), _said(group, "GrpSts", space)
        why = _reason(group, space, "StsRsnInf")
    wholes = []
    blocks = root.findall("m:CstmrPmtStsRpt/m:OrgnlPmtInfAndSts", space)
    for block in blocks:
        own = _said(block, "PmtInfSts", space) or status
        because = _reason(block, space, "StsRsnInf") or why
        transactions = block.findall("m:TxInfAndSts", space)
        yield from (_transaction(one, batch, own, because, space) for one in transactions)
        wholes.append((_said(block, "OrgnlPmtInfId", space) or batch, own, because, bool(transactions)))
    for number, own, because, has_lines in wholes or [(batch, status, why, False)]:
        line = _whole(number, own, because, has_lines=has_lines)
        if line is not None:
            yield line


def _transaction(node: etree._Element, batch: str, block: str, why: str, space: dict[str, str]) -> AnswerLine:
    """One payment; without a word of its own it shares the rejection of its block, and nothing else."""
    own = _said(node, "TxSts", space)
    return AnswerLine(
        row_number=0,
        batch_number=batch,
        reference=_said(node, "OrgnlEndToEndId", space),
        account=_said(node, "OrgnlTxRef/CdtrAcct/Id/Othr/Id", space),
        amount=_said(node, "OrgnlTxRef/Amt/InstdAmt", space),
        result=own or ("RJCT" if block == "RJCT" else block),
        reason=_reason(node, space, "StsRsnInf") or (why if (own or block) == "RJCT" else ""),
        problems=_foreign(node.find("m:OrgnlTxRef/m:Amt/m:InstdAmt", space)),
    )


def _whole(batch: str, status: str, why: str, *, has_lines: bool) -> AnswerLine | None:
    """What follows from the status of a whole block; None where its lines say everything."""
    line = AnswerLine(0, batch, "", "", "", status, why)
    if status == "RJCT":
        line.group = "rejected"
        return line
    if has_lines:
        return None
    line.group = "told"
    if status == "PART":
        line.problems = ["整批状态PART：部分被拒绝，但报文没有逐笔结果；请向银行索取逐笔结果"]
    elif status in GROUP_UNDER_WAY:
        line.problems = [f"整批状态{status}：{GROUP_UNDER_WAY[status]}，还没有逐笔结果；没有入账，等逐笔结果"]
    elif status:
        line.problems = [f"整批状态“{status}”不认识，没有入账；请向银行问明"]
    else:
        return None
    return line


def _statement(root: etree._Element, space: dict[str, str]) -> Iterator[AnswerLine]:
    """Booked debits are payments that went, credits with a reason are payments that came back.

    What came back is told first, so that a payment that went and came back in one statement counts as failed.
    Entries that name no payment (fees, transfers from above) are left out: they answer nobody.
    """
    went, back = [], []
    for entry in root.iterfind("m:*/m:*/m:Ntry", space):
        booked = _said(entry, "Sts/Cd", space) or _said(entry, "Sts", space)
        for one in entry.iterfind("m:NtryDtls/m:TxDtls", space):
            reference = _said(one, "Refs/EndToEndId", space)
            if not reference or reference == "NOTPROVIDED":
                continue
            side = _said(one, "CdtDbtInd", space) or _said(entry, "CdtDbtInd", space)
            returned = one.find("m:RtrInf", space) is not None
            line = AnswerLine(
                row_number=0,
                batch_number=_said(one, "Refs/PmtInfId", space),
                reference=reference,
                account=_said(one, "RltdPties/CdtrAcct/Id/Othr/Id", space),
                amount=_said(one, "Amt", space) or _said(entry, "Amt", space),
                result="RTRN" if side == "CRDT" and returned else "BOOK" if side == "DBIT" else side,
                reason=_reason(one, space, "RtrInf"),
                problems=_foreign(entry.find("m:Amt", space), one.find("m:Amt", space)),
            )
            if booked != "BOOK":
                line.result = booked
            (back if line.result == "RTRN" else went).append(line)
    yield from back
    yield from went


def read_payments(data: bytes) -> tuple[str, list[dict[str, str]]]:
    """A pain.001 read back as a bank would: batch number and lines."""
    root, space = opened(data, "pain.001"), {"m": PAIN001}
    rows = [
        {
            "reference": _said(one, "PmtId/EndToEndId", space), "amount": _said(one, "Amt/InstdAmt", space),
            "bank_name": _said(one, "CdtrAgt/FinInstnId/Nm", space), "holder": _said(one, "Cdtr/Nm", space),
            "account": _said(one, "CdtrAcct/Id/Othr/Id", space), "purpose": _said(one, "RmtInf/Ustrd", space),
        }
        for one in root.iterfind("m:CstmrCdtTrfInitn/m:PmtInf/m:CdtTrfTxInf", space)
    ]  # fmt: skip
    return _said(root, "CstmrCdtTrfInitn/GrpHdr/MsgId", space), rows
