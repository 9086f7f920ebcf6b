"""Filters of account changes and of appeals about claims."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.claims.states import ACCOUNT_CHANGE, CLAIM_APPEAL

from .filters import InstantFilter

_ALL = _("全部")


class AccountChangeFilter(filters.FilterSet):
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(code, _(word)) for code, word in ACCOUNT_CHANGE.choices], empty_label=_ALL
    )
    payee = filters.ChoiceFilter(
        label=_("收款人类别"),
        choices=[("person", _("个人")), ("institution", _("单位"))],
        empty_label=_ALL,
        method="by_payee",
    )
    name = filters.CharFilter(label=_("收款人"), method="by_name")
    from_on = InstantFilter(label=_("申请不早于"), field_name="asked_at", lookup_expr="gte")
    until_on = InstantFilter(label=_("申请不晚于"), field_name="asked_at", lookup_expr="lte")

    def by_payee(self, rows, name, value):
        return rows.filter(**{f"{value}__isnull": False})

    def by_name(self, rows, name, value):
        wanted = value.strip()
        return rows.filter(person__name__icontains=wanted) | rows.filter(institution__name__icontains=wanted)


class ClaimAppealFilter(filters.FilterSet):
    status = filters.ChoiceFilter(
        label=_("状态"), choices=[(code, _(word)) for code, word in CLAIM_APPEAL.choices], empty_label=_ALL
    )
    against = filters.ChoiceFilter(
        label=_("对什么申诉"),
        choices=[
            ("returned", _("退回")),
            ("refused", _("不予补贴")),
            ("dropped", _("停拨")),
            ("lapsed", _("全部停拨")),
        ],
        empty_label=_ALL,
    )
    overdue = filters.ChoiceFilter(
        label=_("答复期限"), choices=[("yes", _("已超期"))], empty_label=_ALL, method="by_overdue"
    )
    provider = filters.CharFilter(
        label=_("培训机构"), field_name="institution__name", lookup_expr="icontains"
    )

    def by_overdue(self, rows, name, value):
        return rows.filter(status="filed", answer_by_on__lt=self.request.today)
