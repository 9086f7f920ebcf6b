"""Filters of adjustments and of who is entitled without asking."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.claims import queries as claims
from kaogong.claims.states import ADJUSTMENT
from kaogong.web.parts.values import measure_label

from .filters import _occupation
from .judged import is_english, scheme_choices

_ALL = _("全部")


class AdjustmentFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("明细编号或姓名"), method="by_words")
    kind = filters.ChoiceFilter(
        label=_("种类"), choices=[("top_up", _("补发")), ("recovery", _("追回"))], empty_label=_ALL
    )
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(code, _(label)) for code, label in ADJUSTMENT.choices], empty_label=_ALL
    )
    institution = filters.CharFilter(
        label=_("培训机构"), field_name="institution__name", lookup_expr="icontains"
    )

    def by_words(self, rows, _name, value):
        return claims.adjustments_matching(rows, value)


def _groups() -> list[tuple[str, str]]:
    side = "label_en" if is_english() else "label"
    return [(code, getattr(group, side)) for code, group in claims.rulebook().groups.items()]


def _missing() -> list[tuple[str, str]]:
    return [("", _("什么都不缺")), *((name, measure_label(name)) for name in sorted(claims.ASKABLE))]


class EntitlementFilter(filters.FilterSet):
    scheme = filters.ChoiceFilter(
        label=_("补贴项目"), choices=scheme_choices, field_name="scheme_code", empty_label=_ALL
    )
    group = filters.ChoiceFilter(label=_("人员类别"), choices=_groups, empty_label=_ALL, method="by_group")
    occupation = filters.CharFilter(label=_("职业"), method="by_occupation")
    missing = filters.ChoiceFilter(
        label=_("还缺什么"),
        choices=lambda: [("nothing", _("什么都不缺")), *_missing()[1:]],
        empty_label=_ALL,
        method="by_missing",
    )
    told = filters.ChoiceFilter(
        label=_("是否已告知"),
        choices=[("yes", _("已告知")), ("no", _("未告知"))],
        empty_label=_ALL,
        method="by_told",
    )

    by_occupation = staticmethod(_occupation)

    def by_group(self, rows, _name, value):
        return rows.filter(groups__contains=[value])

    def by_missing(self, rows, _name, value):
        return rows.filter(missing=[]) if value == "nothing" else rows.filter(missing__contains=[value])

    def by_told(self, rows, _name, value):
        return claims.told_or_not(rows, value == "yes")
