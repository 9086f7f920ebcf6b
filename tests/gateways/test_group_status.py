"""What a pain.002 says of a whole message or payment block, where no line or only some lines are told."""

import pytest

from kaogong.gateways.bank import read_answer

SPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
WHY = "<StsRsnInf><Rsn><Cd>AM04</Cd></Rsn><AddtlInf>付款账户余额不足</AddtlInf></StsRsnInf>"


def report(group: str = "", *blocks: str) -> bytes:
    """A status report as banks write it, with its own namespace and envelope."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{SPACE}"><CstmrPmtStsRpt>'
        "<GrpHdr><MsgId>STS-1</MsgId><CreDtTm>2026-03-03T18:00:00+08:00</CreDtTm></GrpHdr>"
        "<OrgnlGrpInfAndSts><OrgnlMsgId>ZF-2026-0001</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
        f"<OrgnlNbOfTxs>3</OrgnlNbOfTxs>{group}</OrgnlGrpInfAndSts>{''.join(blocks)}</CstmrPmtStsRpt></Document>"
    ).encode()


def block(status: str, *transactions: str) -> str:
    return (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>ZF-2026-0001</OrgnlPmtInfId>{status}{''.join(transactions)}"
        "</OrgnlPmtInfAndSts>"
    )


def one(reference: str, status: str = "", why: str = "") -> str:
    told = f"<TxSts>{status}</TxSts>" if status else ""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId>{told}{why}<OrgnlTxRef><Amt>"
        '<InstdAmt Ccy="CNY">100.00</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>'
    )


def read(data: bytes) -> list:
    code, lines = read_answer(data, "回盘.xml")
    assert code == "pain001"
    assert [line.row_number for line in lines] == list(range(1, len(lines) + 1))
    return lines


def test_a_message_rejected_without_lines_is_a_whole_batch_rejected():
    (line,) = read(report(f"<GrpSts>RJCT</GrpSts>{WHY}"))
    assert (line.group, line.batch_number, line.reference) == ("rejected", "ZF-2026-0001", "")
    assert (line.result, line.reason) == ("RJCT", "AM04 付款账户余额不足")


def test_a_payment_block_rejected_without_lines_is_a_whole_batch_rejected():
    (line,) = read(report("", block(f"<PmtInfSts>RJCT</PmtInfSts>{WHY}")))
    assert (line.group, line.reason) == ("rejected", "AM04 付款账户余额不足")


def test_a_line_of_a_rejected_block_keeps_its_own_reason_and_the_rest_shares_the_blocks():
    own = "<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf>"
    told = read(report(f"<GrpSts>RJCT</GrpSts>{WHY}", block("", one("A", "RJCT", own), one("B"))))
    assert [(line.reference, line.result, line.reason, line.group) for line in told] == [
        ("A", "RJCT", "AC01", ""),
        ("B", "RJCT", "AM04 付款账户余额不足", ""),
        ("", "RJCT", "AM04 付款账户余额不足", "rejected"),
    ]


def test_part_means_the_lines_say_it():
    told = read(report("<GrpSts>PART</GrpSts>", block("", one("A", "ACSC"), one("B", "RJCT", WHY))))
    assert [(line.reference, line.result, line.group) for line in told] == [
        ("A", "ACSC", ""),
        ("B", "RJCT", ""),
    ]


def test_part_without_lines_asks_for_them():
    (line,) = read(report("<GrpSts>PART</GrpSts>"))
    assert line.group == "told"
    assert "没有逐笔结果" in line.problems[0]


@pytest.mark.parametrize("code", ["ACTC", "ACCP", "ACSP", "ACWC", "RCVD", "PDNG", "ACSC"])
def test_accepted_is_not_paid(code):
    (line,) = read(report(f"<GrpSts>{code}</GrpSts>"))
    assert (line.group, line.outcome) == ("told", None)
    assert code in line.problems[0]
    assert "没有入账" in line.problems[0]


def test_an_unknown_code_is_told_and_not_guessed():
    (line,) = read(report("<GrpSts>ZZZZ</GrpSts>"))
    assert line.group == "told"
    assert "整批状态“ZZZZ”不认识" in line.problems[0]


def test_a_line_without_a_word_of_its_own_is_not_paid_by_an_accepted_block():
    (line,) = read(report("<GrpSts>ACSP</GrpSts>", block("", one("A"))))
    assert (line.reference, line.result, line.group) == ("A", "ACSP", "")


def test_several_reasons_stand_one_after_the_other():
    (line,) = read(report(f"<GrpSts>RJCT</GrpSts>{WHY}<StsRsnInf><Rsn><Prtry>9001</Prtry></Rsn></StsRsnInf>"))
    assert line.reason == "AM04 付款账户余额不足；9001"
