"""Filters of the changes of classes."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.training.states import CLASS_CHANGE


class ChangeFilter(filters.FilterSet):
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(k, _(v)) for k, v in CLASS_CHANGE.choices], empty_label=_("全部")
    )
    number = filters.CharFilter(
        label=_("班次编号"), field_name="training_class__number", lookup_expr="istartswith"
    )
