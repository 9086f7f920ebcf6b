"""Columns of what departments sent, and of people registered twice."""

from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.catalog import queries as catalog
from kaogong.departments.queries import department_name
from kaogong.web.parts.columns import (
    DateColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    OpenColumn,
    StatusColumn,
)
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import permille, tag

from .tables import opens


class DepartmentColumn(tables.Column):
    """A department by its short name."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("accessor", "department_code")
        kwargs.setdefault("verbose_name", _("部门"))
        super().__init__(*args, **kwargs)

    def render(self, value):
        return department_name(value)

    def value(self, value):
        return department_name(value)


class ShareColumn(tables.Column):
    """Thousandths as per cent."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("default", "—")
        super().__init__(*args, attrs={"td": {"class": "num"}, "th": {"class": "num"}}, **kwargs)

    def render(self, value):
        return permille(value)

    def value(self, value):
        return permille(value)


class FileTable(ListTable):
    filename = OpenColumn(to=opens("department_files"), verbose_name=_("文件"))
    department = DepartmentColumn()
    region = tables.Column(accessor="region_code", verbose_name=_("区域"))
    from_on = DateColumn(verbose_name=_("期间从"))
    to_on = DateColumn(verbose_name=_("期间至"))
    rows_total = NumberColumn(verbose_name=_("行数"))
    rows_problem = NumberColumn(verbose_name=_("问题行"))
    totals = tables.Column(empty_values=(), verbose_name=_("合计"))
    sent_at = MomentColumn(verbose_name=_("报送时间"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_region(self, value):
        return catalog.region_name(value)

    value_region = render_region

    def value_totals(self, record):
        if not record.totals_differ:
            return gettext("相符") if record.status != "received" else "—"
        return gettext("不符，已说明") if record.totals_explained else gettext("不符")

    def render_totals(self, record):
        said = self.value_totals(record)
        return tag("ask" if record.totals_explained else "no", said) if record.totals_differ else said


class SumSheetTable(ListTable):
    filename = OpenColumn(to=opens("sum_sheets"), verbose_name=_("文件"))
    department = DepartmentColumn()
    region = tables.Column(accessor="region_code", verbose_name=_("区域"))
    from_on = DateColumn(verbose_name=_("期间从"))
    to_on = DateColumn(verbose_name=_("期间至"))
    rows_total = NumberColumn(verbose_name=_("行数"))
    rows_problem = NumberColumn(verbose_name=_("问题行"))
    times_total = NumberColumn(verbose_name=_("人次"))
    sent_at = MomentColumn(verbose_name=_("报送时间"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_region(self, value):
        return catalog.region_name(value)

    value_region = render_region


class RecordTable(ListTable):
    name = tables.Column(verbose_name=_("姓名"), attrs={"td": {"class": "nowrap"}})
    id_number = tables.Column(accessor="id_number_masked", verbose_name=_("身份证号码"), default="—")
    department = DepartmentColumn()
    programme = tables.Column(accessor="programme_name", verbose_name=_("培训项目"), default="—")
    occupation = tables.Column(accessor="occupation_name", verbose_name=_("培训工种"), default="—")
    starts_on = DateColumn(verbose_name=_("开始"))
    ends_on = DateColumn(verbose_name=_("结束"))
    subsidy_fen = MoneyColumn(verbose_name=_("补贴金额"))
    provider_name = tables.Column(verbose_name=_("培训单位"), default="—")
    counted = tables.Column(empty_values=(), verbose_name=_("计入统计"))

    def value_counted(self, record):
        if record.is_duplicate:
            return gettext("重复或待核定，不计入")
        return gettext("计入") if record.person_id else gettext("只计人次")

    def render_counted(self, record):
        tone = "no" if record.is_duplicate else "ok" if record.person_id else "ask"
        return tag(tone, self.value_counted(record))

    def render_name(self, value, record):
        if record.person_id and self.links:
            return format_html(
                '<a href="{}">{}</a>', reverse("bureau:people:detail", args=[record.person_id]), value
            )
        return value

    def value_name(self, value):
        return value

    links = False


class LinkedRecordTable(RecordTable):
    """The same for whoever may open people's files."""

    links = True


class QualityTable(ListTable):
    department = tables.Column(verbose_name=_("部门"))
    files = NumberColumn(verbose_name=_("文件"))
    rows = NumberColumn(verbose_name=_("报送行数"))
    good_share = ShareColumn(verbose_name=_("合格率"))
    matched_share = ShareColumn(verbose_name=_("对应到人率"))
    on_time_share = ShareColumn(verbose_name=_("按时率"))
    once_share = ShareColumn(verbose_name=_("不重复率"))
    score = ShareColumn(verbose_name=_("质量得分"))

    def render_department(self, value, record):
        which = urlencode({"department": record.department_code})
        return format_html('<a href="{}?{}">{}</a>', reverse("bureau:department_files:list"), which, value)

    def value_department(self, value):
        return value


class MergeTable(ListTable):
    kept = OpenColumn(to=opens("person_merges"), verbose_name=_("保留的档案"))
    merged = tables.Column(verbose_name=_("并入的档案"))
    evidence = tables.Column(verbose_name=_("依据"))
    proposed_at = MomentColumn(verbose_name=_("提请时间"))
    status = StatusColumn(verbose_name=_("状态"))
