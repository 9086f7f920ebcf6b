"""Filters of the bureau's lists of vouchers."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.vouchers import queries as vouchers
from kaogong.vouchers.states import VOUCHER, VOUCHER_ISSUE

from .filters import DayFilter


def _states(lifecycle) -> list[tuple[str, str]]:
    return [(code, _(label)) for code, label in lifecycle.choices]


class IssueFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("名称"), field_name="title", lookup_expr="icontains")
    status = filters.ChoiceFilter(label=_("状态"), choices=_states(VOUCHER_ISSUE), empty_label=_("全部"))


class VoucherFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("券号、姓名或发放编号"), method="matching")
    status = filters.ChoiceFilter(label=_("状态"), choices=_states(VOUCHER), empty_label=_("全部"))
    institution = filters.CharFilter(
        label=_("培训机构"), field_name="institution__name", lookup_expr="icontains"
    )
    expires_until = DayFilter(label=_("有效期不晚于"), field_name="expires_on", lookup_expr="lte")

    def matching(self, rows, name, value):
        return vouchers.matching(rows, value)
