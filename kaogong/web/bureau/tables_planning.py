"""Columns of the lists of targets, supervision, plans, meetings and assessments."""

import django_tables2 as tables
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kaogong.catalog import queries as catalog
from kaogong.planning import queries
from kaogong.web.parts.columns import DateColumn, NumberColumn, OpenColumn, StatusColumn
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import tag

from .tables import opens

_NOWRAP = {"td": {"class": "nowrap"}}
_NUM = {"td": {"class": "num nowrap"}, "th": {"class": "num"}}


def how_far(standing) -> tuple[str, str]:
    """(tone, words) of one target: reached, lagging, on its way, unknown."""
    told = standing.progress
    if told is None or told.done is None:
        return "off", gettext("还没有数据")
    if told.reached:
        return "ok", gettext("已达到")
    if standing.lags:
        return "no", gettext("滞后")
    return "now", gettext("进行中")


class RegionColumn(tables.Column):
    """A region by its name."""

    def render(self, value):
        return catalog.region_name(value)

    def value(self, value):
        return catalog.region_name(value)


class TargetTable(ListTable):
    look = "dense"  # eleven columns: units' names need the room

    title = OpenColumn(to=opens("targets"), verbose_name=_("目标"), attrs={"td": {"class": "roomy"}})
    region_code = RegionColumn(verbose_name=_("区域"), attrs=_NOWRAP)
    last_on = DateColumn(verbose_name=_("截止"))
    goal = tables.Column(verbose_name=_("目标值"), attrs=_NUM)
    done = tables.Column(verbose_name=_("完成"), attrs=_NUM)
    share = tables.Column(verbose_name=_("完成率"), attrs=_NUM)
    line = tables.Column(verbose_name=_("时间进度应为"), attrs=_NUM)
    expected = tables.Column(verbose_name=_("推算期末"), attrs=_NUM)
    far = tables.Column(verbose_name=_("进度"), attrs=_NOWRAP)
    owner = tables.Column(verbose_name=_("责任单位"), default="—", attrs={"td": {"class": "roomy"}})
    status = StatusColumn(verbose_name=_("状态"))

    def render_far(self, value):
        return tag(*value)

    def value_far(self, value):
        return value[1]


class SupervisionTable(ListTable):
    number = OpenColumn(to=opens("supervision_notices"), verbose_name=_("督办编号"), attrs=_NOWRAP)
    title = tables.Column(verbose_name=_("事项"))
    unit = tables.Column(verbose_name=_("被督办单位"))
    issued_on = DateColumn(verbose_name=_("发出日期"))
    due_on = DateColumn(verbose_name=_("回复期限"))
    late = tables.Column(verbose_name=_("逾期"), default="—")
    status = StatusColumn(verbose_name=_("状态"))

    def render_late(self, value):
        return tag("no", gettext("{n} 个工作日").format(n=value))

    def value_late(self, value):
        return value


class PlanTable(ListTable):
    title = OpenColumn(to=opens("plans"), verbose_name=_("计划"))
    region_code = RegionColumn(verbose_name=_("区域"), attrs=_NOWRAP)
    year = tables.Column(verbose_name=_("年度"))
    due_on = DateColumn(verbose_name=_("提报截止"))
    people = NumberColumn(verbose_name=_("计划人数"), default="—")
    version = tables.Column(verbose_name=_("版本"), default="—")
    status = StatusColumn(verbose_name=_("状态"))


class MeetingTable(ListTable):
    number = OpenColumn(to=opens("meetings"), verbose_name=_("会议编号"), attrs=_NOWRAP)
    title = tables.Column(verbose_name=_("会议"))
    held_on = DateColumn(verbose_name=_("召开日期"))
    items_count = NumberColumn(verbose_name=_("议题"))
    waiting = NumberColumn(verbose_name=_("待落实"))
    status = StatusColumn(verbose_name=_("状态"))


class DecisionTable(ListTable):
    subject = OpenColumn(to=lambda record: opens("meetings")(record.meeting), verbose_name=_("议题"))
    decision = tables.Column(verbose_name=_("决定"))
    owner = tables.Column(verbose_name=_("负责单位"))
    due_on = DateColumn(verbose_name=_("完成期限"), default="—")
    late = tables.Column(verbose_name=_("逾期"), default="—")
    meeting = tables.Column(accessor="meeting__title", verbose_name=_("会议"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_late(self, value):
        return tag("no", gettext("{n} 天").format(n=value))

    def value_late(self, value):
        return value


class AssessmentTable(ListTable):
    year = OpenColumn(to=opens("unit_assessments"), verbose_name=_("年度"))
    region_code = RegionColumn(verbose_name=_("区域"), attrs=_NOWRAP)
    units_count = NumberColumn(verbose_name=_("单位数"))
    object_until = DateColumn(verbose_name=_("提出意见截止"), default="—")
    published_on = DateColumn(verbose_name=_("通报日期"), default="—")
    status = StatusColumn(verbose_name=_("状态"))


def department_name(code: str) -> str:
    """A department's short name."""
    return gettext(queries.departments().get(code, code))


def programme_name(code: str) -> str:
    """A scheme's name."""
    return gettext(queries.programmes().get(code, code)) if code else "—"
