"""What pages share: days of instants, figures to the right, charts as tall as their bars need, where a grant waits."""

from datetime import UTC, date, datetime

import pytest

from kaogong.grants.states import GRANT
from kaogong.web.bureau.tables_money import BatchPaymentTable, PaymentTable
from kaogong.web.parts.columns import DateColumn
from kaogong.web.parts.granting import steps
from kaogong.web.parts.records import Section
from kaogong.web.parts.templatetags.parts import chart


def test_date_column_of_an_instant_tells_the_day_it_fell_on_here():
    late = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # seven in the morning of the 23rd in Shanghai
    column = DateColumn()
    assert (column.render(late), column.value(late)) == ("2026-11-23", date(2026, 11, 23))
    assert column.render(date(2026, 11, 22)) == "2026-11-22"


@pytest.mark.parametrize(
    ("column", "is_figures"),
    [
        (["¥1,200.00", '<a href="/x/">¥0.00</a>', "—"], True),
        (["21人", "1,505人次"], True),
        (["29.9%", None], True),
        (["370211", "370299"], False),  # a region's number
        (["13800000000"], False),  # a telephone
        (["2026-11-23"], False),
        (["第2条"], False),
        (["—", None], False),
        (["3", "未登记"], False),
    ],
)
def test_section_knows_a_column_of_figures(column, is_figures):
    section = Section("x", "x", head=["x"], rows=[(cell,) for cell in column])
    assert section.headings == [("x", is_figures)]
    assert {cell[3] for row in section.cells for cell in row} == {is_figures}


@pytest.mark.parametrize(("bars", "size"), [(2, ""), (8, "tall"), (13, "tallest")])
def test_chart_of_lying_bars_is_as_tall_as_they_need(bars, size):
    option = {"yAxis": {"type": "category", "data": ["名称"] * bars}}
    assert f'class="chart-area {size}"' in chart("x", "x", option)


def test_chart_keeps_the_size_asked_for():
    assert 'class="chart-area tallest"' in chart("x", "x", {"yAxis": [{"type": "value"}]}, "tallest")


@pytest.mark.parametrize(
    ("status", "waits_at"),
    [("submitted", "审核"), ("reviewed", "批准"), ("approved", "公示"), ("cleared", "拨付")],
)
def test_grant_stands_at_the_step_it_waits_for(status, waits_at):
    assert [label for label, _small, state in steps(status) if state == "here"] == [waits_at]


def test_every_status_of_a_grant_has_its_step():
    assert all(steps(status) for status in GRANT.states)


def test_number_at_the_end_of_a_purpose_stays_on_one_line():
    told = PaymentTable([]).render_purpose("生活费补贴 SL-2026-000007")
    assert told == '生活费补贴 <span class="nowrap">SL-2026-000007</span>'
    assert PaymentTable([]).render_purpose("生活费 补贴") == "生活费 补贴"


def test_payments_of_a_batch_do_not_repeat_its_number():
    shown, exported = BatchPaymentTable([]).columns.names(), BatchPaymentTable([]).export_columns()
    assert "batch" in PaymentTable([]).columns.names()
    assert "batch" not in shown and "batch" not in [name for name, _heading, _kind in exported]
