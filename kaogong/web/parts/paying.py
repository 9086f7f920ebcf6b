"""Payments by their state, as lists offer it: those to be paid to another account stand together."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from kaogong.funds.states import UNPAID
from kaogong.kernel.lifecycle import Lifecycle


class PaymentStateFilter(filters.ChoiceFilter):
    """One state, or ``unpaid``: failed or given back, and nobody has decided on it yet."""

    def filter(self, rows, value):
        return rows.filter(status__in=UNPAID) if value == "unpaid" else super().filter(rows, value)


def payment_states(lifecycle: Lifecycle) -> list[tuple[str, str]]:
    """The states to choose from, in the reader's language."""
    return [("unpaid", _("失败或退回，待更正")), *((code, _(label)) for code, label in lifecycle.choices)]
