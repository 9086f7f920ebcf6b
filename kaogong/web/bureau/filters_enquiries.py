"""Filters of the queue of enquiries and of common questions."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.enquiries import queries
from kaogong.enquiries.states import CHANNELS, COMMON_QUESTION, ENQUIRY
from kaogong.kernel.reference import read_departments
from kaogong.web.parts.enquiries import category_choices, places

from .filters import InstantFilter, WordsFilter

_ALL = _("全部")


def _departments():
    return [(one.code, one.name) for one in read_departments() if one.code != "hrss"]


class EnquiryFilter(filters.FilterSet):
    q = WordsFilter(label=_("编号、标题或内容"))
    status = filters.ChoiceFilter(label=_("状态"), choices=ENQUIRY.choices, empty_label=_ALL)
    category = filters.ChoiceFilter(label=_("类别"), choices=category_choices, empty_label=_ALL)
    region = filters.ChoiceFilter(
        label=_("区域"), choices=places, field_name="region_code", lookup_expr="exact", empty_label=_ALL
    )
    channel = filters.ChoiceFilter(label=_("来源"), choices=list(CHANNELS.items()), empty_label=_ALL)
    department = filters.ChoiceFilter(
        label=_("承办部门"), choices=_departments, field_name="department_code", empty_label=_ALL
    )
    measure = filters.ChoiceFilter(
        label=_("办理情况"),
        choices=[(code, words) for code, (words, _rows) in queries.MEASURES.items()],
        method="of_measure",
        empty_label=_ALL,
    )
    from_on = InstantFilter(label=_("收到不早于"), field_name="received_at", lookup_expr="gte")
    until_on = InstantFilter(label=_("收到不晚于"), field_name="received_at", lookup_expr="lte")

    def of_measure(self, rows, _name, value):
        """The rows one figure of the count page counts."""
        return queries.rows_of_measure(rows, value)


class CommonQuestionFilter(filters.FilterSet):
    q = WordsFilter(label=_("关键词"))
    category = filters.ChoiceFilter(label=_("类别"), choices=category_choices, empty_label=_ALL)
    status = filters.ChoiceFilter(label=_("状态"), choices=COMMON_QUESTION.choices, empty_label=_ALL)
