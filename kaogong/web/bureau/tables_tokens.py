"""Columns of departments' tokens."""

import django_tables2 as tables
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.web.bureau.tables_departments import DepartmentColumn
from kaogong.web.parts.columns import DateColumn, MomentColumn, OpenColumn
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag

from .tables import opens


class TokenTable(ListTable):
    system_name = OpenColumn(to=opens("department_tokens"), verbose_name=_("系统名称"))
    department = DepartmentColumn()
    issued_at = MomentColumn(verbose_name=_("发放时间"))
    issued_by = tables.Column(verbose_name=_("发放人"))
    last_on = DateColumn(verbose_name=_("有效至"))
    last_used_at = MomentColumn(verbose_name=_("最近使用"), default="—")
    status = tables.Column(verbose_name=_("状态"))

    def value_status(self, record):
        return (
            gettext("已到期") if record.status == "issued" and record.is_over else record.get_status_display()
        )

    def render_status(self, record):
        usable = record.status == "issued" and not record.is_over
        return tag("ok" if usable else "no", self.value_status(record))
