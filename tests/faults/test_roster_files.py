"""Rosters as people really send them, through the page: refused in one sentence, or saved as they meant."""

import datetime as dt
import io
import struct
import zipfile

import msoffcrypto.format.ooxml
import pytest
import xlsxwriter
import xlwt
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape

from kaogong.people.models import Person
from kaogong.trail.models import Entry
from kaogong.training import queries
from kaogong.training.models import Enrolment, RosterUpload
from tests.factories import an_id_number
from tests.sheets.making import HEADINGS, repacked, xls, xlsx

pytestmark = pytest.mark.django_db
SHEET = "xl/worksheets/sheet1.xml"


def row(name="王明", number=None, place=1, **cells):
    """One line of the real roster; cells by heading."""
    number = an_id_number().value if number is None else number
    usual = {"序号": place, "姓名": name, "性别": "男", "学历": "初中", "身份证号码": number} | cells
    return [usual.get(heading, "") for heading in HEADINGS]


def csv(rows):
    return "\r\n".join(",".join(str(cell) for cell in cells) for cells in rows)


def send(clerk, drafted, data, name):
    file = SimpleUploadedFile(name, data, "application/octet-stream")
    return clerk.post(reverse("provider:rosters:upload", args=[drafted.pk]), {"sheet": file}, follow=True)


def saved(clerk, drafted, data, name="花名册.xlsx"):
    """Send the file, take its good rows, give the people now enrolled, in order."""
    page = send(clerk, drafted, data, name)
    assert page.status_code == 200, page.content.decode()
    upload = RosterUpload.objects.get()
    receipt = clerk.post(reverse("provider:rosters:take", args=[upload.pk]), follow=True)
    assert "花名册录入回执" in receipt.content.decode()
    return [enrolment.person for enrolment in queries.enrolments(drafted.pk)]


def counted():
    return (
        Person.objects.count(),
        Enrolment.objects.count(),
        RosterUpload.objects.count(),
        Entry.objects.count(),
    )


def locked_xlsx():
    locked = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(xlsx([HEADINGS, row()]))).encrypt("secret", locked)
    return locked.getvalue()


def locked_xls():
    """The first records of a password-protected BIFF8 stream: BOF, then FILEPASS."""
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "姓名")
    out = io.BytesIO()
    book.save(out)
    data = out.getvalue()
    start = data.index(struct.pack("<HHHH", 0x0809, 16, 0x0600, 0x0005)) + 20
    filepass = struct.pack("<HHHHH", 0x002F, 54, 1, 1, 1) + bytes(48)
    return data[:start] + filepass + data[start + len(filepass) :]


def bomb():
    swollen = b"<row></row>" * 6_000_000 + b"</sheetData>"
    return repacked(xlsx([HEADINGS, row()]), SHEET, lambda body: body.replace(b"</sheetData>", swollen))


def entities():
    nested = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return repacked(xlsx([HEADINGS, row()]), SHEET, lambda body: nested + body)


LOCKED = "设了打开密码。请在 Excel 或 WPS 中取消密码（文件—信息—保护工作簿），保存后再上传。"
REFUSED = {
    "password on .xlsx": (locked_xlsx, "名单.xlsx", f"“名单.xlsx”{LOCKED}"),
    "password on .xls": (locked_xls, "名单.xls", f"“名单.xls”{LOCKED}"),
    "headings only": (
        lambda: xlsx([HEADINGS]),
        "名单.xlsx",
        "“名单.xlsx”里没有数据行。请在标题行下面填写内容，保存后再上传。",
    ),
    "only blank cells": (
        lambda: csv([[" ", "\u3000"]] * 9).encode(),
        "名单.csv",
        "“名单.csv”里没有数据行。请在标题行下面填写内容，保存后再上传。",
    ),
    "zip bomb": (
        bomb,
        "名单.xlsx",
        "“名单.xlsx”太大或异常膨胀（展开后至少 63 MB，是文件的",
    ),
    "entities": (
        entities,
        "名单.xlsx",
        "“名单.xlsx”含有不允许的内容（XML 实体定义）。请用 Excel 或 WPS 新建一个表，把数据粘贴为数值后再上传。",
    ),
    "a picture": (
        lambda: b"\x89PNG\r\n\x1a\n" + bytes(200),
        "名单.xlsx",
        "“名单.xlsx”不是电子表格（是图片）。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。",
    ),
    "half a file": (
        lambda: xlsx([HEADINGS, row()])[:3000],
        "名单.xlsx",
        "“名单.xlsx”已损坏，无法打开。请用 Excel 或 WPS 打开检查，另存为新的 .xlsx 再上传。",
    ),
    "no headings": (
        lambda: xlsx([["甲", "乙"], ["1", "2"]]),
        "名单.xlsx",
        "“名单.xlsx”前 30 行没有标题行，应有：姓名、身份证号码。请补上，或下载空白表填写后上传。",
    ),
}


@pytest.mark.parametrize(("build", "name", "said"), REFUSED.values(), ids=REFUSED)
def test_refused_beside_the_field_and_nothing_is_kept(clerk, drafted, build, name, said):
    before = counted()
    page = send(clerk, drafted, build(), name)
    assert page.status_code == 422
    assert escape(said) in page.content.decode()
    assert counted() == before


def test_empty_file_is_refused_by_the_form(clerk, drafted):
    before = counted()
    page = send(clerk, drafted, b"", "名单.xlsx")
    assert page.status_code == 422
    assert "没有数据行" in page.content.decode() or "空" in page.content.decode()
    assert counted() == before


def test_old_xls_is_saved(clerk, drafted):
    number = an_id_number().value
    (person,) = saved(
        clerk, drafted, xls([HEADINGS, row("王明", number, 联系电话="13800000001")]), "名单.xls"
    )
    assert (person.name, person.id_number, person.phone) == ("王明", number, "13800000001")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_csv_of_every_encoding_is_saved(clerk, drafted, encoding):
    number = an_id_number().value
    (person,) = saved(clerk, drafted, csv([HEADINGS, row("赵敏", number)]).encode(encoding), "名单.csv")
    assert (person.name, person.id_number) == ("赵敏", number)


@pytest.mark.parametrize("name", ["王䶮", "王㛃", "王\U00020bb7㛃䶮", "阿依古丽·买买提"])
@pytest.mark.parametrize("build", [xlsx, lambda rows: csv(rows).encode("gb18030")], ids=["xlsx", "csv"])
def test_rare_characters_are_saved_to_the_code_point_and_shown(clerk, drafted, build, name):
    file = "名单.xlsx" if build is xlsx else "名单.csv"
    (person,) = saved(clerk, drafted, build([HEADINGS, row(name)]), file)
    assert person.name == name
    page = clerk.get(reverse("provider:learners:list", args=[drafted.pk])).content.decode()
    assert name in page


def test_ten_megabytes_of_blank_rows_save_the_one_person(clerk, drafted):
    small, out = io.BytesIO(), io.BytesIO()
    book = xlsxwriter.Workbook(small)
    page, framed = book.add_worksheet(), book.add_format({"border": 1})
    page.write_row(0, 0, HEADINGS)
    page.write_row(1, 0, row("王明"))
    page.write_blank(2, 0, None, framed)
    book.close()
    blank = "".join(f'<c r="{column}{{0}}" s="1"/>' for column in "ABCDEFGHIJ")
    rows = "".join(f'<row r="{n}">{blank.format(n)}</row>' for n in range(4, 520_001))
    with zipfile.ZipFile(small) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b'<c r="A3" s="1"/>' in data
                data = data.replace(b"</sheetData>", rows.encode() + b"</sheetData>")
            made.writestr(name, data)
    assert len(out.getvalue()) > 10_000_000
    assert [person.name for person in saved(clerk, drafted, out.getvalue())] == ["王明"]


def test_formulas_with_a_result_are_saved_and_without_one_are_named(clerk, drafted):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    first, second = an_id_number().value, an_id_number().value
    page.write_row(0, 0, HEADINGS)
    page.write_row(1, 0, row("王明", first))
    page.write_formula(1, 1, '="王"&"明"', None, "王明")
    page.write_row(2, 0, row("李明", second, 2))
    page.write_formula(2, 5, '=TEXT("370299","@")', None, "")
    book.close()
    page = send(clerk, drafted, out.getvalue(), "名单.xlsx").content.decode()
    assert "“身份证号码”是没有计算结果的公式，请粘贴为数值" in page
    people = saved(clerk, drafted, out.getvalue())
    assert [(person.name, person.id_number) for person in people] == [("王明", first)]


def test_headings_merged_over_two_rows_under_a_title_are_saved(clerk, drafted):
    number = an_id_number().value
    rows = [
        ["2026年培训学员花名册（盖章）"],
        ["序号", "学员情况", None, "联系电话"],
        [None, "姓名", "身份证号码", None],
        [1, "王明", number, "13800000001"],
        ["合计", "1人"],
        ["制表人：张三"],
    ]
    people = saved(clerk, drafted, xlsx(rows, merge=("A1:D1", "A2:A3", "B2:C2", "D2:D3")))
    assert [(person.name, person.id_number, person.phone) for person in people] == [
        ("王明", number, "13800000001")
    ]


def test_numbers_kept_as_numbers_are_named_because_their_last_digits_are_gone(clerk, drafted):
    good = row("王明")
    data = xlsx([HEADINGS, good, row("李明", 370299199001011234, 2)])
    page = send(clerk, drafted, data, "名单.xlsx").content.decode()
    assert "“身份证号码”以数字格式存储，后几位已丢失，请改为文本格式重新填写" in page
    assert [person.name for person in saved(clerk, drafted, data)] == ["王明"]


def test_scientific_notation_in_csv_is_named(clerk, drafted):
    data = csv([HEADINGS, row("李明", "3.70299E+17")]).encode()
    page = send(clerk, drafted, data, "名单.csv").content.decode()
    assert "“身份证号码”以数字格式存储，后几位已丢失，请改为文本格式重新填写" in page
    assert not Enrolment.objects.exists()


def test_text_marks_full_width_digits_spaces_and_lower_case_x_are_read_as_meant(clerk, drafted):
    with_x = next(number for number in iter(lambda: an_id_number().value, None) if number.endswith("X"))
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in with_x.lower())
    plain = an_id_number().value
    rows = [
        HEADINGS,
        row(" 王　明 ", f" {wide}　", 联系电话="１３８ ００００ ０００１"),
        row("李 明", f"'{plain[:6]} {plain[6:14]} {plain[14:]}", 2),
    ]
    people = saved(clerk, drafted, xlsx(rows))
    assert [(person.name, person.id_number, person.phone) for person in people] == [
        ("王明", with_x, "13800000001"),
        ("李明", plain, ""),
    ]


def test_fifteen_digit_number_is_upgraded_and_said(clerk, drafted):
    # 1985-05-05, order 123: what the same person's 18-digit card says.
    data = xlsx([HEADINGS, row("王明", "370299850505123")])
    page = send(clerk, drafted, data, "名单.xlsx")
    shown = clerk.get(page.request["PATH_INFO"], {"show": "all"}).content.decode()
    assert "15位旧身份证号码，已换算为18位，请核对出生年份" in shown
    (person,) = saved(clerk, drafted, data)
    assert (person.id_number[:17], person.born_on) == ("37029919850505123", dt.date(1985, 5, 5))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("", "身份证号码没有填写"),
        ("3702991990010112", "身份证号码应为18位，这里有16位"),
        ("37029919900230123X", "身份证号码第7至14位不是可能的出生日期"),
        ("370299199001O11234", "身份证号码只能是数字，只有最后一位可以是X"),
        ("370299209001011234", "身份证号码里的出生日期还没有到"),
        ("370299199001010000", "身份证号码校验码不对，请核对是否录错一位"),
    ],
)
def test_wrong_number_is_named_and_the_row_beside_it_is_saved(clerk, drafted, number, said):
    data = xlsx([HEADINGS, row("李明", number), row("王明", place=2)])
    assert said in send(clerk, drafted, data, "名单.xlsx").content.decode()
    assert [person.name for person in saved(clerk, drafted, data)] == ["王明"]


def test_date_serials_and_numbers_in_other_columns_do_no_harm(clerk, drafted):
    headings = ["姓名", "身份证号码", "出生日期", "年龄", "联系电话"]
    number = an_id_number(dt.date(1990, 1, 1)).value
    data = xlsx([headings, ["王明", number, 32874, 36.0, 13800000001.0]])
    people = saved(clerk, drafted, data)
    assert [(person.id_number, person.born_on, person.phone) for person in people] == [
        (number, dt.date(1990, 1, 1), "13800000001")
    ]


def test_cells_that_look_like_formulas_or_markup_stay_text(clerk, drafted):
    rows = [
        HEADINGS,
        row("=1+1"),
        row("<script>alert(1)</script>", place=2),
        row("王明", "370299199001010000", 3),
    ]
    page = send(clerk, drafted, csv(rows).encode(), "<b>名单.csv")
    shown = clerk.get(page.request["PATH_INFO"], {"show": "all"}).content.decode()
    assert "<script>alert" not in shown
    assert "<b>名单" not in shown
    problems = clerk.get(reverse("provider:rosters:problems", args=[RosterUpload.objects.get().pk]))
    assert problems.status_code == 200
