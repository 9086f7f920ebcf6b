"""Filters of risk findings and payment holds."""

import django_filters as filters
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from kaogong.claims.queries import HELD_KINDS
from kaogong.claims.states import PAYMENT_HOLD
from kaogong.risk import queries
from kaogong.risk.states import FAMILIES, RISK_FINDING, SEVERITIES
from kaogong.web.parts import risk

from .filters import InstantFilter

_ALL = _("全部")


def _kinds(request):
    return [(kind, risk.title_of(kind)) for kind in queries.kinds_found(request.actor)] if request else []


class FindingFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(label=_("种类"), choices=[], empty_label=_ALL)
    family = filters.ChoiceFilter(
        label=_("风险类别"), choices=[(code, _(word)) for code, word in FAMILIES.items()], empty_label=_ALL
    )
    severity = filters.ChoiceFilter(
        label=_("严重程度"), choices=[(code, _(word)) for code, word in SEVERITIES.items()], empty_label=_ALL
    )
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(code, _(word)) for code, word in RISK_FINDING.choices], empty_label=_ALL
    )
    provider = filters.CharFilter(label=_("培训机构"), method="by_provider")
    overdue = filters.ChoiceFilter(
        label=_("机构说明"), choices=[("yes", _("已超期"))], empty_label=_ALL, method="by_overdue"
    )
    from_on = InstantFilter(label=_("首次发现不早于"), field_name="first_seen_at", lookup_expr="gte")
    until_on = InstantFilter(label=_("首次发现不晚于"), field_name="first_seen_at", lookup_expr="lte")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = _kinds(self.request)

    def by_provider(self, rows, name, value):
        """Findings that concern an institution of that name, alone or with others."""
        return rows.filter(Exists(queries.subjects_named(value.strip()).filter(finding=OuterRef("pk"))))

    def by_overdue(self, rows, name, value):
        return rows.filter(status="asked", due_on__lt=self.request.today)


class HoldFilter(filters.FilterSet):
    held = filters.ChoiceFilter(label=_("暂缓对象"), choices=HELD_KINDS, empty_label=_ALL)
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(code, _(word)) for code, word in PAYMENT_HOLD.choices], empty_label=_ALL
    )
    provider = filters.CharFilter(
        label=_("培训机构"), field_name="institution__name", lookup_expr="icontains"
    )
    overdue = filters.ChoiceFilter(
        label=_("处理期限"), choices=[("yes", _("已超期"))], empty_label=_ALL, method="by_overdue"
    )

    def by_overdue(self, rows, name, value):
        return rows.filter(status="placed", due_on__lt=self.request.today)
