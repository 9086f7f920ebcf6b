"""Columns of person-times told twice."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.departments.queries import department_name
from kaogong.web.bureau.tables_departments import DepartmentColumn
from kaogong.web.parts.columns import MomentColumn, OpenColumn, StatusColumn
from kaogong.web.parts.lists import ListTable

from .tables import opens


class DuplicateTable(ListTable):
    name = OpenColumn(
        to=opens("record_duplicates"),
        accessor="record__name",
        verbose_name=_("姓名"),
        attrs={"td": {"class": "nowrap"}},
    )
    id_number = tables.Column(accessor="record__id_number_masked", verbose_name=_("身份证号码"), default="—")
    department = DepartmentColumn(verbose_name=_("后来的记录"))
    record = tables.Column(verbose_name=_("后来记录的培训"))
    other = tables.Column(empty_values=(), verbose_name=_("已有的培训"))
    found_at = MomentColumn(verbose_name=_("发现时间"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_record(self, value):
        return _on_one_line(value.occupation_name or value.programme_name or "—", value)

    def value_record(self, value):
        return f"{value.occupation_name or value.programme_name or '—'} {value.starts_on} — {value.ends_on}"

    def render_other(self, record):
        return _on_one_line(*_other(record))

    def value_other(self, record):
        told, taught = _other(record)
        return f"{told} {taught.starts_on} — {taught.ends_on}"


def _other(duplicate) -> tuple[str, Any]:
    """What was told already, in words, and the training whose days it has."""
    if duplicate.enrolment_id is not None:
        taught = duplicate.enrolment.training_class
        return f"{gettext('本系统')} {taught.number} {taught.title}", taught
    other = duplicate.other
    return f"{department_name(other.department_code)} {other.occupation_name or other.programme_name}", other


def _on_one_line(told: str, taught: Any) -> str:
    return format_html(
        '{} <span class="nowrap">{} — {}</span>', told, str(taught.starts_on), str(taught.ends_on)
    )
