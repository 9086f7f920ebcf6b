"""The roster the import is measured on: thirteen real headings, two rows in a hundred wrong."""

from datetime import date
from pathlib import Path

import xlsxwriter

from kaogong.demo.city import City

HEADINGS = (
    "序号", "姓名", "性别", "学历", "年龄", "身份证号码", "联系电话", "户口所在地", "户口性质",
    "就业安排承诺单位", "人员类别", "开户银行", "银行账号",
)  # fmt: skip
WRONG_EVERY = 50
_EDUCATION = {"12": "硕士研究生", "21": "大学本科", "31": "大学专科", "40": "中等专科", "50": "技工学校",
              "61": "普通高中", "62": "职业高中", "70": "初中", "80": "小学"}  # fmt: skip
_KINDS = ("", "", "农村转移就业劳动者", "城镇登记失业人员", "企业在职职工")


def write_roster(path: Path, rows: int, *, seed: int = 1, heading_rows: int = 2) -> int:
    """Write a roster of that many people; how many of its rows are wrong.

    Of the wrong ones half have a false check character, a quarter no name, a quarter repeat a row above.
    """
    city = City(seed=seed, people=rows, on=date(2026, 11, 1))
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("花名册")
    text = book.add_format({"num_format": "@", "border": 1})
    if heading_rows == 2:
        sheet.write_string(0, 0, "培训学员花名册")
    first = heading_rows - 1
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(first, column, heading, text)
    wrong, before = 0, ""
    for place, person in enumerate(city.people_frame.iter_rows(named=True), start=1):
        name, number = person["name"], person["id_number"]
        if place % WRONG_EVERY == 0:
            wrong += 1
            kind = place // WRONG_EVERY % 4
            if kind < 2:
                number = number[:-1] + ("0" if number[-1] != "0" else "1")
            elif kind == 2:
                name = ""
            else:
                number = before
        else:
            before = number
        born = person["born_on"]
        employer = city.companies[person["employer_number"] - 1].name if person["employer_number"] else ""
        cells = (
            name, person["sex"], _EDUCATION[person["education_code"]], None, number, person["phone"],
            "山东省青岛市示例区", "农业" if person["household_kind"] == "agricultural" else "非农业", employer,
            _KINDS[place % len(_KINDS)], "示例银行示例区支行", person["bank_card"],
        )  # fmt: skip
        sheet.write_number(first + place, 0, place)
        sheet.write_number(first + place, 4, 2026 - born.year - ((born.month, born.day) > (12, 1)))
        for column, cell in enumerate(cells, start=1):
            if cell:
                sheet.write_string(first + place, column, cell, text)
    book.close()
    return wrong
