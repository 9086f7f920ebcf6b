"""Filters of surveys and follow-ups."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.outcomes.states import FOLLOW_UP, SURVEY

from .filters import DayFilter

_ALL = _("全部")


class SurveyFilter(filters.FilterSet):
    institution = filters.CharFilter(label=_("机构"), field_name="institution__name", lookup_expr="icontains")
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(code, _(label)) for code, label in SURVEY.choices], empty_label=_ALL
    )
    aside = filters.ChoiceFilter(
        label=_("暂不计入"), choices=[("yes", _("有"))], empty_label=_ALL, method="by_aside"
    )

    def by_aside(self, rows, _name, value):
        return rows.filter(aside__gt=0)


class FollowUpFilter(filters.FilterSet):
    name = filters.CharFilter(label=_("学员"), field_name="person__name", lookup_expr="startswith")
    institution = filters.NumberFilter(label=_("机构编号"), field_name="institution_id")
    occupation = filters.CharFilter(label=_("职业代码"), field_name="occupation_code")
    months = filters.NumberFilter(label=_("结业后月数"))
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(code, _(label)) for code, label in FOLLOW_UP.choices], empty_label=_ALL
    )
    due_from = DayFilter(label=_("回访日从"), field_name="due_on", lookup_expr="gte")
    due_to = DayFilter(label=_("回访日至"), field_name="due_on", lookup_expr="lte")
