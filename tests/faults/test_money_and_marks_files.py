"""Score sheets and bank returns as Excel leaves them: read as meant, or refused by name and nothing kept."""

import io
from datetime import date

import openpyxl
import pytest

from kaogong import sheets
from kaogong.assessment import operations as exams
from kaogong.assessment import queries as exam_queries
from kaogong.funds import operations as funds
from kaogong.funds.models import BankReturn, BankReturnLine, Payment
from kaogong.gateways.bank import RETURN_HEADINGS, StandInBank
from kaogong.ledger import queries as ledger
from kaogong.trail.models import Entry
from tests.factories import an_actor, make_class, make_exam, make_institution
from tests.factories.funds import AT, make_batch, make_cashier, make_fund, make_payments
from tests.faults.test_roster_files import REFUSED
from tests.sheets.making import xls, xlsx

pytestmark = pytest.mark.django_db
MARKS = ["序号", "准考证号", "姓名", "理论", "实作", "备注"]
CASHIER = {"by": make_cashier(904), "at": AT}


@pytest.fixture
def exam():
    body = make_institution(is_provider=False, is_assessor=True)
    examiner = an_actor("assessor", organisation_id=body.pk)
    exam = make_exam(make_class(status="finished", people=3), assessor=body, by=examiner)
    exam.examiner = examiner
    return exam


def tickets(exam):
    return [(row.ticket_number, row.enrolment.person.name) for row in exam_queries.results(exam.pk)]


def marks(exam):
    return [(row.theory, row.practice) for row in exam_queries.results(exam.pk)]


@pytest.mark.parametrize(
    "build", [xlsx, xls, lambda rows: csv_of(rows).encode("gbk")], ids=["xlsx", "xls", "gbk"]
)
def test_marks_with_a_title_full_width_figures_and_units_are_read_as_meant(exam, now, build):
    (a, an), (b, bn), (c, cn) = tickets(exam)
    rows = [
        ["职业技能鉴定成绩单", "", "", "", "", ""],
        MARKS,
        [1, f" {a}　", an, "８５", 90.5, ""],
        [2, b, bn, "59.5分", "60.0", ""],
        [3, c, cn, "", "", "缺考"],
        ["考评员：", "", "", "", "", ""],
    ]
    name = "成绩.xlsx" if build is xlsx else "成绩.xls" if build is xls else "成绩.csv"
    exams.import_scores(exam.pk, build(rows), name, by=exam.examiner, at=now)
    assert marks(exam) == [(8500, 9050), (5950, 6000), (None, None)]


def csv_of(rows) -> str:
    return "\r\n".join(",".join(str(cell) for cell in row) for row in rows)


@pytest.mark.parametrize("mark", ["=1/0", "优秀", "-5", "101", "1e3", "1e999999999", "NaN", "2026-03-05"])
def test_marks_that_are_none_are_located_and_nothing_is_kept(exam, now, mark):
    (a, an), (b, bn), _ = tickets(exam)
    before = Entry.objects.count()
    rows = [MARKS, [1, a, an, "85", "90", ""], [2, b, bn, mark, "90", ""]]
    with pytest.raises(exams.ScoreSheetUnclear, match="第3行"):
        exams.import_scores(exam.pk, csv_of(rows).encode(), "成绩.csv", by=exam.examiner, at=now)
    assert marks(exam) == [(None, None)] * 3
    assert Entry.objects.count() == before


ABOUT_ROSTERS = ("headings only", "no headings")
BROKEN = {key: value for key, value in REFUSED.items() if key not in ABOUT_ROSTERS}


@pytest.mark.parametrize(("build", "name", "said"), BROKEN.values(), ids=BROKEN)
def test_broken_score_sheet_is_refused_like_a_roster(exam, now, build, name, said):
    with pytest.raises(sheets.SheetRefused) as refusal:
        exams.import_scores(exam.pk, build(), name, by=exam.examiner, at=now)
    assert said in refusal.value.message
    assert marks(exam) == [(None, None)] * 3


@pytest.mark.parametrize(("build", "name", "said"), BROKEN.values(), ids=BROKEN)
def test_broken_bank_return_is_refused_like_a_roster(batch, build, name, said):
    with pytest.raises(sheets.SheetRefused) as refusal:
        funds.read_bank_return(build(), name, **CASHIER)
    assert said in refusal.value.message
    assert not BankReturn.objects.exists()
    assert in_transit() == 300_00


@pytest.fixture
def batch():
    make_fund()
    return make_batch(make_payments(3, reference="SL-1"))


def in_transit() -> int:
    return sum(row.in_transit_fen for row in ledger.trial_balance())


def returned(batch) -> list[list]:
    _, sent = funds.bank_file(batch.pk, **CASHIER)
    book = openpyxl.load_workbook(io.BytesIO(StandInBank().answer(sent, on=date(2026, 3, 3))))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


@pytest.mark.parametrize(
    "build", [xlsx, xls, lambda rows: csv_of(rows).encode("gbk")], ids=["xlsx", "xls", "gbk"]
)
def test_bank_return_resaved_by_excel_pays_once(batch, build):
    rows = returned(batch)
    amount = RETURN_HEADINGS.index("金额")
    rows[1][amount], rows[2][amount], rows[3][amount] = "￥100.00", "１００．００元", 100
    tidy = [[str(cell) if cell is not None else "" for cell in row] for row in rows]
    name = "回盘.xlsx" if build is xlsx else "回盘.xls" if build is xls else "回盘.csv"
    funds.read_bank_return(build([["代发回盘明细"], [], *tidy, ["合计"]]), name, **CASHIER)
    assert set(Payment.objects.values_list("status", flat=True)) == {"paid"}
    assert (in_transit(), ledger.recount()) == (0, [])


def test_bank_return_whose_account_lost_its_last_digits_says_so_and_takes_the_rest(batch):
    rows = returned(batch)
    rows[1][RETURN_HEADINGS.index("收款账号")] = 6228480402564890018
    funds.read_bank_return(xlsx(rows), "回盘.xlsx", **CASHIER)
    (line,) = BankReturnLine.objects.exclude(problem="")
    assert (line.row_number, line.outcome) == (2, "problem")
    assert "后几位已丢失" in line.problem
    assert sorted(Payment.objects.values_list("status", flat=True)) == ["in_transit", "paid", "paid"]
    assert ledger.recount() == []
