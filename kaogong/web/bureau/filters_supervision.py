"""Filters of inspections."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.supervision.queries import INSPECTION_ORIGINS
from kaogong.supervision.states import INSPECTION

_ALL = _("全部")


class InspectionFilter(filters.FilterSet):
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(code, _(word)) for code, word in INSPECTION.choices], empty_label=_ALL
    )
    origin = filters.ChoiceFilter(label=_("来由"), choices=list(INSPECTION_ORIGINS.items()), empty_label=_ALL)
    provider = filters.CharFilter(
        label=_("培训机构"), field_name="institution__name", lookup_expr="icontains"
    )
    overdue = filters.ChoiceFilter(
        label=_("整改期限"), choices=[("yes", _("已超期"))], empty_label=_ALL, method="by_overdue"
    )

    def by_overdue(self, rows, name, value):
        return rows.filter(first_due_on__lt=self.request.today)
