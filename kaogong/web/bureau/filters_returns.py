"""Filters of the lists of returns, templates and proposals."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.returns.states import CATEGORIES, KINDS, LAYOUTS, PERIOD_RETURN, PROPOSAL, TEMPLATE_KINDS

ALL = _("全部")


class ReturnFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(label=_("种类"), choices=list(KINDS.items()), empty_label=ALL)
    year = filters.NumberFilter(label=_("年度"), field_name="starts_on__year", min_value=1900, max_value=2199)
    status = filters.ChoiceFilter(label=_("状态"), choices=PERIOD_RETURN.choices, empty_label=ALL)


class TemplateFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(label=_("种类"), choices=list(TEMPLATE_KINDS.items()), empty_label=ALL)
    layout = filters.ChoiceFilter(label=_("格式"), choices=list(LAYOUTS.items()), empty_label=ALL)


class ProposalFilter(filters.FilterSet):
    subject = filters.CharFilter(label=_("标题"), lookup_expr="icontains")
    category = filters.ChoiceFilter(label=_("类别"), choices=list(CATEGORIES.items()), empty_label=ALL)
    status = filters.ChoiceFilter(label=_("状态"), choices=PROPOSAL.choices, empty_label=ALL)
