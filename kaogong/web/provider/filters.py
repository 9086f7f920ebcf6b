"""Filters of the provider's lists; each stays in the address."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaogong.assessment.states import EXAM
from kaogong.certificates.states import CERTIFICATE
from kaogong.claims.states import CLAIM
from kaogong.funds.states import PAYMENT
from kaogong.kernel.lifecycle import Lifecycle
from kaogong.kernel.writing import compact, tidy
from kaogong.training.states import ENROLMENT, ROSTER, TRAINING_CLASS
from kaogong.web.parts.forms import DateField
from kaogong.web.parts.paying import PaymentStateFilter, payment_states


def states(lifecycle: Lifecycle) -> list[tuple[str, str]]:
    """The states to choose from, in the reader's language."""
    return [(code, _(label)) for code, label in lifecycle.choices]


class DateFilter(filters.DateFilter):
    field_class = DateField


class ClassFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("编号或名称"), method="matching")
    status = filters.ChoiceFilter(label=_("状态"), choices=states(TRAINING_CLASS), empty_label=_("全部"))
    since = DateFilter(label=_("开班不早于"), field_name="starts_on", lookup_expr="gte")
    until = DateFilter(label=_("开班不晚于"), field_name="starts_on", lookup_expr="lte")

    def matching(self, rows, name, value):
        wanted = compact(value)
        return (
            rows.filter(Q(number__startswith=wanted.upper()) | Q(title__contains=wanted)) if wanted else rows
        )


class RosterFilter(filters.FilterSet):
    status = filters.ChoiceFilter(label=_("状态"), choices=states(ROSTER), empty_label=_("全部"))


class LearnerFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("姓名"), method="matching")
    status = filters.ChoiceFilter(label=_("状态"), choices=states(ENROLMENT), empty_label=_("全部"))

    def matching(self, rows, name, value):
        return rows.filter(person__name__startswith=tidy(value)) if value.strip() else rows


class ExamFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("班次编号或名称"), method="matching")
    status = filters.ChoiceFilter(label=_("状态"), choices=states(EXAM), empty_label=_("全部"))

    def matching(self, rows, name, value):
        wanted = compact(value)
        number, title = (
            Q(training_class__number__startswith=wanted.upper()),
            Q(training_class__title__contains=wanted),
        )
        return rows.filter(number | title) if wanted else rows


class CertificateFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("证书编号或姓名"), method="matching")
    status = filters.ChoiceFilter(label=_("状态"), choices=states(CERTIFICATE), empty_label=_("全部"))
    since = DateFilter(label=_("发证不早于"), field_name="issued_on", lookup_expr="gte")

    def matching(self, rows, name, value):
        wanted = compact(value)
        found = Q(number__startswith=wanted.upper()) | Q(holder_name=wanted)
        return rows.filter(found) if wanted else rows


class ClaimFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("申领或班次编号"), method="matching")
    status = filters.ChoiceFilter(label=_("状态"), choices=states(CLAIM), empty_label=_("全部"))

    def matching(self, rows, name, value):
        wanted = compact(value).upper()
        found = Q(number__startswith=wanted) | Q(training_class__number__startswith=wanted)
        return rows.filter(found) if wanted else rows


class PaymentFilter(filters.FilterSet):
    status = PaymentStateFilter(label=_("状态"), choices=payment_states(PAYMENT), empty_label=_("全部"))
