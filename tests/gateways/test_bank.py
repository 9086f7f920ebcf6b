"""Every layout of bank files: what is written is what the bank reads, and its answer reads back the same."""

import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import sepaxml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from kaogong import sheets
from kaogong.gateways.bank import (
    AnswerUnreadable,
    BatchHead,
    LayoutUnknown,
    LinesNotWritable,
    PaymentLine,
    StandInBank,
    TermsMissing,
    is_foreign,
    layout,
    layouts,
    outcome_of,
    payment_file,
    read_answer,
)

ON = date(2026, 3, 3)
CODES = {
    "budget_unit": "101001", "function_subject": "2080799", "economic_subject": "30399", "project": "P2026-01",
    "quota_number": "ED-2026-7", "application_number": "ZJ-2026-0007",
}  # fmt: skip
HEAD = BatchHead(
    batch_number="ZF-2026-0001",
    made_at=datetime(2026, 3, 3, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
    payer_name="示例区人力资源和社会保障局",
    payer_account="37029900000000000001",
    payer_bank="示例银行示例区支行",
    codes=CODES,
)
EVERY = layouts(ON)
by_code = pytest.mark.parametrize("edition", EVERY, ids=lambda one: one.code)


def line(n: int, **words) -> PaymentLine:
    return PaymentLine(
        batch_number=HEAD.batch_number,
        reference=words.get("reference", f"SL-2026-000318/{n:06d}/T1"),
        holder=words.get("holder", "王小明"),
        account=words.get("account", f"62999900{n:08d}123"),
        bank_name=words.get("bank_name", "示例银行示例区支行"),
        amount_fen=words.get("amount_fen", 120_000 + n),
        purpose=words.get("purpose", "培训补贴"),
    )


def written(edition, lines) -> bytes:
    return payment_file(edition, HEAD, lines, on=ON)


def answered(data: bytes) -> list[tuple[str, str, str, str | None, str]]:
    """Reference, account, amount, outcome and reason of each line of an answer, of whatever kind."""
    told = read_answer(data, "回盘")
    if told is None:
        rows = sheets.read(data, "回盘.xlsx", layout=sheets.BANK_RETURN).frame.to_dicts()
        return [
            (row["payment_number"], row["bank_account"], f"{Decimal(row['amount']):.2f}",
             outcome_of(row["result"]), row["failure"] or "")
            for row in rows
        ]  # fmt: skip
    assert not [problem for one in told[1] for problem in one.problems]
    return [
        (one.reference, one.account, one.amount, one.outcome or outcome_of(one.result), one.reason)
        for one in told[1]
    ]


def test_the_layouts_asked_for_are_all_there():
    kinds = {one.code: (one.kind, one.encoding) for one in EVERY}
    assert kinds["fixed_gbk"] == ("fixed", "gbk")
    assert kinds["fixed_utf8"] == ("fixed", "utf-8")
    assert kinds["delimited"][0] == "delimited"
    assert kinds["sheet"][0] == "sheet"
    assert kinds["pain001"][0] == "pain.001"
    assert {"treasury_authorised", "treasury_direct"} <= kinds.keys()
    assert all(one.source for one in EVERY)


@by_code
def test_what_is_written_is_what_the_bank_reads(edition):
    lines = [line(n) for n in range(1, 6)]
    data = written(edition, lines)
    assert data == written(edition, lines)
    number, rows = StandInBank().read(data, edition)
    assert number == HEAD.batch_number
    assert [
        (row["reference"], row["account"], row["holder"], row["bank_name"], row["amount"], row["purpose"])
        for row in rows
    ] == [
        (
            one.reference,
            one.account,
            one.holder,
            one.bank_name,
            f"{Decimal(one.amount_fen) / 100:.2f}",
            one.purpose,
        )
        for one in lines
    ]


@by_code
def test_the_banks_answer_reads_back_as_the_same_payments(edition):
    lines = [line(n) for n in range(1, 6)]
    bank = StandInBank({lines[2].account: "户名不符"})
    found = answered(bank.answer(written(edition, lines), on=ON, edition=edition))
    unpaid = outcome_of(edition.answer.words.get("failed")) or "failed"
    assert [(one[0], one[1], one[2], one[3]) for one in found] == [
        (
            one.reference,
            one.account,
            f"{Decimal(one.amount_fen) / 100:.2f}",
            unpaid if one is lines[2] else "paid",
        )
        for one in lines
    ]
    assert "户名不符" in found[2][4]


@by_code
@settings(max_examples=25, deadline=None)
@given(
    people=st.lists(
        st.tuples(
            st.text(alphabet="王李张欧阳娜·AZ&<>\"'", min_size=1, max_size=12).filter(str.strip),
            st.integers(1, 10**11),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_names_and_amounts_survive_every_layout(edition, people):
    lines = [line(n, holder=name.strip(), amount_fen=fen) for n, (name, fen) in enumerate(people, 1)]
    _, rows = StandInBank().read(written(edition, lines), edition)
    assert [(row["holder"], row["amount"]) for row in rows] == [
        (one.holder, f"{Decimal(one.amount_fen) / 100:.2f}") for one in lines
    ]


@pytest.mark.parametrize("form", ["camt.053", "camt.054"])
def test_a_statement_tells_what_went_and_what_came_back(form):
    edition = layout("pain001", ON)
    lines = [line(n) for n in range(1, 4)]
    bank = StandInBank({lines[1].reference: "账号不存在"})
    found = answered(bank.answer(written(edition, lines), on=ON, edition=edition, form=form))
    first = {}
    for reference, _, _, outcome, _ in found:
        first.setdefault(reference, outcome)
    assert first == {lines[0].reference: "paid", lines[1].reference: "returned", lines[2].reference: "paid"}
    assert "账号不存在" in found[0][4]


def test_pain001_is_valid_by_its_schema():
    edition = layout("pain001", ON)
    data = written(edition, [line(n, holder="王&小<明>") for n in range(1, 4)])
    schema = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.fromstring(data))


@pytest.mark.parametrize("form", ["pain.002", "camt.053", "camt.054"])
def test_the_stand_in_banks_messages_have_the_standards_structure(form):
    import pyiso20022.camt.camt_053_001_08 as camt053
    import pyiso20022.camt.camt_054_001_08 as camt054
    import pyiso20022.pain.pain_002_001_10 as pain002

    edition = layout("pain001", ON)
    bank = StandInBank({line(1).account: "户名不符"})
    data = bank.answer(written(edition, [line(1), line(2)]), on=ON, edition=edition, form=form)
    strict = XmlParser(config=ParserConfig(fail_on_unknown_properties=True, fail_on_converter_warnings=True))
    module = {"pain.002": pain002, "camt.053": camt053, "camt.054": camt054}[form]
    assert strict.from_bytes(data, module.Document)


@pytest.mark.parametrize("code", ["fixed_gbk", "fixed_utf8", "delimited", "treasury_authorised", "pain001"])
def test_a_name_too_long_is_refused_by_name_and_never_cut(code):
    name = "长" * 150
    with pytest.raises(LinesNotWritable) as refusal:
        written(layout(code, ON), [line(1), line(2, holder=name)])
    assert "SL-2026-000318/000002/T1" in refusal.value.message
    assert name in refusal.value.message
    assert "不能截短" in refusal.value.message


def test_width_counts_bytes_as_banks_do():
    gbk, utf8 = layout("fixed_gbk", ON), layout("fixed_utf8", ON)
    thirty = "示" * 30
    rows = written(gbk, [line(1, holder=thirty)]).split(b"\r\n")
    assert thirty.encode("gbk") in rows[1]
    assert len({len(row) for row in written(gbk, [line(1, holder=thirty), line(2)]).split(b"\r\n")[1:3]}) == 1
    assert thirty.encode() in written(utf8, [line(1, holder=thirty)])
    with pytest.raises(LinesNotWritable, match="62字节，最多60字节"):
        written(gbk, [line(1, holder=thirty + "示")])


def test_a_character_the_encoding_lacks_is_refused_by_name():
    with pytest.raises(LinesNotWritable, match="这种编码没有的字"):
        written(layout("fixed_gbk", ON), [line(1, holder="王𬭼明")])
    assert "王𬭼明".encode() in written(layout("fixed_utf8", ON), [line(1, holder="王𬭼明")])


def test_a_mark_inside_a_name_cannot_shift_the_columns():
    with pytest.raises(LinesNotWritable, match="换行或分隔符"):
        written(layout("delimited", ON), [line(1, holder="王|小明")])
    with pytest.raises(LinesNotWritable, match="换行或分隔符"):
        written(layout("fixed_utf8", ON), [line(1, purpose="一\n二")])


def test_what_the_fund_has_not_said_is_asked_for_by_name():
    bare = BatchHead(batch_number="ZF-2026-0001", made_at=HEAD.made_at)
    with pytest.raises(TermsMissing, match="授权支付额度号"):
        payment_file(layout("treasury_authorised", ON), bare, [line(1)], on=ON)
    assert payment_file(layout("sheet", ON), bare, [line(1)], on=ON)


def test_a_layout_has_a_first_day():
    with pytest.raises(LayoutUnknown):
        layout("pain001", date(2018, 1, 1))
    with pytest.raises(LayoutUnknown):
        layout("nothing", ON)


def test_treasury_files_carry_their_own_fields():
    direct = openpyxl.load_workbook(io.BytesIO(written(layout("treasury_direct", ON), [line(1)]))).active
    told = dict(zip([cell.value for cell in direct[1]], [cell.value for cell in direct[2]], strict=True))
    assert told["支付申请书编号"] == "ZJ-2026-0007"
    assert told["支付方式"] == "1"
    authorised = written(layout("treasury_authorised", ON), [line(1)]).decode("gb18030").splitlines()
    assert authorised[0].startswith("GKSQ|ZF-2026-0001|20260303|101001|")
    assert authorised[1].split("|")[2:8] == ["ED-2026-7", "2080799", "30399", "P2026-01", "2", "01"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<?xml version='1.0'?><a", "XML 不完整"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "DTD"),
        (b"<?xml version='1.0'?><a/>", "报文类型"),
        (b"DFHP|ZF-2026-0001|20260303|0\n", "没有明细"),
    ],
)
def test_answers_that_are_none_are_refused_by_name(data, said):
    with pytest.raises(AnswerUnreadable, match=said):
        read_answer(data, "回盘.xml")


def test_a_line_of_another_length_is_told_and_the_others_are_read():
    edition = layout("fixed_gbk", ON)
    rows = StandInBank().answer(written(edition, [line(1), line(2)]), on=ON, edition=edition).split(b"\r\n")
    rows[1] += b"more"
    code, found = read_answer(b"\r\n".join(rows), "回盘.txt")
    assert code == "fixed_gbk"
    assert [bool(one.problems) for one in found] == [True, False]
    assert [one.row_number for one in found] == [2, 3]


def test_blanks_an_editor_took_from_the_ends_are_given_back():
    edition = layout("fixed_utf8", ON)
    data = StandInBank().answer(written(edition, [line(1)]), on=ON, edition=edition)
    stripped = b"\n".join(row.rstrip() for row in data.split(b"\r\n"))
    assert answered(stripped) == answered(data)


@pytest.mark.parametrize("form", ["pain.002", "camt.053", "camt.054"])
def test_an_answer_in_another_currency_is_told_line_by_line(form):
    edition = layout("pain001", ON)
    data = StandInBank({}).answer(written(edition, [line(1), line(2)]), on=ON, edition=edition, form=form)
    _code, lines = read_answer(data.replace(b'Ccy="CNY"', b'Ccy="USD"'), "回盘.xml")
    assert {one.reference for one in lines} == {line(1).reference, line(2).reference}
    assert all(one.problems == ["金额的币种是USD，不是人民币"] for one in lines)


@pytest.mark.parametrize(
    ("word", "foreign"),
    [("", False), (None, False), ("人民币", False), ("人民币元", False), ("CNY", False), (" rmb ", False),
     ("01", False), ("156", False), ("本币", False), ("美元", True), ("USD", True), ("840", True), ("港元", True)],
)  # fmt: skip
def test_a_cell_of_a_currency_is_ours_unless_it_names_another(word, foreign):
    assert is_foreign(word) is foreign
