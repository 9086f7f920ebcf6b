"""Filters of the bureau's lists about claims and money."""

import django_filters as filters
from django.forms import CheckboxInput
from django.utils.translation import gettext_lazy as _

from kaogong.claims import queries as claims
from kaogong.claims.states import CLAIM, CONFLICT
from kaogong.funds import queries as funds
from kaogong.funds.states import BATCH, PAYEE_KINDS, PAYMENT
from kaogong.gateways.bank import layouts
from kaogong.ledger.states import KINDS
from kaogong.notices.states import NOTICE
from kaogong.web.parts.paying import PaymentStateFilter, payment_states

from .filters import DayFilter, InstantFilter, WordsFilter
from .judged import is_english, scheme_choices

VERDICTS = [("payable", _("符合")), ("refused", _("不符合")), ("needs_evidence", _("需补证据"))]


def _states(lifecycle) -> list[tuple[str, str]]:
    return [(code, _(label)) for code, label in lifecycle.choices]


class ClaimFilter(filters.FilterSet):
    q = WordsFilter(label=_("申领编号、班次编号或名称"))
    status = filters.ChoiceFilter(label=_("状态"), choices=_states(CLAIM), empty_label=_("全部"))
    institution = filters.CharFilter(
        label=_("培训机构"), field_name="institution__name", lookup_expr="icontains"
    )
    scheme = filters.ChoiceFilter(
        label=_("补贴项目"), choices=scheme_choices, field_name="scheme_code", empty_label=_("全部")
    )
    from_on = InstantFilter(label=_("提交不早于"), field_name="submitted_at", lookup_expr="gte")
    until_on = InstantFilter(label=_("提交不晚于"), field_name="submitted_at", lookup_expr="lte")
    clause = filters.CharFilter(label=_("由哪一条决定（文号#条）"), method="decided_by")

    def decided_by(self, rows, name, value):
        """Claims in which the clause stopped somebody, left something open, or was set aside."""
        return claims.claims_under(rows, value.strip())


class LineFilter(filters.FilterSet):
    verdict = filters.ChoiceFilter(label=_("裁定"), choices=VERDICTS, empty_label=_("全部"))


class ConflictFilter(filters.FilterSet):
    status = filters.ChoiceFilter(label=_("状态"), choices=_states(CONFLICT), empty_label=_("全部"))
    institution = filters.CharFilter(
        label=_("培训机构"), field_name="institution__name", lookup_expr="icontains"
    )


class NoticeFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("标题"), field_name="title", lookup_expr="icontains")
    status = filters.ChoiceFilter(label=_("状态"), choices=_states(NOTICE), empty_label=_("全部"))
    from_on = DayFilter(label=_("公示不早于"), field_name="opens_on", lookup_expr="gte")
    until_on = DayFilter(label=_("公示不晚于"), field_name="opens_on", lookup_expr="lte")


def _fund_choices(request):
    return [(fund.pk, str(fund)) for fund in funds.funds(request.actor)] if request else []


class _OfFunds(filters.FilterSet):
    """A list that can be narrowed to one fund in reach."""

    fund = filters.ChoiceFilter(label=_("资金"), choices=[], field_name="fund_id", empty_label=_("全部"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["fund"].extra["choices"] = _fund_choices(self.request)


class PaymentFilter(_OfFunds):
    q = WordsFilter(label=_("流水号或收款人"))
    status = PaymentStateFilter(label=_("状态"), choices=payment_states(PAYMENT), empty_label=_("全部"))
    payee_kind = filters.ChoiceFilter(
        label=_("收款人类别"), choices=list(PAYEE_KINDS.items()), empty_label=_("全部")
    )
    from_on = InstantFilter(label=_("生成不早于"), field_name="queued_at", lookup_expr="gte")
    until_on = InstantFilter(label=_("生成不晚于"), field_name="queued_at", lookup_expr="lte")


class QueueFilter(_OfFunds):
    q = WordsFilter(label=_("流水号或收款人"))
    payee_kind = filters.ChoiceFilter(
        label=_("收款人类别"), choices=list(PAYEE_KINDS.items()), empty_label=_("全部")
    )


def _layout_choices(request):
    on = request.today if request else None
    return [(one.code, layout_label(one)) for one in layouts(on)] if on else []


def layout_label(edition) -> str:
    """A layout's name in the reader's language."""
    return edition.label_en if is_english() else edition.label


class BatchFilter(_OfFunds):
    q = WordsFilter(label=_("批次号、流水号或收款人"))
    status = filters.ChoiceFilter(label=_("状态"), choices=_states(BATCH), empty_label=_("全部"))
    layout_code = filters.ChoiceFilter(label=_("银行文件格式"), choices=[], empty_label=_("全部"))
    from_on = InstantFilter(label=_("组批不早于"), field_name="prepared_at", lookup_expr="gte")
    until_on = InstantFilter(label=_("组批不晚于"), field_name="prepared_at", lookup_expr="lte")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["layout_code"].extra["choices"] = _layout_choices(self.request)


class ReturnFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("文件名"), field_name="filename", lookup_expr="icontains")
    batch = filters.CharFilter(label=_("批次号"), field_name="batch__number", lookup_expr="istartswith")
    problems = filters.BooleanFilter(
        label=_("有问题行"), method="with_problems",
        widget=CheckboxInput,
    )  # fmt: skip
    from_on = InstantFilter(label=_("读取不早于"), field_name="received_at", lookup_expr="gte")
    until_on = InstantFilter(label=_("读取不晚于"), field_name="received_at", lookup_expr="lte")

    def with_problems(self, rows, name, value):
        """Only files some line of which was not taken."""
        return rows.filter(problem_count__gt=0) if value else rows


class JournalFilter(filters.FilterSet):
    reference = filters.CharFilter(label=_("业务编号"), field_name="reference", lookup_expr="startswith")
    kind = filters.ChoiceFilter(label=_("业务"), choices=list(KINDS.items()), empty_label=_("全部"))
    from_on = InstantFilter(label=_("自"), field_name="at", lookup_expr="gte")
    until_on = InstantFilter(label=_("至"), field_name="at", lookup_expr="lte")
