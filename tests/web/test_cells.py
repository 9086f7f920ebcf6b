"""Cells of a list: escaped once, labelled, the same for each row however they are asked for."""

import django_tables2 as tables
import pytest

from kaogong.people.models import Person
from kaogong.training.models import Session
from kaogong.web.parts.cells import rows_for_sheet, rows_of_cells
from kaogong.web.parts.columns import MoneyColumn, OpenColumn
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag


class Sums(ListTable):
    name = OpenColumn(to=lambda record: f"/people/{record['name']}/", verbose_name="姓名")
    place = tables.Column(accessor="where__town", verbose_name="所在地", attrs={"td": {"class": "nowrap"}})
    amount = MoneyColumn(verbose_name="金额")
    mark = tables.Column(empty_values=(), verbose_name="状态")

    def render_mark(self, record):
        return tag("ok", "好") if record["amount"] else "—"

    def value_mark(self, record):
        return "好" if record["amount"] else ""


ROWS = [
    {"name": "<b>张三</b>", "where": {"town": "甲&乙"}, "amount": 123456},
    {"name": "李四", "where": None, "amount": None},
]


def test_rows_of_cells_escape_what_people_wrote_and_label_every_cell():
    (first, cells), (_, empty) = rows_of_cells(Sums(ROWS), ROWS)
    assert first is ROWS[0]
    assert cells == (
        '<td data-label="姓名"><a href="/people/&lt;b&gt;张三&lt;/b&gt;/">&lt;b&gt;张三&lt;/b&gt;</a></td>'
        '<td class="nowrap" data-label="所在地">甲&amp;乙</td>'
        '<td class="num" data-label="金额">¥1,234.56</td>'
        '<td data-label="状态"><span class="tag ok"><span aria-hidden="true">✓</span> 好</span></td>'
    )
    assert '<td class="nowrap" data-label="所在地">—</td><td class="num" data-label="金额">—</td>' in empty


def test_rows_for_sheet_hold_values_and_only_the_columns_asked_for():
    found = list(rows_for_sheet(Sums(ROWS), ROWS, ["name", "amount", "mark"]))
    assert found == [
        {"name": "<b>张三</b>", "amount": 123456, "mark": "好"},
        {"name": "李四", "amount": None, "mark": ""},
    ]


class Sessions(ListTable):
    kind = tables.Column()
    trainer = tables.Column(accessor="trainer__name")
    hours = tables.TemplateColumn("{{ record.hours_hundredths|hours }}·{{ row_counter }}")


def test_field_with_choices_is_told_by_its_label_and_a_missing_relation_by_a_dash():
    rows = [Session(kind="theory", hours_hundredths=150), Session(kind="practice", hours_hundredths=200)]
    told = [cells for _, cells in rows_of_cells(Sessions(rows), rows)]
    assert 'data-label="Kind">理论</td>' in told[0]
    assert 'data-label="Kind">实训</td>' in told[1]
    assert '<td data-label="Trainer">—</td>' in told[0]
    assert '<td data-label="Hours">2·' in told[1]


@pytest.mark.parametrize("name", ["name", "id_number_masked"])
def test_plain_field_of_a_record_is_read_from_it(name):
    table = type("One", (ListTable,), {name: tables.Column()})
    person = Person(**{name: "张三"})
    assert "张三" in next(rows_of_cells(table([person]), [person]))[1]
