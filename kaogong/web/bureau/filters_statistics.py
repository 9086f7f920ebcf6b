"""Filters of the lists of statistical data kept, and of figures as documents give them."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.statistics.states import SNAPSHOT
from kaogong.web.parts import figures_register as register

ALL = _("全部")


def stated_choices() -> list[tuple[str, str]]:
    """The indicators nobody here can count."""
    return [(one.code, register.name_of(one)) for one in register.every_indicator() if one.is_stated]


class SnapshotFilter(filters.FilterSet):
    status = filters.ChoiceFilter(label=_("状态"), choices=SNAPSHOT.choices, empty_label=ALL)
    frozen_because = filters.CharFilter(label=_("冻结原因"), lookup_expr="icontains")
    frozen_by = filters.CharFilter(label=_("冻结人"), lookup_expr="icontains")


class StatedFilter(filters.FilterSet):
    indicator_code = filters.ChoiceFilter(label=_("指标"), choices=stated_choices, empty_label=ALL)
    year = filters.NumberFilter(label=_("年度"), field_name="start_on__year", min_value=1900, max_value=2199)
    document = filters.CharFilter(label=_("来源文件"), lookup_expr="icontains")
