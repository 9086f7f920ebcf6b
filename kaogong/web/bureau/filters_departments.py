"""Filters of what departments sent."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.departments import queries as departments
from kaogong.departments.states import DEPARTMENT_FILE, RECORD_DUPLICATE
from kaogong.people.states import PERSON_MERGE

from .filters import DayFilter

_ALL = _("全部")


def _departments():
    return list(departments.senders().items())


class FileFilter(filters.FilterSet):
    department = filters.ChoiceFilter(
        label=_("报送部门"), field_name="department_code", choices=_departments, empty_label=_ALL
    )
    status = filters.ChoiceFilter(
        label=_("状态"),
        choices=[(code, _(label)) for code, label in DEPARTMENT_FILE.choices],
        empty_label=_ALL,
    )
    ends_from = DayFilter(label=_("期间至（从）"), field_name="to_on", lookup_expr="gte")
    ends_to = DayFilter(label=_("期间至（到）"), field_name="to_on", lookup_expr="lte")


class RecordFilter(filters.FilterSet):
    department = filters.ChoiceFilter(
        label=_("报送部门"), field_name="department_code", choices=_departments, empty_label=_ALL
    )
    file = filters.NumberFilter(label=_("文件编号"), field_name="file_id")
    name = filters.CharFilter(label=_("姓名"), lookup_expr="startswith")
    ends_from = DayFilter(label=_("结束日期从"), field_name="ends_on", lookup_expr="gte")
    ends_to = DayFilter(label=_("结束日期至"), field_name="ends_on", lookup_expr="lte")
    matched = filters.ChoiceFilter(
        label=_("对应到人"), choices=[("yes", _("是")), ("no", _("否"))], empty_label=_ALL, method="by_match"
    )
    counted = filters.ChoiceFilter(
        label=_("计入统计"),
        choices=[("yes", _("是")), ("no", _("否"))],
        empty_label=_ALL,
        method="by_counted",
    )

    def by_match(self, rows, _name, value):
        return rows.filter(person__isnull=value == "no")

    def by_counted(self, rows, _name, value):
        return rows.filter(is_duplicate=value == "no")


class DuplicateFilter(filters.FilterSet):
    status = filters.ChoiceFilter(
        label=_("状态"),
        choices=[(code, _(label)) for code, label in RECORD_DUPLICATE.choices],
        empty_label=_ALL,
    )
    department = filters.ChoiceFilter(
        label=_("报送部门"), field_name="department_code", choices=_departments, empty_label=_ALL
    )


class MergeFilter(filters.FilterSet):
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(code, _(label)) for code, label in PERSON_MERGE.choices], empty_label=_ALL
    )
