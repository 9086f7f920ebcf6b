"""Bank statements beside the books: read, matched, taken back, closed."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kaogong.funds import operations as ops
from kaogong.funds.models import BankStatement, MatchPart, StatementLine, StatementMatch
from kaogong.funds.operations import reconciling, statements
from kaogong.funds.queries import bank_books, bank_open, bank_sheet
from kaogong.funds.queries import reconciling as queries
from kaogong.gateways.bank import AnswerUnreadable, StandInBank
from kaogong.gateways.bank.statements import read_statement
from kaogong.kernel.errors import NotPermitted, ReasonMissing, SamePerson
from kaogong.trail.queries import timeline
from tests.factories.funds import AT, make_batch, make_cashier, make_fund, make_payments, make_reviewer

pytestmark = pytest.mark.django_db
CASHIER = {"by": make_cashier(904), "at": AT}
DAY = date(2026, 3, 3)
NUMBER = "37029900000000000001"
OPENING = 5_000_00
HEADINGS = ("交易日期", "交易流水号", "借方发生额", "贷方发生额", "账户余额", "对方户名", "对方账号", "摘要")


def sheet_of(rows, *, opening: int = OPENING, balance: bool = True) -> bytes:
    """A bank's own xlsx: (day, serial, fen, remark, counter account) with a running balance."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(["示例银行账户交易明细"])
    page.append(["账号", NUMBER])
    page.append(HEADINGS)
    for day, serial, fen, remark, *account in rows:
        opening += fen
        page.append([
            day.isoformat(), serial, f"{-fen / 100:.2f}" if fen < 0 else "", f"{fen / 100:.2f}" if fen > 0 else "",
            f"{opening / 100:.2f}" if balance else "", "示例对方", account[0] if account else "", remark,
        ])  # fmt: skip
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def read(account, rows, name="对账单.xlsx", **words):
    opening = words.pop("opening", OPENING)
    words.setdefault("starts_on", date(2026, 3, 1))
    return statements.read_bank_statement(
        account.pk, sheet_of(rows, opening=opening), name, **CASHIER, **words
    )


def statuses(account) -> list[str]:
    return list(queries.statement_lines(account).values_list("status", flat=True))


@pytest.fixture
def fund():
    return make_fund()


@pytest.fixture
def account(fund):
    return statements.follow_account(
        fund.pk, number=NUMBER, bank="示例银行", begins_on=date(2026, 3, 1), opening_fen=OPENING, **CASHIER
    )


@pytest.fixture
def batch(account):
    """Three payments of 100 yuan sent, the second refused by the bank."""
    batch = make_batch(make_payments(3, reference="SL-1"))
    _, payments = ops.bank_file(batch.pk, **CASHIER)
    answer = StandInBank({"SL-1-002": "户名不符"}).answer(payments, on=DAY)
    ops.read_bank_return(answer, "回盘.xlsx", by=make_cashier(904), at=AT + timedelta(days=1))
    return batch


def test_references_in_the_remark_match_and_a_refund_finds_the_failed_payment(account, batch):
    read(account, [
        (DAY, "B1", -100_00, "代发 SL-1-001"),
        (DAY, "B2", -100_00, "代发 SL-1-002"),
        (DAY, "B3", -100_00, "代发 SL-1-003"),
        (DAY, "B4", 100_00, "退汇 SL-1-002 户名不符"),
    ])  # fmt: skip
    made = reconciling.accept_proposals(account.pk, **CASHIER)
    assert [match.rule_code for match in made] == ["reference", "reference", "reference", "refund"]
    assert statuses(account) == ["matched"] * 4
    assert bank_books.open_items(account) == []


def test_a_batch_total_is_matched_whole_or_without_what_came_back(account, batch):
    read(account, [(DAY, "B1", -200_00, f"批量代发 {batch.number}")])
    (match,) = reconciling.accept_proposals(account.pk, **CASHIER)
    assert match.rule_code == "batch"
    assert {part.payment.reference for part in match.parts.exclude(payment=None)} == {"SL-1-001", "SL-1-003"}
    assert [item.kind for item in bank_books.open_items(account)] == ["out", "back"]


def test_what_is_only_alike_is_proposed_and_never_matched_by_itself(account, batch):
    payment = batch.payments.get(reference="SL-1-001")
    read(account, [(DAY, "B1", -100_00, "代发", payment.bank_account)])
    assert reconciling.accept_proposals(account.pk, **CASHIER) == []
    (proposal,) = queries.proposed(account, DAY)
    assert (proposal.rule_code, proposal.first_item.reference) == ("amount", "SL-1-001")
    (match,) = reconciling.accept_proposals(account.pk, [proposal.key], **CASHIER)
    assert match.rule_code == "amount"


def test_two_alike_are_not_guessed_between(account, batch):
    read(account, [(DAY, "B1", -100_00, "代发"), (DAY, "B2", -100_00, "代发")])
    assert queries.proposed(account, DAY) == []


def test_the_same_file_twice_and_an_overlapping_statement_bring_nothing_twice(account):
    rows = [(DAY, "", -5_00, "手续费"), (DAY, "", -5_00, "手续费")]
    data, told = sheet_of(rows), {"starts_on": date(2026, 3, 1)}  # a workbook keeps when it was saved
    first = statements.read_bank_statement(account.pk, data, "对账单.xlsx", **told, **CASHIER)
    again = statements.read_bank_statement(account.pk, data, "对账单（2）.xlsx", **told, **CASHIER)
    assert again.pk == first.pk
    assert StatementLine.objects.count() == 2  # two fees alike are two fees: the balance says so
    assert "bank_statement.repeated" in [e.verb for e in timeline("bank_statement", first.pk)]
    longer = read(account, [*rows, (DAY + timedelta(days=1), "", 3_00, "利息")], "更长.xlsx")
    assert (longer.line_count, longer.known_count) == (1, 2)
    assert queries.bank_balance(account, DAY + timedelta(days=1)) == OPENING - 7_00


def test_a_line_repeated_in_one_file_under_its_serial_counts_once(account):
    data = sheet_of([(DAY, "B1", -5_00, "手续费"), (DAY, "B1", -5_00, "手续费")], balance=False)
    told = {"opening_fen": OPENING, "closing_fen": OPENING - 5_00}
    statement = statements.read_bank_statement(account.pk, data, "a.xlsx", **told, **CASHIER)
    assert (statement.line_count, statement.repeated_count) == (1, 1)
    other = sheet_of([(DAY, "B2", -5_00, "费"), (DAY, "B2", -6_00, "费")], balance=False)
    with pytest.raises(statements.SerialDiffers):
        statements.read_bank_statement(account.pk, other, "b.xlsx", **told, **CASHIER)


def test_statements_that_do_not_add_up_or_follow_are_refused_with_the_figures(account):
    data = sheet_of([(DAY, "B1", -5_00, "费")], balance=False)
    with pytest.raises(statements.BalancesMissing):
        statements.read_bank_statement(account.pk, data, "a.xlsx", **CASHIER)
    with pytest.raises(statements.StatementDoesNotAddUp, match=r"4,990\.00") as refused:
        statements.read_bank_statement(
            account.pk, data, "a.xlsx", opening_fen=OPENING, closing_fen=4_990_00, **CASHIER
        )
    assert "相差-¥5.00" in refused.value.message
    read(account, [(DAY, "B1", -5_00, "费")])
    # A statement that begins the day after must open with what the one before closed with.
    with pytest.raises(statements.StatementDoesNotFollow):
        read(
            account,
            [(DAY, "B2", -5_00, "费"), (DAY, "B3", -5_00, "费")],
            "b.xlsx",
            opening=1_00_00,
            starts_on=DAY,
        )
    assert BankStatement.objects.count() == 1


def test_a_row_taken_out_of_the_file_shows_in_the_balance_column(account):
    book = openpyxl.load_workbook(io.BytesIO(sheet_of([(DAY, f"B{n}", -5_00, "费") for n in range(3)])))
    book.active.delete_rows(5)
    output = io.BytesIO()
    book.save(output)
    with pytest.raises(statements.BalanceColumnDiffers) as refused:
        statements.read_bank_statement(account.pk, output.getvalue(), "a.xlsx", **CASHIER)
    assert refused.value.facts["row"] == 5


def test_by_hand_many_to_one_needs_a_reason_and_equal_sums(account, batch):
    read(account, [(DAY, "B1", -150_00, "甲"), (DAY, "B2", -50_00, "乙")])
    lines = [line.pk for line in queries.statement_lines(account)]
    keys = [item.key for item in bank_books.open_items(account) if item.kind == "out"]
    hand = {"line_ids": lines, "item_keys": keys[:2]}
    with pytest.raises(ReasonMissing):
        reconciling.match_by_hand(account.pk, **hand, reason=" ", **CASHIER)
    with pytest.raises(reconciling.SidesDiffer) as refused:
        reconciling.match_by_hand(account.pk, **hand | {"item_keys": keys[:1]}, reason="分两笔付", **CASHIER)
    assert refused.value.facts["difference"] == "-¥100.00"
    match = reconciling.match_by_hand(account.pk, **hand, reason="银行分两笔记账", **CASHIER)
    with pytest.raises(reconciling.MatchedAlready):
        reconciling.match_by_hand(account.pk, **hand, reason="再来", **CASHIER)
    with pytest.raises(ReasonMissing):
        reconciling.undo_match(match.pk, reason="", **CASHIER)
    reconciling.undo_match(match.pk, reason="核对错了", **CASHIER)
    assert statuses(account) == ["open", "open"]
    assert {entry.reason for entry in timeline("statement_match", match.pk)} == {"银行分两笔记账", "核对错了"}
    reconciling.match_by_hand(account.pk, **hand, reason="还是这样", **CASHIER)
    assert MatchPart.objects.filter(standing=True).count() == 4


def test_the_database_keeps_a_line_and_a_payment_in_one_standing_match(account, batch):
    read(account, [(DAY, "B1", -100_00, "代发 SL-1-001"), (DAY, "B2", -100_00, "代发")])
    reconciling.accept_proposals(account.pk, **CASHIER)
    part = MatchPart.objects.exclude(payment=None).get()
    other = StatementMatch.objects.create(
        account=account, rule_code="amount", amount_fen=-1, matched_at=AT, region_code="370299"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchPart.objects.create(match=other, payment=part.payment, kind="out", amount_fen=-1, on=DAY)


def test_payments_the_bank_never_booked_are_set_against_each_other_once_days_are_covered(account, batch):
    read(account, [(DAY, "B1", -200_00, f"代发 {batch.number}"), (date(2026, 3, 20), "B9", -1_00, "手续费")])
    reconciling.accept_proposals(account.pk, **CASHIER)
    (proposal,) = [one for one in queries.proposed(account, DAY) if one.rule_code == "rejected"]
    assert proposal.amount_fen == 0 and not proposal.sure
    reconciling.accept_proposals(account.pk, [proposal.key], **CASHIER)
    assert bank_books.open_items(account) == []


def test_the_sheet_adds_up_and_says_what_the_other_side_lacks(account, batch):
    make_batch(make_payments(2, reference="SL-2"))
    read(
        account,
        [(DAY, "B1", -200_00, f"代发 {batch.number}"), (DAY, "B2", 3_21, "利息"), (DAY, "B3", -1_00, "费")],
    )
    reconciling.accept_proposals(account.pk, **CASHIER)
    lines = {line.serial: line.pk for line in queries.statement_lines(account, status="open")}
    explained = reconciling.explain_line(lines["B2"], kind="interest", reason="三月利息", **CASHIER)
    assert explained.status == "explained"
    sheet = bank_sheet.sheet(account, DAY)
    assert sheet.bank_fen == OPENING - 200_00 + 3_21 - 1_00
    assert sheet.books_fen == OPENING - 500_00 + 100_00
    assert sum(row.amount_fen for row in sheet.books_out) == -300_00
    assert [row.amount_fen for row in sheet.books_in] == [100_00]
    assert [(row.amount_fen, row.why) for row in sheet.bank_in] == [(3_21, "利息：三月利息")]
    assert [row.amount_fen for row in sheet.bank_out] == [-1_00]
    assert sheet.difference_fen == 0
    assert sheet.bank_adjusted_fen == OPENING - 400_00 + 3_21 - 1_00
    assert bank_sheet.Sheet.kept(sheet.told()) == sheet


def test_a_match_across_the_last_day_counts_only_when_both_sides_are_dated(account):
    batch = make_batch(make_payments(1, reference="SL-9"))
    read(account, [(date(2026, 3, 2), "B0", -1_00, "费"), (DAY, "B1", -100_00, "代发 SL-9-001")])
    reconciling.accept_proposals(account.pk, **CASHIER)
    at_release = bank_sheet.sheet(account, date(2026, 3, 2))
    assert [row.amount_fen for row in at_release.books_out] == [-100_00]
    assert at_release.difference_fen == 0
    assert bank_sheet.sheet(account, DAY).books_out == []
    assert batch.count == 1


def test_a_wrong_opening_balance_makes_a_sheet_nobody_can_prepare(fund):
    account = statements.follow_account(
        fund.pk, number="99", bank="示例银行", begins_on=DAY, opening_fen=OPENING + 1, **CASHIER
    )
    read(account, [(DAY, "B1", -5_00, "费")], starts_on=DAY)
    with pytest.raises(reconciling.SheetDoesNotAddUp):
        reconciling.prepare_reconciliation(account.pk, starts_on=DAY, ends_on=DAY, **CASHIER)


def test_a_span_is_closed_by_another_person_and_then_holds(account, batch):
    march = {"starts_on": date(2026, 3, 1), "ends_on": DAY}
    with pytest.raises(reconciling.StatementsMissing):
        reconciling.prepare_reconciliation(account.pk, **march, **CASHIER)
    rows = [(date(2026, 3, 1), "B0", -1_00, "费"), (DAY, "B1", -200_00, f"代发 {batch.number}")]
    read(account, rows)
    (match,) = reconciling.accept_proposals(account.pk, **CASHIER)
    reviewer = make_reviewer(902)
    made = reconciling.prepare_reconciliation(account.pk, **march, by=reviewer, at=AT)
    with pytest.raises(NotPermitted):
        reconciling.close_reconciliation(made.pk, **CASHIER)
    with pytest.raises(SamePerson):
        reconciling.close_reconciliation(made.pk, by=reviewer, at=AT)
    reconciling.close_reconciliation(made.pk, by=make_reviewer(905), at=AT)
    with pytest.raises(statements.PeriodReconciled):
        reconciling.undo_match(match.pk, reason="改一下", **CASHIER)
    with pytest.raises(statements.PeriodReconciled):
        read(account, [*rows, (DAY, "B2", -5_00, "补来的费")], "补.xlsx")
    with pytest.raises(statements.PeriodReconciled):
        reconciling.prepare_reconciliation(account.pk, **march, **CASHIER)


def test_a_sheet_overtaken_by_events_is_not_closed(account, batch):
    read(account, [(date(2026, 3, 1), "B0", -1_00, "费"), (DAY, "B1", -200_00, f"代发 {batch.number}")])
    made = reconciling.prepare_reconciliation(account.pk, starts_on=date(2026, 3, 1), ends_on=DAY, **CASHIER)
    reconciling.accept_proposals(account.pk, **CASHIER)
    with pytest.raises(reconciling.SheetChanged):
        reconciling.close_reconciliation(made.pk, by=make_reviewer(902), at=AT)
    reconciling.return_reconciliation(made.pk, by=make_reviewer(902), at=AT, reason="有变化")
    again = reconciling.prepare_reconciliation(account.pk, starts_on=date(2026, 3, 1), ends_on=DAY, **CASHIER)
    assert reconciling.close_reconciliation(again.pk, by=make_reviewer(902), at=AT).status == "closed"


def test_ages_are_seen_on_both_sides(account, batch):
    read(account, [(DAY, "B1", -1_00, "费")])
    rows = bank_open.ageing(account, DAY + timedelta(days=20))
    assert [(row.bank_count, row.books_count) for row in rows] == [(0, 0), (1, 4), (0, 0), (0, 0)]


def test_reading_needs_the_right(account):
    clerk = make_cashier(907)
    stranger = type(clerk)("检查员", "inspector", frozenset(), 908, region_code="370299")
    with pytest.raises(NotPermitted):
        statements.read_bank_statement(account.pk, b"", "a.xlsx", by=stranger, at=AT)


CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>
<Stmt><Id>S1</Id><FrToDt><FrDtTm>2026-03-01T00:00:00+08:00</FrDtTm><ToDtTm>2026-03-03T23:59:59+08:00</ToDtTm></FrToDt>
<Acct><Id><Othr><Id>{number}</Id></Othr></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">5000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="CNY">200.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-03-03</Dt></BookgDt><AcctSvcrRef>R1</AcctSvcrRef><NtryDtls>
<TxDtls><Refs><EndToEndId>SL-1-001</EndToEndId></Refs><Amt Ccy="CNY">100.00</Amt></TxDtls>
<TxDtls><Refs><EndToEndId>SL-1-003</EndToEndId></Refs><Amt Ccy="CNY">100.00</Amt></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">3.21</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-03-03</Dt></BookgDt><AddtlNtryInf>利息</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="CNY">9.99</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>
</Stmt></BkToCstmrStmt></Document>"""


def test_camt_053_is_read_detail_by_detail_and_only_what_is_booked(account, batch):
    data = CAMT.format(number=NUMBER, closing="4803.21").encode()
    statement = statements.read_bank_statement(account.pk, data, "s.xml", **CASHIER)
    assert (statement.starts_on, statement.ends_on) == (date(2026, 3, 1), DAY)
    assert [line.amount_fen for line in statement.lines.order_by("id")] == [-100_00, -100_00, 3_21]
    assert [m.rule_code for m in reconciling.accept_proposals(account.pk, **CASHIER)] == ["reference"] * 2


def test_camt_053_of_another_account_or_sum_is_refused(account):
    with pytest.raises(statements.StatementOfAnotherAccount):
        statements.read_bank_statement(
            account.pk, CAMT.format(number="111122223333", closing="4803.21").encode(), "s.xml", **CASHIER
        )
    with pytest.raises(statements.StatementDoesNotAddUp):
        statements.read_bank_statement(
            account.pk, CAMT.format(number=NUMBER, closing="4803.22").encode(), "s.xml", **CASHIER
        )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('<Amt Ccy="CNY">3.21</Amt>', '<Amt Ccy="USD">3.21</Amt>', "USD 3.21"),
        ('<Amt Ccy="CNY">3.21</Amt>', "<Amt>Infinity</Amt>", "Infinity"),
        ('<Amt Ccy="CNY">3.21</Amt>', "<Amt>1e999999</Amt>", "1e999999"),
        ('<Amt Ccy="CNY">3.21</Amt>', "<Amt>3.215</Amt>", "3.215"),
        ('<Amt Ccy="CNY">3.21</Amt>', f"<Amt>{'9' * 30}</Amt>", "999"),
        ("<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK", "<Sts><Cd>BOOK", "CdtDbtInd"),
        ("<BookgDt><Dt>2026-03-03</Dt></BookgDt><Addtl", "<Addtl", "BookgDt"),
        ("<BookgDt><Dt>2026-03-03</Dt></BookgDt><Addtl", "<BookgDt><Dt>2026-02-31</Dt></BookgDt><Addtl",
         "“2026-02-31”"),
    ],
)  # fmt: skip
def test_camt_053_that_is_not_clear_about_money_side_or_day_is_refused_whole(account, before, after, said):
    """Another currency, no side, no day: nothing is guessed, and what is meant is quoted."""
    data = CAMT.format(number=NUMBER, closing="4803.21")
    assert before in data
    with pytest.raises(AnswerUnreadable, match=said):
        statements.read_bank_statement(account.pk, data.replace(before, after).encode(), "s.xml", **CASHIER)
    assert not StatementLine.objects.exists()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"D20260303", b"D20260231", "“20260231”"), (b"D6.00  ", b"D1e9999", "1e9999"),
        (b"4995.00         2 ", b"4995.00         x ", "x笔"), (b"4995.00         2 ", b"4995.00         3 ", "3笔"),
    ],
)  # fmt: skip
def test_fixed_width_with_a_wrong_day_amount_or_count_is_refused_whole(account, before, after, said):
    data = fixed(("F1", "D", "6.00", "4994.00", "手续费"), ("F2", "C", "1.00", "4995.00", "利息"))
    wrong = data.replace(before, after, 1)
    assert wrong != data
    with pytest.raises(AnswerUnreadable, match=said):
        statements.read_bank_statement(account.pk, wrong, "s.txt", **CASHIER)
    assert not StatementLine.objects.exists()


def fixed(*rows: tuple) -> bytes:
    """The fixed-width form as a bank's program would write it."""

    def cells(*told: tuple[str, int]) -> bytes:
        return b"".join(text.encode("gbk").ljust(width) for text, width in told)

    lines = [cells(("H", 1), (NUMBER, 32), ("20260301", 8), ("20260303", 8), ("5000.00", 16), ("4995.00", 16),
                   (str(len(rows)), 8))]  # fmt: skip
    lines += [
        cells(("D", 1), ("20260303", 8), (serial, 24), (side, 1), (fen, 16), (balance, 16), ("", 32),
              ("示例对方", 60), (remark, 80))
        for serial, side, fen, balance, remark in rows
    ]  # fmt: skip
    return b"\r\n".join(lines) + b"\r\n"


def test_fixed_width_in_gbk_is_read_and_its_count_checked(account):
    data = fixed(("F1", "D", "6.00", "4994.00", "手续费"), ("F2", "C", "1.00", "4995.00", "利息"))
    statement = statements.read_bank_statement(account.pk, data, "s.txt", **CASHIER)
    assert [(line.remark, line.amount_fen) for line in statement.lines.order_by("id")] == [
        ("手续费", -6_00), ("利息", 1_00),
    ]  # fmt: skip
    assert read_statement(data, "s.txt").account == NUMBER


def test_csv_with_one_amount_and_a_side_newest_first(account):
    text = (
        "账号：37029900000000000001\n交易时间,核心流水号,借贷标志,发生额,余额,对方户名,摘要\n"
        "2026-03-03 10:11:12,K2,贷,3.21,4998.21,示例银行,利息\n2026-03-03 09:00:00,K1,借,5.00,4995.00,示例银行,手续费\n"
    )
    statement = statements.read_bank_statement(account.pk, text.encode(), "明细.csv", **CASHIER)
    assert (statement.opening_fen, statement.closing_fen) == (OPENING, 4_998_21)


def test_what_is_not_readable_is_named_by_row_and_nothing_is_taken(account):
    data = sheet_of([(DAY, "B1", -5_00, "费")])
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.active.cell(4, 1).value = "三月三日"
    output = io.BytesIO()
    book.save(output)
    with pytest.raises(statements.StatementLinesUnreadable, match="第4行"):
        statements.read_bank_statement(account.pk, output.getvalue(), "a.xlsx", **CASHIER)
    assert StatementLine.objects.count() == 0


def test_matching_asks_no_more_of_the_database_for_many_lines_than_for_few(account):
    def asked(count: int, day: date, opening: int) -> int:
        batch = make_batch(make_payments(count, reference=f"SL-{count}"))
        references = [payment.reference for payment in batch.payments.order_by("id")]
        rows = [(day, f"{count}-{n}", -100_00, f"代发 {one}") for n, one in enumerate(references)]
        read(account, rows, f"{count}.xlsx", opening=opening, starts_on=day)
        with CaptureQueriesContext(connection) as told:
            assert len(reconciling.accept_proposals(account.pk, **CASHIER)) == count
        return len(told)

    assert asked(3, DAY, OPENING) == asked(20, DAY + timedelta(days=1), OPENING - 300_00)


def test_the_workbench_asks_and_fetches_no_more_for_many_open_lines_than_for_few(account):
    def looked(count: int, day: date, opening: int) -> tuple[int, queries.Workbench]:
        make_batch(make_payments(count, reference=f"SL-{count}"))
        rows = [(day, f"{count}-{n}", -100_00, f"代发 SL-{count}-{n:03d}") for n in range(1, count // 2 + 1)]
        rows += [(day, f"{count}-x{n}", -7_00, "不明") for n in range(count // 2)]
        read(account, rows, f"{count}.xlsx", opening=opening, starts_on=day)
        with CaptureQueriesContext(connection) as told:
            bench = queries.workbench(account, DAY, size=10)
            bank_open.ageing(account, DAY)
            queries.sheet_totals(account, day)
        return len(told), bench

    few, first = looked(4, DAY, OPENING)
    many, bench = looked(600, DAY + timedelta(days=1), OPENING - 214_00)
    assert few == many <= 22
    assert (first.proposal_count, first.sure_count, first.line_count, first.item_count) == (2, 2, 2, 2)
    assert (bench.proposal_count, bench.sure_count, bench.line_count, bench.item_count) == (
        302,
        302,
        302,
        302,
    )
    assert [len(side) for side in (bench.proposals, bench.lines, bench.items)] == [10, 10, 10]
    assert [row.bank_count for row in bank_open.ageing(account, DAY + timedelta(days=1))] == [604, 0, 0, 0]
    found = queries.workbench(account, DAY, text="SL-600-599", size=10)
    assert [item.reference for item in found.items] == ["SL-600-599"]
    totals = queries.sheet_totals(account, DAY + timedelta(days=1))
    sheet = bank_sheet.sheet(account, DAY + timedelta(days=1))
    assert (totals.bank_adjusted_fen, totals.books_adjusted_fen, totals.difference_fen) == (
        sheet.bank_adjusted_fen, sheet.books_adjusted_fen, 0,
    )  # fmt: skip
    assert len(reconciling.accept_proposals(account.pk, **CASHIER)) == 302
    assert queries.workbench(account, DAY).proposal_count == 0
