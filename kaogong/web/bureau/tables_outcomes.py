"""Columns of surveys, follow-ups and rates."""

from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kaogong.catalog import queries as catalog
from kaogong.web.parts.columns import DateColumn, NumberColumn, OpenColumn, StatusColumn
from kaogong.web.parts.lists import ListTable
from kaogong.web.parts.templatetags.parts import permille

from .tables import opens


class SurveyTable(ListTable):
    title = OpenColumn(to=opens("surveys"), accessor="training_class__title", verbose_name=_("班次"))
    institution = tables.Column(accessor="institution__name", verbose_name=_("机构"))
    round_code = tables.Column(verbose_name=_("轮次"))
    closes_on = DateColumn(verbose_name=_("截止"))
    invited = NumberColumn(verbose_name=_("应评"))
    answered = NumberColumn(verbose_name=_("已评"))
    aside = NumberColumn(verbose_name=_("暂不计入"))
    commented = NumberColumn(verbose_name=_("有意见"))
    status = StatusColumn(verbose_name=_("状态"))

    def render_round_code(self, record):
        return record.get_round_code_display()

    value_round_code = render_round_code


class FollowUpTable(ListTable):
    name = OpenColumn(to=opens("follow_ups"), accessor="person__name", verbose_name=_("学员"))
    id_number = tables.Column(accessor="person__id_number_masked", verbose_name=_("身份证号码"))
    institution = tables.Column(accessor="institution__name", verbose_name=_("机构"))
    occupation = tables.Column(accessor="occupation_name", verbose_name=_("职业"), empty_values=())
    months = NumberColumn(verbose_name=_("结业后月数"))
    due_on = DateColumn(verbose_name=_("回访日"))
    employer = tables.Column(verbose_name=_("用人单位"), default="—")
    source = tables.Column(verbose_name=_("来源"), default="—")
    status = StatusColumn(verbose_name=_("状态"))


class RateTable(ListTable):
    institution = tables.Column(verbose_name=_("机构"))
    occupation_code = tables.Column(verbose_name=_("职业"))
    months = NumberColumn(verbose_name=_("结业后月数"))
    permille = tables.Column(
        verbose_name=_("就业率"), attrs={"td": {"class": "num"}, "th": {"class": "num"}}, default="—"
    )
    people = NumberColumn(verbose_name=_("人数"))
    employed = NumberColumn(verbose_name=_("已就业"))
    jobless = NumberColumn(verbose_name=_("未就业"))
    unknown = NumberColumn(verbose_name=_("未知"))
    waiting = NumberColumn(verbose_name=_("待核实"))

    def render_occupation_code(self, value):
        return catalog.occupation_name(value)

    value_occupation_code = render_occupation_code

    def render_permille(self, value):
        return permille(value)

    value_permille = render_permille

    def render_people(self, value, record):
        return format_html('<a href="{}">{}</a>', _people(record), value)

    def value_people(self, value):
        return value


def _people(rate) -> str:
    """The address of the people behind one rate."""
    which = {
        "institution": rate.institution_id,
        "occupation": rate.occupation_code,
        "months": rate.months,
    }
    return f"{reverse('bureau:follow_ups:list')}?{urlencode(which)}"
