"""Filters of applications, evaluations and appeals."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.institutions import queries as institutions
from kaogong.institutions.states import APPEAL, APPLICATION

_ALL = _("全部")


class ApplicationFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("机构名称"), field_name="institution__name", lookup_expr="icontains")
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(k, _(v)) for k, v in APPLICATION.choices], empty_label=_ALL
    )
    purpose = filters.ChoiceFilter(label=_("事项"), choices=institutions.PURPOSES, empty_label=_ALL)


class AppealFilter(filters.FilterSet):
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(k, _(v)) for k, v in APPEAL.choices], empty_label=_ALL
    )
