"""What card readers, offline devices and paper lists say."""

from datetime import datetime, time
from io import BytesIO

import openpyxl
import pytest

from kaogong.presence import operations
from kaogong.presence.models import CheckIn, CheckInImport
from kaogong.presence.operations.importing import read_instant
from kaogong.training.models import Attendance
from tests.presence.rooms import DAY, NINE, ago, make_room

pytestmark = pytest.mark.django_db
LATER = NINE + ago(24 * 60)


def xlsx(*rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def take(room, data, name="刷卡.xlsx", **more):
    return operations.import_check_ins(room.training_class.pk, data, name, by=room.clerk, at=LATER, **more)


def names(room):
    return [person.name for person in room.people]


def test_import_check_ins_takes_good_rows_and_names_the_bad():
    room = make_room(4)
    a, b, c, _ = names(room)
    receipt = take(
        room,
        xlsx(
            ["姓名", "身份证号码", "日期", "打卡时间", "进/出"],
            [a, room.people[0].id_number, DAY, time(8, 55), "进"],
            [a, room.people[0].id_number, DAY, time(11, 58), "出"],
            [b, None, "2026年6月1日", "9:20", ""],
            ["外人", None, DAY, time(9, 0), ""],
            [c, room.people[0].id_number, DAY, time(9, 0), ""],
            [c, None, DAY, "早上", ""],
            [c, None, "2026-06-29", "9:00", ""],
            [c, None, DAY, "22:10", ""],
        ),
    )
    assert (receipt.rows_total, receipt.taken, receipt.known) == (8, 3, 0)
    assert [row for row, _ in receipt.problems] == [5, 6, 7, 8, 9]
    assert [what for _, what in receipt.problems] == [
        "不在本班名单",
        "姓名与身份证号码不符",
        "时间“早上”不能识别",
        "2026-06-29没有课",
        "2026-06-01 22:10不在任何一次课的签到时间内",
    ]
    found = {(row.enrolment.sequence, row.phase) for row in CheckIn.objects.select_related("enrolment")}
    assert found == {(1, "in"), (1, "out"), (2, "in")}
    kept = CheckInImport.objects.get()
    assert kept.problems[0] == [5, "不在本班名单"] and not any(n in str(kept.problems) for n in names(room))


def test_import_check_ins_same_file_and_same_rows_change_nothing():
    room = make_room()
    header, row = (
        ["姓名", "签到时间", "签退时间"],
        [names(room)[0], "2026-06-01 08:50:11", "2026-06-01 12:03"],
    )
    first = take(room, xlsx(header, row))
    assert (first.taken, first.is_same_file) == (2, False)
    again = take(room, xlsx(header, row, [names(room)[1], "2026-06-01 08:51", None]))
    assert (again.taken, again.known) == (1, 2)
    data = xlsx(header, row)
    take(room, data, "a.xlsx")
    same = take(room, data, "b.xlsx")
    assert same.is_same_file and same.taken == 0
    assert CheckIn.objects.count() == 3


def test_import_check_ins_of_csv_as_a_reader_writes_it():
    room = make_room()
    data = "姓名,刷卡日期时间\n" + "\n".join(
        f"{name},2026-06-01 08:5{n}:00" for n, name in enumerate(names(room))
    )
    assert take(room, data.encode("gb18030"), "kq.csv").taken == 3


def test_import_check_ins_several_swipes_are_the_first_coming_and_the_last_going():
    room = make_room()
    name = names(room)[0]
    times = ["08:50", "08:58", "10:30", "11:45", "12:01"]
    take(room, xlsx(["姓名", "日期", "时间"], *[[name, DAY, at] for at in times]))
    rows = {row.phase: row.stands_for for row in CheckIn.objects.all()}
    assert rows == {"in": NINE - ago(10), "out": NINE + ago(181)}


def test_import_check_ins_by_card_are_lower_evidence_than_a_phone_and_write_the_mark():
    room = make_room()
    name = names(room)[0]
    receipt = take(room, xlsx(["姓名", "日期", "签到时间", "签退时间"], [name, DAY, "08:50", "12:00"]))
    (row, *_) = operations.weigh_session(receipt.sessions[0], by=room.clerk, at=LATER)
    assert (row.score, row.weakest) == (55, "who")
    assert Attendance.objects.get(enrolment=room.enrolment(0)).mark == "P"


def test_import_check_ins_of_a_signed_paper_sheet():
    room = make_room()
    receipt = take(
        room, xlsx(["姓名", "日期", "签名"], [names(room)[0], DAY, "√"]), "签到表.xlsx", source="paper"
    )
    assert receipt.taken == 2  # the morning's session and the afternoon's
    row = CheckIn.objects.order_by("id").first()
    assert row.is_signed and row.source == "paper"
    (found, *_) = operations.weigh_session(room.session.pk, by=room.clerk, at=LATER)
    assert found.score == 40 and found.links["who"]["points"] == 65


def test_import_check_ins_with_two_of_one_name_asks_for_the_number():
    room = make_room()
    room.people[1].name = room.people[0].name
    room.people[1].save(update_fields=["name"])
    receipt = take(room, xlsx(["姓名", "日期", "时间"], [names(room)[0], DAY, "09:00"]))
    assert receipt.problems == ((2, "班里有2人同名，请填身份证号码"),)


def test_import_check_ins_without_a_time_column_is_refused():
    room = make_room()
    with pytest.raises(operations.CheckInSheetUnclear):
        take(room, xlsx(["姓名", "日期", "备注"], [names(room)[0], DAY, "到"]))


def test_import_check_ins_from_an_unknown_source_is_refused():
    with pytest.raises(operations.SourceUnknown):
        take(make_room(), b"", source="phone")


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("08:55", None, time(8, 55)),
        ("8时05分", None, time(8, 5)),
        ("8：05：09", None, time(8, 5, 9)),
        ("2026-06-01 08:55:10", DAY, time(8, 55, 10)),
        ("2026/6/1 8:55", DAY, time(8, 55)),
        ("2026年6月1日8:55", DAY, time(8, 55)),
        ("1899-12-31 08:55:00", None, time(8, 55)),
        ("0.375", None, time(9, 0)),
        ("46174.375", DAY, time(9, 0)),
        ("25:61", None, None),
        ("早上", None, None),
        ("2026-02-30 09:00", None, None),
        ("", None, None),
    ],
)
def test_read_instant(text, day, clock):
    assert read_instant(text) == (day, clock)


def test_excel_day_of_the_test_is_the_day():
    assert (datetime(2026, 6, 1) - datetime(1899, 12, 30)).days == 46174
