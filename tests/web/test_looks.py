"""What pages share: days of instants, figures to the right, charts as tall as their bars need, where a grant waits."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms

import kaogong.web
from kaogong.funds.queries.bank_books import BookItem
from kaogong.grants.states import GRANT
from kaogong.ledger.states import STATES
from kaogong.web.bureau.tables_money import BatchPaymentTable, PaymentTable, TrialTable
from kaogong.web.bureau.views.reconciling import item_label
from kaogong.web.parts.columns import DateColumn
from kaogong.web.parts.forms import AccountNumberField
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


def test_money_from_above_taken_back_in_the_books_is_told_as_a_correction():
    told = [item_label(BookItem("transfer", 1, date(2026, 11, 18), fen, "凭证119")) for fen in (100, -100)]
    assert told == ["资金到位", "更正资金到位"]


def test_number_at_the_end_of_a_purpose_stays_on_one_line():
    told = PaymentTable([]).render_purpose("生活费补贴 SL-2026-000007")
    assert told == '生活费补贴 <span class="nowrap">SL-2026-000007</span>'
    assert PaymentTable([]).render_purpose("生活费 补贴") == "生活费 补贴"


def test_payments_of_a_batch_do_not_repeat_its_number():
    shown, exported = BatchPaymentTable([]).columns.names(), BatchPaymentTable([]).export_columns()
    assert "batch" in PaymentTable([]).columns.names()
    assert "batch" not in shown and "batch" not in [name for name, _heading, _kind in exported]


def test_trial_balance_shows_on_a_page_only_what_something_is_in_and_keeps_all_for_the_sheet():
    row = {f"{state}_fen": 0 for state in STATES} | {
        "budgeted_fen": 100,
        "frozen_fen": 5,
        "difference_fen": 0,
    }
    row |= {"fund_code": "ZX", "year": 2026, "programme": "x", "source_level": "city"}
    table = TrialTable([SimpleNamespace(**row)])
    kept = {name for name, _heading, _kind in table.export_columns()}
    assert {"year", "source_level", "written_off_fen", "difference_fen"} <= kept
    table.on_page([SimpleNamespace(**row)])
    shown = {column.name for column in table.columns}
    assert "frozen_fen" in shown
    assert not {"year", "source_level", "returned_fen", "written_off_fen", "difference_fen"} & shown
    wrong = SimpleNamespace(**row | {"difference_fen": 1})
    table = TrialTable([wrong])
    table.on_page([wrong])
    assert "difference_fen" in {column.name for column in table.columns}


def _brightness(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_of_a_chart_stands_out_from_the_dark_card():
    web = Path(kaogong.web.__file__).parent
    told = (web / "static/kaogong/app.js").read_text(encoding="utf-8")
    in_dark = dict(re.findall(r'"(#[0-9a-f]{6})": "(#[0-9a-f]{6})"', told))
    theme = (web / "static/kaogong/theme.css").read_text(encoding="utf-8")
    card = re.search(r"\[data-bs-theme=dark\].*?--kg-card:(#[0-9a-f]{6})", theme, re.S)[1]
    used = {
        colour
        for part in ("bureau", "parts")
        for path in (web / part).rglob("*.py")
        for colour in re.findall(r'"(#[0-9a-f]{6})"', path.read_text(encoding="utf-8"))
    }
    assert "#286459" in used
    dim = [
        colour
        for colour in sorted(used)
        if (_brightness(in_dark.get(colour, colour)) + 0.05) / (_brightness(card) + 0.05) < 3
    ]
    assert not dim


@pytest.mark.parametrize(
    "written", ["3702 9900-0000 0000188", "３７０２９９００００００００００１８８", " 3702990000000000188 "]
)
def test_account_number_is_kept_in_digits_however_it_is_typed(written):
    assert AccountNumberField().clean(written) == "3702990000000000188"


@pytest.mark.parametrize("written", ["1234567", "--------", "1" * 33, "37029900000000001x"])
def test_account_number_that_is_none_is_refused_where_it_is_typed(written):
    with pytest.raises(forms.ValidationError, match="8 至 32"):
        AccountNumberField().clean(written)
