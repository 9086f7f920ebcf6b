"""Filters of the bureau's lists about grants."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.grants.states import APPEAL, GRANT, SPONSORSHIP

from .filters import InstantFilter, WordsFilter
from .filters_money import VERDICTS
from .judged import scheme_choices


def _states(lifecycle) -> list[tuple[str, str]]:
    return [(code, _(label)) for code, label in lifecycle.choices]


class GrantFilter(filters.FilterSet):
    q = WordsFilter(label=_("申请编号、单位或姓名"))
    status = filters.ChoiceFilter(label=_("状态"), choices=_states(GRANT), empty_label=_("全部"))
    scheme = filters.ChoiceFilter(
        label=_("项目"), choices=scheme_choices, field_name="scheme_code", empty_label=_("全部")
    )
    verdict = filters.ChoiceFilter(label=_("测算结论"), choices=VERDICTS, empty_label=_("全部"))
    from_on = InstantFilter(label=_("提交不早于"), field_name="submitted_at", lookup_expr="gte")
    until_on = InstantFilter(label=_("提交不晚于"), field_name="submitted_at", lookup_expr="lte")


class AppealFilter(filters.FilterSet):
    status = filters.ChoiceFilter(label=_("状态"), choices=_states(APPEAL), empty_label=_("全部"))


class SponsorshipFilter(filters.FilterSet):
    q = WordsFilter(label=_("协议编号、赞助方或事项"))
    status = filters.ChoiceFilter(label=_("状态"), choices=_states(SPONSORSHIP), empty_label=_("全部"))
