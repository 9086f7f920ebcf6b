"""Filters of the lists of targets, supervision, plans and meetings."""

import django_filters as filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kaogong.planning import queries
from kaogong.planning.states import (
    ANNUAL_PLAN,
    JOINT_MEETING,
    KINDS,
    MEETING_ITEM,
    SUPERVISION_NOTICE,
    TARGET,
)

from .filters import WordsFilter

_ALL = _("全部")


class TargetFilter(filters.FilterSet):
    q = WordsFilter(label=_("目标、责任单位或依据"))
    kind = filters.ChoiceFilter(label=_("性质"), choices=list(KINDS.items()), empty_label=_ALL)
    status = filters.ChoiceFilter(label=_("状态"), choices=TARGET.choices, empty_label=_ALL)
    running = filters.ChoiceFilter(
        label=_("期间"),
        choices=[("yes", _("进行中")), ("over", _("已到期"))],
        empty_label=_ALL,
        method="by_period",
    )
    far = filters.ChoiceFilter(
        label=_("进度"), choices=[("lagging", _("滞后"))], empty_label=_ALL, method="by_far"
    )

    def by_far(self, rows, _name, value):
        return queries.lagging_among(rows, timezone.localdate(self.request.at)) if value else rows

    def by_period(self, rows, _name, value):
        today = timezone.localdate(self.request.at)
        if value == "yes":
            return rows.filter(starts_on__lte=today, ends_on__gt=today)
        return rows.filter(ends_on__lte=today) if value else rows


class SupervisionFilter(filters.FilterSet):
    q = WordsFilter(label=_("督办编号、单位或事项"))
    status = filters.ChoiceFilter(label=_("状态"), choices=SUPERVISION_NOTICE.choices, empty_label=_ALL)
    overdue = filters.ChoiceFilter(
        label=_("逾期"), choices=[("yes", _("只看逾期"))], empty_label=_ALL, method="late"
    )

    def late(self, rows, _name, value):
        return rows.filter(status="issued", due_on__lt=timezone.localdate(self.request.at)) if value else rows


class PlanFilter(filters.FilterSet):
    year = filters.NumberFilter(label=_("年度"))
    status = filters.ChoiceFilter(label=_("状态"), choices=ANNUAL_PLAN.choices, empty_label=_ALL)


class MeetingFilter(filters.FilterSet):
    q = WordsFilter(label=_("会议或编号"))
    status = filters.ChoiceFilter(label=_("状态"), choices=JOINT_MEETING.choices, empty_label=_ALL)


class DecisionFilter(filters.FilterSet):
    status = filters.ChoiceFilter(label=_("状态"), choices=MEETING_ITEM.choices, empty_label=_ALL)
    overdue = filters.ChoiceFilter(
        label=_("逾期"), choices=[("yes", _("只看逾期"))], empty_label=_ALL, method="late"
    )

    def late(self, rows, _name, value):
        return queries.items_overdue(rows, timezone.localdate(self.request.at)) if value else rows
