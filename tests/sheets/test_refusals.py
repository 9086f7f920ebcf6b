"""Files that are not taken: each refused by its own name, quickly, with a sentence that says what to do."""

import contextlib
import io
import random
import re
import struct
import time
import zipfile

import msoffcrypto.format.ooxml
import pytest
import pyxlsbwriter
import xlsxwriter
import xlwt

from kaogong import sheets
from tests.sheets.making import HEADINGS, PEOPLE, ods, repacked, xls, xlsx

SHEET = "xl/worksheets/sheet1.xml"


def read(data, filename="花名册.xlsx", **more):
    return sheets.read(data, filename, layout=sheets.ROSTER, **more)


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name.replace("__", "/"), body)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "图片"),
        ("<html><table><tr><td>姓名</td></tr></table></html>".encode(), "网页"),
        (b"\x00\x01\x02\xff\xfe\x9f" * 50, "不是文字"),
        (zipped(**{"a.txt": "x"}), "压缩包"),
        (zipped(**{"word__document.xml": "<x/>"}), "Word"),
    ],
)
def test_refuse_what_is_not_a_spreadsheet(data, found):
    with pytest.raises(sheets.NotASpreadsheet) as refusal:
        read(data)
    assert found in refusal.value.message
    assert "另存为 .xlsx" in refusal.value.message


def test_refuse_encrypted_xlsx():
    locked = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(xlsx([HEADINGS, *PEOPLE]))).encrypt("secret", locked)
    with pytest.raises(sheets.PasswordProtected, match="取消密码"):
        read(locked.getvalue())


def test_refuse_encrypted_xls():
    # The first records of a password-protected BIFF8 stream: BOF, then FILEPASS (RC4).
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "姓名")
    out = io.BytesIO()
    book.save(out)
    data = out.getvalue()
    bof = data.index(struct.pack("<HHHH", 0x0809, 16, 0x0600, 0x0005))
    filepass = struct.pack("<HHHHH", 0x002F, 54, 1, 1, 1) + bytes(48)
    start = bof + 20
    with pytest.raises(sheets.PasswordProtected):
        read(data[:start] + filepass + data[start + len(filepass) :], "a.xls")


def test_refuse_encrypted_ods():
    data = repacked(
        ods([["姓名"]]),
        "META-INF/manifest.xml",
        lambda body: body.replace(b"></m", b"><manifest:encryption-data/></m"),
    )
    with pytest.raises(sheets.PasswordProtected):
        read(data, "a.ods")


@pytest.mark.parametrize("data", [b"", b"\n\n", xlsx([]), xlsx([HEADINGS]), xlsx([HEADINGS, [1], [2]])])
def test_refuse_empty(data):
    with pytest.raises(sheets.EmptySheet):
        read(data)


def test_refuse_headings_not_found():
    with pytest.raises(sheets.HeadingsNotFound) as refusal:
        read(xlsx([["甲", "乙", "丙"], ["1", "2", "3"]]))
    assert "姓名、身份证号码" in refusal.value.message
    assert "前 30 行" in refusal.value.message


def test_refuse_more_rows_than_allowed():
    data = xlsx([HEADINGS, *PEOPLE * 3])
    assert read(data, row_limit=6).frame.height == 6
    with pytest.raises(sheets.TooManyRows) as refusal:
        read(data, row_limit=5)
    assert refusal.value.facts["found"] == 6


def test_refuse_zip_bomb_quickly():
    data = repacked(
        xlsx([HEADINGS, *PEOPLE]),
        SHEET,
        lambda body: body.replace(b"</sheetData>", b"<row></row>" * 6_000_000 + b"</sheetData>"),
    )
    assert len(data) < 400_000
    started = time.perf_counter()
    with pytest.raises(sheets.TooLarge, match="膨胀"):
        read(data)
    assert time.perf_counter() - started < 3


def test_refuse_zip_bomb_that_lies_about_its_size():
    bomb = repacked(xlsx([HEADINGS, *PEOPLE]), SHEET, lambda body: body + b" " * 60_000_000)
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        true_size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    lying = bomb.replace(true_size, (1000).to_bytes(4, "little"))
    assert lying != bomb
    with pytest.raises((sheets.TooLarge, sheets.DamagedFile)):
        read(lying)


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml"])
def test_refuse_entities(part):
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with pytest.raises(sheets.UnsafeContent, match="实体"):
        read(repacked(xlsx([HEADINGS, *PEOPLE]), part, lambda body: entities + body))


@pytest.mark.parametrize("cell", ["XFD1048576", "ZZ900000", "A1048577"])
def test_refuse_a_grid_stretched_by_one_far_cell(cell):
    far = f'<row r="{cell.lstrip("XFDZA")}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    with pytest.raises(sheets.TooLarge):
        read(repacked(xlsx([HEADINGS, *PEOPLE]), SHEET, lambda body: body.replace(b"</sheetData>", far)))


def test_refuse_ods_with_a_row_repeated_a_million_times():
    row = "<text:p>甲</text:p></table:table-cell></table:table-row>"
    tail = (
        '<table:table-row table:number-rows-repeated="1048000">'
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="900">{row}'
    )
    with pytest.raises(sheets.TooLarge):
        read(ods([HEADINGS], tail=tail), "a.ods")


def test_refuse_damaged():
    whole = xlsx([HEADINGS, *PEOPLE])
    with pytest.raises(sheets.DamagedFile):
        read(whole[: len(whole) // 2])
    with pytest.raises(sheets.DamagedFile):
        read(repacked(whole, SHEET, lambda body: body[: len(body) // 2]))


def test_megabytes_of_blank_rows_read_as_few():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    page, framed = book.add_worksheet(), book.add_format({"border": 1})
    page.write_row(0, 0, HEADINGS)
    page.write_row(1, 0, PEOPLE[0])
    for column in range(10):
        page.write_blank(2, column, None, framed)
    book.close()
    last = 350_000

    def repeated(body: bytes) -> bytes:
        """The third row again and again, much quicker than written cell by cell."""
        third = re.search(rb'<row r="3">.*?</row>', body)[0]
        rows = b"".join(third.replace(b'3"', b'%d"' % row) for row in range(3, last + 1))
        return body.replace(third, rows).replace(b':J3"', b':J%d"' % last)

    data = repacked(out.getvalue(), SHEET, repeated)
    assert len(data) > 5_000_000
    table = read(data)
    assert table.frame["name"].to_list() == ["王㛃䶮"]


def test_a_million_blank_lines_in_csv():
    data = "姓名,身份证号码\n王明,370299199001011234\n".encode() + b",\n" * 1_200_000
    table = read(data, "a.csv")
    assert table.frame.height == 1


def test_a_file_with_flipped_bytes_is_read_or_refused_never_a_crash():
    chance = random.Random(7)
    for whole in (xlsx([HEADINGS, *PEOPLE]), ods([HEADINGS, ["1", "王明"]]), xls([HEADINGS, *PEOPLE])):
        for turn in range(60):
            broken = bytearray(whole)
            for _ in range(chance.choice([1, 3, 20])):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            if turn % 5 == 0:
                del broken[chance.randrange(len(broken)) :]
            with contextlib.suppress(sheets.SheetRefused):
                read(bytes(broken))


def test_refuse_xlsb_stretched_by_one_far_cell(tmp_path):
    path = tmp_path / "a.xlsb"
    with pyxlsbwriter.XlsbWriter(str(path)) as book:
        book.add_sheet("花名册")
        book.write_sheet([HEADINGS, *PEOPLE])
    data = path.read_bytes()
    table = read(data, "a.xlsb")
    assert table.frame["name"].to_list() == ["王㛃䶮", "李明"]
    assert table.frame["age"].to_list() == ["36", "41"]
    row_header = bytes([0, 25]) + (1_048_575).to_bytes(4, "little") + bytes(21)
    cell = bytes([5, 16]) + (16_383).to_bytes(4, "little") + bytes(12)
    end_of_data = bytes([0x92, 0x01, 0x00])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = next(
            name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".bin")
        )
        assert archive.read(part).count(end_of_data) == 1
    with pytest.raises(sheets.TooLarge):
        read(
            repacked(data, part, lambda body: body.replace(end_of_data, row_header + cell + end_of_data)),
            "a.xlsb",
        )
