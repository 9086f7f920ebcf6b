"""Filters of the list of issued papers."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.statements.states import ISSUED_PAPER, KINDS

from .filters import WordsFilter


class PaperFilter(filters.FilterSet):
    q = WordsFilter(label=_("编号或收款人"))
    kind = filters.ChoiceFilter(label=_("种类"), choices=list(KINDS.items()), empty_label=_("全部"))
    status = filters.ChoiceFilter(label=_("状态"), choices=ISSUED_PAPER.choices, empty_label=_("全部"))
