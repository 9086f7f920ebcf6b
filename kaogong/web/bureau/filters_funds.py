"""Filters of the lists about funds."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.funds import queries as funds
from kaogong.funds.states import TRANSFER_KINDS, WATERFALL
from kaogong.ledger.states import SOURCE_LEVELS
from kaogong.web.bureau.judged import programme_label


class _OfPot(filters.FilterSet):
    """Rows of one source of one programme of one fund in reach."""

    year = filters.NumberFilter(label=_("年度"), field_name="fund__year")
    fund = filters.ChoiceFilter(label=_("资金"), choices=[], field_name="fund_id", empty_label=_("全部"))
    programme = filters.ChoiceFilter(label=_("项目"), choices=[], empty_label=_("全部"))
    source = filters.ChoiceFilter(
        label=_("资金来源"),
        choices=list(SOURCE_LEVELS.items()),
        field_name="source_level",
        empty_label=_("全部"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = list(funds.funds(self.request.actor)) if self.request else []
        self.filters["fund"].extra["choices"] = [(fund.pk, str(fund)) for fund in rows]
        codes = self.queryset.order_by().values_list("programme", flat=True).distinct()
        self.filters["programme"].extra["choices"] = [(code, programme_label(code)) for code in codes]


class VersionFilter(_OfPot):
    pass


class TransferFilter(_OfPot):
    kind = filters.ChoiceFilter(label=_("类别"), choices=list(TRANSFER_KINDS.items()), empty_label=_("全部"))


class WaterfallFilter(filters.FilterSet):
    programme = filters.ChoiceFilter(label=_("项目"), choices=[], empty_label=_("全部"))
    status = filters.ChoiceFilter(label=_("状态"), choices=WATERFALL.choices, empty_label=_("全部"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        codes = self.queryset.order_by().values_list("programme", flat=True).distinct()
        self.filters["programme"].extra["choices"] = [(code, programme_label(code)) for code in codes]
