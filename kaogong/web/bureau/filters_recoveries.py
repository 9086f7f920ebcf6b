"""Filters of the lists of money asked back."""

import django_filters as filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kaogong.recoveries.states import CAUSES, OVERDUE, RECOUPMENT

from .filters import WordsFilter


class RecoupmentFilter(filters.FilterSet):
    q = WordsFilter(label=_("追回编号或退款方"))
    status = filters.ChoiceFilter(label=_("状态"), choices=RECOUPMENT.choices, empty_label=_("全部"))
    cause = filters.ChoiceFilter(label=_("追回原因"), choices=list(CAUSES.items()), empty_label=_("全部"))
    overdue = filters.ChoiceFilter(
        label=_("逾期"), choices=[("yes", _("只看逾期"))], empty_label=_("全部"), method="late"
    )

    def late(self, rows, _name, value):
        if not value:
            return rows
        today = timezone.localdate(self.request.at)
        return rows.filter(status__in=OVERDUE, due_on__lt=today)


class LeadFilter(filters.FilterSet):
    cause = filters.ChoiceFilter(label=_("追回原因"), choices=list(CAUSES.items()), empty_label=_("全部"))
